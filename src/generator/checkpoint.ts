/**
 * Checkpoints: the whole training state and that of its observers in one safetensors file, with what it was trained from in
 * its header. No times are kept, so a run that was stopped and continued leaves the same bytes as one that was not.
 */
import path from 'node:path'
import { UserError } from '../base/errors.js'
import { listDirectory, readBytes, removeFile, writeAtomic } from '../base/files.js'
import { hashArray, hashPlain } from '../base/hash.js'
import type { NDArray, Shape } from '../base/ndarray.js'
import { version as toolVersion } from '../base/version.js'
import { decodeSafetensors, encodeSafetensors } from '../nn/safetensors.js'
import type { ArraySpec } from '../tensor/infer.js'
import { flatten, type Tree, unflatten } from '../tensor/tree.js'
import { anyLength, type TrainedKind, type TrainingOptions, type TrainingSet } from './contract.js'
import type { ObserverState } from './observer.js'
import { trainedKinds } from './registry.js'

/** Followed by the kind: `kopt-acgan`. */
const formatPrefix = 'kopt-'
const formatVersion = '2'
/** Of 0.1, whose checksum covers the arrays alone. */
const firstVersion = '1'

/** What the header says besides the observers' numbers. */
const headerNames = new Set([
  'format',
  'version',
  'step',
  'options',
  'imagesHash',
  'threads',
  'device',
  'lowering',
  'toolVersion',
  'contentHash',
])

/** What must be equal for a run to be continued to the same bytes. */
export interface Origin {
  readonly kind: string
  /** `steps` apart, which may grow. */
  readonly options: Omit<TrainingOptions, 'steps'>
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
  /** Arrays and numbers of the observers, by their names in the file. */
  readonly observed: ObserverState
  /** A tree of arrays of the form that the kind says. */
  readonly state: unknown
}

export function originOf(
  job: TrainingSet & {
    readonly kind: string
    readonly options: TrainingOptions
    readonly threads: number
    readonly device: string
    readonly lowering: string
  },
): Origin {
  const { kind, images, labels, threads, device, lowering } = job
  const { steps: _, ...options } = job.options
  const imagesHash = hashPlain([hashArray(images), [...labels]])
  return { kind, options, imagesHash, threads, device, lowering, toolVersion }
}

export function checkpointFile(folder: string, step: number): string {
  return path.join(folder, checkpointName(step))
}

export function checkpointName(step: number): string {
  return `checkpoint-${String(step).padStart(6, '0')}.safetensors`
}

/** Steps of the checkpoints in a folder, newest first. */
export function checkpointSteps(folder: string): number[] {
  return listDirectory(folder)
    .flatMap(({ name }) => checkpointStep(name) ?? [])
    .sort((a, b) => b - a)
}

/** What a checkpoint's name says; undefined for any other name. */
export function checkpointStep(name: string): number | undefined {
  const digits = /^checkpoint-(\d{6,})\.safetensors$/.exec(name)?.[1]
  return digits === undefined ? undefined : Number(digits)
}

export function removeCheckpoint(folder: string, step: number): void {
  removeFile(checkpointFile(folder, step))
}

/** Writes a checkpoint whole. Answers its file. */
export function writeCheckpoint(folder: string, { step, origin, observed, state }: Checkpoint): string {
  const numbers = Object.entries(observed).filter(([, value]) => typeof value === 'number')
  const arrays = Object.fromEntries([
    ...flatten(state as Tree<NDArray>).map(({ path, leaf }) => [path, leaf] as const),
    ...Object.entries(observed).filter((entry): entry is [string, NDArray] => typeof entry[1] !== 'number'),
  ])
  const { kind, options, ...rest } = origin
  const file = checkpointFile(folder, step)
  const metadata = {
    format: `${formatPrefix}${kind}`,
    version: formatVersion,
    step: String(step),
    ...Object.fromEntries(numbers.map(([name, value]) => [name, String(value)])),
    options: JSON.stringify(options),
    ...rest,
    threads: String(origin.threads),
  }
  const sealed = { ...metadata, contentHash: contentHash(arrays, metadata) }
  writeAtomic(file, encodeSafetensors(arrays, sealed))
  return file
}

/**
 * Reads a checkpoint of any of the kinds. Throws a `UserError` that names the file where it is missing, damaged or none
 * of theirs.
 */
