/** What the files of a cohort are and what was done to their grey values on the way, counted: for an inspection and for the methods of a manuscript. */
import { type GreyStep, stepWords } from '../image/grey-step.js'
import type { AuditedFilm } from './audit.js'

export interface Reading {
  /** Films of each kind of file. */
  readonly formats: Record<string, number>
  /** The commonest first; `words` completes "12 films were ...". */
  readonly steps: { step: string; films: number; words: string }[]
  /** Films of each maker with model, and of each view, where a DICOM header says. */
  readonly makers: Record<string, number>
  readonly views: Record<string, number>
  /** Films that were cut to a region of interest. */
  readonly regions: number
  /** What files say wrongly, and how it was read; what they quote is left out, for it may hold anything. */
  readonly notes: { text: string; films: number }[]
}

/** Notes kept at most, the commonest first. */
const shownNotes = 12

export function readingOf(films: readonly AuditedFilm[]): Reading {
  return {
    formats: tally(films.map(({ format }) => format)),
    steps: countedSteps(films),
    makers: tally(films.flatMap((film) => makerOf(film) ?? [])),
    views: tally(films.flatMap((film) => viewOf(film) ?? [])),
    regions: films.filter(({ roi }) => roi !== undefined).length,
    notes: Object.entries(tally(films.flatMap(({ notes }) => [...new Set(notes.map(withoutQuotes))])))
      .slice(0, shownNotes)
      .map(([text, count]) => ({ text, films: count })),
  }
}

/** What was done to grey values, the commonest step first. */
export function countedSteps(films: readonly Pick<AuditedFilm, 'steps'>[]): Reading['steps'] {
  return Object.entries(tally(films.flatMap(({ steps }) => steps))).map(([step, count]) => ({
    step,
    films: count,
    words: stepWords[step as GreyStep],
  }))
}

/** Maker and model of the apparatus; null where the header does not say. */
export function makerOf({ dicom }: Pick<AuditedFilm, 'dicom'>): string | null {
  const parts = [dicom?.manufacturer, dicom?.manufacturerModel].filter((part) => part !== undefined)
  return parts.join(' ') || null
}

export function viewOf({ dicom }: Pick<AuditedFilm, 'dicom'>): string | null {
  return dicom?.viewPosition || null
}

/** How often each stands there, the commonest first, equals by name. */
function tally(values: readonly string[]): Record<string, number> {
  const counts = new Map<string, number>()
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1)
  return Object.fromEntries([...counts].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1)))
}

function withoutQuotes(note: string): string {
  return note.replace(/'[^']*'|"[^"]*"|“[^”]*”/g, '…')
}
