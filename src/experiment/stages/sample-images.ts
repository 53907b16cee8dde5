/**
 * A few images of each kind for the report's figures (the paper's Figures 6 and 7): real films, synthetic ones, and
 * conventional variants of a film. Real films are private; the report takes them in unless it is to be shared.
 */
import { exists, writeJson } from '../../base/files.js'
import { type NDArray, rows } from '../../base/ndarray.js'
import { readNpy } from '../../base/npy.js'
import { Rng } from '../../base/random.js'
import { flipHorizontal, rotate } from '../../image/augment.js'
import { encodePng } from '../../image/codec.js'
import type { RunSamples } from '../../record/samples.js'
import type { SearchData } from '../film-set.js'
import type { RunContext } from '../stage.js'
import { poolName } from '../trials.js'
import { originalsOf } from './fill-pool.js'

const perClass = 8
const rotationDegrees = 10
/** Films whose conventional variants are shown. */
const conventionalFilms = 2

/** Writes the samples once; which films are shown depends on the seed alone. */
export async function writeSamples(context: RunContext, data: SearchData): Promise<void> {
  const { directory, config } = context
  if (exists(directory.samples)) return
  const samples: RunSamples = []
  for (const [classIndex, label] of data.classes.entries()) {
    const originals = originalsOf(data, classIndex)
    const synthetic = readNpy(directory.poolArray(poolName('synthetic', 1, classIndex)), 'uint8')
    const rng = new Rng(config.seed).split('report-samples').at(classIndex)
    const shown = [...rng.permutation(originals.shape[0])].slice(0, perClass)
    samples.push({
      class: label,
      real: await pictures(shown.map((row) => rows(originals, row, row + 1))),
      // The first of the pool, as they come: picked by nobody.
      synthetic: await pictures(
        Array.from({ length: Math.min(perClass, synthetic.shape[0]) }, (_, i) => rows(synthetic, i, i + 1)),
      ),
      conventional: await Promise.all(
        shown.slice(0, conventionalFilms).map((row) => variants(rows(originals, row, row + 1))),
      ),
    })
  }
  writeJson(directory.samples, samples)
}

async function variants(film: NDArray<'uint8'>): Promise<RunSamples[number]['conventional'][number]> {
  const shape = film.shape.slice(1) as [number, number, number]
  const changed = [flipHorizontal(film.data, shape), rotate(film.data, shape, rotationDegrees)]
  const [original, flipped, rotated] = await pictures([film, ...changed.map((data) => ({ ...film, data }))])
  return { original, flipped, rotated }
}

function pictures(images: readonly NDArray<'uint8'>[]): Promise<string[]> {
  return Promise.all(
    images.map(async ({ data, shape }) => {
      const [, height, width, channels] = shape
      const png = await encodePng({ width, height, channels: channels as 1 | 3, bitDepth: 8, data })
      return `data:image/png;base64,${Buffer.from(png).toString('base64')}`
    }),
  )
}
