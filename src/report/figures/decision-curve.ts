/** Net benefit against the probability from which one would act: the arms against acting on everybody and on nobody. */
import { scaleLinear } from 'd3-scale'
import { area, line as linePath } from 'd3-shape'
import { bottomAxis, leftAxis, line, path, picture, text, wrap } from '../svg.js'
import { besideAxis, marksOf, placed, valueMarks } from './axis.js'

export interface DecisionCurvePoint {
  threshold: number
  model: number
  low: number | null
  high: number | null
  all: number
}

export interface DecisionSeries {
  label: string
  points: readonly DecisionCurvePoint[]
  colour: 1 | 2 | 3 | 4 | 5 | 6
  dash: string
}

export interface DecisionOptions {
  id: string
  title: string
  /** Pixels; 860 for a page, 350 for a phone. */
  width?: number
}

/** The first series has a band; acting on everybody is drawn from it. The axis ends a little below 0, where no one would act. */
export function decisionCurves(series: readonly DecisionSeries[], { id, title, width = 860 }: DecisionOptions): string {
  const narrow = width < 500
  const top = 34
  const bottom = top + (narrow ? 240 : 320)
  const points = series.flatMap((one) => one.points)
  const highest = Math.max(0.05, ...points.map((point) => Math.max(point.high ?? point.model, point.all)))
  const y = scaleLinear([-highest / 4, highest], [bottom, top])
    .nice(5)
    .clamp(true)
  const benefits = valueMarks(y, 5)
  const left = besideAxis(benefits)
  const right = width - 14
  const x = scaleLinear([0, 1], [left, right])
  const body = [
    leftAxis(placed(benefits, y), left, right, top, narrow ? 'Net benefit' : 'Net benefit (needed actions per film)'),
    bottomAxis(
      placed(marksOf([0, 0.2, 0.4, 0.6, 0.8, 1]), x),
      left,
      right,
      bottom,
      top,
      'Probability from which one would act',
    ),
    line(left, y(0), right, y(0), 'axis'),
  ]
  const lowest = Math.min(...y.domain())
  const visible = (value: number) => value > lowest
  const curve = (value: (point: DecisionCurvePoint) => number) =>
    linePath<DecisionCurvePoint>(
      (p) => x(p.threshold),
      (p) => y(value(p)),
    )
      .defined((p) => visible(value(p)))
      .digits(1)
  const [main] = series
  if (main) {
    const band = area<DecisionCurvePoint>(
      (p) => x(p.threshold),
      (p) => y(p.low ?? p.model),
      (p) => y(p.high ?? p.model),
    )
      .defined((p) => p.low !== null && p.high !== null)
      .digits(1)
    body.push(path(band([...main.points]), `fill-${main.colour} soft`))
    body.push(path(curve((p) => p.all)([...main.points]), 'dashed'))
  }
  for (const one of [...series].reverse()) {
    body.push(path(curve((p) => p.model)([...one.points]), `stroke-${one.colour} ${one.dash}`))
  }
  let at = bottom + 62
  const key = [
    ...series.map((one) => ({ label: one.label, className: `stroke-${one.colour} ${one.dash}` })),
    { label: 'Acting on everybody', className: 'dashed' },
    { label: 'Acting on nobody', className: 'axis' },
  ]
  for (const { label, className } of key) {
    body.push(line(left, at - 4, left + 26, at - 4, className))
    for (const part of wrap(label, right - left - 36, 13)) {
      body.push(text(left + 36, at, part))
      at += 16
    }
    at += 3
  }
  const description = series
    .map(
      (one) =>
        `${one.label}: ${one.points.filter((p) => p.model > Math.max(0, p.all)).length} of ${one.points.length} thresholds above acting on everybody and on nobody.`,
    )
    .join(' ')
  return picture({ id, title, description, width, height: at + 2 }, body)
}
