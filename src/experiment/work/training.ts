/**
 * A generator's training as a unit of work: plain data that any process can do that sees the run's folder. What it leaves are the
 * files in the generator's folder; half done it goes on from the last checkpoint, whoever began it.
 */
import os from 'node:os'
import path from 'node:path'
import { z } from 'zod'
import { InternalError, UserError } from '../../base/errors.js'
import { exists, isDirectory, liesWithin, listDirectory, makeDirectory, readBytes } from '../../base/files.js'
import { hashBytes } from '../../base/hash.js'
import { type NDArray, takeRows } from '../../base/ndarray.js'
import { decodeNpy } from '../../base/npy.js'
import { shownPath } from '../../base/shown-path.js'
import { trainedKind } from '../../generator/registry.js'
import type { TrainingEvent, TrainingSummary } from '../../generator/train.js'
import { type NamedTrainingJob, trainInChild } from '../../generator/train-in-child.js'
import { PostedWork, unitId } from '../../record/posted-work.js'
import type { RunDirectory } from '../../record/run-directory.js'
import type { PostedUnit } from '../../record/unit.js'
import { loweringNames } from '../../runtime/compile.js'
import { type RuntimeDevice, runtimeDevices } from '../../runtime/session.js'
import { runFolderSource } from './content-source.js'
import { aMoment, inTurn, whenDone } from './turn.js'

export interface TrainingWork extends Omit<NamedTrainingJob, 'images' | 'labels' | 'options' | 'folder' | 'snapshots'> {
  /** The folder that it fills, within the run's, with `/`. */
  readonly place: string
  /** SHA-256 of the films' pixels as a .npy file, uint8 [N, H, W, channels], and the rows that it learns from. */
  readonly films: { readonly pixels: string; readonly rows: readonly number[] }
  /** Class indices, row by row. */
  readonly labels: readonly number[]
  /** Complete, as its kind has them. */
  readonly options: Readonly<Record<string, unknown>>
  readonly snapshots: readonly number[]
}

export interface PostedTraining {
  readonly unit: PostedUnit & { readonly kind: 'training' }
  readonly content: TrainingWork
}

/** Cards that networks on a device ask for. */
export function gpusOf(device: RuntimeDevice): number {
  return device === 'cpu' ? 0 : 1
}

export function postedTraining(content: TrainingWork): PostedTraining {
  const { place, threads, device } = content
  return { unit: { id: unitId('training', content), kind: 'training', place, threads, gpus: gpusOf(device) }, content }
}

const index = z.int().min(0)
const steps = z.int().min(1)
const trainingWork: z.ZodType<TrainingWork> = z.object({
  place: z.string().regex(/^((folds|inner)\/\d{2,9}\/)?gan(\/seed-\d{1,9})?$/),
  kind: z.string(),
  films: z.object({ pixels: z.string().regex(/^[0-9a-f]{64}$/), rows: z.array(index) }),
  labels: z.array(index),
  options: z.record(z.string(), z.unknown()),
  checkpointEvery: steps,
  gridEvery: steps,
  snapshots: z.array(steps),
  threads: z.int().min(1).max(4096),
  device: z.enum(runtimeDevices),
  lowering: z.enum(loweringNames),
})

/** What a finished training leaves to the run. */
export interface TrainingLeft {
  /** `checkpoint`: a name in the generator's folder. */
  readonly summary: TrainingSummary
  /** SHA-256 of every file, by its name in the generator's folder. */
  readonly files: Readonly<Record<string, string>>
  readonly warnings: readonly string[]
}

const trainingLeft: z.ZodType<TrainingLeft & { host: string }> = z.object({
  host: z.string(),
  summary: z.object({
    steps: z.number(),
    stepsPerSecond: z.number(),
    seconds: z.number(),
    parameters: z.record(z.string(), z.number()),
    checkpoint: z.string(),
  }),
  files: z.record(z.string().regex(/^[\w-]+\.\w+$/), z.string()),
  warnings: z.array(z.string()),
})

export interface TrainingEffects {
  readonly onEvent?: (event: TrainingEvent) => void
  readonly signal?: AbortSignal
}

/** A posted training as its file says; undefined where that is missing or damaged. */
export function readTraining(posted: PostedWork, unit: PostedUnit): PostedTraining | undefined {
  const { success, data } = trainingWork.safeParse(posted.content(unit))
  return success ? postedTraining(data) : undefined
}

