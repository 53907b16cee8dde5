/**
 * The loss of a head's logits: cross-entropy with one logit (logistic, labels 0 and 1) or one per class (softmax, labels
 * are class indices), and how it moves with each logit. Both fits, logistic and Adam, are made of it.
 */
import { logistic, softplus } from '../base/logistic.js'
import { exponentials } from './probability.js'

/** Loss of one case; writes its gradient by each logit, probability less truth, into `errors`. */
export function crossEntropy(logits: Float64Array, label: number, errors: Float64Array): number {
  if (logits.length === 1) {
    const [logit] = logits
    errors[0] = logistic(logit) - label
    return softplus(label === 1 ? -logit : logit)
  }
  const { largest, sum } = exponentials(logits, errors)
  for (let c = 0; c < errors.length; c++) errors[c] = errors[c] / sum - (c === label ? 1 : 0)
  return Math.log(sum) + largest - logits[label]
}
