/** How fast this machine trains and draws: a few real steps in the real graph, of which nothing is kept. */
import type { NDArray } from '../base/ndarray.js'
import { ndarray } from '../base/ndarray.js'
import { Rng } from '../base/random.js'
import { Batches, drawLatents } from './batches.js'
import { blockSize, compileDrawing } from './sampler.js'
import { compileStep, initialState } from './steps.js'
import type { AcganJob } from './train.js'

export interface StepTimes {
  /** Building and opening the step's graph, and its first run. */
  readonly startSeconds: number
  /** Of each further step. */
  readonly stepSeconds: readonly number[]
  /** Of one drawn image. */
  readonly drawingSeconds: number
}

export interface MeasureOptions {
  /** Steps stop after so many seconds, but not before three have been timed. */
  readonly seconds: number
  readonly mostSteps: number
  readonly signal?: AbortSignal
}

const fewestSteps = 3

/** Trains a few steps on `images`. `signal` is heard between two steps. */
export async function measureSteps(
  {
    images,
    labels,
    options,
    ...runtime
  }: Pick<AcganJob, 'images' | 'labels' | 'options' | 'threads' | 'device' | 'lowering'>,
  { seconds, mostSteps, signal }: MeasureOptions,
): Promise<StepTimes> {
  const begin = performance.now()
  const batches = new Batches(images, labels, options)
  const program = await compileStep(options, runtime)
  const stepSeconds: number[] = []
  let state = initialState(options)
  let startSeconds = 0
  try {
    const start = performance.now()
    for (let step = 1; step <= mostSteps + 1; step++) {
      await new Promise(setImmediate)
      signal?.throwIfAborted()
      const before = performance.now()
      state = (await program.run({ ...batches.at(step), state })).state
      if (step === 1) startSeconds = secondsSince(begin)
      else stepSeconds.push(secondsSince(before))
      if (stepSeconds.length >= fewestSteps && secondsSince(start) > seconds) break
    }
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
