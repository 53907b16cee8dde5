/** The generator that a configuration asks for: a kind and its options. */
import { InternalError } from '../../base/errors.js'
import type {
  CallCare,
  CalledKind,
  CallJob,
  ImageSpec,
  TrainedKind,
  TrainingOptions,
} from '../../generator/contract.js'
import { type GivenOptions, given } from '../../generator/given/given.js'
import { generatorKind, trainedKind } from '../../generator/registry.js'
import { requireCheckpointSize } from '../../generator/state-size.js'
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
  /** Complete options. Throws a `UserError` where the kind does not make such images, or would be too large for a checkpoint. */
  optionsFor(images: ImageSpec, seed: number): TrainingOptions
}

/** A generator that is trained here. */
export function trainedGenerator({ generator: { kind: name, ...options } }: Asked): TrainedGenerator {
  const kind = trainedKind(name)
  const steps = kind.inClosedForm ? 1 : options.steps
  if (typeof steps !== 'number') throw new InternalError(`generator ${name} has no steps`)
  return {
    kind,
    steps,
    optionsFor(images, seed) {
      const complete = kind.complete({ ...options, steps, ...images, seed })
      requireCheckpointSize(kind, complete)
      return complete
    },
  }
}

export interface CalledGenerator {
  readonly kind: CalledKind
  /** Who makes the images, in a sentence. */
  readonly maker: string
  make(job: CallJob, care: CallCare): Promise<readonly string[]>
}

/** A generator that is called. */
export function calledGenerator({ generator: { kind: name, ...options } }: Asked): CalledGenerator {
  const kind = generatorKind(name)
  if (kind.form !== 'called') throw new InternalError(`generator ${name} is not called`)
  return { kind, maker: kind.makerOf(options), make: (job, care) => kind.make(options, job, care) }
}

/** What a generator that is called would run, as a command line shows it; null for every other. */
export function calledLine({ generator: { kind: name, ...options } }: Asked): string | null {
  const kind = generatorKind(name)
  return kind.form === 'called' ? kind.lineOf(options) : null
}

/** Where the images were made elsewhere: their folder and order; else null. */
export function givenImages({ generator: { kind, ...options } }: Asked): GivenOptions | null {
  return kind === given.kind ? given.options.parse(options) : null
}
