/**
 * An npz archive in the form of MedMNIST: `train_images`, `train_labels`, and the same of `val` and `test`; a label is a
 * class's number. Arrays are unpacked when they are needed, one at a time, within a bound.
 */
import path from 'node:path'
import { UserError } from '../base/errors.js'
import { readBytes } from '../base/files.js'
import { readNpyHeader } from '../base/npy.js'
import { openZip, type ZipArchive } from '../base/zip.js'
import { ImageProblem, type Raster } from '../image/raster.js'
import { type FoundFilm, type Reading, splitOfWord } from './reader.js'

/** The largest archive, and the largest array in it, that is read. */
const maxBytes = 2 ** 30
const form = 'an npz dataset holds train_images and train_labels (and the same of val and test), as MedMNIST does'

const sets = ['train', 'val', 'test'] as const

interface StoredArray {
  readonly descriptor: string
  readonly shape: readonly number[]
  /** The elements' bytes. */
  readonly bytes: Uint8Array
}

/** Lists the films of an archive. Throws a `UserError` where it is not of this form. */
export function readNpz(file: string): Reading {
  const archive = openZip(readBytes(file, maxBytes), file)
  const names = archive.entries.flatMap(({ name }) => (name.endsWith('.npy') ? [name.slice(0, -4)] : []))
  const films: FoundFilm[] = []
  for (const set of sets) {
    const [images, labels] = [`${set}_images`, `${set}_labels`]
    if (!names.includes(images) && !names.includes(labels)) continue
    if (!names.includes(images) || !names.includes(labels)) {
      throw new UserError(`${file} holds only one of ${images} and ${labels}; ${form}`)
    }
    const classes = labelsOf(arrayOf(archive, file, labels), `${labels} of ${file}`)
    const count = arrayOf(archive, file, images).shape[0]
    if (classes.length !== count) {
      throw new UserError(`${file} has ${count} ${images}, but ${classes.length} ${labels}`)
    }
    classes.forEach((label, row) => {
      const name = `${set}/${String(row + 1).padStart(5, '0')}`
      films.push({ file, name, label, array: images, frame: row + 1, split: splitOfWord(set) })
    })
  }
  if (films.length === 0) {
    const held = names.length === 0 ? 'nothing' : names.slice(0, 6).join(', ')
    throw new UserError(`${file} holds ${held}; ${form}`)
  }
  // With one set alone there is no split to keep.
  const alone = new Set(films.map((film) => film.split)).size === 1
  return {
    root: path.dirname(file),
    films: alone ? films.map(({ split: _, ...film }) => film) : films,
    excluded: [],
    warnings: [],
  }
}

/** One image of an array, from 1. Throws an `ImageProblem` where it is none. */
export function readNpzImage(file: string, array: string, row: number): Raster {
  const { descriptor, shape, bytes } = cachedArray(file, array)
  const [count, height, width, channels = 1] = shape
  const wide = descriptor === '<u2'
  if (descriptor !== '|u1' && !wide) {
    throw new ImageProblem(`holds elements of type '${descriptor}'; images of type uint8 and uint16 are read`)
  }
  if (shape.length < 3 || shape.length > 4 || (channels !== 1 && channels !== 3)) {
    throw new ImageProblem(`is of shape ${shape.join(' x ')}; number x height x width is read, and x 3 for colour`)
  }
  const size = height * width * channels
  if (row < 1 || row > count || bytes.length < count * size * (wide ? 2 : 1)) throw new ImageProblem('ends early')
  const own = bytes.slice((row - 1) * size * (wide ? 2 : 1), row * size * (wide ? 2 : 1))
  const data = wide ? new Uint16Array(own.buffer) : own
  return { width, height, channels, bitDepth: wide ? 16 : 8, data }
}

function arrayOf(archive: ZipArchive, file: string, array: string): StoredArray {
  const entry = `${array}.npy`
  const { size = 0 } = archive.entries.find(({ name }) => name === entry) ?? {}
  if (size > maxBytes) throw new UserError(`${array} of ${file} has ${size} bytes; at most ${maxBytes} are read`)
  const found = archive.read(entry)
  if (found === undefined) throw new UserError(`${file} no longer holds ${array}`)
  const { descriptor, shape, start } = readNpyHeader(found, (why) => {
    throw new UserError(`${array} of ${file} ${why}; save it with numpy.savez_compressed in C order`)
  })
  return { descriptor, shape, bytes: found.subarray(start) }
}

const labelSizes: Readonly<Record<string, number>> = { u1: 1, i1: 1, u2: 2, i2: 2, u4: 4, i4: 4, u8: 8, i8: 8 }

/** Class numbers as names, one an image. */
function labelsOf({ descriptor, shape, bytes }: StoredArray, what: string): string[] {
  const size = labelSizes[descriptor.slice(1)]
  if (size === undefined || descriptor[0] === '>') {
    throw new UserError(`${what} holds elements of type '${descriptor}'; whole numbers are read as labels`)
  }
  const [count, each = 1] = shape
  if (shape.length > 2 || each !== 1) {
    throw new UserError(`${what} gives ${shape.slice(1).join(' x ')} labels an image; one class an image is read`)
  }
  if (bytes.length < count * size) throw new UserError(`${what} ends early`)
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const signed = descriptor[1] === 'i'
  return Array.from({ length: count }, (_, i) => {
    const at = i * size
    if (size === 1) return String(signed ? view.getInt8(at) : view.getUint8(at))
    if (size === 2) return String(signed ? view.getInt16(at, true) : view.getUint16(at, true))
    if (size === 4) return String(signed ? view.getInt32(at, true) : view.getUint32(at, true))
    return String(signed ? view.getBigInt64(at, true) : view.getBigUint64(at, true))
  })
}

let cached: { key: string; array: StoredArray } | undefined

/** Films are read in the order of their arrays: the last one is kept. */
function cachedArray(file: string, array: string): StoredArray {
  const key = `${file}\0${array}`
  if (cached?.key !== key) cached = { key, array: arrayOf(openZip(readBytes(file, maxBytes), file), file, array) }
  return cached.array
}
