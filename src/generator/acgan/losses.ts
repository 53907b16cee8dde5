/**
 * The two objectives of an ACGAN (Odena et al., ICML 2017; Kong et al. 2022):
 *
 *     L_S = E[log P(S = real | X_real)] + E[log P(S = fake | X_fake)]
 *     L_C = E[log P(C = c | X_real)] + E[log P(C = c | X_fake)]
 *
 * The discriminator is trained to maximise L_S + L_C, the generator to maximise L_C - L_S. Losses are minimised, hence
 * the signs. The generator's -log P(S = fake | X_fake) is taken in the non-saturating form log P(S = real | X_fake)
 * (Goodfellow et al. 2014, section 3), as in the code of the paper's ancestors; terms without X_fake do not move it.
 */
import { binaryLogLikelihood, classLogLikelihood } from '../../nn/losses.js'
import { add, neg } from '../../tensor/ops.js'
import type { Tensor } from '../../tensor/trace.js'

/** What the discriminator says of a batch, with the batch's classes. */
export interface Judged {
  /** Source logits [N], above 0: real. */
  readonly source: Tensor
  /** Class logits [N, classes]. */
  readonly class: Tensor
  /** int32 [N] */
  readonly labels: Tensor
}

/** L_S */
function sourceObjective(real: Judged, fake: Judged): Tensor {
  return add(binaryLogLikelihood(real.source, 'yes'), binaryLogLikelihood(fake.source, 'no'))
}

/** L_C; of real images alone where `fake` is left out. */
function classObjective(real: Judged, fake?: Judged): Tensor {
  const ofReal = classLogLikelihood(real.class, real.labels)
  return fake ? add(ofReal, classLogLikelihood(fake.class, fake.labels)) : ofReal
}

/** -(L_S + L_C) */
export function discriminatorLoss(
  real: Judged,
  fake: Judged,
  { classHeadLearnsFromFakes }: { classHeadLearnsFromFakes: boolean },
): Tensor {
  return neg(add(sourceObjective(real, fake), classObjective(real, classHeadLearnsFromFakes ? fake : undefined)))
}

/** -(L_C - L_S) as far as the generated images go, non-saturating: -(log P(C = c | X_fake) + log P(S = real | X_fake)). */
export function generatorLoss(fake: Judged): Tensor {
  return neg(add(classLogLikelihood(fake.class, fake.labels), binaryLogLikelihood(fake.source, 'yes')))
}
