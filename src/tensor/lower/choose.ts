/**
 * Which way each convolution is computed: by name, or ('auto') by shape and device.
 *
 * Measured with ONNX Runtime 1.30 on two AVX-512 cores, the layers of the paper's ACGAN at widths 1 and 0.25, batch 64;
 * time of native over time of gather:
 *
 * | channels of the gathered rows | conv | convInput | convFilter |
 * |---|---|---|---|
 * | 3 | 0.2-1.1 | 0.2-0.5 | 0.8-1.5 |
 * | 8-24 | 0.9-1.6 | 0.7-0.9 | 1.3-2 |
 * | 32-96 | 0.9-3 | 1.1-1.4 | 1.3-3 |
 * | 128-192 | 1.1-1.5 | 1.1-7 | 1.4-9 |
 *
 * A row of few numbers is dear to gather, and gathering once serves a convolution and its filter gradient. On a GPU the native
 * operators are taken throughout.
 */
import type { ConvolutionEquation, ConvolutionLowering } from './convolution.js'
import { gatherLowering } from './gather.js'
import { nativeLowering } from './native.js'

export type LoweringName = 'native' | 'gather' | 'auto'
export type Device = 'cpu' | 'webgpu' | 'cuda'

/** From how many channels of x on gathering pays on a CPU. */
const channelsFrom = { conv: 8, convInput: 32, convFilter: 1 } as const

/** The way to compute each convolution of a program. */
export function chooseLowering(
  lowering: LoweringName,
  device: Device,
): (equation: ConvolutionEquation) => ConvolutionLowering {
  return (equation) => {
    // ONNX Runtime convolves float32 only.
    if (equation.output.dtype !== 'float32') return gatherLowering
    const choice = lowering === 'auto' ? measured(equation, device) : lowering
    return choice === 'gather' ? gatherLowering : nativeLowering
  }
}

function measured({ primitive, inputs, output }: ConvolutionEquation, device: Device): 'native' | 'gather' {
  if (device !== 'cpu') return 'native'
  const image = primitive === 'convInput' ? output : inputs[0]
  return image.shape[3] >= channelsFrom[primitive] ? 'gather' : 'native'
}
