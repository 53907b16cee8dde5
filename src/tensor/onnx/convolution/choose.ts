/**
 * Which way each convolution is computed: by name, or ('auto') by shape and device.
 *
 * Measured with ONNX Runtime 1.30 on two AVX-512 cores, the layers of the paper's ACGAN at widths 1 and 0.25, batch 64 (`npm run
 * bench -- convolutions`: each alone, from [N, H, W, C] and back); time of native over time of gather:
 *
 * | channels of x | conv | convInput | convFilter |
 * |---|---|---|---|
 * | 3 | 0.8-1.0 | 0.9-2.7 | 1.2-1.7 |
 * | 8-24 | 1.2 | 0.9-1.9 | 2.7-4.8 |
 * | 32-96 | 0.8-2.4 | 1.0-2.4 | 1.5-3.4 |
 * | 128-192 | 1.4-1.6 | 1.5-2.5 | 1.4-3.3 |
 *
 * In a whole step, where images stay as the layers hold them, native in place of gather takes 1.3 (width 1) to 1.5 times as long
 * (0.25). A network whose kernels are constants (a frozen one) runs 1.7 times faster natively: ONNX Runtime lays them out once,
 * ahead of time. On a GPU the native operators are taken throughout, but where WebGPU's are wrong (`miscomputed`).
 *
 * Minimal filtering of the two wide layers, a whole step of the ACGAN, batch 64, time over that of gathered rows: 0.60, 0.69 and 0.81 at
 * widths 1, 0.5 and 0.25; of the layer with 48 channels alone, at 0.25, with the tiles of 8 and 10 pixels of then, 1.04 to 1.07 of that of both.
 * How large the tiles are: `tile-sizes.ts`.
 */
import type { Graph } from '../../graph.js'
import { type ConvEquation, type ConvolutionEquation, type ConvolutionLowering, kernelShape } from './convolution.js'
import { directFits, directLowering } from './direct.js'
import { gatherLowering } from './gather.js'
import { nativeLowering } from './native.js'
import { winogradFits, winogradLowering } from './winograd.js'

/**
 * `winograd`: minimal filtering where it keeps float32's precision, along each axis for as many neighbours as takes the least time
 * (`tile-sizes.ts`); with a number, for that many.
 */
export const loweringNames = [
  'auto',
  'native',
  'gather',
  'direct',
  'winograd',
  'winograd2',
  'winograd4',
  'winograd5',
  'winograd7',
] as const
export type LoweringName = (typeof loweringNames)[number]
export type Device = 'cpu' | 'webgpu' | 'cuda'

const tileSizes = { winograd: 'cheapest', winograd2: 2, winograd4: 4, winograd5: 5, winograd7: 7 } as const

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
        return device === 'webgpu' && miscomputed(equation) ? gatherLowering : nativeLowering
      case 'gather':
        return gatherLowering
      case 'direct':
        // WebGPU's operator has no third axis.
        return device !== 'webgpu' && directFits(equation) ? { ...gatherLowering, ...directLowering } : gatherLowering
      default:
        return winogradFits(equation) ? winogradLowering(tileSizes[choice]) : gatherLowering
    }
  }
}

function measured(graph: Graph, equation: ConvolutionEquation, device: Device): Exclude<LoweringName, 'auto'> {
  if (device !== 'cpu') return 'native'
  const { primitive, inputs } = equation
  const frozen = primitive !== 'convFilter' && graph.constants.has(inputs[1].id)
  if (frozen) return 'native'
  if (savesProducts(equation)) return 'winograd'
  return operatorServes(graph, equation) ? 'direct' : 'gather'
}

/**
 * Where the operator over [1, C, H, W, N] takes less time than gathered rows: forwards where no filter gradient gathers the same rows
 * (0.98 to 1.00 of a step), backwards for few filters, whose phases are small products (0.99 at widths 0.25 and 0.5, 0.90 at 0.1).
 */
function operatorServes(graph: Graph, equation: ConvolutionEquation): boolean {
  switch (equation.primitive) {
    case 'conv':
      return !sharesRows(graph, equation)
    case 'convInput':
      return equation.inputs[1].shape[3] < 24
    case 'convFilter':
      return false
  }
}

/** Whether a filter's gradient gathers the rows that a forward convolution would gather. */
function sharesRows(
  { equations }: Graph,
  { inputs: [image, kernel], params: { strides, padding } }: ConvEquation,
): boolean {
  const windows = JSON.stringify([kernel.shape.slice(0, 2), strides, padding])
  return equations.some(({ primitive, inputs, params }) => {
    if (primitive !== 'convFilter' || inputs[0].id !== image.id) return false
    return JSON.stringify([params.kernelSize, params.strides, params.padding]) === windows
  })
}

/**
 * What ONNX Runtime's WebGPU provider (1.30) gets wrong of the operator Conv:
 * - inputs of 6, 9, 15, 18 and so on channels, outputs a multiple of 4: it takes channels in threes, but divides their numbers
 *   by 4 (conv2d_mm.cc; github.com/microsoft/onnxruntime/issues/29651 shows it);
 * - an image padded behind but not before whose kernel is of its size, or of one pixel: taken for a plain product (conv.cc looks
 *   at the padding before only).
 *
 * In a filter's gradient the examples of the batch stand as channels, and the output's image as kernel.
 */
function miscomputed({ primitive, inputs: [image, other], params }: ConvolutionEquation): boolean {
  if (primitive === 'convInput') return false
  const channels = primitive === 'conv' ? image.shape[3] : image.shape[0]
  const inThrees = channels > 3 && channels % 3 === 0 && channels % 4 !== 0 && other.shape[3] % 4 === 0
  const { low, high } = params.padding
  const kernel = primitive === 'conv' ? other.shape.slice(0, 2) : other.shape.slice(1, 3)
  const cropped = low.map((n, i) => image.shape[i + 1] + Math.min(0, n) + Math.min(0, high[i]))
  const paddedBehind = Math.max(...low) <= 0 && Math.max(...high) > 0
  const product = cropped.join() === kernel.join() || kernel.join() === '1,1'
  return inThrees || (paddedBehind && product)
}

/** Phases of two and three taps along both axes, and enough channels to pay for the transforms. */
function savesProducts(equation: ConvolutionEquation): boolean {
  const { strides } = equation.params
  const [height, width, channels, filters] = kernelShape(equation)
  const taps = [height / strides[0], width / strides[1]]
  return taps.every((count) => count >= 2.5 && count <= 3) && Math.min(channels, filters) >= 24
}
