/** GAN training: losses of discriminator and generator, and what the discriminator gets right, against the step. */
import { scaleLinear } from 'd3-scale'
import { line as linePath } from 'd3-shape'
import { count, fixed } from '../../base/format.js'
import { bottomAxis, leftAxis, path, picture, text } from '../svg.js'
import { besideAxis, beyondAxis, placed, valueMarks, wholeMarks } from './axis.js'

/** A row of `gan/curves.csv`. */
export interface TrainingCurveRow {
  step: number
  discriminator: number
  generator: number
  /** Shares, 0..1: real films called real, synthetic ones called synthetic, classes named rightly. */
  realAccuracy: number
  fakeAccuracy: number
  classAccuracy: number
}

type Column = Exclude<keyof TrainingCurveRow, 'step'>
type Series = { column: Column; label: string; colour: 1 | 2 | 3 | 4; dash: string }

const losses: Series[] = [
  { column: 'discriminator', label: 'discriminator', colour: 1, dash: '' },
  { column: 'generator', label: 'generator', colour: 3, dash: 'long' },
]
const accuracies: Series[] = [
  { column: 'realAccuracy', label: 'real films called real', colour: 2, dash: 'short' },
  { column: 'fakeAccuracy', label: 'synthetic films called synthetic', colour: 3, dash: 'long' },
  { column: 'classAccuracy', label: 'class named rightly', colour: 4, dash: '' },
]

export interface TrainingCurvesOptions {
  id: string
  /** Pixels; 860 for a page, 350 for a phone. */
  width?: number
}

/** Rows may be many: a curve is the mean over each of at most 150 stretches of steps. Values that are not finite are left out. */
export function trainingCurves(rows: readonly TrainingCurveRow[], { id, width = 860 }: TrainingCurvesOptions): string {
  const narrow = width < 500
  const binned = binRows(
    [...rows].sort((a, b) => a.step - b.step),
    150,
  )
  const gap = 48
  const panelWidth = narrow ? width : (width - gap) / 2
  const panelHeight = 210
  const top = 34
  const keyRows = (series: Series[]) => series.length * 18
  const lossPanel = panel(binned, losses, 'Loss', 0, top, panelWidth, panelHeight)
  const secondTop = narrow ? top + panelHeight + 52 + keyRows(losses) + 34 : top
  const accuracyPanel = panel(
    binned,
    accuracies,
    'Share right',
    narrow ? 0 : panelWidth + gap,
    secondTop,
    panelWidth,
    panelHeight,
    [0, 1],
  )
  const height = secondTop + panelHeight + 52 + keyRows(accuracies) + 6
  const last = rows.at(-1)
  const description = last
    ? `Losses and shares over ${count(last.step)} steps. At the end: discriminator loss ${fixed(last.discriminator, 2)}, generator loss ${fixed(last.generator, 2)}, class named rightly ${fixed(last.classAccuracy, 2)}.`
    : 'No curve was recorded.'
  return picture({ id, title: 'Training of the GAN', description, width, height }, [lossPanel, accuracyPanel])
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
  const values = series.flatMap((s) => rows.map((row) => row[s.column])).filter(Number.isFinite)
  const y = scaleLinear(domain ?? [0, Math.max(1, ...values)], [bottom, top]).nice(4)
  const marks = valueMarks(y, 4)
  const left = leftEdge + besideAxis(marks)
  const lastStep = [0, Math.max(1, ...rows.map((row) => row.step))]
  const steps = wholeMarks(scaleLinear().domain(lastStep), { most: 5, room: leftEdge + width - left, write: count })
  const right = leftEdge + width - beyondAxis(steps)
  const x = scaleLinear(lastStep, [left, right])
  const draw = (column: Column) =>
    linePath<TrainingCurveRow>(
      (row) => x(row.step),
      (row) => y(row[column]),
    )
      .defined((row) => Number.isFinite(row[column]))
      .digits(1)([...rows])
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

/** Means over equal stretches of rows; a mean leaves out what is not finite. */
function binRows(rows: readonly TrainingCurveRow[], bins: number): TrainingCurveRow[] {
  if (rows.length <= bins) return [...rows]
  return Array.from({ length: bins }, (_, bin) => {
    const part = rows.slice(Math.floor((bin * rows.length) / bins), Math.floor(((bin + 1) * rows.length) / bins))
    const mean = (column: keyof TrainingCurveRow) => {
      const finite = part.map((row) => row[column]).filter(Number.isFinite)
      return finite.reduce((sum, value) => sum + value, 0) / finite.length
    }
    return {
      step: mean('step'),
      discriminator: mean('discriminator'),
      generator: mean('generator'),
      realAccuracy: mean('realAccuracy'),
      fakeAccuracy: mean('fakeAccuracy'),
      classAccuracy: mean('classAccuracy'),
    }
  })
}
