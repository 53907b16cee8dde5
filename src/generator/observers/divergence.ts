/** Ends a training whose losses or weights are no numbers any more: a checkpoint of them would be resumed from again and again. */
import { UserError } from '../../base/errors.js'
import type { NDArray } from '../../base/ndarray.js'
import { flatten, type Tree } from '../../tensor/tree.js'
import type { TrainedKind, TrainingOptions } from '../contract.js'
import type { Observer } from '../observer.js'

/**
 * `isDue`: when weights are looked at, too. `lastSound`: step of the newest checkpoint, undefined where there is none. Throws a
 * `UserError` that says what to change, and what can be had of it without.
 */
export function divergence(
  { noun, curves }: Pick<TrainedKind, 'noun' | 'curves'>,
  options: TrainingOptions & { readonly learningRate?: number },
  isDue: (step: number) => boolean,
  lastSound: () => number | undefined,
): Observer {
  const { learningRate, steps } = options
  const lowerRate = learningRate === undefined ? '' : `a lower learningRate (${learningRate} now) or `
  const remedy = () => {
    const afresh = `start afresh with ${lowerRate}fewer steps (${steps} now)`
    const sound = lastSound()
    if (sound === undefined) return afresh
    return `going on as before ends here again; ${afresh}, or let it end at its last sound checkpoint, of step ${sound}: kopt resume RUN --steps ${sound}, or the same kopt gan train with --steps ${sound}`
  }
  return {
    name: 'divergence',
    onStep(step, values) {
      if (curves.losses.every((name) => Number.isFinite(values[name]))) return
      const losses = curves.losses.map((name) => `${name} ${values[name]}`).join(', ')
      throw new UserError(
        `the ${noun} diverged at step ${step}: its losses are no numbers any more (${losses}); ${remedy()}`,
      )
    },
    isDue,
    async onState(step, state) {
      for (const { path, leaf } of flatten(state as Tree<NDArray>)) {
        if (leaf.data.every(Number.isFinite)) continue
        throw new UserError(
          `the ${noun} diverged at step ${step}: '${path}' holds values that are no numbers; ${remedy()}`,
        )
      }
    },
  }
}
