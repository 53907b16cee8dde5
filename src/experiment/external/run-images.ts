/** Images that a run has kept, as every classifier in it saw them: its films, and the synthetic ones of its first pool. */
import { elementAt } from '../../base/element-at.js'
import { UserError } from '../../base/errors.js'
import { exists, readJson } from '../../base/files.js'
import { extents, type NDArray, rowCount, rows } from '../../base/ndarray.js'
import { readNpy } from '../../base/npy.js'
import { shownPath } from '../../base/shown-path.js'
import { encodePng } from '../../image/codec.js'
import type { RunDirectory } from '../../record/run-directory.js'
import { requireWhole } from '../../record/seals.js'
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
  /** Synthetic images of each class. */
  readonly synthetic: readonly number[]
  /** An image as PNG. */
  film(row: number): Promise<Uint8Array>
  /** `row` from 0, within its class. */
  syntheticImage(classIndex: number, row: number): Promise<Uint8Array>
}

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
  const pools = dataset.classes.map((_, c) =>
    readNpy(needed(directory.poolArray(poolName('synthetic', 1, c)), 'synthetic images'), 'uint8'),
  )
  return {
    classes: dataset.classes,
    films: internal.films.map(({ id, patientId, classIndex, set }) => ({ id, patientId, classIndex, set })),
    synthetic: pools.map(rowCount),
    film: (row) => png(pixels, row),
    syntheticImage: (classIndex, row) => png(elementAt(pools, classIndex), row),
  }
}

function png(images: NDArray<'uint8'>, row: number): Promise<Uint8Array> {
  const { shape, data } = rows(images, row, row + 1)
  const [, height, width, channels] = extents({ shape }, 4)
  return encodePng({ width, height, channels: channels as 1 | 3, bitDepth: 8, data })
}
