/** One image with its facts and its pixels, as plain data. A dataset is inspected in `inspection/`. */
import { UserError } from '../base/errors.js'
import { readBytes } from '../base/files.js'
import { hashBytes } from '../base/hash.js'
import { decodeStored } from '../image/codec.js'
import { ImageProblem } from '../image/raster.js'
import { maxFilmBytes } from './load.js'

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
