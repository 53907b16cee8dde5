/** From a head's logits to probabilities: the logistic function of one logit, softmax of one per class. */
import { logisticByTail } from '../base/logistic.js'

/** Probability of the positive class from its logit. */
export function probability(logit: number): number {
  return logisticByTail(logit)
}

/**
 * The same for all cases: logits [N, outputs] to probabilities [N, outputs], case by case. One output: of the positive
 * class; several: of each class, adding up to 1.
 */
export function probabilities(logits: ArrayLike<number>, outputs: number): number[] {
  if (outputs === 1) return Array.from(logits, probability)
  const out: number[] = []
  const scaled = new Float64Array(outputs)
  const logitsOfCase = new Float64Array(outputs)
  for (let at = 0; at < logits.length; at += outputs) {
    for (let c = 0; c < outputs; c++) logitsOfCase[c] = logits[at + c]
    const { sum } = exponentials(logitsOfCase, scaled)
    for (const value of scaled) out.push(value / sum)
  }
  return out
}

/** Probability of every class for one case; `positive` is the class that a single logit speaks of. */
export function classProbabilities(logits: ArrayLike<number>, positive: number | null): number[] {
  if (positive === null) return probabilities(logits, logits.length)
  const pair = [probability(-logits[0]), probability(-logits[0])]
  pair[positive] = probability(logits[0])
  return pair
}

/** Writes exp(logit - largest logit) of each class into `out`; softmax is that over its sum. */
export function exponentials(logits: Float64Array, out: Float64Array): { largest: number; sum: number } {
  let largest = logits[0]
  for (let c = 1; c < logits.length; c++) if (logits[c] > largest) largest = logits[c]
  let sum = 0
  for (let c = 0; c < logits.length; c++) {
    out[c] = Math.exp(logits[c] - largest)
    sum += out[c]
  }
  return { largest, sum }
}
