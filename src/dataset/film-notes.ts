/** What films' files say wrongly and how they were read, over a cohort: one warning for each note, the commonest first. */
import { counted } from '../base/format.js'
import { firstFew } from './reader.js'
import { NamedFilms, type Warning } from './warning.js'

/** Further ones are counted together. */
const mostNotes = 8

export function notesOfFilms(films: readonly { name: string; notes: readonly string[] }[]): Warning[] {
  const byNote = new Map<string, string[]>()
  for (const { name, notes } of films) {
    for (const note of new Set(notes)) byNote.set(note, [...(byNote.get(note) ?? []), name])
  }
  const sorted = [...byNote].toSorted(([, a], [, b]) => b.length - a.length)
  const warnings: Warning[] = sorted
    .slice(0, mostNotes)
    .map(([note, names]) => new NamedFilms(`${counted(names.length, 'film')}: ${note}`, firstFew(names)))
  const more = sorted.slice(mostNotes)
  if (more.length > 0) {
    const names = [...new Set(more.flatMap(([, own]) => own))]
    const sentence = `${counted(names.length, 'film')} with other notes (kopt inspect FILE shows them)`
    warnings.push(new NamedFilms(sentence, firstFew(names)))
  }
  return warnings
}
