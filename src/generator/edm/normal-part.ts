/**
 * Denoising where films are normal: with mean m, variance l_k along each component and r in every other direction, a film x seen
 * with noise of level s is expected to be
 *   m + sum over k of l_k / (l_k + s^2) c_k v_k + r / (r + s^2) (x - m - sum over k of c_k v_k),   c_k = v_k . (x - m)
 * (Wiener's filter), and lies around that with the variance e^2 = (sum of l_k s^2 / (l_k + s^2) + (P - K) r s^2 / (r + s^2)) / P
 * of a pixel. Where noise is large this is all that can be known (Wang and Vastola, TMLR 2024, arXiv:2412.09726): drawing begins there.
 */
import { extents } from '../../base/ndarray.js'
import { add, cast, div, matmul, mul, oneHot, reshape, sqrt, sub, sum, transpose } from '../../tensor/ops.js'
import type { Tensor } from '../../tensor/trace.js'
import type { FilmGaussians } from './class-gaussian.js'

/** What of a class's Gaussian each image of a batch takes, by its label. */
interface OfLabels {
  /** Labels one-hot [N, classes]. */
  readonly chosen: Tensor
  /** [N, P] */
  readonly mean: Tensor
  /** [N, components] */
  readonly variances: Tensor
  /** [N, 1] */
  readonly rest: Tensor
}

function ofLabels({ means, variances, rest }: FilmGaussians<Tensor>, labels: Tensor): OfLabels {
  const [classes] = extents(means, 2)
  const chosen = cast(oneHot(labels, classes), means.dtype)
  return {
    chosen,
    mean: matmul(chosen, means),
    variances: matmul(chosen, variances),
    rest: matmul(chosen, reshape(rest, [classes, 1])),
  }
}

/** z [N, P] with its part along each component times a gain [N, components] and the rest times another [N, 1]. */
function filtered(
  { components }: FilmGaussians<Tensor>,
  { chosen }: OfLabels,
  z: Tensor,
  { gains, restGain }: { gains: Tensor; restGain: Tensor },
): Tensor {
  const [classes, count, size] = extents(components, 3)
  // Rows of all classes' components at once; those of other classes than an image's get no gain.
  const rows = reshape(components, [classes * count, size])
  const own = reshape(mul(reshape(chosen, [-1, classes, 1]), reshape(sub(gains, restGain), [-1, 1, count])), [
    -1,
    classes * count,
  ])
  const along = mul(matmul(z, transpose(rows, [1, 0])), own)
  return add(matmul(along, rows), mul(z, restGain))
}

/**
 * @param gaussians of every class
 * @param noisy images in units of the noise [N, P]
 * @param labels int32 [N]
 * @param level standard deviation of the noise [N, 1]
 * @returns the film that is expected [N, P], and the deviation e around it [N, 1]
 */
export function expectedFilm(
  gaussians: FilmGaussians<Tensor>,
  noisy: Tensor,
  labels: Tensor,
  level: Tensor,
): { film: Tensor; deviation: Tensor } {
  const found = ofLabels(gaussians, labels)
  const [, count, size] = extents(gaussians.components, 3)
  const noise = mul(level, level)
  const gains = div(found.variances, add(found.variances, noise))
  const restGain = div(found.rest, add(found.rest, noise))
  const film = add(found.mean, filtered(gaussians, found, sub(noisy, found.mean), { gains, restGain }))
  const along = sum(mul(gains, noise), 1, { keepDims: true })
  const besides = mul(mul(restGain, noise), size - count)
  return { film, deviation: sqrt(div(add(along, besides), size)) }
}

/**
 * Films with noise of a level, drawn as normal ones.
 *
 * @param normals [N, P]
 * @param labels int32 [N]
 * @param level standard deviation of the noise
 * @returns [N, P]
 */
export function drawNoisyFilms(
  gaussians: FilmGaussians<Tensor>,
  normals: Tensor,
  labels: Tensor,
  level: number,
): Tensor {
  const found = ofLabels(gaussians, labels)
  const noise = level ** 2
  const gains = sqrt(add(found.variances, noise))
  const restGain = sqrt(add(found.rest, noise))
  return add(found.mean, filtered(gaussians, found, normals, { gains, restGain }))
}
