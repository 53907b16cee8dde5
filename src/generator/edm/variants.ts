/**
 * Variants of films for training: shifted, enlarged and turned a little. The denoiser is told what was done to a film, so that
 * what it draws is like films to which nothing was done. Source: Karras et al. 2022, appendix F.2 ("non-leaky augmentation").
 */
import { type NDArray, ndarray, rowSize } from '../../base/ndarray.js'
import type { Rng } from '../../base/random.js'
import { type Placement, placed } from '../../image/placed.js'
import type { ImageShape } from '../../image/raster.js'

/** Deviation of shifts (shares of the side), of the logarithm of the size, and of the turn (radians). */
const deviation = 0.06

/** Numbers that say what was done to a film: four, and whether anything was. */
export const variantNumbers = 5

interface Variants {
  /** uint8 [N, H, W, channels] */
  readonly images: NDArray<'uint8'>
  /** float32 [N, variantNumbers], in units of the deviation. */
  readonly numbers: NDArray<'float32'>
}

/** A variant of each film, or the film itself; `share`: how many become one. */
export function variantsOf(films: NDArray<'uint8'>, share: number, rng: Rng): Variants {
  const [count, height, width, channels] = films.shape as [number, number, number, number]
  const shape: ImageShape = [height, width, channels as 1 | 3]
  const size = rowSize(films)
  const images = new Uint8Array(films.data)
  const numbers = new Float32Array(count * variantNumbers)
  for (let i = 0; i < count; i++) {
    const draw = rng.at(i)
    if (draw.uniform() >= share) continue
    const [right, down, enlarged, turn] = [draw.normal(), draw.normal(), draw.normal(), draw.normal()]
    const placement: Placement = {
      right: right * deviation * width,
      down: down * deviation * height,
      scale: Math.exp(enlarged * deviation),
      radians: turn * deviation,
    }
    images.set(placed(films.data.subarray(i * size, (i + 1) * size), shape, placement), i * size)
    numbers.set([right, down, enlarged, turn, 1], i * variantNumbers)
  }
  return {
    images: ndarray('uint8', films.shape, images),
    numbers: ndarray('float32', [count, variantNumbers], numbers),
  }
}
