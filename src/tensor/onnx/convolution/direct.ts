/**
 * Convolutions by ONNX Runtime's own operator over [1, C, H, W, N] (`batch-last.ts`): the examples are a third axis of one image, along
 * which the kernel is one long. The operator lays pixels under taps piece by piece in the cache, where `gather.ts` writes all of them to
 * memory: less work, unless the filter's gradient needs the same rows. A filter's gradient has no such form.
 */
import type { Shape } from '../../../base/ndarray.js'
import { range } from '../../../base/range.js'
import type { NodeWriter } from '../format/node-writer.js'
import { fromBatchLast, rowsOf, toBatchLast, withZeroRow } from './batch-last.js'
import type { ConvInputEquation, ConvolutionEquation, ConvolutionLowering } from './convolution.js'
import { kernelChannelsFirst } from './native.js'

/** Whether the operator serves an equation: it has no filter gradient, and takes no negative padding. */
export function directFits(equation: ConvolutionEquation): boolean {
  if (equation.primitive === 'convFilter') return false
  const { low, high } = equation.params.padding
  const padding =
    equation.primitive === 'conv'
      ? [...low, ...high]
      : phasesOf(equation).flatMap((phase) => [phase.low, phase.before, phase.behind])
  return Math.min(...padding) >= 0
}

export const directLowering: Pick<ConvolutionLowering, 'conv' | 'convInput'> = {
  conv({ inputs, params, output }, x, w, writer) {
    const { strides, padding } = params
    const { low, high } = padding
    const taps = writer.transpose(w, kernelChannelsFirst)
    const y = convolved({ x, image: inputs[0].shape, taps, kernel: inputs[1].shape, strides, low, high }, writer)
    return fromBatchLast(writer.reshape(y, [output.shape[3], output.shape[1], output.shape[2], -1]), writer)
  },

  /**
   * Pixels with equal (p + low) mod s, a phase, meet the same taps: each phase is a short convolution of stride 1 over y. All of them are
   * one convolution with as many times the channels, taps that a phase lacks being zero; a gather puts their pixels in order.
   */
  convInput(equation, y, w, writer) {
    const image = equation.inputs[0].shape
    const [, height, width, channels] = equation.output.shape
    const [v, h] = phasesOf(equation)
    const [low, high] = [
      [v.before, h.before],
      [v.behind, h.behind],
    ]
    const phases = v.stride * h.stride
    const kernel = [v.taps, h.taps, image[3], phases * channels]
    const convolution = { x: y, image, taps: phaseTaps(equation, v, h, w, writer), kernel, strides: [1, 1], low, high }
    const positions = v.count * h.count
    const rows = writer.reshape(convolved(convolution, writer), [phases * channels * positions, -1])
    const table = range(channels).flatMap((channel) =>
      range(height * width).map((pixel) => {
        const [row, column] = [Math.floor(pixel / width) + v.low, (pixel % width) + h.low]
        const phase = (row % v.stride) * h.stride + (column % h.stride)
        const position = (Math.floor(row / v.stride) - v.first) * h.count + Math.floor(column / h.stride) - h.first
        return (phase * channels + channel) * positions + position
      }),
    )
    const pixels = rowsOf(rows, phases * channels * positions, table, writer)
    return fromBatchLast(writer.reshape(pixels, [channels, height, width, -1]), writer)
  },
}

interface Convolution {
  readonly x: string
  /** [N, H, W, C] */
  readonly image: Shape
  /** Elements in the order [Cout, C, kh, kw]. */
  readonly taps: string
  /** [kh, kw, C, Cout] */
  readonly kernel: Shape
  readonly strides: readonly number[]
  readonly low: readonly number[]
  readonly high: readonly number[]
}

/** -> [1, Cout, OH, OW, N] */
function convolved({ x, image, taps, kernel, strides, low, high }: Convolution, writer: NodeWriter): string {
  const [kernelHeight, kernelWidth, channels, filters] = kernel
  const volume = writer.reshape(toBatchLast(x, image, writer), [1, channels, image[1], image[2], -1])
  const kernels = writer.reshape(taps, [filters, channels, kernelHeight, kernelWidth, 1])
  return writer.node('Conv', [volume, kernels], {
    kernel_shape: [kernelHeight, kernelWidth, 1],
    strides: [...strides, 1],
    pads: [...low, 0, ...high, 0],
  })
}

/** One axis of the image whose pixels are in phases. */
interface PhaseAxis {
  readonly stride: number
  readonly kernel: number
  readonly low: number
  /** Of the longest phase. */
  readonly taps: number
  /** Positions of y at which windows end, from `first` on. */
  readonly first: number
  readonly count: number
  /** Zeros around y. */
  readonly before: number
  readonly behind: number
}

function phasesOf({ inputs: [image, kernel], params, output }: ConvInputEquation): [PhaseAxis, PhaseAxis] {
  const along = (i: 0 | 1): PhaseAxis => {
    const [stride, low, size] = [params.strides[i], params.padding.low[i], output.shape[i + 1]]
    const taps = Math.ceil(kernel.shape[i] / stride)
    const first = Math.floor(low / stride)
    const end = Math.floor((size - 1 + low) / stride) + 1
    const padding = { before: taps - 1 - first, behind: end - image.shape[i + 1] }
    return { stride, kernel: kernel.shape[i], low, taps, first, count: end - first, ...padding }
  }
  return [along(0), along(1)]
}

/** w [kh, kw, C, F] -> [phases, C, F, taps along both axes]. A window meets y's latest position with its first tap. */
function phaseTaps(
  { inputs: [, kernel] }: ConvInputEquation,
  v: PhaseAxis,
  h: PhaseAxis,
  w: string,
  writer: NodeWriter,
): string {
  const [, , channels, filters] = kernel.shape
  const none = v.kernel * h.kernel
  const table = range(v.stride * h.stride).flatMap((phase) =>
    range(v.taps * h.taps).map((tap) => {
      const row = Math.floor(phase / h.stride) + v.stride * (v.taps - 1 - Math.floor(tap / h.taps))
      const column = (phase % h.stride) + h.stride * (h.taps - 1 - (tap % h.taps))
      return row < v.kernel && column < h.kernel ? row * h.kernel + column : none
    }),
  )
  const rows = withZeroRow(writer.reshape(w, [none, channels * filters]), writer)
  const taps = rowsOf(rows, none + 1, table, writer)
  const byPhase = writer.reshape(taps, [v.stride * h.stride, v.taps * h.taps, channels, filters])
  return writer.transpose(byPhase, [0, 2, 3, 1])
}
