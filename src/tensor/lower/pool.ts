/**
 * Pooling by the operators ONNX has for it, which take images as [N, C, H, W]. The mean of a whole image becomes
 * GlobalAveragePool, which knows no size: a network that ends in one takes images of any.
 * ONNX Runtime averages float32 only; other floats go through gathered rows.
 */

import { fromNumbers, type Shape, sizeOf } from '../../base/ndarray.js'
import type { Equation } from '../graph.js'
import type { NodeWriter } from '../onnx/node-writer.js'
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
    const rows = shape[1] * shape[2]
    const table = averagedPixels(shape, kernelSize, strides, output.shape)
    const pixels = writer.reshape(x, [-1, rows, shape[3]])
    const indices = writer.constant(fromNumbers('int32', [table.length], table))
    const windows = writer.reshape(writer.node('Gather', [pixels, indices], { axis: 1 }), [
      -1,
      sizeOf(kernelSize),
      output.shape[1] * output.shape[2],
      shape[3],
    ])
    const means = writer.node('ReduceMean', [windows, writer.integers([1])], { keepdims: 0 })
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

/** For each element of a window and each window the pixel beneath. */
function averagedPixels([, , width]: Shape, kernel: Shape, strides: Shape, [, height, columns]: Shape): number[] {
  const table: number[] = []
  for (let ky = 0; ky < kernel[0]; ky++) {
    for (let kx = 0; kx < kernel[1]; kx++) {
      for (let row = 0; row < height; row++) {
        for (let column = 0; column < columns; column++) {
          table.push((row * strides[0] + ky) * width + column * strides[1] + kx)
        }
      }
    }
  }
  return table
}
