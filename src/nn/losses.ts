/** Log-likelihoods from logits, each the mean over a batch; their negatives are the cross-entropies. */
import { extents } from '../base/ndarray.js'
import { cast, logSoftmax, mean, mul, neg, oneHot, softplus, sum } from '../tensor/ops.js'
import type { Tensor } from '../tensor/trace.js'

/** Mean log P(yes) or log P(no) where P(yes) = sigmoid(logit): log sigmoid(x) = -softplus(-x). logits [N] */
export function binaryLogLikelihood(logits: Tensor, answer: 'yes' | 'no'): Tensor {
  return neg(mean(softplus(answer === 'yes' ? neg(logits) : logits)))
}

/** Mean log P(label) where P = softmax(logits). logits [N, classes], labels int32 [N] */
export function classLogLikelihood(logits: Tensor, labels: Tensor): Tensor {
  const [, classes] = extents(logits, 2)
  const hot = cast(oneHot(labels, classes), logits.dtype)
  return mean(sum(mul(logSoftmax(logits), hot), 1))
}
