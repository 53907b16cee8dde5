/**
 * Pooling by the operators ONNX has for it, which take images as [N, C, H, W]. The mean of a whole image becomes
 * GlobalAveragePool, which knows no size: a network that ends in one takes images of any.
 * ONNX Runtime averages float32 only; other floats go through gathered rows.
 */
import type { Equation } from '../graph.js'
import type { NodeWriter } from '../onnx/node-writer.js'
import { gatherWindows } from './gather.js'
import { toChannelsFirst, toChannelsLast } from './native.js'

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
    const windows = gatherWindows(x, shape, kernelSize, output.shape, strides, writer)
    const means = writer.node('ReduceMean', [windows, writer.integers([2])], { keepdims: 0 })
    return writer.reshape(means, [-1, ...output.shape.slice(1)])
  }
  const whole = kernelSize[0] === shape[1] && kernelSize[1] === shape[2]
  return channelsFirst(x, writer, (image) =>
    whole
      ? writer.node('GlobalAveragePool', [image])
      : writer.node('AveragePool', [image], { kernel_shape: kernelSize, strides }),
  )
}

function channelsFirst(x: string, writer: NodeWriter, operator: (image: string) => string): string {
  return writer.transpose(operator(writer.transpose(x, toChannelsFirst)), toChannelsLast)
}