export function readCheckpoint(file: string, kinds: readonly TrainedKind[] = trainedKinds): Checkpoint {
  const { arrays, metadata } = decodeSafetensors(readBytes(file), file)
  const kind = kinds.find((one) => metadata.format === `${formatPrefix}${one.kind}`)
  if (!kind) {
    throw new UserError(
      `${file} is no checkpoint of a kopt generator (${kinds.map((one) => one.kind).join(', ')}); give one that 'kopt gan train' or a run has written`,
    )
  }
  if (metadata.version !== formatVersion && metadata.version !== firstVersion) {
    throw new UserError(
      `${file} has checkpoint format ${metadata.version}, this kopt reads ${formatVersion}; use the kopt that wrote it`,
    )
  }
  const damaged = (what: string) => new UserError(`${file} is damaged: ${what}; restore it from a copy, or train again`)
  const step = Number(metadata.step)
  const threads = Number(metadata.threads)
  if (![step, threads].every((n) => Number.isSafeInteger(n) && n >= 0)) {
    throw damaged('its step or threads are no whole numbers')
  }

  const { steps: _, ...options } = readOptions(kind, metadata.options, damaged)
  const specs = kind.stateSpecs({ ...options, steps: step })
  const leaves = flatten(specs as Tree<ArraySpec>)
  const state = leaves.map(({ path: name, leaf }) => {
    const array = arrays[name]
    if (array?.dtype !== leaf.dtype || !isOfShape(array.shape, leaf.shape)) {
      const lengths = leaf.shape.map((length) => (length === anyLength ? 'any' : length))
      throw damaged(`'${name}' is not the ${leaf.dtype} [${lengths.join(', ')}] of its options`)
    }
    return array
  })
  const { contentHash: hash, ...rest } = metadata
  if (hash !== contentHash(arrays, metadata.version === firstVersion ? undefined : rest))
    throw damaged('its content does not fit its checksum')
  const named = checkpointStep(path.basename(file))
  if (named !== undefined && named !== step) throw damaged(`it is of step ${step}, but its name says ${named}`)
  const ofState = new Set(leaves.map(({ path: name }) => name))
  const observed = {
    ...Object.fromEntries(Object.entries(arrays).filter(([name]) => !ofState.has(name))),
    ...observedNumbers(metadata, damaged),
  }
  const stated = (name: string): string => {
    const text = metadata[name]
    if (text === undefined) throw damaged(`it does not say its ${name}`)
    return text
  }
  const origin = {
    kind: kind.kind,
    options,
    imagesHash: stated('imagesHash'),
    threads,
    device: stated('device'),
    lowering: stated('lowering'),
    toolVersion: stated('toolVersion'),
  }
  return { step, origin, observed, state: unflatten<unknown, NDArray>(specs, state) }
}

function isOfShape(shape: Shape, spec: Shape): boolean {
  return shape.length === spec.length && spec.every((length, i) => length === anyLength || length === shape[i])
}

function observedNumbers(
  metadata: Readonly<Record<string, string>>,
  damaged: (what: string) => UserError,
): Record<string, number> {
  const numbers = Object.entries(metadata)
    .filter(([name]) => !headerNames.has(name))
    .map(([name, text]) => [name, Number(text)] as const)
  const wrong = numbers.find(([, value]) => !Number.isFinite(value))
  if (wrong) throw damaged(`its ${wrong[0]} is no number`)
  return Object.fromEntries(numbers)
}

export interface ResumeCare {
  /** Steps whose checkpoints must stand when training has ended, ascending. */
  readonly snapshots?: readonly number[]
  /** Told of each checkpoint that is lost, with where training goes on instead. */
  readonly onDamaged?: (text: string) => void
}

/**
 * The newest whole checkpoint of a folder with every snapshot before it; undefined where there is none, and training begins
 * anew. Throws a `UserError` where a whole one that it looks at has another origin.
 */
export function resumeFrom(
  folder: string,
  origin: Origin,
  kind: TrainedKind,
  { snapshots = [], onDamaged = () => {} }: ResumeCare = {},
): Checkpoint | undefined {
  const steps = checkpointSteps(folder)
  // One of another kind is whole, and refused below.
  const kinds = [kind, ...trainedKinds.filter((other) => other.kind !== kind.kind)]
  const lost = new Map<number, string>()
  const read = (step: number): Checkpoint | undefined => {
    if (lost.has(step)) return undefined
    const file = checkpointFile(folder, step)
    try {
      return readCheckpoint(file, kinds)
    } catch (error) {
      if (!(error instanceof UserError)) throw error
      lost.set(step, steps.includes(step) ? error.message : `${file} is gone`)
      return undefined
    }
  }
  let found: Checkpoint | undefined
  for (const step of steps) {
    const checkpoint = read(step)
    if (!checkpoint) continue
    requireSameOrigin(checkpointFile(folder, step), checkpoint.origin, origin)
    if (!snapshots.filter((before) => before < step).every((before) => read(before))) continue
    found = checkpoint
    break
  }
  const instead = found ? `training goes on from step ${found.step}` : 'training begins anew'
  for (const text of lost.values()) onDamaged(`${text} (${instead})`)
  return found
}

function requireSameOrigin(file: string, found: Origin, asked: Origin): void {
  const differences = [
    ...difference('kind', found.kind, asked.kind),
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

function readOptions(
  kind: TrainedKind,
  text: string | undefined,
  damaged: (what: string) => UserError,
): TrainingOptions {
  let options: unknown
  try {
    options = JSON.parse(text ?? '')
  } catch {
    throw damaged('its options are no JSON')
  }
  try {
    return kind.complete({ ...(options as Record<string, unknown>), steps: 1 })
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
