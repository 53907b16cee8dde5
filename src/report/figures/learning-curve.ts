/** AUC against the number of training films: measured sizes with intervals, the fitted curve with its band, and what lies beyond. */
import { scaleLinear, scaleLog } from 'd3-scale'
import { area, line as linePath } from 'd3-shape'
import { count, fixed, proportion } from '../../base/format.js'
import { bottomAxis, circle, leftAxis, line, path, picture, rect, text, textWidth } from '../svg.js'
import { besideAxis, beyondAxis, placed, valueMarks } from './axis.js'

interface Estimate {
  value: number
  low: number
  high: number
}

export interface CurveAt {
  films: number
  auc: Estimate
}

export interface LearningCurveOptions {
  id: string
  title: string
  /** Pixels; 860 for a page, 350 for a phone. */
  width?: number
  /** Training films that there are. */
  present: number
}

export const learningCurveTitle = 'AUC by the number of real training films'

/** `points`: as measured; `band`: the fitted curve, from few films to more than there are. */
export function learningCurveFigure(
  points: readonly CurveAt[],
  band: readonly CurveAt[],
  { id, title, width = 860, present }: LearningCurveOptions,
): string {
  const narrow = width < 500
  const top = 34
  const bottom = narrow ? 260 : 320
  const sizes = [...points, ...band].map(({ films }) => films)
  const values = [...points, ...band].flatMap(({ auc }) => [auc.low, auc.high])
  const y = scaleLinear([Math.max(0, Math.min(...values)), Math.min(1, Math.max(...values))], [bottom, top]).nice(5)
  const aucs = valueMarks(y, 5)
  const shown = ladder(Math.min(...sizes), Math.max(...sizes)).map((films) => ({ value: films, label: count(films) }))
  const left = besideAxis(aucs)
  const right = width - beyondAxis(shown, 18)
  const x = scaleLog([Math.min(...sizes) * 0.93, Math.max(...sizes) * 1.05], [left, right])
  const body = [
    leftAxis(placed(aucs, y), left, right, top, 'AUC, cross-validated'),
    bottomAxis(placed(shown, x), left, right, bottom, bottom, 'Training films'),
    path(
      area<CurveAt>(
        ({ films }) => x(films),
        ({ auc }) => y(auc.low),
        ({ auc }) => y(auc.high),
      ).digits(1)([...band]),
      'fill-1 soft',
    ),
    path(
      linePath<CurveAt>(
        ({ films }) => x(films),
        ({ auc }) => y(auc.value),
      ).digits(1)([...band]),
      'stroke-1',
    ),
    line(x(present), top, x(present), bottom, 'dashed'),
  ]
  const label = `${count(present)} in this run`
  const fits = x(present) + textWidth(label) + 6 < right
  body.push(
    text(x(present) + (fits ? 6 : -6), bottom - 8, label, { className: 'note', anchor: fits ? 'start' : 'end' }),
  )
  for (const { films, auc } of points) {
    body.push(rect(x(films) - 1, y(auc.high), 2, y(auc.low) - y(auc.high), 'fill-1'))
    body.push(circle(x(films), y(auc.value), 4.5, 'fill-1'))
  }
  const description = points
    .map(
      ({ films, auc }) =>
        `${films} training films: ${proportion(auc.value)} (${fixed(auc.low)} to ${fixed(auc.high)}).`,
    )
    .join(' ')
  return picture({ id, title, description, width, height: bottom + 48 }, body)
}

/** Whole numbers of films that read well on a logarithmic axis. */
function ladder(least: number, most: number): number[] {
  const steps = [10, 15, 20, 30, 50, 75, 100, 150, 200, 300, 500, 750]
  return [1, 10, 100, 1000]
    .flatMap((scale) => steps.map((step) => step * scale))
    .filter((n, i, all) => n >= least && n <= most && all.indexOf(n) === i)
}
