/**
 * The training loop: step after step (on CUDA several in a run), with progress, curves, sample grids and checkpoints left in
 * one folder.
 * A call on a folder with checkpoints goes on from the newest whole one, to the same bytes (on the CPU) as without a stop.
 * Running a step blocks the event loop: callers with anything else to do train in a child process (`train-in-child.ts`).
 */
import path from 'node:path'
import { InternalError, Interrupted, throwProblems, UserError } from '../../base/errors.js'
import { isHalfWritten, listDirectory, makeDirectory, removeFile, writeAtomic } from '../../base/files.js'
import { type NDArray, ndarray } from '../../base/ndarray.js'
import { Rng } from '../../base/random.js'
import { encodePng } from '../../image/codec.js'
import { contactSheet } from '../../image/grid.js'
import { summarise } from '../../nn/summary.js'
import type { CompileOptions } from '../../runtime/compile.js'
import type { RuntimeDevice } from '../../runtime/session.js'
import { flatten, type Tree } from '../../tensor/tree.js'
import { Batches, drawLatents } from './batches.js'
import { checkpointFile, originOf, resumeFrom, writeCheckpoint } from './checkpoint.js'
import { type CurvePoint, Curves } from './curves.js'
import { DivergenceWatch } from './divergence.js'
import type { AcganOptions } from './options.js'
import { compileDrawing } from './sampler.js'
import { compileSteps } from './step-program.js'
import { initialState, type StepLosses, stateSpecs, type TrainingState } from './steps.js'

export interface AcganJob {
  /** [N, H, W, channels] as the options say. */
  readonly images: NDArray<'uint8'>
  /** Index of each image's class. */
  readonly labels: Int32Array
  readonly options: AcganOptions
  /** Where checkpoints, grids and curves go; made where it is missing. */
  readonly folder: string
  /** Steps between checkpoints, and between sample grids. */
  readonly checkpointEvery: number
  readonly gridEvery: number
  readonly threads: number
  readonly device: RuntimeDevice
  readonly lowering: NonNullable<CompileOptions['lowering']>
}

export type AcganEvent =
  | { type: 'progress'; step: number; steps: number; stepsPerSecond: number; secondsLeft: number }
  | ({ type: 'losses' } & CurvePoint)
  /** `file`: samples of every class, eight of a class in a row. */
  | { type: 'grid'; step: number; file: string }
  | { type: 'warning'; text: string }

export interface AcganSummary {
  steps: number
  /** Rate (0 where nothing was left to do) and time of this call: what was trained before a stop is not in them. */
  stepsPerSecond: number
  seconds: number
  parameters: { generator: number; discriminator: number }
  /** File of the last checkpoint. */
  checkpoint: string
}

/** Steps between rows of the curves. */
const lossesEvery = 10
const progressEveryMs = 250
const gridColumns = 8

/**
 * Trains to `options.steps`. Throws a `UserError` where the images don't fit the options, the folder holds another
 * training, or training diverges; `Interrupted` on the signal.
 */
export async function trainAcgan(
  job: AcganJob,
  onEvent: (event: AcganEvent) => void = () => {},
  signal?: AbortSignal,
): Promise<AcganSummary> {
  const { options, folder, device, threads, lowering } = job
  const { steps } = options
  checkTrainingSet(job)
  makeDirectory(folder)
  removeLeftovers(folder)
  const origin = originOf(job)
  const resumed = resumeFrom(folder, origin, (text) => onEvent({ type: 'warning', text }))
  const first = resumed?.step ?? 0
  if (first > steps) {
    throw new UserError(
      `${checkpointFile(folder, first)} has ${first} steps behind it, but ${steps} are asked for; ask for more, or choose another folder`,
    )
  }
  const lossesDue = (step: number) => step === steps || step % lossesEvery === 0
  const curves = new Curves(folder, resumed ?? { step: 0 }, lossesDue)
  const start = performance.now()
  const secondsSince = (time: number) => Math.max((performance.now() - time) / 1000, 1e-3)
  let stepsPerSecond = 0

  if (first < steps) {
    const watch = new DivergenceWatch(options, resumed?.collapsedFor)
    const batches = new Batches(job.images, job.labels, options)
    const initial = resumed?.state ?? initialState(options)
    const program = await compileSteps(options, initial, { device, threads, lowering })
    const grid = await openGrid(job)
    try {
      const stepsStart = performance.now()
      let told = 0
      for (let step = first; step < steps; ) {
        // Messages, signals and a parent's end are heard between two runs.
        await new Promise(setImmediate)
        if (signal?.aborted) throw new Interrupted()
        const together = stepsTogether(step, program.atOnce, job)
        const losses = await program.run(Array.from({ length: together }, (_, i) => batches.at(step + 1 + i)))
        for (const values of losses) {
          step++
          const point: CurvePoint = { step, ...numbersOf(values) }
          watch.observe(step, point)
          if (lossesDue(step)) {
            curves.append(point)
            onEvent({ type: 'losses', ...point })
          }
        }
        const last = step === steps
        const [gridDue, checkpointDue] = [job.gridEvery, job.checkpointEvery].map((every) => last || step % every === 0)
        if (gridDue || checkpointDue) {
          const state = await program.state()
          if (gridDue) onEvent({ type: 'grid', step, file: await grid.write(step, state) })
          if (checkpointDue) {
            requireFinite(step, state, options)
            writeCheckpoint(folder, { step, origin, collapsedFor: watch.collapsedFor, curves: curves.rows, state })
          }
        }
        stepsPerSecond = (step - first) / secondsSince(stepsStart)
        if (last || performance.now() - told >= progressEveryMs) {
          told = performance.now()
          onEvent({ type: 'progress', step, steps, stepsPerSecond, secondsLeft: (steps - step) / stepsPerSecond })
        }
      }
    } finally {
      await program.close()
      await grid.close()
    }
  }

  const { generator, discriminator } = stateSpecs(options)
  return {
    steps,
    stepsPerSecond,
    seconds: secondsSince(start),
    parameters: {
      generator: summarise(generator.params).parameters,
      discriminator: summarise(discriminator.params).parameters,
    },
    checkpoint: checkpointFile(folder, steps),
  }
}

