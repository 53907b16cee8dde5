/**
 * Convolutions by ONNX Runtime's own operator over [1, C, H, W, N] (`batch-last.ts`): the examples are a third axis of one image, along
 * which the kernel is one long. The operator lays pixels under taps piece by piece in the cache, where `gather.ts` writes all of them to
 * memory: less work, unless the filter's gradient needs the same rows.
 */
import type { NodeWriter } from '../onnx/node-writer.js'
import { fromBatchLast, toBatchLast } from './batch-last.js'
import type { ConvEquation, ConvolutionLowering } from './convolution.js'
import { gatherLowering } from './gather.js'

export const directLowering: ConvolutionLowering = {
  ...gatherLowering,
  conv(equation, x, w, writer) {
    const { low, high } = equation.params.padding
    // The operator takes no negative padding.
    return Math.min(...low, ...high) < 0
      ? gatherLowering.conv(equation, x, w, writer)
      : convolved(equation, x, w, writer)
  },
}

function convolved(
  { inputs: [image, kernel], params: { strides, padding }, output }: ConvEquation,
  x: string,
  w: string,
  writer: NodeWriter,
): string {
  const [, height, width, channels] = image.shape
  const [kernelHeight, kernelWidth, , filters] = kernel.shape
  const volume = writer.reshape(toBatchLast(x, image.shape, writer), [1, channels, height, width, -1])
  const taps = writer.reshape(writer.transpose(w, [3, 2, 0, 1]), [filters, channels, kernelHeight, kernelWidth, 1])
  const y = writer.node('Conv', [volume, taps], {
    kernel_shape: [kernelHeight, kernelWidth, 1],
    strides: [...strides, 1],
    pads: [...padding.low, 0, ...padding.high, 0],
  })
  return fromBatchLast(writer.reshape(y, [filters, output.shape[1], output.shape[2], -1]), writer)
}
