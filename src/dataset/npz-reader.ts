/**
 * An npz archive in the form of MedMNIST: `train_images`, `train_labels`, and the same of `val` and `test`; a label is a
 * class's number. Headers are compared with what the archive claims before anything is unpacked (`npz-arrays.ts`).
 */
import path from 'node:path'
import { elementAt } from '../base/element-at.js'
import { UserError } from '../base/errors.js'
import { rowCount } from '../base/ndarray.js'
import { range } from '../base/range.js'
import type { ZipArchive } from '../base/zip.js'
import { maxPixels } from '../image/codec.js'
import { ImageProblem, type Raster } from '../image/raster.js'
import {
  type ArrayFacts,
  arrayFacts,
  maxArchiveBytes,
  openArchive,
  type StoredArray,
  storedArray,
  unpack,
} from './npz-arrays.js'
import { type FoundFilm, type Reading, splitOfWord } from './reader.js'

/** The most films of an archive. */
const maxFilms = 1_000_000
const form = 'an npz dataset holds train_images and train_labels (and the same of val and test), as MedMNIST does'

const sets = ['train', 'val', 'test'] as const

/** Lists the films of an archive. Throws a `UserError` where it is not of this form; what it claims is bounded before it is unpacked. */
export function readNpz(file: string): Reading {
  const archive = openArchive(file)
  const names = archive.entries.flatMap(({ name }) => (name.endsWith('.npy') ? [name.slice(0, -4)] : []))
  const present = sets.filter((set) => names.includes(`${set}_images`) || names.includes(`${set}_labels`))
  for (const set of present) {
    const [images, labels] = [`${set}_images`, `${set}_labels`]
    if (!names.includes(images) || !names.includes(labels)) {
      throw new UserError(`${file} holds only one of ${images} and ${labels}; ${form}`)
    }
  }
  if (present.length === 0) {
    const held = names.length === 0 ? 'nothing' : names.slice(0, 6).join(', ')
    throw new UserError(`${file} holds ${held}; ${form}`)
  }
  refuseTooMuch(archive, file, present)
  const films = present.flatMap((set): FoundFilm[] => {
    const array = `${set}_images`
    const found = labelsOf(unpack(archive, file, `${set}_labels`), `${set}_labels of ${file}`)
    return found.map((label, row) => {
      const name = `${set}/${String(row + 1).padStart(5, '0')}`
      return { file, name, label, array, frame: row + 1, split: splitOfWord(set) }
    })
  })
  // With one set alone there is no split to keep.
  const alone = present.length === 1
  return {
    root: path.dirname(file),
    films: alone ? films.map(({ split: _, ...film }) => film) : films,
    excluded: [],
    warnings: [],
  }
}

/** One image of an array, from 1. Throws an `ImageProblem` where it is none. */
export function readNpzImage(file: string, array: string, row: number): Raster {
  const { descriptor, shape, elements } = storedArray(file, array)
  const [count = 0, height = 0, width = 0, channels = 1] = shape
  const wide = descriptor === '<u2'
  const size = height * width * channels * (wide ? 2 : 1)
  if (row < 1 || row > count) throw new ImageProblem(`is row ${row} of an array of ${count}`)
  const own = elements.slice((row - 1) * size, row * size)
  const data = wide ? new Uint16Array(own.buffer) : own
  return { width, height, channels: channels as 1 | 3, bitDepth: wide ? 16 : 8, data }
}

/** Throws a `UserError` for arrays that are no images, do not go together, or are more than is read. */
function refuseTooMuch(archive: ZipArchive, file: string, present: readonly string[]): void {
  const of = (what: string) =>
    present.map((set) => [`${set}_${what}`, arrayFacts(archive, file, `${set}_${what}`)] as const)
  const [images, labels] = [of('images'), of('labels')]
  for (const [i, [array, { descriptor, shape }]] of images.entries()) {
    const what = `${array} of ${file}`
    const [count, height, width, channels = 1, ...others] = shape
    if (descriptor !== '|u1' && descriptor !== '<u2') {
      throw new UserError(`${what} holds elements of type '${descriptor}'; images of type uint8 and uint16 are read`)
    }
    const isImages = others.length === 0 && (channels === 1 || channels === 3)
    if (height === undefined || width === undefined || !isImages) {
      throw new UserError(
        `${what} is of shape ${shape.join(' x ')}; number x height x width is read, and x 3 for colour`,
      )
    }
    if (height * width > maxPixels) {
      throw new UserError(
        `${what} has images of ${width} x ${height} pixels; at most ${maxPixels / 1e6} million are read`,
      )
    }
    const [ofLabels, facts] = elementAt(labels, i)
    if (facts.shape[0] !== count)
      throw new UserError(`${file} has ${count} ${array}, but ${facts.shape[0]} ${ofLabels}`)
  }
  const total = (what: (facts: ArrayFacts) => number) => images.reduce((sum, [, facts]) => sum + what(facts), 0)
  const bytes = total((facts) => facts.bytes)
  if (bytes > maxArchiveBytes) {
    throw new UserError(
      `${file} unpacks to ${bytes} bytes of images; at most ${maxArchiveBytes} are read: leave out a part of them, or give images as files`,
    )
  }
  const films = total(rowCount)
  if (films > maxFilms) throw new UserError(`${file} holds ${films} images; at most ${maxFilms} are read`)
}

const labelSizes: Readonly<Record<string, number>> = { u1: 1, i1: 1, u2: 2, i2: 2, u4: 4, i4: 4, u8: 8, i8: 8 }

/** Class numbers as names, one an image. */
function labelsOf({ descriptor, shape, elements }: StoredArray, what: string): string[] {
  const size = labelSizes[descriptor.slice(1)]
  if (size === undefined || descriptor[0] === '>') {
    throw new UserError(`${what} holds elements of type '${descriptor}'; whole numbers are read as labels`)
  }
  const [, each = 1] = shape
  if (shape.length > 2 || each !== 1) {
    throw new UserError(`${what} gives ${shape.slice(1).join(' x ')} labels an image; one class an image is read`)
  }
  const view = new DataView(elements.buffer, elements.byteOffset, elements.byteLength)
  const signed = descriptor[1] === 'i'
  return range(rowCount({ shape })).map((i) => {
    const at = i * size
    if (size === 1) return String(signed ? view.getInt8(at) : view.getUint8(at))
    if (size === 2) return String(signed ? view.getInt16(at, true) : view.getUint16(at, true))
    if (size === 4) return String(signed ? view.getInt32(at, true) : view.getUint32(at, true))
    return String(signed ? view.getBigInt64(at, true) : view.getBigUint64(at, true))
  })
}
