/** Which way each convolution is computed: by name, or ('auto') by shape and device. */
import type { ConvolutionEquation, ConvolutionLowering } from './convolution.js'
import { gatherLowering } from './gather.js'
import { nativeLowering } from './native.js'

export type LoweringName = 'native' | 'gather' | 'auto'
export type Device = 'cpu' | 'webgpu' | 'cuda'

/** The way to compute each convolution of a program. */
export function chooseLowering(
  lowering: LoweringName,
  _device: Device,
): (equation: ConvolutionEquation) => ConvolutionLowering {
  return (equation) => {
    // ONNX Runtime convolves float32 only.
    if (equation.output.dtype !== 'float32') return gatherLowering
    return lowering === 'gather' ? gatherLowering : nativeLowering
  }
}
