/**
 * Arithmetic of images with numbers per channel, over whole rows of pixels at once. ONNX Runtime's processor kernels call their
 * inner loop anew for every pixel, which for few channels costs several times the arithmetic: with 8 channels a whole training
 * step took 1.1 times as long.
 */
import { type Shape, sizeOf } from '../../base/ndarray.js'
import type { NodeWriter } from './node-writer.js'

export interface Operand {
  readonly name: string
  readonly shape: Shape
}

/** Numbers that one call of the inner loop takes, at most. */
const longest = 4096

/**
 * An elementwise operation whose operands have the shape of its output or one number per channel (the last axis); the first axis
 * may be open. Undefined where there is nothing to gain.
 */
export function inLongRows(
  opType: string,
  operands: readonly Operand[],
  output: Shape,
  writer: NodeWriter,
): string | undefined {
  const channels = output.at(-1) ?? 1
  const perChannel = ({ shape }: Operand) => shape.at(-1) === channels && sizeOf(shape) === channels
  const whole = ({ shape }: Operand) => shape.length === output.length && shape.every((n, axis) => n === output[axis])
  if (channels === 1 || !operands.some(perChannel)) return undefined
  if (!operands.every((operand) => perChannel(operand) || whole(operand))) return undefined
  const pixels = pixelsInRow(output.slice(1, -1), channels)
  if (pixels === 1) return undefined
  const row = pixels * channels
  const repeated = (name: string) =>
    writer.reshape(writer.node('Expand', [writer.reshape(name, [1, channels]), writer.integers([pixels, 1])]), [row])
  const rows = operands.map((operand) =>
    whole(operand) ? writer.reshape(operand.name, [-1, row]) : repeated(operand.name),
  )
  return writer.reshape(writer.node(opType, rows), [-1, ...output.slice(1)])
}

/** Pixels of the inner axes, as many axes as fit. */
function pixelsInRow(axes: Shape, channels: number): number {
  let pixels = 1
  for (const n of axes.toReversed()) {
    if (pixels * n * channels > longest) break
    pixels *= n
  }
  return pixels
}
