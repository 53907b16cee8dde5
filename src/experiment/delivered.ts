/**
 * The delivered model of an arm: its heads (one per repeat) as one, logits averaged, which for a linear head is one
 * head with averaged weights (STATISTICS 1). It alone meets the test sets, is exported and predicts.
 */
import { averageHeads, type Head } from '../classifier/head.js'
import type { Arm } from './arms.js'
import type { Config } from './config-schema.js'
import { repeatsOf } from './repeats.js'
import type { TrialOutcome } from './trial-executor.js'

export interface DeliveredArm {
  readonly arm: Arm
  readonly k: number
  readonly size: number
  /** Optimiser steps of each head (Adam), or null. */
  readonly steps: number | null
  readonly head: Head
  /** The same of each GAN alone: what another GAN would have given. */
  readonly headsByGan: readonly Head[]
}

export function deliver(config: Config, arm: Arm, outcomes: readonly TrialOutcome[]): DeliveredArm {
  const first = outcomes[0]
  const heads = outcomes.map(
    ({ weights, bias }): Head => ({ weights: Float64Array.from(weights), bias: Float64Array.from(bias) }),
  )
  const gans = new Map(repeatsOf(config).map(({ repeat, gan }) => [repeat, gan]))
  const headsByGan = Array.from({ length: config.gan.seeds }, (_, i) =>
    averageHeads(heads.filter((_, at) => gans.get(outcomes[at].repeat) === i + 1)),
  )
  return { arm, k: first.k, size: first.size, steps: first.steps, head: averageHeads(heads), headsByGan }
}
