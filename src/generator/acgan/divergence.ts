/** When training has gone wrong for good: losses that are no numbers, or a discriminator that has nothing left to learn. */
import { UserError } from '../../base/errors.js'
import type { AcganOptions } from './options.js'

/** A discriminator below this for `collapseSteps` steps running no longer tells the generator anything. */
const collapsedLoss = 1e-3
const collapseSteps = 500

export class DivergenceWatch {
  readonly #options: AcganOptions
  /** Steps running with a collapsed discriminator loss; part of a checkpoint, so that a resumed run stops where it would have. */
  collapsedFor: number

  constructor(options: AcganOptions, collapsedFor = 0) {
    this.#options = options
    this.collapsedFor = collapsedFor
  }

  /** Throws a `UserError` that says what to change. */
  observe(step: number, losses: { readonly discriminator: number; readonly generator: number }): void {
    const { discriminator, generator } = losses
    if (!Number.isFinite(discriminator) || !Number.isFinite(generator)) {
      throw new UserError(
        `the GAN diverged at step ${step}: its losses are no numbers any more (discriminator ${discriminator}, ` +
          `generator ${generator}); start afresh with a lower learningRate (${this.#options.learningRate} now) ` +
          `or fewer steps (${this.#options.steps} now)`,
      )
    }
    this.collapsedFor = discriminator < collapsedLoss ? this.collapsedFor + 1 : 0
    if (this.collapsedFor >= collapseSteps) {
      throw new UserError(
        `the GAN collapsed at step ${step}: the discriminator's loss has been below ${collapsedLoss} for ${collapseSteps} ` +
          `steps, so the generator learns nothing any more; start afresh with a larger dropout (${this.#options.dropout} now), ` +
          `a lower learningRate (${this.#options.learningRate} now), a smaller width (${this.#options.width} now), ` +
          `or fewer steps (${this.#options.steps} now)`,
      )
    }
  }
}
