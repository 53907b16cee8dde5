/**
 * MS-SSIM of random pairs among the images that each whole K adds, a curve for each class, beside the mean of real films of that class
 * with its limits (the paper's Figure S2). Bars: 95 % limits.
 */
import { scaleLinear } from 'd3-scale'
import { line as linePath } from 'd3-shape'
import { fixed } from '../../base/format.js'
import { bottomAxis, circle, leftAxis, line, path, picture, rect } from '../svg.js'
import { besideAxis, beyondAxis, placed, sideBySide, valueMarks } from './axis.js'
import { legend } from './legend.js'

interface Limits {
  readonly mean: number | null
  readonly low: number | null
  readonly high: number | null
}

export interface SimilarityCurve {
  readonly label: string
  /** Of the images that each K adds. */
  readonly points: readonly (Limits & { readonly k: number })[]
  /** Of real films. */
  readonly real: Limits
  readonly colour: 1 | 2 | 3 | 4 | 5 | 6
}

export interface SimilarityByMultipleOptions {
  id: string
  /** Pixels; 860 for a page, 350 for a phone. */
  width?: number
  /** The metric's full name. */
  metric: string
}

/** Pixels that the curves of two classes stand apart, so that their bars do not cover each other. */
const apart = 3

export function similarityByMultiple(
  curves: readonly SimilarityCurve[],
  { id, width = 860, metric }: SimilarityByMultipleOptions,
): string {
  const narrow = width < 500
  const [top, bottom] = [34, narrow ? 230 : 270]
  const known = curves.map((curve) => ({ ...curve, points: curve.points.flatMap(measured) }))
  const ks = [...new Set(known.flatMap(({ points }) => points.map(({ k }) => k)))].sort((a, b) => a - b)
  const ends = [...known.flatMap(({ points }) => points), ...known.flatMap(({ real }) => measured(real))]
  const [lowest, highest] = [Math.min(1, ...ends.map(({ low }) => low)), Math.max(0, ...ends.map(({ high }) => high))]
  const y = scaleLinear([lowest, Math.max(highest, lowest + 0.02)], [bottom, top + 6]).nice(5)
  const marks = valueMarks(y, 5)
  const multiples = ks.map((k) => ({ value: k, label: String(k) }))
  const left = besideAxis(marks, 48)
  const right = width - beyondAxis(multiples, 14)
  const x = scaleLinear([(ks[0] ?? 1) - 0.5, (ks.at(-1) ?? 1) + 0.5], [left, right])

  const body = [
    leftAxis(placed(marks, y), left, right, top, 'Mean MS-SSIM of random pairs (higher: more alike)'),
    bottomAxis(placed(sideBySide(multiples, x), x), left, right, bottom, bottom, 'Multiple K'),
  ]
  for (const { real, colour } of known) {
    for (const { mean, low, high } of measured(real)) {
      body.push(rect(left, y(high), right - left, y(low) - y(high), `fill-${colour} soft`))
      body.push(line(left, y(mean), right, y(mean), `stroke-${colour} short thin`))
    }
  }
  for (const [i, { points, colour }] of known.entries()) {
    const at = (k: number) => x(k) + apart * (i - (known.length - 1) / 2)
    const draw = linePath<(typeof points)[number]>(
      ({ k }) => at(k),
      ({ mean }) => y(mean),
    ).digits(1)
    for (const { k, low, high } of points) body.push(line(at(k), y(low), at(k), y(high), `stroke-${colour} thin faint`))
    body.push(path(draw(points), `stroke-${colour}`))
    for (const { k, mean } of points) body.push(circle(at(k), y(mean), 2.5, `fill-${colour}`))
  }

  const named = legend(
    known.flatMap(({ label, colour }) => [
      { label: `${label}: synthetic films that K adds`, colour, dash: '' },
      { label: `${label}: real films`, colour, dash: 'short thin', band: true },
    ]),
    { left, right, top: bottom + 66 },
  )
  const description = known
    .map(({ label, points, real }) => {
      const means = points.map(({ mean }) => mean)
      const range = means.length > 0 ? `${fixed(Math.min(...means))} to ${fixed(Math.max(...means))}` : 'too few films'
      return `${label}: synthetic ${range}, real ${fixed(real.mean)}.`
    })
    .join(' ')
  return picture({ id, title: `${metric} of the films that each K adds`, description, width, height: named.bottom }, [
    ...body,
    ...named.body,
  ])
}

/** What has a mean with limits. */
function measured<P extends Limits>(one: P): (P & Record<'mean' | 'low' | 'high', number>)[] {
  const { mean, low, high } = one
  return mean === null || low === null || high === null ? [] : [{ ...one, mean, low, high }]
}
