/**
 * Metric on the selection films against the multiple K and the size of the training set (the paper's Figure 1):
 * mean with a band of one standard error, each repeat as a dot, the chosen K, the stop, and the K not distinguishable from the best.
 */
import { scaleLinear } from 'd3-scale'
import { area, line as linePath } from 'd3-shape'
import { count, fixed, ranges } from '../../base/format.js'
import { bottomAxis, circle, leftAxis, line, path, picture, rect, text, textWidth } from '../svg.js'
import { besideAxis, beyondAxis, placed, sideBySide, valueMarks } from './axis.js'

export interface KCurveTrial {
  k: number
  /** Images in the training set. */
  size: number
  scores: readonly number[]
  mean: number
  se: number | null
}

export interface KCurveOptions {
  id: string
  /** Pixels; 860 for a page, 350 for a phone. */
  width?: number
  /** Axis title, such as "AUC on 32 tuning films". */
  scoreTitle: string
  /** What the metric can reach: neither the axis nor the band goes beyond. Default: 0 to 1. */
  bounds?: readonly [least: number, most: number]
  /** The chosen K; of a search at work the best so far. */
  kOptimal: number
  /** Null while the search is at work. */
  stoppedAt: number | null
  converged: boolean
  indistinguishable: readonly number[]
}

