/** How fast this machine trains and draws: a few real steps of the real training, of which nothing is kept. */
import { ndarray } from '../base/ndarray.js'
import { Rng } from '../base/random.js'
import type { TrainedKind } from './contract.js'
import { blockSize } from './sampler.js'
import type { TrainingJob } from './train.js'

export interface StepTimes {
  /** Opening the training, and its first steps. */
  readonly startSeconds: number
  /** Of each further step. */
  readonly stepSeconds: readonly number[]
  /** Of one drawn image. */
  readonly drawingSeconds: number
}

export interface MeasureJob
  extends Pick<TrainingJob, 'images' | 'labels' | 'options' | 'threads' | 'device' | 'lowering'> {
  /** Steps stop after so many seconds, but not before three have been timed. */
  readonly seconds: number
  /** Timed ones; where several steps are one run, runs. */
  readonly mostSteps: number
}

const fewestSteps = 3

/** Trains a few steps on the job's images. */
export async function measureSteps(
  kind: TrainedKind,
  { images, labels, options, seconds, mostSteps, ...runtime }: MeasureJob,
): Promise<StepTimes> {
  const begin = performance.now()
  const training = await kind.openTraining(options, { images, labels }, kind.initialState(options), runtime)
  const { atOnce } = training
  const stepSeconds: number[] = []
  let startSeconds = 0
  let state: unknown
  try {
    const start = performance.now()
    for (let run = 0; run <= mostSteps; run++) {
      const before = performance.now()
      await training.advance(run * atOnce + 1, atOnce)
      if (run === 0) startSeconds = secondsSince(begin)
      else stepSeconds.push(secondsSince(before) / atOnce)
      if (stepSeconds.length >= fewestSteps && secondsSince(start) > seconds) break
    }
    state = await training.state()
  } finally {
    await training.close()
  }
  const drawing = await kind.openDrawing(options, blockSize, runtime)
  try {
    const noise = kind.drawNoise(new Rng(options.seed), blockSize, options)
    const labels = ndarray('int32', [blockSize], new Int32Array(blockSize))
    const draw = () => drawing.run(kind.weightsOf(state), noise, labels)
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
