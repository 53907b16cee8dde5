/**
 * Training: step after step, heard by observers that leave curves, sample grids and checkpoints in one folder.
 * A call on a folder with checkpoints goes on from the newest whole one, to the same bytes (on the CPU) as without a stop.
 * Running a step blocks the event loop: callers with anything else to do train in a child process (`train-in-child.ts`).
 */
import path from 'node:path'
import { elementAt } from '../base/element-at.js'
import { InternalError, Interrupted, throwProblems, UserError } from '../base/errors.js'
import { isHalfWritten, listDirectory, makeDirectory, removeFile } from '../base/files.js'
import type { CompileOptions } from '../runtime/compile.js'
import type { RuntimeDevice } from '../runtime/session.js'
import { checkpointFile, checkpointSteps, originOf, resumeFrom } from './checkpoint.js'
import type { TrainedKind, Training, TrainingOptions, TrainingSet } from './contract.js'
import type { Observer, StepValues } from './observer.js'
import { checkpoints, savedStateOf } from './observers/checkpoints.js'
import { curves } from './observers/curves.js'
import { divergence } from './observers/divergence.js'
import { openGrid } from './observers/grid.js'
import { progress, type TrainingProgress } from './observers/progress.js'

export interface TrainingJob<O extends TrainingOptions = TrainingOptions> extends TrainingSet {
  readonly options: O
  /** Where checkpoints, grids and curves go; made where it is missing. */
  readonly folder: string
  /** Steps between checkpoints, and between sample grids. */
  readonly checkpointEvery: number
  readonly gridEvery: number
  /** Steps, ascending, whose checkpoints stay whatever follows, for one of them to be chosen; default: none but the newest. */
  readonly snapshots?: readonly number[]
  readonly threads: number
  readonly device: RuntimeDevice
  readonly lowering: NonNullable<CompileOptions['lowering']>
}

export type TrainingEvent =
  | ({ type: 'progress' } & TrainingProgress)
  /** A row of the curves. */
  | { type: 'curve'; step: number; values: StepValues }
  | { type: 'warning'; text: string }

export interface TrainingSummary {
  steps: number
  /** Rate (0 where nothing was left to do) and time of this call: what was trained before a stop is not in them. */
  stepsPerSecond: number
  seconds: number
  /** Trainable weights, by network. */
  parameters: Readonly<Record<string, number>>
  /** File of the last checkpoint. */
  checkpoint: string
}

export interface TrainingCare<S = unknown> {
  readonly onEvent?: (event: TrainingEvent) => void
  readonly signal?: AbortSignal
  /** Further observers; they hear a step before grid and checkpoint do. */
  readonly observers?: readonly Observer<S>[]
}

/**
 * Trains to `options.steps`. Throws a `UserError` where the images don't fit the options, the folder holds another
 * training, or training diverges; `Interrupted` on the signal.
 */
