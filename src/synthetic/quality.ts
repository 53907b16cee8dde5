/**
 * Do the synthetic images of a class vary as the real ones do? Mean MS-SSIM of random pairs within a class
 * (Odena, Olah, Shlens 2017, section 4.3; the paper's Figure S2), real against synthetic. High similarity among
 * synthetic pairs, well above that of real pairs, is the mark of mode collapse.
 */
import { type NDArray, rows } from '../base/ndarray.js'
import type { Rng } from '../base/random.js'
import { type MsSsimForm, msSsim } from '../metrics/ms-ssim.js'

export interface Similarity {
  mean: number | null
  low: number | null
  high: number | null
}

const window = 11

/**
 * The form that images of this size allow: as many of the usual five scales as leave room for the window.
 * 56 x 56: three; 176 and more: five.
 */
export function similarityForm([height, width]: readonly [number, number]): MsSsimForm {
  const rooms = [1, 2, 3, 4, 5].filter((scales) => Math.floor(Math.min(height, width) / 2 ** (scales - 1)) >= window)
  return { scales: rooms.length, window }
}

/**
 * Mean MS-SSIM of `pairs` random pairs of different images [N, H, W, C], with a 95 % interval.
 * Pairs share images, so the interval comes from a jackknife over images, not from the pairs' spread alone.
 */
export function pairSimilarity(images: NDArray<'uint8'>, pairs: number, rng: Rng): Similarity {
  const [n, height, width, channels] = images.shape
  if (n < 3) return { mean: null, low: null, high: null }
  const sums = new Float64Array(n)
  const counts = new Uint32Array(n)
  let total = 0
  const form = similarityForm([height, width])
  for (let pair = 0; pair < pairs; pair++) {
    const a = rng.integer(n)
    const b = (a + 1 + rng.integer(n - 1)) % n
    const value = msSsim(rows(images, a, a + 1).data, rows(images, b, b + 1).data, [height, width, channels], form)
    for (const i of [a, b]) {
      sums[i] += value
      counts[i]++
    }
    total += value
  }
  const mean = total / pairs
  // Leaving image i out leaves the pairs without it.
  let squares = 0
  let used = 0
  for (let i = 0; i < n; i++) {
    if (counts[i] === 0 || counts[i] === pairs) continue
    const without = (total - sums[i]) / (pairs - counts[i])
    squares += (without - mean) ** 2
    used++
  }
  const se = Math.sqrt(squares * ((used - 1) / used))
  return { mean, low: Math.max(-1, mean - 1.96 * se), high: Math.min(1, mean + 1.96 * se) }
}
