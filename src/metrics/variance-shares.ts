/**
 * Which part of the spread over repeats is the GAN's, the draw's, the head's: components of variance of a balanced design
 * (GANs, draws within a GAN, head seeds crossed with both) by the method of moments, that is from the mean squares of its
 * analysis of variance. Limits of a component: the modified large-sample method (Ting, Burdick, Graybill, Jeyaratnam and Lu
 * 1990, Journal of Statistical Computation and Simulation 35:135), which holds for few levels.
 */
import { fQuantile } from './distributions.js'

export type Factor = 'gan' | 'draw' | 'head' | 'residual'

/** A score and the levels it was got at; draws are numbered over all GANs. */
export interface RepeatedScore {
  readonly gan: number
  readonly draw: number
  /** One and the same where the head is fitted without a seed. */
  readonly head: number
  readonly score: number
}

/** Why a share could not be estimated; `holds`: what it holds beside its own, where that did not vary by itself. */
export type ShareReason =
  | 'one-gan'
  | 'one-draw'
  | 'one-draw-of-each-gan'
  | 'one-head-seed'
  | 'head-varies-with-draw'
  | 'no-repeat-alone'
  | { readonly kind: 'holds'; readonly of: readonly Factor[] }

export interface VarianceShare {
  readonly factor: Factor
  /** Component of variance, at least 0; null: not estimated. */
  readonly variance: number | null
  /** 95 % limits. */
  readonly low: number | null
  readonly high: number | null
  /** Of the sum of those estimated. */
  readonly share: number | null
  /** Why it could not be estimated, or what it holds beside its own. */
  readonly reason?: ShareReason
}

interface MeanSquare {
  readonly value: number
  readonly degreesOfFreedom: number
}

/** Shares of all four, in the order GAN, draw, head, residual. */
export function varianceShares(scores: readonly RepeatedScore[]): VarianceShare[] {
  const count = (factor: 'gan' | 'draw' | 'head') => new Set(scores.map((one) => one[factor])).size
  const gans = count('gan')
  const draws = count('draw') / gans
  const crossed = scores.length > count('draw')
  const heads = crossed ? scores.length / count('draw') : 1
  // What one factor holds of those below it, where they did not vary by themselves.
  const rest: readonly Factor[] = count('head') > 1 ? ['head', 'residual'] : ['residual']
  const squares = meanSquares(scores, crossed)
  const { gan, draw, head, residual } = squares
  const parts: Omit<VarianceShare, 'share'>[] = []
  const none = (factor: Factor, reason: ShareReason) =>
    parts.push({ factor, variance: null, low: null, high: null, reason })

  if (gans < 2) none('gan', 'one-gan')
  else if (draws > 1) parts.push({ factor: 'gan', ...component(gan, draw, draws * heads) })
  else
    parts.push({
      factor: 'gan',
      ...component(gan, crossed ? residual : null, heads),
      reason: { kind: 'holds', of: ['draw', ...(crossed ? [] : rest)] },
    })

  if (draws < 2) none('draw', gans < 2 ? 'one-draw' : 'one-draw-of-each-gan')
  else if (crossed) parts.push({ factor: 'draw', ...component(draw, residual, heads) })
  else parts.push({ factor: 'draw', ...component(draw, null, 1), reason: { kind: 'holds', of: rest } })

  if (count('head') < 2) none('head', 'one-head-seed')
  else if (!crossed) none('head', 'head-varies-with-draw')
  else parts.push({ factor: 'head', ...component(head, residual, gans * draws) })

  if (!crossed || residual.degreesOfFreedom === 0) none('residual', 'no-repeat-alone')
  else parts.push({ factor: 'residual', ...component(residual, null, 1) })

  const total = parts.reduce((sum, { variance }) => sum + (variance ?? 0), 0)
  return parts.map((part) => ({
    ...part,
    share: part.variance === null ? null : total > 0 ? part.variance / total : 0,
  }))
}

function meanSquares(scores: readonly RepeatedScore[], crossed: boolean): Record<Factor, MeanSquare> {
  const mean = (values: readonly RepeatedScore[]) => values.reduce((sum, { score }) => sum + score, 0) / values.length
  const means = (key: (one: RepeatedScore) => number) => {
    const groups = new Map<number, RepeatedScore[]>()
    for (const one of scores) groups.set(key(one), [...(groups.get(key(one)) ?? []), one])
    return new Map([...groups].map(([level, members]) => [level, mean(members)]))
  }
  const all = mean(scores)
  const [byGan, byDraw, byHead] = [means((one) => one.gan), means((one) => one.draw), means((one) => one.head)]
  const sum = (deviation: (one: RepeatedScore) => number) => scores.reduce((s, one) => s + deviation(one) ** 2, 0)
  const at = (map: Map<number, number>, level: number) => map.get(level) as number
  const square = (total: number, degreesOfFreedom: number): MeanSquare => ({
    value: degreesOfFreedom > 0 ? (total < rounding ? 0 : total) / degreesOfFreedom : Number.NaN,
    degreesOfFreedom,
  })
  return {
    gan: square(
      sum((one) => at(byGan, one.gan) - all),
      byGan.size - 1,
    ),
    draw: square(
      sum((one) => at(byDraw, one.draw) - at(byGan, one.gan)),
      byDraw.size - byGan.size,
    ),
    head: square(crossed ? sum((one) => at(byHead, one.head) - all) : 0, crossed ? byHead.size - 1 : 0),
    residual: square(
      crossed ? sum((one) => one.score - at(byDraw, one.draw) - at(byHead, one.head) + all) : 0,
      crossed ? (byDraw.size - 1) * (byHead.size - 1) : 0,
    ),
  }
}

type Component = Pick<VarianceShare, 'variance' | 'low' | 'high'>

/** (above - below) / n with 95 % limits; without `below`: above / n by chi-square. Never below 0. */
function component(above: MeanSquare, below: MeanSquare | null, n: number): Component {
  const chi = (p: number, { degreesOfFreedom }: MeanSquare) => fQuantile(p, degreesOfFreedom, manyDegrees)
  const a = above.value
  const [aHigh, aLow] = [chi(0.975, above), chi(0.025, above)]
  if (below === null || !(below.degreesOfFreedom > 0))
    return { variance: a / n, low: a / aHigh / n, high: a / aLow / n }
  const b = below.value
  const [bHigh, bLow] = [chi(0.975, below), chi(0.025, below)]
  const f = (p: number) => fQuantile(p, above.degreesOfFreedom, below.degreesOfFreedom)
  const [fHigh, fLow] = [f(0.975), f(0.025)]
  const [g1, h1, g2, h2] = [1 - 1 / aHigh, 1 / aLow - 1, 1 - 1 / bHigh, 1 / bLow - 1]
  const g12 = ((fHigh - 1) ** 2 - (g1 * fHigh) ** 2 - h2 ** 2) / fHigh
  const h12 = ((1 - fLow) ** 2 - (h1 * fLow) ** 2 - g2 ** 2) / fLow
  const down = Math.sqrt(Math.max(0, (g1 * a) ** 2 + (h2 * b) ** 2 + g12 * a * b))
  const up = Math.sqrt(Math.max(0, (h1 * a) ** 2 + (g2 * b) ** 2 + h12 * a * b))
  const positive = (value: number) => Math.max(0, value / n)
  return { variance: positive(a - b), low: positive(a - b - down), high: positive(a - b + up) }
}

/** Sums of squares of scores (0..1) below this are the means' rounding. */
const rounding = 1e-24

/** F with so many degrees of freedom below is chi-square over its own. */
const manyDegrees = 1e7
