/** The auxiliary-classifier GAN of the paper as one of the kinds of generators. */

import type { NDArray } from '../../base/ndarray.js'
import { fromUnitRange } from '../../image/scaling.js'
import { summarise } from '../../nn/summary.js'
import { compile } from '../../runtime/compile.js'
import type { ArraySpec } from '../../tensor/infer.js'
import { add, constant, mul } from '../../tensor/ops.js'
import type { Tensor } from '../../tensor/trace.js'
import { mapTree } from '../../tensor/tree.js'
import type { Drawing, TrainedKind, Training } from '../contract.js'
import type { StepValues } from '../observer.js'
import { Batches, drawLatents } from './batches.js'
import { collapse } from './collapse.js'
import { type GeneratorNorms, type GeneratorParams, generatorApply } from './generator.js'
import { type AcganOptions, acganOptions, acganSection } from './options.js'
import { compileSteps } from './step-program.js'
import { initialState, type StepLosses, stateSpecs, type TrainingState } from './steps.js'

/** What drawing takes of a training's state. */
interface GeneratorWeights<A = NDArray> {
  readonly params: GeneratorParams<A>
  /** Running statistics: what an image looks like does not depend on the others of its block. */
  readonly norms: GeneratorNorms<A>
}

export const acgan: TrainedKind<AcganOptions, TrainingState, GeneratorWeights> = {
  kind: 'acgan',
  form: 'trained',
  inClosedForm: false,
  againstCopies: 'Train it for fewer steps (generator.steps)',
  name: 'auxiliary-classifier GAN',
  about: 'Auxiliary-classifier GAN (Kong et al. 2022), trained on the training films.',
  noun: 'GAN',
  options: acganSection,
  presets: {
    quick: { steps: 1000, width: 0.25 },
    standard: {},
    kong2022: { steps: 30_000, width: 1 },
  },
  curves: {
    losses: ['discriminator', 'generator'],
    shares: ['realAccuracy', 'fakeAccuracy', 'classAccuracy'],
  },
  complete: (options) => acganOptions(options as Parameters<typeof acganOptions>[0]),
  parameters(options) {
    const { generator, discriminator } = stateSpecs(options)
    return {
      generator: summarise(generator.params).parameters,
      discriminator: summarise(discriminator.params).parameters,
    }
  },
  stateSpecs,
  initialState,
  async openTraining(options, { images, labels }, state, runtime): Promise<Training<TrainingState>> {
    const batches = new Batches(images, labels, options)
    const program = await compileSteps(options, state, runtime)
    return {
      atOnce: program.atOnce,
      async advance(first, count) {
        const drawn = Array.from({ length: count }, (_, i) => batches.at(first + i))
        return (await program.run(drawn)).map(numbersOf)
      },
      state: () => program.state(),
      close: () => program.close(),
    }
  },
  watchers: (options) => [collapse(options)],
  weightsOf: ({ generator: { params, norms } }) => ({ params, norms }),
  drawNoise: (rng, count, { latentSize, latentDeviation }) => drawLatents(rng, count, latentSize, latentDeviation),
  openDrawing,
  drawingProgram: (options, weights) => (noise, labels) => {
    const latents = mul(noise, options.latentDeviation)
    const { params, norms } = mapTree((array: NDArray) => constant(array), weights) as GeneratorWeights<Tensor>
    const { images } = generatorApply(params, norms, { latents, labels }, options, { training: false })
    return fromUnitRangeUnrounded(images)
  },
}

/** As `fromUnitRange`, before it rounds. */
function fromUnitRangeUnrounded(images: Tensor): Tensor {
  return mul(add(images, 1), 127.5)
}

function numbersOf(losses: StepLosses): StepValues {
  return Object.fromEntries(Object.entries(losses).map(([name, { data }]) => [name, data[0]]))
}

interface DrawingInputs<A = NDArray> extends GeneratorWeights<A> {
  /** [N, latentSize] */
  readonly latents: A
  /** int32 [N] */
  readonly labels: A
}

async function openDrawing(
  options: AcganOptions,
  count: number,
  runtime: Parameters<typeof compile>[2],
): Promise<Drawing<GeneratorWeights>> {
  const { params, norms } = stateSpecs(options).generator
  const specs: DrawingInputs<ArraySpec> = {
    params,
    norms,
    latents: { shape: [count, options.latentSize], dtype: 'float32' },
    labels: { shape: [count], dtype: 'int32' },
  }
  const draw = ({ params, norms, latents, labels }: DrawingInputs<Tensor>) =>
    generatorApply(params, norms, { latents, labels }, options, { training: false }).images
  const program: { run(inputs: DrawingInputs): Promise<NDArray>; close(): Promise<void> } = await compile(
    draw,
    specs,
    runtime,
  )
  return {
    run: async (weights, latents, labels) =>
      fromUnitRange((await program.run({ ...weights, latents, labels })) as NDArray<'float32'>),
    close: () => program.close(),
  }
}
