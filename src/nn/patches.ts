/**
 * Pixels as channels and back: p x p pixels of an image become one place of a smaller map, so that a network sees a large image
 * at a fraction of the cost. PyTorch's pixel_unshuffle and pixel_shuffle (Shi et al., CVPR 2016), with channels last.
 */
import { extents } from '../base/ndarray.js'
import { broadcastTo, reshape, transpose } from '../tensor/ops.js'
import type { Tensor } from '../tensor/trace.js'

/** x [N, H, W, C] -> [N, H / side, W / side, side * side * C]; H and W divide by `side`. */
export function pixelsToChannels(x: Tensor, side: number): Tensor {
  const [count, height, width, channels] = extents(x, 4)
  const [h, w] = [height / side, width / side]
  const patches = transpose(reshape(x, [count, h, side, w, side, channels]), [0, 1, 3, 2, 4, 5])
  return reshape(patches, [count, h, w, side * side * channels])
}

/** x [N, h, w, side * side * C] -> [N, h * side, w * side, C]: the inverse. */
export function channelsToPixels(x: Tensor, side: number): Tensor {
  const [count, h, w, channels] = extents(x, 4)
  const pixels = transpose(reshape(x, [count, h, w, side, side, channels / side ** 2]), [0, 1, 3, 2, 4, 5])
  return reshape(pixels, [count, h * side, w * side, channels / side ** 2])
}

/** x [N, H, W, C] -> [N, 2H, 2W, C]: every pixel four times, the adjoint of a mean over 2 x 2 but for its factor. */
export function doubled(x: Tensor): Tensor {
  const [count, height, width, channels] = extents(x, 4)
  const stretched = broadcastTo(reshape(x, [count, height, 1, width, 1, channels]), [
    count,
    height,
    2,
    width,
    2,
    channels,
  ])
  return reshape(stretched, [count, 2 * height, 2 * width, channels])
}
