/** The diffusion model for a few hundred films as one of the kinds of generators. */
import { ndarray, sizeOf } from '../../base/ndarray.js'
import { summarise } from '../../nn/summary.js'
import { compileStateful } from '../../runtime/stateful.js'
import type { TrainedKind, Training } from '../contract.js'
import { batches } from './batches.js'
import { filmGaussians } from './class-gaussian.js'
import { type DrawingWeights, drawingProgram, openDrawing } from './draw.js'
import { type EdmOptions, edmOptions, edmSection } from './options.js'
import { type DrawnInputs, edmStep, initialState, stateSpecs, stepSpecs, type TrainingState } from './steps.js'

export const edm: TrainedKind<EdmOptions, TrainingState, DrawingWeights> = {
  kind: 'edm',
  form: 'trained',
  inClosedForm: false,
  againstCopies: 'Train it for fewer steps (generator.steps)',
  name: 'diffusion model',
  noun: 'diffusion model',
  about:
    'A small diffusion model (Karras et al. 2022) that begins at the principal components of each class and learns what they lack.',
  options: edmSection,
  presets: { quick: { steps: 600, levels: 6 }, standard: {}, kong2022: {} },
  curves: { losses: ['denoising'], shares: [] },
  complete: edmOptions,
  parameters: (options) => ({ denoiser: summarise(stateSpecs(options).params).parameters }),
  stateSpecs,
  initialState,
  openTraining,
  watchers: () => [],
  weightsOf: ({ films, average }) => ({ films, average }),
  drawNoise(rng, count, { imageSize, channels }) {
    const size = sizeOf([...imageSize, channels])
    return ndarray('float32', [count, size], rng.normals(count * size))
  },
  openDrawing,
  drawingProgram,
}

async function openTraining(
  options: EdmOptions,
  set: Parameters<typeof filmGaussians>[0],
  state: TrainingState,
  runtime: Parameters<typeof compileStateful>[2],
): Promise<Training<TrainingState>> {
  const draw = batches(set, options)
  const films = filmGaussians(set, options)
  const program: StepProgram = await compileStateful(edmStep(options), stepSpecs(options), runtime)
  program.load({ ...state, films })
  return {
    atOnce: 1,
    async advance(first, count) {
      const values = []
      for (let step = first; step < first + count; step++) {
        const { loss } = await program.run(draw(step))
        values.push({ denoising: Number(loss.data[0]) })
      }
      return values
    },
    state: () => program.state(),
    close: () => program.close(),
  }
}

interface StepProgram {
  load(state: TrainingState): void
  run(inputs: DrawnInputs): Promise<{ readonly loss: { readonly data: ArrayLike<number> } }>
  state(): Promise<TrainingState>
  close(): Promise<void>
}
