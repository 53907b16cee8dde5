/**
 * L2-penalised logistic regression to convergence: minimises mean log loss + penalty / 2 |w|^2, bias unpenalised
 * (scikit-learn's LogisticRegression with C = 1 / (N penalty); multinomial with more than two classes), so that K cannot
 * act through training length. The penalty is the one with the least log loss on cases that the head was not fitted to; a tie
 * goes to the stronger. L-BFGS from the strongest penalty to the weakest, each started at the one before.
 */
import { InternalError } from '../base/errors.js'
import type { NDArray } from '../base/ndarray.js'
import { crossEntropy } from './cross-entropy.js'
import {
  type FittedHead,
  foldStandardisation,
  type Head,
  outputRows,
  type Standardisation,
  standardised,
} from './head.js'
import { minimise } from './lbfgs.js'

/** Penalties tried, strong to weak. */
const defaultPenalties: readonly number[] = [10, 3, 1, 0.3, 0.1, 0.03, 0.01, 0.003, 0.001]

/** Largest component of the gradient at which a fit counts as converged. */
const defaultTolerance = 1e-5

/** What a head is fitted to. */
export interface HeadTraining {
  /** [N, D] */
  readonly features: NDArray<'float32'>
  readonly labels: ArrayLike<number>
  readonly standardise: Standardisation | null
}

/** Cases that a head is not fitted to. */
export interface HeldOutCases {
  /** [N, D] */
  readonly features: NDArray<'float32'>
  readonly labels: ArrayLike<number>
}

interface PathOptions {
  readonly penalties?: readonly number[]
  readonly tolerance?: number
}

export interface LogisticOptions extends PathOptions {
  /** 1 for two classes (labels 0 and 1), else one per class (labels are class indices). */
  readonly outputs: number
  readonly standardise: Standardisation | null
  /** Cases that choose the penalty, features [N, D] and labels. */
  readonly tuning: HeldOutCases
}

/** Fits a head on features [N, D] and their labels. */
export function fitLogisticHead(
  features: NDArray<'float32'>,
  labels: ArrayLike<number>,
  { outputs, standardise, tuning, penalties = defaultPenalties, tolerance = defaultTolerance }: LogisticOptions,
): FittedHead {
  const path = new LogisticPath({ features, labels, standardise }, outputs, tolerance)
  const tuningX = standardised(tuning.features, standardise)
  const { penalty, found } = leastLoss(penalties, (penalty) => {
    const fitted = path.next(penalty)
    return { loss: sumOfLosses(tuningX, tuning.labels, outputs, fitted.point) / tuning.labels.length, found: fitted }
  })
  return path.fittedHead(found, penalty)
}

/** A part of the cases, held out from the training that scores them. */
export interface HeadFold {
  readonly training: HeadTraining
  readonly heldOut: HeldOutCases
}

export interface FoldedHead {
  /** Of each fold at the penalty chosen. */
  readonly heads: readonly Head[]
  /** Of all films, at that penalty. */
  readonly fitted: FittedHead
}

/**
 * Fits a head to each fold's training and, at the penalty with the least log loss over the held-out cases of all folds, one to
 * `training`: every case has its say on the penalty, and none on a head that scores it at a penalty.
 */
export function fitLogisticOverFolds(
  training: HeadTraining,
  folds: readonly HeadFold[],
  {
    outputs,
    penalties = defaultPenalties,
    tolerance = defaultTolerance,
  }: PathOptions & Pick<LogisticOptions, 'outputs'>,
): FoldedHead {
  const paths = folds.map((fold) => ({
    path: new LogisticPath(fold.training, outputs, tolerance),
    x: standardised(fold.heldOut.features, fold.training.standardise),
    labels: fold.heldOut.labels,
  }))
  const cases = folds.reduce((sum, { heldOut }) => sum + heldOut.labels.length, 0)
  const { penalty, found } = leastLoss(penalties, (penalty) => {
    const points = paths.map(({ path }) => path.next(penalty))
    const loss = paths.reduce((sum, { x, labels }, f) => sum + sumOfLosses(x, labels, outputs, points[f].point), 0)
    return { loss: loss / cases, found: points }
  })
  const path = new LogisticPath(training, outputs, tolerance)
  const upTo = penalties.slice(0, penalties.indexOf(penalty) + 1)
  const last = upTo.map((stronger) => path.next(stronger))[upTo.length - 1]
  const heads = paths.map((fold, f) => fold.path.fittedHead(found[f], penalty))
  const fitted = path.fittedHead(last, penalty)
  return {
    heads: heads.map(({ head }) => head),
    fitted: { ...fitted, converged: [fitted, ...heads].every(({ converged }) => converged) },
  }
}

/** The penalty of the least loss, looked for from strong to weak until two in a row have brought none. */
function leastLoss<Found>(
  penalties: readonly number[],
  at: (penalty: number) => { loss: number; found: Found },
): { penalty: number; found: Found } {
  let best: { loss: number; penalty: number; found: Found } | undefined
  let worse = 0
  for (const penalty of penalties) {
    const { loss, found } = at(penalty)
    if (best === undefined || loss < best.loss) {
      best = { loss, penalty, found }
      worse = 0
    } else if (++worse === 2) break // past the minimum of the path; weaker penalties only fit closer
  }
  if (best === undefined) throw new InternalError('a logistic head is fitted without a penalty')
  return best
}