/** Steps to run together after `done`: `most`, or one where a grid, a checkpoint or the end comes sooner. */
function stepsTogether(done: number, most: number, { options, gridEvery, checkpointEvery }: AcganJob): number {
  const nextOf = (every: number) => (Math.floor(done / every) + 1) * every
  const next = Math.min(options.steps, nextOf(gridEvery), nextOf(checkpointEvery))
  return done + most <= next ? most : 1
}

function checkTrainingSet({ images, labels, options }: AcganJob): void {
  const { classes, imageSize, channels } = options
  const [count, ...size] = images.shape
  if (size.join() !== [...imageSize, channels].join()) {
    throw new InternalError(`images of ${size.join(' x ')} for a GAN of ${[...imageSize, channels].join(' x ')}`)
  }
  if (labels.length !== count || labels.some((label) => label < 0 || label >= classes.length)) {
    throw new InternalError(`${labels.length} labels for ${count} images of ${classes.length} classes`)
  }
  const missing = classes.filter((_, i) => !labels.includes(i))
  throwProblems(
    'GAN training set',
    missing.map((name) => `class '${name}' has no image; add films of it, or leave the class out`),
  )
}

/** Files that a kill left half-written. */
function removeLeftovers(folder: string): void {
  for (const { name, directory } of listDirectory(folder)) {
    if (!directory && /^(checkpoint|grid|curves)/.test(name) && isHalfWritten(name)) removeFile(path.join(folder, name))
  }
}

function numbersOf(losses: StepLosses): StepLosses<number> {
  return {
    discriminator: losses.discriminator.data[0],
    generator: losses.generator.data[0],
    realAccuracy: losses.realAccuracy.data[0],
    fakeAccuracy: losses.fakeAccuracy.data[0],
    classAccuracy: losses.classAccuracy.data[0],
  }
}

/** A checkpoint with NaN in it would be resumed from again and again. */
function requireFinite(step: number, state: TrainingState, { learningRate }: AcganOptions): void {
  for (const { path: name, leaf } of flatten(state as unknown as Tree<NDArray<'float32'>>)) {
    if (leaf.data.every(Number.isFinite)) continue
    throw new UserError(
      `the GAN diverged at step ${step}: '${name}' holds values that are no numbers; start afresh with a lower learningRate (${learningRate} now)`,
    )
  }
}

/** Sample grids from fixed latents: the same eight in every class, so that columns show what a class changes. */
async function openGrid({ options, folder, device, threads, lowering }: AcganJob) {
  const { classes, latentSize, latentDeviation, seed } = options
  const count = gridColumns * classes.length
  const eight = drawLatents(new Rng(seed).split('gan/grid'), gridColumns, latentSize, latentDeviation)
  const latents = ndarray(
    'float32',
    [count, latentSize],
    Float32Array.from({ length: count * latentSize }, (_, i) => eight.data[i % eight.data.length]),
  )
  const labels = ndarray(
    'int32',
    [count],
    Int32Array.from({ length: count }, (_, i) => Math.floor(i / gridColumns)),
  )
  const drawing = await compileDrawing(options, count, { device, threads, lowering })
  return {
    async write(step: number, { generator: { params, norms } }: TrainingState): Promise<string> {
      const images = await drawing.run({ params, norms, latents, labels })
      const file = path.join(folder, `grid-${String(step).padStart(6, '0')}.png`)
      writeAtomic(file, await encodePng(contactSheet(images, gridColumns)))
      return file
    },
    close: () => drawing.close(),
  }
}
