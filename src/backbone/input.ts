/** 8-bit images to what a backbone's input expects: enlarged, scaled, in its layout. The one way in for training and prediction. */
import { type NDArray, ndarray } from '../base/ndarray.js'
import { resizeBilinear } from '../image/resize.js'
import type { WrittenContract } from './contract.js'

/**
 * @param pixels uint8 [N, h, w, c], c 1 or 3; grey is repeated for three channels, colour is averaged for one
 * @returns float32 [N, H, W, C] or [N, C, H, W] as the contract says
 */
export function backboneInput(
  pixels: NDArray<'uint8'>,
  contract: Pick<WrittenContract, 'inputSize' | 'layout' | 'channels' | 'scaling'>,
): NDArray<'float32'> {
  const { inputSize, layout, channels, scaling } = contract
  const [n, h, w, c] = pixels.shape
  const [height, width] = inputSize
  const area = height * width
  const out = new Float32Array(n * area * channels)
  for (let i = 0; i < n; i++) {
    const source = Float32Array.from(pixels.data.subarray(i * h * w * c, (i + 1) * h * w * c))
    const image = resizeBilinear(source, [h, w, c], [height, width])
    for (let channel = 0; channel < channels; channel++) {
      const mean = scaling.mean[channel]
      const deviation = scaling.deviation[channel]
      for (let p = 0; p < area; p++) {
        const level =
          c === channels
            ? image[p * c + channel]
            : c === 1
              ? image[p]
              : (image[3 * p] + image[3 * p + 1] + image[3 * p + 2]) / 3
        const at = layout === 'NHWC' ? (i * area + p) * channels + channel : (i * channels + channel) * area + p
        out[at] = (level / 255 - mean) / deviation
      }
    }
  }
  const shape = layout === 'NHWC' ? [n, height, width, channels] : [n, channels, height, width]
  return ndarray('float32', shape, out)
}
