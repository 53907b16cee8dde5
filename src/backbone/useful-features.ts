/** What a network gives must tell films apart: one that gives no numbers, or the same for every film, is refused by name. */
import { UserError } from '../base/errors.js'
import { extents, type NDArray, ndarray, rowSize } from '../base/ndarray.js'
import { Rng } from '../base/random.js'

/** Images of noise, no two alike, as a network is tried before any film: uint8 [N, height, width, 1]. */
export function probeImages(height: number, width: number, count = 16): NDArray<'uint8'> {
  const bytes = new Rng(1).split('probe').bytes(count * height * width)
  return ndarray('uint8', [count, height, width, 1], bytes)
}

/** Fewer images may well be alike to a good network. */
const fewestToTell = 8

/** Throws a `UserError` where features [N, D] of these images are not finite, or all alike though the images are not. */
export function requireUseful(features: NDArray<'float32'>, images: NDArray<'uint8'>, name: string): void {
  const [n, d] = extents(features, 2)
  const at = features.data.findIndex((value) => !Number.isFinite(value))
  if (at >= 0) {
    throw new UserError(
      `${name} gives ${features.data[at]} in place of a number (image ${Math.floor(at / d) + 1} of ${n}, feature ${(at % d) + 1}); ` +
        'its weights are damaged, or its contract scales grey values otherwise than it expects',
    )
  }
  if (n >= fewestToTell && allAlike(features) && !allAlike(images)) {
    throw new UserError(
      `${name} gives the same features for each of ${n} different images, so that nothing can be learned from them; ` +
        'its weights are missing (all 0?), or its contract names the wrong output or scaling',
    )
  }
}

function allAlike(matrix: NDArray<'float32'> | NDArray<'uint8'>): boolean {
  const size = rowSize(matrix)
  // numbers, whatever kind of array
  const data: ArrayLike<number> = matrix.data
  for (let at = size; at < data.length; at++) if (data[at] !== data[at - size]) return false
  return true
}
