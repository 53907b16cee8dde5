/**
 * What happened against what was said: share of diseased films against their probability. Groups of films as points with
 * Wilson limits, the recalibration line with its band, and how many films lie where along the bottom.
 */
import { area, line as linePath } from 'd3-shape'
import { circle, line, path, picture, rect, text, wrap } from '../svg.js'
import { unitSquare } from './unit-square.js'

export interface CalibrationSeries {
  label: string
  /** Intercept and slope with their intervals, as text. */
  note: string
  groups: readonly { n: number; predicted: number; observed: number; low: number; high: number }[]
  /** [probability, observed, low, high]. */
  line: readonly (readonly [number, number, number, number])[]
  colour: 1 | 2 | 3 | 4 | 5 | 6
  dash: string
}

export interface CalibrationOptions {
  id: string
  title: string
  /** Pixels; 560 for a page, 350 for a phone. */
  width?: number
}

/** The first series has points, limits and a band; the others a line alone. */
export function calibrationCurves(
  series: readonly CalibrationSeries[],
  { id, title, width = 560 }: CalibrationOptions,
): string {
  const { left, right, bottom, x, y, body } = unitSquare(width, 'Probability', 'Share of diseased films')
  type Point = readonly [number, number, number, number]
  const [main] = series
  if (main) {
    const band = area<Point>(
      (p) => x(p[0]),
      (p) => y(p[2]),
      (p) => y(p[3]),
    ).digits(1)
    body.push(path(band([...main.line]), `fill-${main.colour} soft`))
  }
  const draw = linePath<Point>(
    (p) => x(p[0]),
    (p) => y(p[1]),
  ).digits(1)
  for (const one of [...series].reverse()) body.push(path(draw([...one.line]), `stroke-${one.colour} ${one.dash}`))
  if (main) {
    const most = Math.max(1, ...main.groups.map((group) => group.n))
    for (const group of main.groups) {
      const at = x(group.predicted)
      body.push(
        rect(at - 0.75, y(group.high), 1.5, y(group.low) - y(group.high), `fill-${main.colour}`),
        circle(at, y(group.observed), 2.5 + 3 * Math.sqrt(group.n / most), `fill-${main.colour}`, `${group.n} films`),
      )
    }
  }
  let at = bottom + 62
  for (const one of series) {
    body.push(line(left, at - 4, left + 26, at - 4, `stroke-${one.colour} ${one.dash}`))
    for (const part of wrap(one.label, right - left - 36, 13)) {
      body.push(text(left + 36, at, part, { className: 'strong' }))
      at += 16
    }
    for (const part of wrap(one.note, right - left - 36)) {
      body.push(text(left + 36, at, part, { className: 'note' }))
      at += 16
    }
    at += 8
  }
  const description = series.map((one) => `${one.label}: ${one.note}.`).join(' ')
  return picture({ id, title, description, width, height: at }, body)
}
