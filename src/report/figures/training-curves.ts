/** Training of a generator: its losses, and what it counts in shares, against the step. */
import { scaleLinear } from 'd3-scale'
import { line as linePath } from 'd3-shape'
import { elementAt } from '../../base/element-at.js'
import { count, fixed } from '../../base/format.js'
import { bottomAxis, leftAxis, path, picture, text } from '../svg.js'
import { besideAxis, beyondAxis, placed, valueMarks, wholeMarks } from './axis.js'

/** A row of `gan/curves.csv`: the step, and a number for every column. */
export type TrainingCurveRow = Readonly<Record<string, number>> & { readonly step: number }

/** A column, and what it is called in the key. */
export interface CurveLabel {
  readonly column: string
  readonly label: string
}

interface Series extends CurveLabel {
  readonly colour: 1 | 2 | 3 | 4
  readonly dash: '' | 'short' | 'long'
}

const lossLooks: readonly Pick<Series, 'colour' | 'dash'>[] = [
  { colour: 1, dash: '' },
  { colour: 3, dash: 'long' },
  { colour: 2, dash: 'short' },
  { colour: 4, dash: '' },
]
const shareLooks: readonly Pick<Series, 'colour' | 'dash'>[] = [
  { colour: 2, dash: 'short' },
  { colour: 3, dash: 'long' },
  { colour: 4, dash: '' },
  { colour: 1, dash: 'short' },
]

export interface TrainingCurvesOptions {
  id: string
  /** Pixels; 860 for a page, 350 for a phone. */
  width?: number
  /** What was trained, in short: `GAN`. */
  noun: string
  losses: readonly CurveLabel[]
  /** Columns from 0 to 1, a panel of their own; none: no such panel. */
  shares: readonly CurveLabel[]
}

/** Rows may be many: a curve is the mean over each of at most 150 stretches of steps. Values that are not finite are left out. */
export function trainingCurves(
  rows: readonly TrainingCurveRow[],
  { id, width = 860, noun, ...columns }: TrainingCurvesOptions,
): string {
  const losses = looking(columns.losses, lossLooks)
  const shares = looking(columns.shares, shareLooks)
  const narrow = width < 500
  const binned = binRows(
    [...rows].sort((a, b) => a.step - b.step),
    150,
  )
  const gap = 48
  const panels = shares.length > 0 ? 2 : 1
  const panelWidth = narrow || panels === 1 ? width : (width - gap) / 2
  const panelHeight = 210
  const top = 34
  const keyRows = (series: readonly Series[]) => series.length * 18
  const lossPanel = panel(binned, losses, 'Loss', 0, top, panelWidth, panelHeight)
  const secondTop = narrow ? top + panelHeight + 52 + keyRows(losses) + 34 : top
  const secondLeft = narrow ? 0 : panelWidth + gap
  const sharePanel =
    panels === 1 ? '' : panel(binned, shares, 'Share correct', secondLeft, secondTop, panelWidth, panelHeight, [0, 1])
  const rowsOfKeys =
    narrow || panels === 1 ? keyRows(panels === 1 ? losses : shares) : Math.max(keyRows(losses), keyRows(shares))
  const height = (panels === 1 ? top : secondTop) + panelHeight + 52 + rowsOfKeys + 6
  const last = rows.at(-1)
  const description = last
    ? `Losses and shares over ${count(last.step)} steps. At the end: ${[...losses.map(({ column, label }) => `${label} loss ${fixed(last[column], 2)}`), ...shares.map(({ column, label }) => `${label} ${fixed(last[column], 2)}`)].join(', ')}.`
    : 'No curve was recorded.'
  return picture({ id, title: `Training of the ${noun}`, description, width, height }, [lossPanel, sharePanel])
}

function panel(
  rows: readonly TrainingCurveRow[],
  series: readonly Series[],
  title: string,
  leftEdge: number,
  top: number,
  width: number,
  height: number,
  domain?: [number, number],
): string {
  const bottom = top + height
  const values = series.flatMap((s) => rows.map(valueIn(s.column))).filter(Number.isFinite)
  const y = scaleLinear(domain ?? [0, Math.max(1, ...values)], [bottom, top]).nice(4)
  const marks = valueMarks(y, 4)
  const left = leftEdge + besideAxis(marks)
  const lastStep = [0, Math.max(1, ...rows.map((row) => row.step))]
  const steps = wholeMarks(scaleLinear().domain(lastStep), { most: 5, room: leftEdge + width - left, write: count })
  const right = leftEdge + width - beyondAxis(steps)
  const x = scaleLinear(lastStep, [left, right])
  const draw = (column: string) => {
    const value = valueIn(column)
    return linePath<TrainingCurveRow>(
      (row) => x(row.step),
      (row) => y(value(row)),
    )
      .defined((row) => Number.isFinite(value(row)))
      .digits(1)([...rows])
  }
  return [
    leftAxis(placed(marks, y), left, right, top, title),
    bottomAxis(placed(steps, x), left, right, bottom, bottom, 'Step'),
    ...series.map((s) => path(draw(s.column), `stroke-${s.colour} ${s.dash}`)),
    ...series.flatMap((s, i) => {
      const at = bottom + 62 + i * 18
      return [path(`M${left},${at - 4}h24`, `stroke-${s.colour} ${s.dash}`), text(left + 32, at, s.label)]
    }),
  ].join('')
}

/** What a row has in a column; not a number where it has none. */
function valueIn(column: string): (row: TrainingCurveRow) => number {
  return (row) => row[column] ?? Number.NaN
}

/** Means over equal stretches of rows; a mean leaves out what is not finite. */
function binRows(rows: readonly TrainingCurveRow[], bins: number): TrainingCurveRow[] {
  const [first] = rows
  if (first === undefined || rows.length <= bins) return [...rows]
  const columns = Object.keys(first)
  return Array.from({ length: bins }, (_, bin) => {
    const part = rows.slice(Math.floor((bin * rows.length) / bins), Math.floor(((bin + 1) * rows.length) / bins))
    const means = columns.map((column) => {
      const finite = part.map(valueIn(column)).filter(Number.isFinite)
      return [column, finite.reduce((sum, value) => sum + value, 0) / finite.length]
    })
    return Object.fromEntries(means) as TrainingCurveRow
  })
}

/** Columns with a look of their own, as far as there are some. */
function looking(columns: readonly CurveLabel[], looks: readonly Pick<Series, 'colour' | 'dash'>[]): Series[] {
  return columns.map((column, i) => ({ ...column, ...elementAt(looks, i % looks.length) }))
}
