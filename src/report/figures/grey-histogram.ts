/** Grey values of each class: the share of pixels from black to full white, a line a class. */
import { scaleLinear } from 'd3-scale'
import { line as linePath } from 'd3-shape'
import { fixed, percentage } from '../../base/format.js'
import { bottomAxis, leftAxis, line, path, picture, text } from '../svg.js'
import { besideAxis, placed, valueMarks } from './axis.js'

export interface HistogramSeries {
  label: string
  /** Shares of pixels in equal steps from black to white; they add up to 1. */
  shares: readonly number[]
  colour: 1 | 2 | 3 | 4 | 5 | 6
  /** Line form: '', 'short', 'long' or 'dots'. */
  dash: string
}

export interface HistogramOptions {
  id: string
  title: string
  /** Pixels; 860 for a page, 350 for a phone. */
  width?: number
}

/** Shares above this quantile of all are cut off: black background would flatten the rest. */
const shownQuantile = 0.97

export function greyHistogram(
  series: readonly HistogramSeries[],
  { id, title, width = 860 }: HistogramOptions,
): string {
  const narrow = width < 500
  const top = 34
  const bottom = narrow ? 240 : 300
  const all = series.flatMap(({ shares }) => shares).toSorted((a, b) => a - b)
  const highest = (all[Math.floor(shownQuantile * (all.length - 1))] ?? 0) * 1.25 || 1
  const y = scaleLinear([0, highest], [bottom, top]).clamp(true).nice(4)
  const shares = valueMarks(y, 4, (share, digits) => `${fixed(100 * share, Math.max(0, digits - 2))} %`)
  const left = besideAxis(shares)
  const right = width - 20
  const x = scaleLinear([0, 1], [left, right])
  const body = [
    leftAxis(placed(shares, y), left, right, top, 'Share of pixels'),
    bottomAxis(
      [0, 0.25, 0.5, 0.75, 1].map((t) => ({ at: x(t), label: t === 0 ? 'black' : t === 1 ? 'white' : `${100 * t} %` })),
      left,
      right,
      bottom,
      top,
      'Grey value',
    ),
  ]
  for (const { shares, colour, dash } of series) {
    const draw = linePath<number>(
      (_, i) => x((i + 0.5) / shares.length),
      (share) => y(share),
    ).digits(1)
    body.push(path(draw([...shares]), `stroke-${colour} ${dash}`))
  }
  let at = bottom + 62
  for (const { label, colour, dash } of series) {
    body.push(line(left, at - 4, left + 26, at - 4, `stroke-${colour} ${dash}`))
    body.push(text(left + 36, at, label))
    at += 20
  }
  const description = series
    .map(({ label, shares }) => {
      const mean = shares.reduce((sum, share, i) => sum + (share * (i + 0.5)) / shares.length, 0)
      return `${label}: mean grey ${percentage(mean)} of full white.`
    })
    .join(' ')
  return picture({ id, title, description, width, height: at }, body)
}
