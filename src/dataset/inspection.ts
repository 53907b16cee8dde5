/**
 * What is there, as plain data: a dataset with its classes, patients, pixels and problems, or one image with its facts.
 * Problems of films are part of the answer, not thrown.
 */
import { UserError } from '../base/errors.js'
import { readBytes } from '../base/files.js'
import { hashBytes } from '../base/hash.js'
import { decodeStored } from '../image/codec.js'
import { ImageProblem } from '../image/raster.js'
import { type AuditedFilm, type AuditOptions, examineCohorts } from './audit.js'
import { maxFilmBytes } from './load.js'
import { type OpenOptions, openDataset } from './open.js'
import { resolvePositive } from './positive.js'
import type { Film, Flow, PatientSource } from './sample.js'

export interface DatasetInspection {
  readonly dataset: string
  readonly classes: Readonly<Record<string, { readonly films: number; readonly patients: number }>>
  readonly films: number
  readonly patients: number
  readonly patientSource: PatientSource
  /** The class that is looked for; null where its names do not say. */
  readonly positive: string | null
  readonly pixels: readonly PixelKind[]
  /** Whether any film has colour. */
  readonly colour: boolean
  /** Grey value taken as full white in 16-bit films. */
  readonly maxValue: number
  readonly flow: Flow
  readonly warnings: readonly string[]
  /** Why the films can't be used as they are; empty where they can. */
  readonly problems: readonly string[]
}

/** Films of one kind of pixel, with the smallest and the largest number of rows and columns. */
export interface PixelKind {
  readonly films: number
  readonly channels: 1 | 3
  readonly bits: 8 | 16
  readonly rows: { readonly least: number; readonly most: number }
  readonly columns: { readonly least: number; readonly most: number }
}

/** Opens and audits a dataset. Throws a `UserError` where it is no dataset at all (no class folders, no manifest, one class). */
export async function inspectDataset(
  dataset: string,
  options: OpenOptions & AuditOptions = {},
): Promise<DatasetInspection> {
  const cohorts = { internal: openDataset(dataset, options), external: {} }
  const { problems, audited } = await examineCohorts(cohorts, options)
  const { cohort, maxValue, colour } = audited.internal
  const { films, classes, patientSource, flow, warnings } = cohort
  const ofClass = (label: string) => films.filter((film) => film.label === label)
  return {
    dataset,
    classes: Object.fromEntries(
      classes.map((label) => [label, { films: ofClass(label).length, patients: patientsOf(ofClass(label)) }]),
    ),
    films: films.length,
    patients: patientsOf(films),
    patientSource,
    positive: positiveOf(classes),
    pixels: pixelKinds(films),
    colour,
    maxValue,
    flow,
    warnings,
    problems,
  }
}

function patientsOf(films: readonly Film[]): number {
  return new Set(films.map((film) => film.patient)).size
}

function positiveOf(classes: readonly string[]): string | null {
  try {
    return resolvePositive(classes)
  } catch (error) {
    if (error instanceof UserError) return null
    throw error
  }
}

function pixelKinds(films: readonly AuditedFilm[]): PixelKind[] {
  const kindOf = ({ channels, bitDepth }: AuditedFilm) => `${channels} x ${bitDepth}`
  return [...new Set(films.map(kindOf))].map((kind) => {
    const own = films.filter((film) => kindOf(film) === kind)
    return {
      films: own.length,
      channels: own[0].channels,
      bits: own[0].bitDepth,
      rows: extent(own.map((film) => film.height)),
      columns: extent(own.map((film) => film.width)),
    }
  })
}

function extent(values: readonly number[]): { least: number; most: number } {
  const sorted = values.toSorted((a, b) => a - b)
  return { least: sorted[0], most: sorted[sorted.length - 1] }
}

/** Facts of one image. Names are those of `kopt inspect FILE --json`. */
export interface FileInspection {
  readonly file: string
  readonly format: 'png' | 'jpeg'
  readonly rows: number
  readonly columns: number
  readonly frames: number
  readonly channels: 1 | 3
  readonly bitsStored: number
  /** Values as decoded; `sha256` of them as int32 little endian, row by row, channels interleaved. */
  readonly stored: Moments & { readonly sha256: string }
  /** Values 0..255 as a viewer shows them. */
  readonly display: Moments
}

export interface Moments {
  readonly min: number
  readonly max: number
  readonly mean: number
  /** Standard deviation over all values (divided by their number). */
  readonly std: number
}

/** Reads one PNG or JPEG. Throws a `UserError` where it is none. */
export async function inspectFile(file: string): Promise<FileInspection> {
  const { format, raster } = await decodeStored(readBytes(file, maxFilmBytes)).catch((error) => {
    throw error instanceof ImageProblem ? new UserError(`${file} ${error.message}`, { cause: error }) : error
  })
  const { data, bitDepth } = raster
  const full = 2 ** bitDepth - 1
  return {
    file,
    format,
    rows: raster.height,
    columns: raster.width,
    frames: 1,
    channels: raster.channels,
    bitsStored: bitDepth,
    stored: { ...momentsOf(data), sha256: hashBytes(littleEndianInt32(data)) },
    display: momentsOf(Uint8Array.from(data, (value) => Math.round((value * 255) / full))),
  }
}

function momentsOf(values: Uint8Array | Uint16Array): Moments {
  let min = Number.POSITIVE_INFINITY
  let max = Number.NEGATIVE_INFINITY
  let sum = 0
  for (const value of values) {
    if (value < min) min = value
    if (value > max) max = value
    sum += value
  }
  const mean = sum / values.length
  let squares = 0
  for (const value of values) squares += (value - mean) ** 2
  return { min, max, mean, std: Math.sqrt(squares / values.length) }
}

function littleEndianInt32(values: Uint8Array | Uint16Array): Uint8Array {
  const view = new DataView(new ArrayBuffer(4 * values.length))
  values.forEach((value, i) => {
    view.setInt32(4 * i, value, true)
  })
  return new Uint8Array(view.buffer)
}
