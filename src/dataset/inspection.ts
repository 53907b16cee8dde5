/** One film's file with its facts and its pixels, as plain data. A dataset is inspected in `inspection/`. */
import { UserError } from '../base/errors.js'
import { readBytes } from '../base/files.js'
import { hashBytes } from '../base/hash.js'
import type { StoredData } from '../image/dicom/samples.js'
import { type FilmFile, type FilmOptions, readFilm } from '../image/film.js'
import { ImageProblem, levelsOf } from '../image/raster.js'
import { maxFilmBytes } from './load.js'

/** Facts of one file. Names are those of `kopt inspect FILE --json`. */
export interface FileInspection {
  readonly file: string
  readonly format: FilmFile['format']
  readonly rows: number
  readonly columns: number
  readonly frames: number
  readonly channels: 1 | 3
  readonly bitsStored: number
  /** UID of a DICOM file's transfer syntax, and its name. */
  readonly transferSyntax?: string
  readonly transferSyntaxName?: string
  readonly photometric?: string
  /** Values of the first frame as decoded; `sha256` of them as int32 little endian, row by row, channels interleaved. */
  readonly stored: Moments & { readonly sha256: string }
  /** Values 0..255 as a viewer shows them. */
  readonly display: Moments
  /** What was done to the values between file and display, in words and in order. */
  readonly done: readonly string[]
  /** What the file says wrongly, and how it was read. */
  readonly notes: readonly string[]
}

export interface Moments {
  readonly min: number
  readonly max: number
  readonly mean: number
  /** Standard deviation over all values (divided by their number). */
  readonly std: number
}

/** Reads one film's file. Throws a `UserError` where it is none. */
export async function inspectFile(file: string, options: FilmOptions = {}): Promise<FileInspection> {
  const film = await readFilm(readBytes(file, maxFilmBytes), options).catch((error) => {
    throw error instanceof ImageProblem ? new UserError(`${file} ${error.message}`, { cause: error }) : error
  })
  const { format, rows, columns, frames, channels, bitsStored, transferSyntax, photometric, stored, display } = film
  const { levelAt } = display
  return {
    file,
    format,
    rows,
    columns,
    frames,
    channels,
    bitsStored,
    ...(transferSyntax && { transferSyntax: transferSyntax.uid, transferSyntaxName: transferSyntax.name }),
    ...(photometric && { photometric }),
    stored: {
      ...momentsOf(
        stored.length,
        levelsOf(stored, (value) => value),
      ),
      sha256: hashBytes(littleEndianInt32(stored)),
    },
    display: momentsOf(rows * columns * display.channels, (i) => 255 * levelAt(i)),
    done: film.words,
    notes: film.notes,
  }
}

function momentsOf(count: number, valueAt: (index: number) => number): Moments {
  let min = Number.POSITIVE_INFINITY
  let max = Number.NEGATIVE_INFINITY
  let sum = 0
  for (let i = 0; i < count; i++) {
    const value = valueAt(i)
    if (value < min) min = value
    if (value > max) max = value
    sum += value
  }
  const mean = sum / count
  let squares = 0
  for (let i = 0; i < count; i++) squares += (valueAt(i) - mean) ** 2
  return { min, max, mean, std: Math.sqrt(squares / count) }
}

function littleEndianInt32(values: StoredData): Uint8Array {
  const view = new DataView(new ArrayBuffer(4 * values.length))
  values.forEach((value: number, i: number) => {
    view.setInt32(4 * i, value, true)
  })
  return new Uint8Array(view.buffer)
}
