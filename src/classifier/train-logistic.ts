/**
 * L2-penalised logistic regression to convergence: minimises mean log loss + penalty / 2 |w|^2, bias unpenalised
 * (scikit-learn's LogisticRegression with C = 1 / (N penalty)), so that K cannot act through training length.
 * The penalty is the one with the least log loss on the tuning cases; a tie goes to the stronger.
 * L-BFGS (Nocedal and Wright, algorithm 7.5), from the strongest penalty to the weakest, each started at the one before.
 */
import type { NDArray } from '../base/ndarray.js'
import { dot, type FittedHead, foldStandardisation, type Standardisation, standardised } from './head.js'

/** Penalties tried, strong to weak. */
export const defaultPenalties: readonly number[] = [10, 3, 1, 0.3, 0.1, 0.03, 0.01, 0.003, 0.001]

/** Largest component of the gradient at which a fit counts as converged. */
const defaultTolerance = 1e-5
const maxIterations = 1000
/** Pairs of steps that L-BFGS remembers. */
const memory = 10

export interface LogisticOptions {
  readonly standardise: Standardisation | null
  /** Cases that choose the penalty, features [N, D] and labels 0 or 1. */
  readonly tuning: { readonly features: NDArray<'float32'>; readonly labels: ArrayLike<number> }
  readonly penalties?: readonly number[]
  readonly tolerance?: number
}

/** Fits a head on features [N, D] and labels 0 or 1. */
export function fitLogisticHead(
  features: NDArray<'float32'>,
  labels: ArrayLike<number>,
  { standardise, tuning, penalties = defaultPenalties, tolerance = defaultTolerance }: LogisticOptions,
): FittedHead {
  const x = standardised(features, standardise)
  const tuningX = standardised(tuning.features, standardise)
  const d = features.shape[1]
  const point = new Float64Array(d + 1) // weights, then bias
  let best = { loss: Number.POSITIVE_INFINITY, penalty: penalties[0], point: point.slice() }
  let worse = 0
  for (const penalty of penalties) {
    minimise(point, (at, gradient) => objective(x, labels, penalty, at, gradient), tolerance)
    const loss = logLoss(tuningX, tuning.labels, point)
    if (loss < best.loss) {
      best = { loss, penalty, point: point.slice() }
      worse = 0
    } else if (++worse === 2) break // past the minimum of the path; weaker penalties only fit closer
  }
  const head = foldStandardisation(best.point.slice(0, d), best.point[d], standardise)
  return { head, steps: null, penalty: best.penalty }
}

/** log(1 + exp(-margin)), without overflow. */
function softLoss(margin: number): number {
  return margin > 0 ? Math.log1p(Math.exp(-margin)) : -margin + Math.log1p(Math.exp(margin))
}

function logLoss(x: Float32Array, labels: ArrayLike<number>, point: Float64Array): number {
  const d = point.length - 1
  const weights = point.subarray(0, d)
  let sum = 0
  for (let i = 0; i < labels.length; i++) {
    const logit = dot(x, i * d, weights) + point[d]
    sum += softLoss(labels[i] === 1 ? logit : -logit)
  }
  return sum / labels.length
}

/** Value and gradient of the penalised loss. */
function objective(
  x: Float32Array,
  labels: ArrayLike<number>,
  penalty: number,
  point: Float64Array,
  gradient: Float64Array,
): number {
  const n = labels.length
  const d = point.length - 1
  const weights = point.subarray(0, d)
  let loss = 0
  let squares = 0
  for (let j = 0; j < d; j++) {
    gradient[j] = penalty * weights[j]
    squares += weights[j] * weights[j]
  }
  gradient[d] = 0
  for (let i = 0; i < n; i++) {
    const at = i * d
    const logit = dot(x, at, weights) + point[d]
    loss += softLoss(labels[i] === 1 ? logit : -logit)
    const error = (1 / (1 + Math.exp(-logit)) - labels[i]) / n
    for (let j = 0; j < d; j++) gradient[j] += error * x[at + j]
    gradient[d] += error
  }
  return loss / n + (penalty / 2) * squares
}

type Objective = (point: Float64Array, gradient: Float64Array) => number

/** L-BFGS in place, with halving until the decrease is enough (Armijo). */
function minimise(point: Float64Array, value: Objective, tolerance: number): void {
  const n = point.length
  let gradient = new Float64Array(n)
  let nextGradient = new Float64Array(n)
  const next = new Float64Array(n)
  const direction = new Float64Array(n)
  const pairs: { s: Float64Array; y: Float64Array; rho: number }[] = []
  let current = value(point, gradient)
  for (let iteration = 0; iteration < maxIterations; iteration++) {
    if (largest(gradient) <= tolerance) return
    descent(direction, gradient, pairs)
    let slope = inner(direction, gradient)
    if (slope >= 0) {
      pairs.length = 0
      descent(direction, gradient, pairs)
      slope = inner(direction, gradient)
    }
    let step = pairs.length === 0 ? Math.min(1, 1 / Math.sqrt(-slope)) : 1
    let reached = current
    for (let halving = 0; ; halving++) {
      for (let j = 0; j < n; j++) next[j] = point[j] + step * direction[j]
      reached = value(next, nextGradient)
      if (reached <= current + 1e-4 * step * slope) break
      if (halving === 40) return // rounding leaves no lower point on this line
      step /= 2
    }
    const s = new Float64Array(n)
    const y = new Float64Array(n)
    for (let j = 0; j < n; j++) {
      s[j] = next[j] - point[j]
      y[j] = nextGradient[j] - gradient[j]
    }
    const curvature = inner(s, y)
    if (curvature > 1e-12 * inner(y, y)) {
      pairs.push({ s, y, rho: 1 / curvature })
      if (pairs.length > memory) pairs.shift()
    }
    point.set(next)
    current = reached
    ;[gradient, nextGradient] = [nextGradient, gradient]
  }
}

/** The two-loop recursion: minus the inverse Hessian's estimate times the gradient. */
function descent(
  out: Float64Array,
  gradient: Float64Array,
  pairs: readonly { s: Float64Array; y: Float64Array; rho: number }[],
): void {
  for (let j = 0; j < out.length; j++) out[j] = -gradient[j]
  const alphas: number[] = []
  for (let i = pairs.length - 1; i >= 0; i--) {
    const { s, y, rho } = pairs[i]
    const alpha = rho * inner(s, out)
    alphas[i] = alpha
    for (let j = 0; j < out.length; j++) out[j] -= alpha * y[j]
  }
  if (pairs.length > 0) {
    const { s, y } = pairs[pairs.length - 1]
    const scale = inner(s, y) / inner(y, y)
    for (let j = 0; j < out.length; j++) out[j] *= scale
  }
  for (let i = 0; i < pairs.length; i++) {
    const { s, y, rho } = pairs[i]
    const beta = alphas[i] - rho * inner(y, out)
    for (let j = 0; j < out.length; j++) out[j] += beta * s[j]
  }
}

function inner(a: Float64Array, b: Float64Array): number {
  let sum = 0
  for (let j = 0; j < a.length; j++) sum += a[j] * b[j]
  return sum
}

function largest(values: Float64Array): number {
  let most = 0
  for (let j = 0; j < values.length; j++) most = Math.max(most, Math.abs(values[j]))
  return most
}
