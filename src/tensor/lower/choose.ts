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
 *
 * Minimal filtering, a whole step of the ACGAN, batch 64: processor time over that of gathered rows, one thread
 * (`winograd4`, its transforms along one axis after the other; both axes at once cost 4 % more):
 *
 * | width | winograd4 | winograd2 | 4 for the first, 2 for the second layer |
 * |---|---|---|---|
 * | 1 | 0.63 | 0.72 | 0.67 |
 * | 0.5 | 0.76 | 0.86 | 0.78 |
 * | 0.25 | 0.93 | 1.02 | 0.97 |
 *
 * At batch 32 and 16 (width 1) 0.70 and 0.78.
 */
import type { Graph } from '../graph.js'
import type { ConvolutionEquation, ConvolutionLowering } from './convolution.js'
import { gatherLowering } from './gather.js'
import { nativeLowering } from './native.js'
import { winogradFits, winogradLowering } from './winograd.js'

/** `winograd2` and `winograd4`: minimal filtering for 2 and for 4 neighbours, where it keeps float32's precision. */
export type LoweringName = 'native' | 'gather' | 'winograd2' | 'winograd4' | 'auto'
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
    switch (choice) {
      case 'native':
        return nativeLowering
      case 'gather':
        return gatherLowering
      default:
        return winogradFits(equation) ? winogradLowering(choice === 'winograd2' ? 2 : 4) : gatherLowering
    }
  }
}

function measured(graph: Graph, equation: ConvolutionEquation, device: Device): Exclude<LoweringName, 'auto'> {
  if (device !== 'cpu') return 'native'
  const { primitive, inputs, output } = equation
  const frozen = primitive !== 'convFilter' && graph.constants.has(inputs[1].id)
  if (!frozen && savesProducts(equation)) return 'winograd4'
  if (primitive === 'convFilter') return 'gather'
  if (primitive === 'conv') return !frozen && inputs[0].shape[3] >= 8 ? 'gather' : 'native'
  const [height, width] = inputs[1].shape
  return output.shape[3] >= (height * width > 9 ? 32 : 8) ? 'gather' : 'native'
}

/** Phases of two and three taps along both axes, and enough channels to pay for the transforms. */
function savesProducts({ primitive, inputs, output, params: { strides } }: ConvolutionEquation): boolean {
  const [height, width, channels, filters] = (primitive === 'convFilter' ? output : inputs[1]).shape
  const taps = [height / strides[0], width / strides[1]]
  return taps.every((count) => count >= 2.5 && count <= 3) && Math.min(channels, filters) >= 24
}
