/** The generator that a configuration asks for: a kind and its options. */
import { InternalError } from '../../base/errors.js'
import type { ImageSpec, TrainedKind, TrainingOptions } from '../../generator/contract.js'
import { type GivenOptions, given } from '../../generator/given/given.js'
import { generatorKind, trainedKind } from '../../generator/registry.js'
import type { Config } from './schema.js'

type Asked = Pick<Config, 'generator'>

/** Whether it is trained here. */
export function isTrained({ generator }: Asked): boolean {
  return generatorKind(generator.kind).form === 'trained'
}

/** Whether its images were made elsewhere: the same for every fold and every seed. */
export function isGiven({ generator }: Asked): boolean {
  return generatorKind(generator.kind).form === 'given'
}

export interface TrainedGenerator {
  readonly kind: TrainedKind
  /** Training steps. */
  readonly steps: number
  /** Complete options. Throws a `UserError` where the kind does not make such images. */
  optionsFor(images: ImageSpec, seed: number): TrainingOptions
}

/** A generator that is trained here. */
export function trainedGenerator({ generator: { kind: name, ...options } }: Asked): TrainedGenerator {
  const kind = trainedKind(name)
  const steps = kind.inClosedForm ? 1 : options.steps
  if (typeof steps !== 'number') throw new InternalError(`generator ${name} has no steps`)
  return { kind, steps, optionsFor: (images, seed) => kind.complete({ ...options, steps, ...images, seed }) }
}

/** Where the images were made elsewhere: their folder and order; else null. */
export function givenImages({ generator: { kind, ...options } }: Asked): GivenOptions | null {
  return kind === given.kind ? given.options.parse(options) : null
}
