/**
 * Which way each convolution is computed: by name, or ('auto') by shape and device.
 *
 * Measured with ONNX Runtime 1.30 on two AVX-512 cores, the layers of the paper's ACGAN at widths 1 and 0.25, batch 64;
 * time of native over time of gather:
 *
 * | channels of x | conv | convInput 3x3 | convInput 5x5 | convFilter |
 * |---|---|---|---|---|
 * | 3 | 0.8-1.1 | 0.4-0.8 | 0.2-0.3 | 0.5-1.5 |
 * | 8-24 | 2-2.3 | 1.3-1.6 | 0.8 | 1-2.2 |
 * | 32-96 | 0.9-3.5 | 1.5-3 | 1-1.2 | 1.2-2.9 |
 * | 128-192 | 1.1-1.5 | 3.6 | 1.3 | 1.4-9 |
 *
 * A row of few numbers is dear to gather, and gathering once serves a convolution and its filter gradient. A network whose
 * kernels are constants (a frozen one) runs 1.7 times faster natively: ONNX Runtime lays them out once, ahead of time.
 * On a GPU the native operators are taken throughout.
 */
import type { Graph } from '../graph.js'
import type { ConvolutionEquation, ConvolutionLowering } from './convolution.js'
import { gatherLowering } from './gather.js'
import { nativeLowering } from './native.js'

export type LoweringName = 'native' | 'gather' | 'auto'
export type Device = 'cpu' | 'webgpu' | 'cuda'

/** The way to compute each convolution of a graph. */
export function chooseLowering(
  graph: Graph,
  lowering: LoweringName,
  device: Device,
): (equation: ConvolutionEquation) => ConvolutionLowering {
  return (equation) => {
    // ONNX Runtime convolves float32 only.
    if (equation.output.dtype !== 'float32') return gatherLowering
    const choice = lowering === 'auto' ? measured(graph, equation, device) : lowering
    return choice === 'gather' ? gatherLowering : nativeLowering
  }
}

function measured(graph: Graph, equation: ConvolutionEquation, device: Device): 'native' | 'gather' {
  if (device !== 'cpu') return 'native'
  const { primitive, inputs, output } = equation
  if (primitive === 'convFilter') return 'gather'
  const frozen = graph.constants.has(inputs[1].id)
  if (primitive === 'conv') return !frozen && inputs[0].shape[3] >= 8 ? 'gather' : 'native'
  const [height, width] = inputs[1].shape
  return output.shape[3] >= (height * width > 9 ? 32 : 8) ? 'gather' : 'native'
}
