/** What becomes of each film when the rows of a table are joined to it: its class, or why it is left out. */
import { elementAt } from '../../base/element-at.js'
import { saysNoClass, severalLabels, visibleLabel } from '../class-names.js'
import type { Match } from './keys.js'

export interface LabelRow {
  readonly row: number
  readonly cells: readonly string[]
  readonly key: string
  /** As the table has it. */
  readonly written: string
  /** The class; '' where the row gives none, undefined where it gives several. */
  readonly label: string | undefined
}

/** Rows with the class that each gives. */
export function labelRows(
  rows: readonly { readonly row: number; readonly cells: readonly string[] }[],
  keyAt: number,
  labelAt: number,
): LabelRow[] {
  const lines = rows.map(({ row, cells }) => ({ row, cells, written: visibleLabel(cells[labelAt] ?? '') }))
  const alone = new Set(lines.map(({ written }) => written.toLowerCase()))
  const isClass = (name: string) => alone.has(name.toLowerCase())
  return lines.map(({ row, cells, written }) => ({
    row,
    cells,
    key: cells[keyAt] ?? '',
    written,
    label: saysNoClass(written) ? '' : severalLabels(written, isClass) === undefined ? written : undefined,
  }))
}

export type Outcome =
  | { readonly label: string; readonly row: LabelRow; readonly rows: readonly LabelRow[] }
  | { readonly reason: string; readonly rows: readonly LabelRow[] }

export const differentClasses = 'rows of the table give different classes'
/** Why a film that no row names has no class. */
export const noRow = 'no row of the table'
export const noClassInName = 'no class in its name'

/** The outcome of each film, by its position. */
export function outcomesOf(
  films: number,
  rows: readonly LabelRow[],
  matches: readonly Match[],
  unnamed: typeof noRow | typeof noClassInName,
): Outcome[] {
  const given = Array.from({ length: films }, (): LabelRow[] => [])
  for (const [i, match] of matches.entries()) {
    if ('open' in match) continue
    for (const film of match.files) elementAt(given, film).push(elementAt(rows, i))
  }
  return given.map((own): Outcome => {
    if (own.length === 0) return { reason: unnamed, rows: own }
    if (own.some(({ label }) => label === undefined)) return { reason: 'several classes in one cell', rows: own }
    const labelled = own.filter(({ label }) => label !== '')
    const [first] = labelled
    if (first?.label === undefined) return { reason: 'no class in the table', rows: own }
    const agree = labelled.every(({ label }) => label === first.label)
    return agree ? { label: first.label, row: first, rows: labelled } : { reason: differentClasses, rows: labelled }
  })
}
