/** Images that a run has kept, as every classifier in it saw them: its films, and the synthetic ones of its pools. */
import { elementAt } from '../../base/element-at.js'
import { UserError } from '../../base/errors.js'
import { exists, readHead, readJson } from '../../base/files.js'
import { extents, type NDArray, rowCount, rows } from '../../base/ndarray.js'
import { readNpy, readNpyHeader } from '../../base/npy.js'
import { shownPath } from '../../base/shown-path.js'
import { encodePng } from '../../image/codec.js'
import type { RunDirectory } from '../../record/run-directory.js'
import { requireWhole } from '../../record/seals.js'
import { filmHashes } from '../../synthetic/film-decisions.js'
import type { SetName, Stored } from '../cohort/film-record.js'
import { poolName } from '../work/trials.js'

export interface KeptFilm {
  /** Of the run: film-0001. */
  readonly id: string
  readonly patientId: string
  readonly classIndex: number
  readonly set: SetName | 'external'
}

export interface RunImages {
  readonly classes: readonly string[]
  /** Films of the run's own hospital, a row each. */
  readonly films: readonly KeptFilm[]
  /** Draws whose pools are whole, from 1. */
  readonly draws: number
  /** Synthetic images of each class in a draw. */
  synthetic(draw: number): readonly number[]
  /** An image as PNG. */
  film(row: number): Promise<Uint8Array>
  /** `row` from 0, within the class of the draw. */
  syntheticImage(draw: number, classIndex: number, row: number): Promise<Uint8Array>
  /** Of all films of a class in a draw, as decisions name them. */
  syntheticHashes(draw: number, classIndex: number): readonly string[]
}

/** More than the head of an array of images takes. */
const headBytes = 4096

/** Throws a `UserError` where the run has kept no synthetic images (yet), or its private folder is gone. */
export function openRunImages(directory: RunDirectory): RunImages {
  const run = shownPath(directory.root)
  const needed = (file: string, what: string) => {
    if (!exists(file))
      throw new UserError(
        `${run} holds no ${what}; a run has them once its generator is trained, until they are removed`,
      )
    requireWhole(directory, file)
    return file
  }
  const { internal, dataset } = readJson<Stored>(needed(directory.prepared, 'list of its films'))
  const pixels = readNpy(needed(directory.privateArray('internal'), 'films of its own'), 'uint8')
  const filesOf = (draw: number) => dataset.classes.map((_, c) => directory.poolArray(poolName('synthetic', draw, c)))
  for (const file of filesOf(1)) needed(file, 'synthetic images')
  let draws = 1
  while (filesOf(draws + 1).every((file) => exists(file))) draws++
  // Many megabytes each: read when they are first looked at.
  const pools = new Map<number, readonly NDArray<'uint8'>[]>()
  const poolsOf = (draw: number) => {
    const found = pools.get(draw) ?? filesOf(draw).map((file) => readNpy(needed(file, 'synthetic images'), 'uint8'))
    pools.set(draw, found)
    return found
  }
  const hashes = new Map<string, readonly string[]>()
  return {
    classes: dataset.classes,
    films: internal.films.map(({ id, patientId, classIndex, set }) => ({ id, patientId, classIndex, set })),
    draws,
    synthetic: (draw) => filesOf(draw).map(imagesIn),
    film: (row) => png(pixels, row),
    syntheticImage: (draw, classIndex, row) => png(elementAt(poolsOf(draw), classIndex), row),
    syntheticHashes: (draw, classIndex) => {
      const key = `${draw} ${classIndex}`
      const found = hashes.get(key) ?? filmHashes(elementAt(poolsOf(draw), classIndex))
      hashes.set(key, found)
      return found
    },
  }
}

/** By the head of the file. */
function imagesIn(file: string): number {
  const { shape } = readNpyHeader(readHead(file, headBytes), (why) => {
    throw new UserError(`${shownPath(file)} ${why}`)
  })
  return rowCount({ shape })
}

function png(images: NDArray<'uint8'>, row: number): Promise<Uint8Array> {
  const { shape, data } = rows(images, row, row + 1)
  const [, height, width, channels] = extents({ shape }, 4)
  return encodePng({ width, height, channels: channels as 1 | 3, bitDepth: 8, data })
}
