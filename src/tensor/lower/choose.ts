/** Which way each convolution is computed: by name, or ('auto') by shape and device. */
import type { ConvolutionEquation, ConvolutionLowering } from './convolution.js'
import { nativeLowering } from './native.js'

export type LoweringName = 'native' | 'gather' | 'auto'
export type Device = 'cpu' | 'webgpu'

/** The way to compute each convolution of a program. */
export function chooseLowering(
  _lowering: LoweringName,
  _device: Device,
): (equation: ConvolutionEquation) => ConvolutionLowering {
  return () => nativeLowering
}
