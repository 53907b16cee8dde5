/** Log-likelihoods from logits, computed without overflow. */
import { logSoftmax, mean, mul, neg, oneHot, softplus, sum } from '../tensor/ops.js'
import type { Tensor } from '../tensor/trace.js'

/** Mean of log P(label | logits), labels int32 [N], logits [N, C]: the negative of cross-entropy. */
export function classLogLikelihood(logits: Tensor, labels: Tensor): Tensor {
  return mean(sum(mul(logSoftmax(logits), oneHot(labels, logits.shape[1])), 1))
}

/** Mean of log sigmoid(logit): log-likelihood of "yes". */
export function yesLogLikelihood(logits: Tensor): Tensor {
  return mean(neg(softplus(neg(logits))))
}

/** Mean of log(1 - sigmoid(logit)): log-likelihood of "no". */
export function noLogLikelihood(logits: Tensor): Tensor {
  return mean(neg(softplus(logits)))
}
