/**
 * Pooling by the operators ONNX has for it, which take images as [N, C, H, W]. The mean of a whole image becomes
 * GlobalAveragePool, which knows no size: a network that ends in one takes images of any.
 * ONNX Runtime averages float32 only; other floats go through gathered rows.
 */
import { sizeOf } from '../../../base/ndarray.js'
import type { Equation } from '../../graph.js'
import { noPadding } from '../../shape.js'
import type { NodeWriter } from '../format/node-writer.js'
import { fromBatchLast } from './batch-last.js'
import { toChannelsFirst, toChannelsLast } from './native.js'
import { pixelsAt, windowPlaces } from './places.js'

type MaxPool = Extract<Equation, { primitive: 'maxPool' }>
type AveragePool = Extract<Equation, { primitive: 'averagePool' }>

export function lowerMaxPool(
  { params: { kernelSize, strides, padding } }: MaxPool,
  x: string,
  writer: NodeWriter,
): string {
  const attributes = { kernel_shape: kernelSize, strides, pads: [...padding.low, ...padding.high] }
  return channelsFirst(x, writer, (image) => writer.node('MaxPool', [image], attributes))
}

export function lowerAveragePool(
  { inputs: [{ shape }], params: { kernelSize, strides }, output }: AveragePool,
  x: string,
  writer: NodeWriter,
): string {
  if (output.dtype !== 'float32') {
    const windows = { image: shape, kernel: kernelSize, output: output.shape, strides, padding: noPadding }
    const taps = writer.reshape(pixelsAt(x, shape, windowPlaces(windows), writer), [sizeOf(kernelSize), -1])
    const means = writer.node('ReduceMean', [taps, writer.integers([0])], { keepdims: 0 })
    const [, height, width, channels] = output.shape
    return fromBatchLast(writer.reshape(means, [channels, height, width, -1]), writer)
  }
  const coversImage = kernelSize[0] === shape[1] && kernelSize[1] === shape[2]
  return channelsFirst(x, writer, (image) =>
    coversImage
      ? writer.node('GlobalAveragePool', [image])
      : writer.node('AveragePool', [image], { kernel_shape: kernelSize, strides }),
  )
}

function channelsFirst(x: string, writer: NodeWriter, operator: (image: string) => string): string {
  return writer.transpose(operator(writer.transpose(x, toChannelsFirst)), toChannelsLast)
}
