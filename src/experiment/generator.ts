/** The generator that a configuration asks for: a kind and its options. */
import type { GeneratorKind, ImageSpec, TrainedKind, TrainingOptions } from '../generator/contract.js'
import { type GivenOptions, given } from '../generator/given/given.js'
import { generatorKind } from '../generator/registry.js'
import type { Config } from './config/schema.js'

/** Whether it is trained here; else its images were made elsewhere. */
export function isTrained(config: Config): boolean {
  return kindOf(config).isTrained
}

/** A kind that is trained here, with what makes its options complete. Throws where the images were made elsewhere. */
export function trainedGenerator(config: Config): {
  readonly kind: TrainedKind
  /** Throws a `UserError` where the kind does not make such images. */
  optionsFor(images: ImageSpec, seed: number): TrainingOptions
} {
  const kind = kindOf(config)
  if (!kind.isTrained) throw new Error(`internal: ${kind.kind} is not trained`)
  const { checkpointEvery: _checkpoint, gridEvery: _grid, seeds: _seeds, ...options } = config.gan
  return { kind, optionsFor: (images, seed) => kind.complete({ ...options, ...images, seed }) }
}

/** Where the images were made elsewhere: their folder and order; else null. */
export function givenImages({ synthetic }: Config): GivenOptions | null {
  return synthetic.from === null ? null : { from: synthetic.from, order: synthetic.order }
}

function kindOf({ synthetic }: Config): GeneratorKind {
  return generatorKind(synthetic.from === null ? 'acgan' : given.kind)
}
