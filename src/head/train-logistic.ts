/**
 * L2-penalised logistic regression to convergence: minimises mean log loss + penalty / 2 |w|^2, bias unpenalised
 * (scikit-learn's LogisticRegression with C = 1 / (N penalty); multinomial with more than two classes), so that K cannot
 * act through training length. The penalty is the one with the least log loss on the tuning cases; a tie goes to the
 * stronger. L-BFGS from the strongest penalty to the weakest, each started at the one before.
 */
import type { NDArray } from '../base/ndarray.js'
import { crossEntropy } from './cross-entropy.js'
import { dot, type FittedHead, foldStandardisation, outputRows, type Standardisation, standardised } from './head.js'
import { minimise } from './lbfgs.js'

/** Penalties tried, strong to weak. */
const defaultPenalties: readonly number[] = [10, 3, 1, 0.3, 0.1, 0.03, 0.01, 0.003, 0.001]

/** Largest component of the gradient at which a fit counts as converged. */
const defaultTolerance = 1e-5

export interface LogisticOptions {
  /** 1 for two classes (labels 0 and 1), else one per class (labels are class indices). */
  readonly outputs: number
  readonly standardise: Standardisation | null
  /** Cases that choose the penalty, features [N, D] and labels. */
  readonly tuning: { readonly features: NDArray<'float32'>; readonly labels: ArrayLike<number> }
  readonly penalties?: readonly number[]
  readonly tolerance?: number
}

/** Fits a head on features [N, D] and their labels. */
export function fitLogisticHead(
  features: NDArray<'float32'>,
  labels: ArrayLike<number>,
  { outputs, standardise, tuning, penalties = defaultPenalties, tolerance = defaultTolerance }: LogisticOptions,
): FittedHead {
  const x = standardised(features, standardise)
  const tuningX = standardised(tuning.features, standardise)
  const weights = outputs * features.shape[1]
  // Several outputs lie in more directions; remembering more of them halves the steps (868 features, three classes).
  const memory = outputs === 1 ? 10 : 40
  const point = new Float64Array(weights + outputs) // weights, then biases
  let best = { loss: Number.POSITIVE_INFINITY, penalty: penalties[0], point: point.slice(), converged: false }
  let worse = 0
  for (const penalty of penalties) {
    const end = minimise(point, (at, gradient) => penalisedLoss(x, labels, outputs, penalty, at, gradient), {
      tolerance,
      memory,
    })
    const loss = meanLoss(tuningX, tuning.labels, outputs, point)
    if (loss < best.loss) {
      best = { loss, penalty, point: point.slice(), converged: end !== 'limit' }
      worse = 0
    } else if (++worse === 2) break // past the minimum of the path; weaker penalties only fit closer
  }
  const fitted = { weights: best.point.slice(0, weights), bias: best.point.slice(weights) }
  return {
    head: foldStandardisation(fitted, standardise),
    steps: null,
    penalty: best.penalty,
    converged: best.converged,
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
  let squares = 0
  for (let j = 0; j < size; j++) {
    gradient[j] = penalty * point[j]
    squares += point[j] * point[j]
  }
  gradient.fill(0, size)
  const rows = outputRows(gradient.subarray(0, size), outputs)
  const loss = sumOfLosses(x, labels, outputs, point, (at, errors) => {
    for (let output = 0; output < outputs; output++) {
      const row = rows[output]
      const error = errors[output] / n
      for (let j = 0; j < row.length; j++) row[j] += error * x[at + j]
      gradient[size + output] += error
    }
  })
  return loss / n + (penalty / 2) * squares
}

function meanLoss(x: Float32Array, labels: ArrayLike<number>, outputs: number, point: Float64Array): number {
  return sumOfLosses(x, labels, outputs, point, () => {}) / labels.length
}

/** Sum of the cases' losses; `visit` is told where each case's features begin, and its loss's gradient by the logits. */
function sumOfLosses(
  x: Float32Array,
  labels: ArrayLike<number>,
  outputs: number,
  point: Float64Array,
  visit: (at: number, errors: Float64Array) => void,
): number {
  const size = point.length - outputs
  const rows = outputRows(point.subarray(0, size), outputs)
  const logits = new Float64Array(outputs)
  const errors = new Float64Array(outputs)
  let loss = 0
  for (let i = 0; i < labels.length; i++) {
    const at = i * rows[0].length
    for (let output = 0; output < outputs; output++) logits[output] = dot(x, at, rows[output]) + point[size + output]
    loss += crossEntropy(logits, labels[i], errors)
    visit(at, errors)
  }
  return loss
}