/** Trials may come in any order; an empty list draws empty axes. */
export function kCurve(trials: readonly KCurveTrial[], options: KCurveOptions): string {
  const { width = 860, bounds: [least, most] = [0, 1], kOptimal, stoppedAt, indistinguishable } = options
  const narrow = width < 500
  const sorted = [...trials].sort((a, b) => a.k - b.k)
  const height = narrow ? 350 : 400
  const top = narrow ? 76 : 58
  const bottom = height - 84

  const ks = sorted.map((trial) => trial.k)
  const first = ks[0] ?? 1
  const last = ks.at(-1) ?? 1
  const values = sorted.flatMap((t) => [...t.scores, t.mean - (t.se ?? 0), t.mean + (t.se ?? 0)])
  const lowest = Math.max(least, Math.min(...(values.length > 0 ? values : [0])))
  const highest = Math.min(most, Math.max(...(values.length > 0 ? values : [1])))
  const y = scaleLinear([lowest, Math.max(highest, lowest + 0.02)], [bottom, top + 6]).nice(5)
  const scores = valueMarks(y, 5)
  const images = new Map(sorted.map((trial) => [trial.k, count(trial.size)]))
  const sizes = wholeFirst(ks, narrow ? 4 : 7).map((k) => ({ value: k, label: images.get(k) as string }))
  const multiples = wholeFirst(ks, narrow ? 7 : 14).map((k) => ({ value: k, label: String(k) }))
  const left = besideAxis(scores, 48)
  const right = width - beyondAxis(sizes, 14)
  const x = scaleLinear([first - 0.5, last + 0.5], [left, right])

  const body: string[] = []
  const chosen = sorted.find((trial) => trial.k === kOptimal)
  body.push(leftAxis(placed(scores, y), left, right, top - (narrow ? 44 : 18), options.scoreTitle))
  body.push(bottomAxis(placed(sideBySide(multiples, x), x), left, right, bottom, bottom, 'Multiple K'))
  for (const { at, label } of placed(sideBySide(sizes, x), x))
    body.push(text(at, top - 4, label, { className: 'tick', anchor: 'middle' }))
  body.push(text(right, top - (narrow ? 26 : 30), 'images in the training set', { className: 'title', anchor: 'end' }))

  // past the stop the grid is scored for the null distribution alone
  if (stoppedAt !== null && stoppedAt < last)
    body.push(rect(x(stoppedAt), top + 4, right - x(stoppedAt), bottom - top - 4, 'fill-2 soft'))
  const band = area<KCurveTrial>(
    (t) => x(t.k),
    (t) => y(Math.max(least, t.mean - t.se!)),
    (t) => y(Math.min(most, t.mean + t.se!)),
  )
    .defined((t) => t.se !== null)
    .digits(1)
  body.push(path(band(sorted), 'fill-1 soft'))
  body.push(
    ...sorted.flatMap((t) =>
      t.scores.length > 1 ? t.scores.map((s) => circle(x(t.k), y(s), 1.8, 'fill-1 faint')) : [],
    ),
  )
  body.push(
    path(
      linePath<KCurveTrial>(
        (t) => x(t.k),
        (t) => y(t.mean),
      ).digits(1)(sorted),
      'stroke-1',
    ),
  )

  if (stoppedAt !== null && stoppedAt >= first && stoppedAt <= last) {
    body.push(line(x(stoppedAt), top + 4, x(stoppedAt), bottom, 'dashed'))
    const label = options.converged ? `stopped at K = ${stoppedAt}` : `ended at K = ${stoppedAt}, not converged`
    const fits = x(stoppedAt) + textWidth(label) + 6 < right
    body.push(
      text(x(stoppedAt) + (fits ? 6 : -6), bottom - 8, label, { className: 'note', anchor: fits ? 'start' : 'end' }),
    )
  }
  if (chosen) {
    body.push(line(x(kOptimal), y(chosen.mean), x(kOptimal), bottom, 'mark'))
    body.push(circle(x(kOptimal), y(chosen.mean), 5.5, 'open-1'))
    const label = `${stoppedAt === null ? 'best so far' : 'chosen'} K = ${kOptimal}`
    const anchor = x(kOptimal) + textWidth(label) + 14 > right ? 'end' : 'start'
    body.push(
      text(x(kOptimal) + (anchor === 'start' ? 9 : -9), y(chosen.mean) - 10, label, { className: 'strong', anchor }),
    )
  }
  if (indistinguishable.length > 0) {
    body.push(
      ...indistinguishable
        .filter((k) => ks.includes(k))
        .map((k) => {
          const { from, to } = around(ks, k)
          const gap = Math.min(0.5, (x(to) - x(from)) / 6)
          return rect(x(from) + gap, bottom + 50, x(to) - x(from) - 2 * gap, 6, 'fill-1')
        }),
    )
    body.push(
      text(
        left,
        bottom + 74,
        narrow
          ? `bar: K not told from the best`
          : `bar: K not distinguishable from the best (${ranges(indistinguishable, ks)})`,
        { className: 'note' },
      ),
    )
  }

  const description =
    stoppedAt === null
      ? `The search is at work: ${sorted.length} multiples so far${chosen ? `, the best of them K = ${kOptimal} with ${fixed(chosen.mean)}` : ''}.`
      : chosen
        ? `${sorted.length} multiples from ${first} to ${last}. Chosen K = ${kOptimal} with ${fixed(chosen.mean)}${chosen.se === null ? '' : `, standard error ${fixed(chosen.se)}`}. The search ${options.converged ? 'stopped' : 'ended without converging'} at K = ${stoppedAt}. Not distinguishable from the best: K = ${ranges(indistinguishable, ks)}.`
        : 'No trial.'
  return picture(
    { id: options.id, title: `${options.scoreTitle} against the multiple K`, description, width, height },
    body,
  )
}

/** Multiples worth a label, those before others that matter more: at most `most` whole ones, then what lies between whole ones. */
function wholeFirst(ks: readonly number[], most: number): number[] {
  return [...thin(ks.filter(Number.isInteger), most), ...ks.filter((k) => !Number.isInteger(k))]
}

/** From half way to the multiple before to half way to the next; half a unit beyond the ends. */
function around(ks: readonly number[], k: number): { from: number; to: number } {
  const at = ks.indexOf(k)
  return { from: (k + (ks[at - 1] ?? k - 1)) / 2, to: (k + (ks[at + 1] ?? k + 1)) / 2 }
}

/** At most `most` of the values, evenly spaced, the first one among them. */
function thin(values: readonly number[], most: number): number[] {
  const step = Math.ceil(values.length / most)
  return values.filter((_, i) => i % step === 0)
}
