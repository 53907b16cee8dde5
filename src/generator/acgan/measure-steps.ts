/** How fast this machine trains and draws: a few real steps in the real graph, of which nothing is kept. */
import type { NDArray } from '../../base/ndarray.js'
import { ndarray } from '../../base/ndarray.js'
import { Rng } from '../../base/random.js'
import { Batches, drawLatents } from './batches.js'
import { blockSize, compileDrawing } from './sampler.js'
import { compileSteps } from './step-program.js'
import { initialState, type TrainingState } from './steps.js'
import type { AcganJob } from './train.js'

export interface StepTimes {
  /** Building and opening the step's graph, and its first run. */
  readonly startSeconds: number
  /** Of each further step. */
  readonly stepSeconds: readonly number[]
  /** Of one drawn image. */
  readonly drawingSeconds: number
}

export interface MeasureJob
  extends Pick<AcganJob, 'images' | 'labels' | 'options' | 'threads' | 'device' | 'lowering'> {
  /** Steps stop after so many seconds, but not before three have been timed. */
  readonly seconds: number
  /** Timed ones; where several steps are one run, runs. */
  readonly mostSteps: number
}

const fewestSteps = 3

/** Trains a few steps on the job's images. */
export async function measureSteps({
  images,
  labels,
  options,
  seconds,
  mostSteps,
  ...runtime
}: MeasureJob): Promise<StepTimes> {
  const begin = performance.now()
  const batches = new Batches(images, labels, options)
  const program = await compileSteps(options, initialState(options), runtime)
  const { atOnce } = program
  const stepSeconds: number[] = []
  let startSeconds = 0
  let state: TrainingState
  try {
    const start = performance.now()
    for (let run = 0; run <= mostSteps; run++) {
      const before = performance.now()
      await program.run(Array.from({ length: atOnce }, (_, i) => batches.at(run * atOnce + i + 1)))
      if (run === 0) startSeconds = secondsSince(begin)
      else stepSeconds.push(secondsSince(before) / atOnce)
      if (stepSeconds.length >= fewestSteps && secondsSince(start) > seconds) break
    }
    state = await program.state()
  } finally {
    await program.close()
  }
  const drawing = await compileDrawing(options, blockSize, runtime)
  try {
    const { params, norms } = state.generator
    const latents = drawLatents(new Rng(options.seed), blockSize, options.latentSize, options.latentDeviation)
    const classes = ndarray('int32', [blockSize], new Int32Array(blockSize))
    const draw = (): Promise<NDArray> => drawing.run({ params, norms, latents, labels: classes })
    await draw()
    const before = performance.now()
    await draw()
    return { startSeconds, stepSeconds, drawingSeconds: secondsSince(before) / blockSize }
  } finally {
    await drawing.close()
  }
}

function secondsSince(start: number): number {
  return (performance.now() - start) / 1000
}
