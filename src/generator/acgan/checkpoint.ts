/**
 * Checkpoints: the whole training state in one safetensors file, with what it was trained from in its header.
 * No times are kept, so a run that was stopped and continued leaves the same bytes as one that was not.
 */
import path from 'node:path'
import { UserError } from '../../base/errors.js'
import { listDirectory, readBytes, removeFile, writeAtomic } from '../../base/files.js'
import { hashArray, hashPlain } from '../../base/hash.js'
import type { NDArray } from '../../base/ndarray.js'
import { version as toolVersion } from '../../base/version.js'
import { decodeSafetensors, encodeSafetensors } from '../../nn/safetensors.js'
import type { ArraySpec } from '../../tensor/infer.js'
import { flatten, type Tree, unflatten } from '../../tensor/tree.js'
import type { CurveRows } from './curves.js'
import { type AcganOptions, defaultAcganOptions } from './options.js'
import { stateSpecs, type TrainingState } from './steps.js'

const format = 'kopt-acgan'
const formatVersion = '2'
/** Of 0.1, whose checksum covers the arrays alone. */
const firstVersion = '1'
const kept = 2
const curvesName = 'curves'

/** What must be equal for a run to be continued to the same bytes. */
export interface Origin {
  /** `steps` apart, which may grow. */
  readonly options: Omit<AcganOptions, 'steps'>
  /** Hash of the training images and labels. */
  readonly imagesHash: string
  readonly threads: number
  readonly device: string
  readonly lowering: string
  readonly toolVersion: string
}

export interface Checkpoint {
  /** Steps done. */
  readonly step: number
  readonly origin: Origin
  /** Steps running with a collapsed loss; see `divergence.ts`. */
  readonly collapsedFor: number
  /** Losses up to this step; absent in checkpoints of 0.1. */
  readonly curves?: CurveRows
  readonly state: TrainingState
}

export function originOf(job: {
  readonly images: NDArray<'uint8'>
  readonly labels: Int32Array
  readonly options: AcganOptions
  readonly threads: number
  readonly device: string
  readonly lowering: string
}): Origin {
  const { images, labels, threads, device, lowering } = job
  const { steps: _, ...options } = job.options
  const imagesHash = hashPlain([hashArray(images), [...labels]])
  return { options, imagesHash, threads, device, lowering, toolVersion }
}

export function checkpointFile(folder: string, step: number): string {
  return path.join(folder, `checkpoint-${String(step).padStart(6, '0')}.safetensors`)
}

/** Writes a checkpoint whole, then removes all but the newest two. Answers its file. */
export function writeCheckpoint(folder: string, { step, origin, collapsedFor, curves, state }: Checkpoint): string {
  const arrays = {
    ...Object.fromEntries(flatten(state as unknown as Tree<NDArray>).map(({ path, leaf }) => [path, leaf])),
    ...(curves && { [curvesName]: curves }),
  }
  const { options, ...rest } = origin
  const file = checkpointFile(folder, step)
  const metadata = {
    format,
    version: formatVersion,
    step: String(step),
    collapsedFor: String(collapsedFor),
    options: JSON.stringify(options),
    ...rest,
    threads: String(origin.threads),
  }
  const sealed = { ...metadata, contentHash: contentHash(arrays, metadata) }
  writeAtomic(file, encodeSafetensors(arrays, sealed))
  for (const old of checkpointSteps(folder)
    .filter((other) => other <= step)
    .slice(kept)) {
    removeFile(checkpointFile(folder, old))
  }
  return file
}

/** Steps of the checkpoints in a folder, newest first. */
export function checkpointSteps(folder: string): number[] {
  return listDirectory(folder)
    .flatMap(({ name }) => stepOf(name) ?? [])
    .sort((a, b) => b - a)
}

/** What a checkpoint's name says; undefined for any other name. */
function stepOf(name: string): number | undefined {
  const digits = /^checkpoint-(\d{6,})\.safetensors$/.exec(name)?.[1]
  return digits === undefined ? undefined : Number(digits)
}