/** Weights, then biases, of the standardised features. */
interface PathPoint {
  readonly point: Float64Array
  readonly converged: boolean
}

/** Fits to one training set, penalty by penalty, each started at the one before. */
class LogisticPath {
  readonly #x: Float32Array
  readonly #labels: ArrayLike<number>
  readonly #standardise: Standardisation | null
  readonly #outputs: number
  readonly #tolerance: number
  readonly #point: Float64Array

  constructor({ features, labels, standardise }: HeadTraining, outputs: number, tolerance: number) {
    this.#x = standardised(features, standardise)
    this.#labels = labels
    this.#standardise = standardise
    this.#outputs = outputs
    this.#tolerance = tolerance
    this.#point = new Float64Array(outputs * features.shape[1] + outputs)
  }

  next(penalty: number): PathPoint {
    const outputs = this.#outputs
    // Several outputs lie in more directions; remembering more of them halves the steps (868 features, three classes).
    const memory = outputs === 1 ? 10 : 40
    const end = minimise(
      this.#point,
      (at, gradient) => penalisedLoss(this.#x, this.#labels, outputs, penalty, at, gradient),
      { tolerance: this.#tolerance, memory },
    )
    return { point: this.#point.slice(), converged: end !== 'limit' }
  }

  fittedHead({ point, converged }: PathPoint, penalty: number): FittedHead {
    const weights = point.length - this.#outputs
    const fitted = { weights: point.slice(0, weights), bias: point.slice(weights) }
    return { head: foldStandardisation(fitted, this.#standardise), steps: null, penalty, converged }
  }
}

/** Value and gradient of the penalised loss. */
function penalisedLoss(
  x: Float32Array,
  labels: ArrayLike<number>,
  outputs: number,
  penalty: number,
  point: Float64Array,
  gradient: Float64Array,
): number {
  const n = labels.length
  const size = point.length - outputs
  gradient.fill(0)
  const loss = sumOfLosses(x, labels, outputs, point, gradient)
  let squares = 0
  for (let j = 0; j < size; j++) {
    gradient[j] = gradient[j] / n + penalty * point[j]
    squares += point[j] * point[j]
  }
  for (let j = size; j < gradient.length; j++) gradient[j] /= n
  return loss / n + (penalty / 2) * squares
}

/** Cases that are taken together: weights and gradient are read and written once for all of them. */
const together = 4

/** Sum of the cases' losses; its gradient is added to `gradient`. */
function sumOfLosses(
  x: Float32Array,
  labels: ArrayLike<number>,
  outputs: number,
  point: Float64Array,
  gradient?: Float64Array,
): number {
  const n = labels.length
  const size = point.length - outputs
  const weights = outputRows(point.subarray(0, size), outputs)
  const slopes = gradient && outputRows(gradient.subarray(0, size), outputs)
  const logits = new Float64Array(outputs)
  const errors = new Float64Array(outputs)
  const places = new Uint32Array(together)
  const products = weights.map(() => new Float64Array(together))
  const factors = weights.map(() => new Float64Array(together))
  let loss = 0
  for (let first = 0; first < n; first += together) {
    // behind the last case it stands again, with a factor of 0
    for (let c = 0; c < together; c++) places[c] = Math.min(first + c, n - 1) * weights[0].length
    for (let output = 0; output < outputs; output++) multiplyRows(x, places, weights[output], products[output])
    for (let c = 0; c < together; c++) {
      const counts = first + c < n
      for (let output = 0; output < outputs; output++) logits[output] = products[output][c] + point[size + output]
      if (counts) loss += crossEntropy(logits, labels[first + c], errors)
      for (let output = 0; output < outputs; output++) factors[output][c] = counts ? errors[output] : 0
    }
    if (!slopes) continue
    for (let output = 0; output < outputs; output++) {
      addRows(x, places, factors[output], slopes[output])
      for (let c = 0; c < together; c++) gradient[size + output] += factors[output][c]
    }
  }
  return loss
}

/** Each of four rows of `x`, by where they begin, times `weights`. */
function multiplyRows(x: Float32Array, places: Uint32Array, weights: Float64Array, out: Float64Array): void {
  const [at0, at1, at2, at3] = places
  let [a, b, c, e] = [0, 0, 0, 0]
  for (let j = 0; j < weights.length; j++) {
    const weight = weights[j]
    a += x[at0 + j] * weight
    b += x[at1 + j] * weight
    c += x[at2 + j] * weight
    e += x[at3 + j] * weight
  }
  out[0] = a
  out[1] = b
  out[2] = c
  out[3] = e
}

/** Adds four rows of `x` to `sum`, each times its factor. */
function addRows(x: Float32Array, places: Uint32Array, factors: Float64Array, sum: Float64Array): void {
  const [at0, at1, at2, at3] = places
  const [a, b, c, e] = factors
  for (let j = 0; j < sum.length; j++) sum[j] += a * x[at0 + j] + b * x[at1 + j] + (c * x[at2 + j] + e * x[at3 + j])
}
