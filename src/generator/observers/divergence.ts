/** Ends a training whose losses or weights are no numbers any more: a checkpoint of them would be resumed from again and again. */
import { UserError } from '../../base/errors.js'
import type { NDArray } from '../../base/ndarray.js'
import { flatten, type Tree } from '../../tensor/tree.js'
import type { TrainedKind, TrainingOptions } from '../contract.js'
import type { Observer } from '../observer.js'

/** `isDue`: when weights are looked at, too. Throws a `UserError` that says what to change. */
export function divergence(
  { noun, curves }: Pick<TrainedKind, 'noun' | 'curves'>,
  options: TrainingOptions & { readonly learningRate?: number },
  isDue: (step: number) => boolean,
): Observer {
  const { learningRate, steps } = options
  const lowerRate = learningRate === undefined ? '' : `a lower learningRate (${learningRate} now) or `
  const remedy = `start afresh with ${lowerRate}fewer steps (${steps} now)`
  return {
    name: 'divergence',
    onStep(step, values) {
      if (curves.losses.every((name) => Number.isFinite(values[name]))) return
      const losses = curves.losses.map((name) => `${name} ${values[name]}`).join(', ')
      throw new UserError(
        `the ${noun} diverged at step ${step}: its losses are no numbers any more (${losses}); ${remedy}`,
      )
    },
    isDue,
    async onState(step, state) {
      for (const { path, leaf } of flatten(state as Tree<NDArray>)) {
        if (leaf.data.every(Number.isFinite)) continue
        throw new UserError(
          `the ${noun} diverged at step ${step}: '${path}' holds values that are no numbers; ${remedy}`,
        )
      }
    },
  }
}
