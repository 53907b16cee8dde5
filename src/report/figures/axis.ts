/** Values marked on an axis: as many decimals as tell them apart, labels that fit side by side, margins as wide as the labels. */
import { fixed } from '../../base/format.js'
import { type Tick, textWidth } from '../svg.js'

export interface Mark {
  readonly value: number
  readonly label: string
}

/** What of a d3 scale an axis needs. */
interface Scale {
  (value: number): number
  ticks(count: number): number[]
}

/** Round values of a scale, all with the decimals that their step needs: `0.60 0.65 0.70`. */
export function valueMarks(
  scale: Pick<Scale, 'ticks'>,
  most: number,
  write: (value: number, digits: number) => string = fixed,
): Mark[] {
  return marksOf(scale.ticks(most), write)
}

/** The same of values that are given. */
export function marksOf(values: readonly number[], write: (value: number, digits: number) => string = fixed): Mark[] {
  const digits = decimalsOf(values)
  return values.map((value) => ({ value, label: write(value, digits) }))
}

/** Whole numbers of a scale, at most `most` and no more than fit side by side into `room` pixels. */
export function wholeMarks(
  scale: Pick<Scale, 'ticks'>,
  { most, room, write }: { most: number; room: number; write: (value: number) => string },
): Mark[] {
  for (let n = most; n > 1; n--) {
    const values = scale.ticks(n).filter(Number.isInteger)
    const marks = values.map((value) => ({ value, label: write(value) }))
    if (marks.length > 1 && (widest(marks.map(({ label }) => label)) + 10) * marks.length <= room) return marks
  }
  const [first] = scale.ticks(2).filter(Number.isInteger)
  return first === undefined ? [] : [{ value: first, label: write(first) }]
}

/** Those of the marks whose labels fit side by side, where a mark gives way to those before it. */
export function sideBySide(marks: readonly Mark[], scale: (value: number) => number): Mark[] {
  const fitting: Mark[] = []
  for (const mark of marks) {
    const apart = (other: Mark) => (textWidth(mark.label) + textWidth(other.label)) / 2 + 6
    if (fitting.every((other) => Math.abs(scale(mark.value) - scale(other.value)) >= apart(other))) fitting.push(mark)
  }
  return fitting.sort((a, b) => a.value - b.value)
}

export function placed(marks: readonly Mark[], scale: (value: number) => number): Tick[] {
  return marks.map(({ value, label }) => ({ at: scale(value), label }))
}

/** Pixels left of an axis with these labels beside it. */
export function besideAxis(marks: readonly Mark[], least = 40): number {
  return Math.max(least, Math.ceil(widest(marks.map(({ label }) => label))) + 12)
}

/** Pixels that labels centred under the ends of an axis need beyond it. */
export function beyondAxis(marks: readonly Mark[], least = 8): number {
  return Math.max(least, Math.ceil(widest(marks.map(({ label }) => label)) / 2) + 2)
}

function widest(labels: readonly string[]): number {
  return Math.max(0, ...labels.map((label) => textWidth(label)))
}

/** Decimals that write all of these exactly: those of their step and of where it begins. */
function decimalsOf(values: readonly number[]): number {
  const span = Math.max(...values) - Math.min(...values) || 1
  for (let digits = 0; digits < 12; digits++) {
    if (values.every((value) => Math.abs(value - Number(value.toFixed(digits))) < span * 1e-6)) return digits
  }
  return 12
}