/** Trains, and says so on disk. For the holder of the unit's lease. */
export async function performTraining(
  run: RunDirectory,
  { unit, content }: PostedTraining,
  { onEvent = () => {}, signal }: TrainingEffects = {},
): Promise<TrainingLeft> {
  const posted = new PostedWork(run)
  const { place, films, labels, options, kind, ...rest } = content
  const folder = path.join(run.root, ...place.split('/'))
  makeDirectory(folder)
  if (!liesWithin(folder, run.root))
    throw new UserError(
      `${shownPath(folder)} leads out of the run's folder by a link; put the folder itself in the link's place`,
    )
  const pixels = decodeNpy(await runFolderSource(run.root).fetch(films.pixels), `content ${films.pixels}`)
  if (pixels.dtype !== 'uint8') throw new InternalError(`pixels of films are ${pixels.dtype}`)
  const warnings: string[] = []
  const tell = progressTold(posted, unit)
  const job = {
    ...rest,
    kind,
    folder,
    images: takeRows(pixels as NDArray<'uint8'>, films.rows),
    labels: Int32Array.from(labels),
    options: trainedKind(kind).complete(options),
  }
  const heard = (event: TrainingEvent) => {
    if (event.type === 'warning') warnings.push(event.text)
    if (event.type === 'progress') tell(event)
    onEvent(event)
  }
  const { checkpoint, ...summary } = await trainInChild(job, heard, signal)
  const left = {
    summary: { ...summary, checkpoint: path.basename(checkpoint) },
    files: hashesIn(folder),
    warnings,
  }
  posted.writeDone(unit, { ...left, host: os.hostname() })
  return left
}

/** Between two writings of how far a training is. */
const tellEveryMs = 2000

function progressTold(posted: PostedWork, unit: PostedUnit) {
  let last = Number.NEGATIVE_INFINITY
  return ({ step, steps, stepsPerSecond, secondsLeft }: Extract<TrainingEvent, { type: 'progress' }>) => {
    if (performance.now() - last < tellEveryMs) return
    last = performance.now()
    posted.writeProgress(unit, { done: step, total: steps, rate: stepsPerSecond, secondsLeft })
  }
}

function hashesIn(folder: string): Record<string, string> {
  const files = listDirectory(folder).filter(
    ({ name, directory }) => !directory && /\.(safetensors|csv|png)$/.test(name),
  )
  return Object.fromEntries(files.map(({ name }) => [name, hashOf(path.join(folder, name)) as string]))
}

function hashOf(file: string): string | undefined {
  return exists(file) && !isDirectory(file) ? hashBytes(readBytes(file)) : undefined
}

/**
 * What a training leaves, by whoever did it: here, unless another process is at it. While that is so, this one does other
 * trainings that wait and need no more threads.
 */
export async function trained(
  run: RunDirectory,
  training: PostedTraining,
  { onEvent = () => {}, signal }: TrainingEffects = {},
): Promise<TrainingLeft> {
  const posted = new PostedWork(run)
  const { unit } = training
  posted.post([training])
  let here = false
  const left = await whenDone<TrainingLeft>(
    posted,
    unit,
    {
      left: () => whole(run, posted, training),
      work: (stop) => {
        here = true
        return performTraining(run, training, { onEvent, signal: stop })
      },
      async meanwhile(busy) {
        const isOver = () => posted.done(unit) !== undefined || posted.failure(unit) !== undefined
        const watch = async (stop: AbortSignal) => {
          while (!stop.aborted && !isOver()) {
            const progress = posted.progress(unit)
            if (progress) onEvent(progressEvent(progress))
            await aMoment(stop)
          }
        }
        const other = waitingTraining(posted, training)
        if (!other) return aMoment(busy)
        const stop = new AbortController()
        const all = AbortSignal.any([busy, stop.signal])
        const work = inTurn(posted, other.unit, (lost) => performTraining(run, other, { signal: lost }), all)
        // Whoever needs it meets its failure.
        const ended = work.catch(() => {}).finally(() => stop.abort())
        await watch(all)
        stop.abort()
        await ended
      },
    },
    signal,
  )
  if (!here) for (const text of left.warnings) onEvent({ type: 'warning', text })
  return left
}

function progressEvent({ done, total, rate, secondsLeft }: NonNullable<ReturnType<PostedWork['progress']>>) {
  return { type: 'progress', step: done, steps: total, stepsPerSecond: rate, secondsLeft } as const
}

/** A training that nobody does. */
function waitingTraining(posted: PostedWork, than: PostedTraining): PostedTraining | undefined {
  for (const unit of posted.board()) {
    if (unit.kind !== 'training' || unit.id === than.unit.id || unit.threads > than.unit.threads) continue
    if (posted.isFree(unit)) return readTraining(posted, unit)
  }
  return undefined
}

/** How long a network disk may hide what another machine has written. */
const hiddenMs = 60_000

/** What a finished training has left, once its files are here as it left them; one whose files are not is to be done again. */
async function whole(
  run: RunDirectory,
  posted: PostedWork,
  { unit, content }: PostedTraining,
): Promise<TrainingLeft | undefined> {
  const { success, data } = trainingLeft.safeParse(posted.done(unit))
  if (!success) return undefined
  const { host, ...left } = data
  const folder = path.join(run.root, ...content.place.split('/'))
  const end = performance.now() + (host === os.hostname() ? 0 : hiddenMs)
  for (;;) {
    if (Object.entries(left.files).every(([name, hash]) => hashOf(path.join(folder, name)) === hash)) return left
    if (performance.now() >= end) break
    await aMoment()
  }
  posted.undo(unit)
  return undefined
}
