/** Mean score on the selection films against the multiple K, one curve for each of several searches, named below the plot. */
import { scaleLinear } from 'd3-scale'
import { line as linePath } from 'd3-shape'
import { fixed } from '../../base/format.js'
import { bottomAxis, circle, leftAxis, path, picture } from '../svg.js'
import { besideAxis, beyondAxis, placed, sideBySide, valueMarks } from './axis.js'
import { legend } from './legend.js'

export interface SearchCurve {
  label: string
  points: readonly { readonly k: number; readonly mean: number }[]
  /** Marked by a ring. */
  kOptimal: number
  colour: 1 | 2 | 3 | 4 | 5 | 6
  /** Line form: '', 'short', 'long', 'dots' or 'thick'. */
  dash: string
}

export interface SearchCurvesOptions {
  id: string
  title: string
  /** Pixels; 860 for a page, 350 for a phone. */
  width?: number
  /** Axis title, such as "AUC on 32 tuning films". */
  scoreTitle: string
}

/** The first curve is drawn on top of the others. */
export function searchCurves(curves: readonly SearchCurve[], options: SearchCurvesOptions): string {
  const { id, title, width = 860, scoreTitle } = options
  const narrow = width < 500
  const [top, bottom] = [34, narrow ? 230 : 260]
  const ks = [...new Set(curves.flatMap(({ points }) => points.map(({ k }) => k)))].sort((a, b) => a - b)
  const values = curves.flatMap(({ points }) => points.map(({ mean }) => mean))
  const lowest = values.length > 0 ? Math.min(...values) : 0
  const y = scaleLinear([lowest, Math.max(lowest + 0.02, ...values)], [bottom, top + 6]).nice(5)
  const scores = valueMarks(y, 5)
  const whole = ks.filter(Number.isInteger).map((k) => ({ value: k, label: String(k) }))
  const left = besideAxis(scores, 48)
  const right = width - beyondAxis(whole, 14)
  const x = scaleLinear([(ks[0] ?? 1) - 0.5, (ks.at(-1) ?? 1) + 0.5], [left, right])
  const draw = linePath<SearchCurve['points'][number]>(
    ({ k }) => x(k),
    ({ mean }) => y(mean),
  ).digits(1)

  const body = [
    leftAxis(placed(scores, y), left, right, top, scoreTitle),
    bottomAxis(placed(sideBySide(whole, x), x), left, right, bottom, bottom, 'Multiple K'),
  ]
  for (const { points, kOptimal, colour, dash } of [...curves].reverse()) {
    const sorted = [...points].sort((a, b) => a.k - b.k)
    const chosen = sorted.find(({ k }) => k === kOptimal)
    body.push(path(draw(sorted), `stroke-${colour} ${dash}`))
    if (chosen) body.push(circle(x(chosen.k), y(chosen.mean), 4, `open-${colour}`))
  }

  const named = legend(curves, { left, right, top: bottom + 66 })
  const description = curves
    .map(({ label, points, kOptimal }) => {
      const chosen = points.find(({ k }) => k === kOptimal)
      return `${label}: ${fixed(chosen?.mean ?? null)} at the chosen K = ${kOptimal}.`
    })
    .join(' ')
  return picture({ id, title, description, width, height: named.bottom }, [...body, ...named.body])
}
