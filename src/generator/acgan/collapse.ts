/** Ends a training in which the discriminator has nothing left to learn, so that the generator is told nothing any more. */
import { UserError } from '../../base/errors.js'
import { knownValue } from '../../base/own-value.js'
import type { Observer } from '../observer.js'
import type { AcganOptions } from './options.js'

/** A discriminator below this for `collapseSteps` steps running no longer tells the generator anything. */
const collapsedLoss = 1e-3
const collapseSteps = 500

/** Throws a `UserError` that says what to change. */
export function collapse({ dropout, learningRate, width, steps }: AcganOptions): Observer {
  /** Steps running with a collapsed loss. */
  let collapsedFor = 0
  return {
    name: 'collapsedFor',
    restore(_step, saved) {
      collapsedFor = Number(saved?.[''] ?? 0)
    },
    onStep(step, values) {
      collapsedFor = knownValue(values, 'discriminator') < collapsedLoss ? collapsedFor + 1 : 0
      if (collapsedFor < collapseSteps) return
      throw new UserError(
        `the GAN collapsed at step ${step}: the discriminator's loss has been below ${collapsedLoss} for ${collapseSteps} ` +
          `steps, so the generator learns nothing any more; start afresh with a larger dropout (${dropout} now), ` +
          `a lower learningRate (${learningRate} now), a smaller width (${width} now), or fewer steps (${steps} now; it learned up to step ${step - collapseSteps})`,
      )
    },
    save: () => ({ '': collapsedFor }),
  }
}