export async function train<O extends TrainingOptions, S, W>(
  trained: TrainedKind<O, S, W>,
  job: TrainingJob<O>,
  { onEvent = () => {}, signal, observers: further = [] }: TrainingCare<S> = {},
): Promise<TrainingSummary> {
  const kind = trained as unknown as TrainedKind
  const { options, folder, snapshots = [], device, threads, lowering } = job
  const { steps } = options
  checkTrainingSet(kind, job)
  makeDirectory(folder)
  removeLeftovers(folder)
  const origin = originOf({ ...job, kind: kind.kind })
  const onDamaged = (text: string) => onEvent({ type: 'warning', text })
  const resumed = resumeFrom(folder, origin, kind, { snapshots, onDamaged })
  const first = resumed?.step ?? 0
  if (first > steps) {
    throw new UserError(
      `${checkpointFile(folder, first)} has ${first} steps behind it, but ${steps} are asked for; ask for more, or choose another folder`,
    )
  }
  const dueEvery = (every: number) => (step: number) => step === steps || step % every === 0
  const regularlyDue = dueEvery(job.checkpointEvery)
  let atOnce = 1
  // Who is stopped leaves a checkpoint, so that nothing is done twice; among steps that are made together none has a state.
  const stopped = () => atOnce === 1 && signal?.aborted === true
  const isRegular = (step: number) => regularlyDue(step) || snapshots.includes(step)
  const checkpointDue = (step: number) => isRegular(step) || stopped()
  const watching: Observer[] = [
    divergence(kind, options, checkpointDue, () => checkpointSteps(folder)[0]),
    ...kind.watchers(options),
    curves(folder, kind.curves, steps, (step, values) => onEvent({ type: 'curve', step, values })),
    ...(further as readonly Observer[]),
  ]
  for (const observer of watching) {
    observer.restore?.(first, resumed && savedStateOf(observer.name, resumed.observed))
  }
  const begun = performance.now()
  let stepsPerSecond = 0

  if (first < steps) {
    const runtime = { device, threads, lowering }
    const state = resumed?.state ?? kind.initialState(options)
    const training = await kind.openTraining(options, job, state, runtime)
    atOnce = training.atOnce
    const observers = [...watching]
    try {
      observers.push(
        await openGrid(kind, options, folder, runtime, dueEvery(job.gridEvery)),
        checkpoints({ folder, origin, snapshots, observers: watching, isDue: checkpointDue, isRegular }),
        progress(first, steps, (said) => onEvent({ type: 'progress', ...said })),
      )
      const stepsBegun = performance.now()
      for await (const { step, values } of stepsOf(training, { first, steps }, observers, signal)) {
        for (const observer of observers) observer.onStep?.(step, values)
        const due = observers.filter((observer) => observer.isDue?.(step))
        if (due.length === 0) continue
        const after = await training.state()
        for (const observer of due) await observer.onState?.(step, after)
      }
      stepsPerSecond = (steps - first) / secondsSince(stepsBegun)
    } finally {
      await training.close()
      for (const observer of observers) await observer.close?.()
    }
  }

  return {
    steps,
    stepsPerSecond,
    seconds: secondsSince(begun),
    parameters: kind.parameters(options),
    checkpoint: checkpointFile(folder, elementAt(checkpointSteps(folder), 0)),
  }
}

/**
 * The steps that are left, one by one. Several may have been made together, but none behind a step at which an observer is
 * due: the state is then the one after that step.
 */
async function* stepsOf(
  training: Training<unknown>,
  { first, steps }: { first: number; steps: number },
  observers: readonly Observer[],
  signal: AbortSignal | undefined,
): AsyncGenerator<{ step: number; values: StepValues }> {
  const isDue = (step: number) => observers.some((observer) => observer.isDue?.(step))
  if (signal?.aborted) throw new Interrupted()
  for (let done = first; done < steps; ) {
    // Messages, signals and a parent's end are heard between two runs.
    await new Promise(setImmediate)
    const before = Array.from({ length: training.atOnce - 1 }, (_, i) => done + i + 1)
    const together = done + training.atOnce <= steps && !before.some(isDue) ? training.atOnce : 1
    for (const values of await training.advance(done + 1, together)) yield { step: ++done, values }
    if (signal?.aborted) throw new Interrupted()
  }
}

function checkTrainingSet({ noun }: TrainedKind, { images, labels, options }: TrainingJob): void {
  const { classes, imageSize, channels } = options
  const [count, ...size] = images.shape
  if (size.join() !== [...imageSize, channels].join()) {
    throw new InternalError(`images of ${size.join(' x ')} for a ${noun} of ${[...imageSize, channels].join(' x ')}`)
  }
  if (labels.length !== count || labels.some((label) => label < 0 || label >= classes.length)) {
    throw new InternalError(`${labels.length} labels for ${count} images of ${classes.length} classes`)
  }
  const missing = classes.filter((_, i) => !labels.includes(i))
  throwProblems(
    `${noun} training set`,
    missing.map((name) => `class '${name}' has no image; add films of it, or leave the class out`),
  )
}

/** Files that a kill left half-written. */
function removeLeftovers(folder: string): void {
  for (const { name, directory } of listDirectory(folder)) {
    if (!directory && /^(checkpoint|grid|curves)/.test(name) && isHalfWritten(name)) removeFile(path.join(folder, name))
  }
}

function secondsSince(start: number): number {
  return Math.max((performance.now() - start) / 1000, 1e-3)
}
