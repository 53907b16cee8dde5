/** What an inspection found, in sentences: the same at the terminal and on the page. */

import { count, counted, proportion } from '../base/format.js'
import type { DatasetInspection, NearDuplicate, NearDuplicateKind } from '../record/inspection.js'

interface PairWords {
  /** Follows 'N pairs of films that are almost the same image'. */
  readonly where: string
  readonly remedy: string
}

const pairWords: Record<NearDuplicateKind, PairWords> = {
  'two datasets': {
    where: 'in two datasets',
    remedy: 'a test film must not be trained on, so remove one of each',
  },
  'two labels': { where: 'under two labels', remedy: 'keep the true one of each' },
  'two sets of the split': { where: "in two sets of the dataset's own split", remedy: 'remove one of each' },
  'two patients': {
    where: 'under two patients',
    remedy: 'look at them: if it is one patient, give both the same key, or remove one of each',
  },
  'no patients given': {
    where: 'with no patient given, so that they may fall on both sides of a split',
    remedy: 'remove one of each, or say who the patient is',
  },
  'one patient': { where: 'of one patient and class, counted twice', remedy: 'remove one of each' },
}

export interface PairGroup {
  /** A sentence without the names. */
  readonly text: string
  readonly pairs: readonly NearDuplicate[]
}

/** Pairs by what is wrong with them, gravest first. */
export function pairGroups(pairs: readonly NearDuplicate[]): PairGroup[] {
  return [...new Set(pairs.map(({ kind }) => kind))].map((kind) => {
    const own = pairs.filter((pair) => pair.kind === kind)
    const { where, remedy } = pairWords[kind]
    const text = `${counted(own.length, 'pair')} of films that are almost the same image, ${where}; ${remedy}`
    return { text, pairs: own }
  })
}

/** 'a.png = b.png', with the set before the name where there are several. */
export function pairNames({ a, b }: NearDuplicate, severalSets: boolean): string {
  const nameOf = ({ set, name }: NearDuplicate['a']) => (severalSets ? `${set}: ${name}` : name)
  return `${nameOf(a)} = ${nameOf(b)}`
}

/** Every leakage trap that snapped, as a sentence. */
export function trapSentences({ clues, external }: DatasetInspection): string[] {
  return clues.flatMap(({ warning, auc }) => {
    if (warning === null) return []
    const elsewhere = Object.keys(external).flatMap((name) => {
      const value = Math.max(...auc.map((one) => one.external[name] ?? Number.NaN))
      return value >= 0.6 ? [`${name} (AUC ${proportion(value, 2)})`] : []
    })
    const also =
      elsewhere.length > 0
        ? `. The same holds in ${elsewhere.join(' and ')}: figures there would not show that it was learned`
        : ''
    return [`${warning}${also}`]
  })
}

/** Where traps were looked for in some of the films, how many; null where it was in all of them. */
export function searchedSentence({ films, clueFilms }: DatasetInspection): string | null {
  if (clueFilms === films) return null
  return `traps were looked for in ${count(clueFilms)} of ${count(films)} films, whose patients were drawn at random`
}

/** What was looked at and is no trap, in one sentence; null where nothing was. */
export function quietSentence({ clues, makers, views }: DatasetInspection): string | null {
  const quiet = clues.filter(({ constant, warning, auc }) => !constant && warning === null && auc.length > 0)
  const unsaid = [makers, views].map((tally) => Object.keys(tally).length === 0)
  const same = clues
    .filter(({ constant, name }) => constant && !(name === 'maker' && unsaid[0]) && !(name === 'view' && unsaid[1]))
    .map(({ name }) => name)
  const parts: string[] = []
  if (quiet.length > 0) {
    const figures = quiet.map(({ name, auc }) => {
      const most = auc.reduce((a, b) => (b.value > a.value ? b : a))
      return `${name} ${proportion(most.value, 2)} (${proportion(most.low, 2)}-${proportion(most.high, 2)})`
    })
    parts.push(`AUC of ${figures.join(', ')}`)
  }
  if (same.length > 0) parts.push(`the same for all films: ${same.join(', ')}`)
  return parts.length > 0 ? parts.join('; ') : null
}

export const sourceWords: Record<DatasetInspection['patientSource'], string> = {
  manifest: 'patients from the manifest',
  name: "patients from the films' names",
  dicom: "patients from DICOM's PatientID",
  folder: 'patients from the folders',
  image: 'each film counts as its own patient',
}
