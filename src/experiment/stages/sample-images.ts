/**
 * A few images of each kind for the report's figures (the paper's Figures 6 and 7): real films, synthetic ones, and
 * conventional variants of a film. Real films are private; the report takes them in unless it is to be shared.
 */
import { extents, type NDArray, rowCount, rows } from '../../base/ndarray.js'
import { readNpy } from '../../base/npy.js'
import { Rng } from '../../base/random.js'
import { type Augmentation, flipHorizontal, rotate } from '../../image/augment.js'
import { encodePng } from '../../image/codec.js'
import { addNoise, blur, brighten, stretchContrast } from '../../image/intensity.js'
import type { RunSamples } from '../../record/samples.js'
import { originalsOf, type SearchData } from '../cohort/film-set.js'
import type { StageContext } from '../stage.js'
import { poolName } from '../work/trials.js'

const perClass = 8
/** Films whose conventional variants are shown. */
const conventionalFilms = 2

/** Writes the samples once; which films are shown depends on the seed alone. */
export async function writeSamples(
  { config, directory, seals }: Pick<StageContext, 'config' | 'directory' | 'seals'>,
  data: SearchData,
): Promise<void> {
  if (seals.holds(directory.samples)) return
  const samples: RunSamples = []
  for (const [classIndex, label] of data.classes.entries()) {
    const originals = originalsOf(data, classIndex)
    const synthetic = readNpy(directory.poolArray(poolName('synthetic', 1, classIndex)), 'uint8')
    const rng = new Rng(config.seed).split('report-samples').at(classIndex)
    const shown = [...rng.permutation(rowCount(originals))].slice(0, perClass)
    samples.push({
      class: label,
      real: await pictures(shown.map((row) => rows(originals, row, row + 1))),
      // The first of the pool, as they come: picked by nobody.
      synthetic: await pictures(
        Array.from({ length: Math.min(perClass, rowCount(synthetic)) }, (_, i) => rows(synthetic, i, i + 1)),
      ),
      conventional: await Promise.all(
        shown.slice(0, conventionalFilms).map((row) => variants(rows(originals, row, row + 1), config.augment)),
      ),
    })
  }
  seals.writeJson(directory.samples, samples)
}

/** The film, and each change that is on by itself, as large as it may be. */
async function variants(film: NDArray<'uint8'>, by: Augmentation): Promise<Record<string, string>> {
  const shape = film.shape.slice(1) as [number, number, number]
  const { data } = film
  const rng = new Rng(1).split('report-samples').split('noise')
  const shown: [word: string, on: boolean, image: () => Uint8Array][] = [
    ['original', true, () => data],
    ['flipped', by.flip, () => flipHorizontal(data, shape)],
    ['rotated', by.rotationDegrees > 0, () => rotate(data, shape, by.rotationDegrees)],
    ['blurred', by.blur > 0, () => blur(data, shape, by.blur)],
    ['contrast', by.contrast > 0, () => stretchContrast(data, shape, 1 + by.contrast)],
    ['brighter', by.brightness > 0, () => brighten(data, 1 + by.brightness)],
    ['noisy', by.noise > 0, () => addNoise(data, shape, 255 * by.noise, rng)],
  ]
  const changes = shown.filter(([, on]) => on)
  const pictured = changes.map(async ([word, , image]) => [word, await pngAddress({ ...film, data: image() })] as const)
  return Object.fromEntries(await Promise.all(pictured))
}

function pictures(images: readonly NDArray<'uint8'>[]): Promise<string[]> {
  return Promise.all(images.map(pngAddress))
}

/** An image [1, H, W, C] as a `data:` address. */
export async function pngAddress(image: NDArray<'uint8'>): Promise<string> {
  const [, height, width, channels] = extents(image, 4)
  const png = await encodePng({ width, height, channels: channels as 1 | 3, bitDepth: 8, data: image.data })
  return `data:image/png;base64,${Buffer.from(png).toString('base64')}`
}