/** Reads a checkpoint. Throws a `UserError` that names the file where it is missing, damaged or none of ours. */
export function readCheckpoint(file: string): Checkpoint {
  const { arrays, metadata } = decodeSafetensors(readBytes(file), file)
  if (metadata.format !== format) {
    throw new UserError(`${file} is no checkpoint of a kopt ACGAN; give one that 'kopt gan train' or a run has written`)
  }
  if (metadata.version !== formatVersion && metadata.version !== firstVersion) {
    throw new UserError(
      `${file} has checkpoint format ${metadata.version}, this kopt reads ${formatVersion}; use the kopt that wrote it`,
    )
  }
  const damaged = (what: string) => new UserError(`${file} is damaged: ${what}; restore it from a copy, or train again`)
  const step = Number(metadata.step)
  const threads = Number(metadata.threads)
  const collapsedFor = Number(metadata.collapsedFor)
  if (![step, threads, collapsedFor].every((n) => Number.isSafeInteger(n) && n >= 0)) {
    throw damaged('its step or threads are no whole numbers')
  }

  const options = readOptions(metadata.options, damaged)
  const specs = flatten(stateSpecs(options) as unknown as Tree<ArraySpec>)
  const state = specs.map(({ path: name, leaf }) => {
    const array = arrays[name]
    if (array?.dtype !== leaf.dtype || array.shape.join() !== leaf.shape.join()) {
      throw damaged(`'${name}' is not the ${leaf.dtype} [${leaf.shape.join(', ')}] of its options`)
    }
    return array
  })
  const { contentHash: hash, ...rest } = metadata
  if (hash !== contentHash(arrays, metadata.version === firstVersion ? undefined : rest))
    throw damaged('its content does not fit its checksum')
  const named = stepOf(path.basename(file))
  if (named !== undefined && named !== step) throw damaged(`it is of step ${step}, but its name says ${named}`)
  const { steps: _, ...own } = options
  const curves = arrays[curvesName]
  const { imagesHash, device, lowering } = metadata
  return {
    step,
    collapsedFor,
    ...(curves?.dtype === 'float64' && { curves: curves as CurveRows }),
    origin: { options: own, imagesHash, threads, device, lowering, toolVersion: metadata.toolVersion },
    state: unflatten<unknown, NDArray>(stateSpecs(options), state) as unknown as TrainingState,
  }
}

/**
 * The newest whole checkpoint of a folder; undefined where there is none, and training begins anew. Damaged ones that are
 * newer are told to `onDamaged`. Throws a `UserError` where the newest whole one has another origin.
 */
export function resumeFrom(
  folder: string,
  origin: Origin,
  onDamaged: (text: string) => void = () => {},
): Checkpoint | undefined {
  const steps = checkpointSteps(folder)
  for (const [i, step] of steps.entries()) {
    let checkpoint: Checkpoint
    try {
      checkpoint = readCheckpoint(checkpointFile(folder, step))
    } catch (error) {
      if (!(error instanceof UserError)) throw error
      onDamaged(
        i < steps.length - 1
          ? `${error.message} (training goes on from step ${steps[i + 1]})`
          : `${error.message} (no checkpoint is whole: training begins anew)`,
      )
      continue
    }
    requireSameOrigin(checkpointFile(folder, step), checkpoint.origin, origin)
    return checkpoint
  }
  return undefined
}

function requireSameOrigin(file: string, found: Origin, asked: Origin): void {
  const differences = [
    ...Object.keys(asked.options).flatMap((name) => {
      const key = name as keyof Origin['options']
      return difference(name, found.options[key], asked.options[key])
    }),
    ...(found.imagesHash === asked.imagesHash ? [] : ['other training images or labels']),
    ...(['threads', 'device', 'lowering'] as const).flatMap((name) => difference(name, found[name], asked[name])),
    ...difference('kopt', found.toolVersion, asked.toolVersion),
  ]
  if (differences.length > 0) {
    throw new UserError(
      `${file} can't be continued: it was trained with ${differences.join('; ')}. ` +
        'Ask for the same, choose another folder, or remove the checkpoints to train anew',
    )
  }
}

function difference(name: string, found: unknown, asked: unknown): string[] {
  const [a, b] = [JSON.stringify(found), JSON.stringify(asked)]
  return a === b ? [] : [`${name} ${a}, now ${b}`]
}

function readOptions(text: string | undefined, damaged: (what: string) => UserError): AcganOptions {
  let options: unknown
  try {
    options = JSON.parse(text ?? '')
  } catch {
    throw damaged('its options are no JSON')
  }
  try {
    return defaultAcganOptions({ ...(options as Omit<AcganOptions, 'steps'>), steps: 1 })
  } catch (error) {
    throw damaged((error as Error).message)
  }
}

/** Of the arrays and all that the header says of them; without `metadata` as 0.1 had it. */
function contentHash(arrays: Readonly<Record<string, NDArray>>, metadata?: Readonly<Record<string, string>>): string {
  const hashes = Object.entries(arrays)
    .map(([name, array]) => [name, hashArray(array)])
    .sort()
  return hashPlain(metadata ? { hashes, metadata } : hashes)
}
