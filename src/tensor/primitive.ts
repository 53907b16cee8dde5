/**
 * The whole language of our tensor programs: a closed list of primitives and the parameters of each.
 * Shape inference, gradients, the interpreter and the ONNX lowering are tables keyed by this list, in this order.
 *
 * Binary primitives broadcast as NumPy does. Images are [N, H, W, C], kernels [kernelHeight, kernelWidth, Cin, Cout].
 */
import type { DType, Shape } from '../base/ndarray.js'

type None = Record<never, never>

/** Zero rows and columns put before (`low`) and behind (`high`) the image, [height, width]; may be negative (cropping). */
export interface Padding {
  readonly low: readonly [number, number]
  readonly high: readonly [number, number]
}

export interface PrimitiveParams {
  // elementwise, one operand
  neg: None
  exp: None
  log: None
  sqrt: None
  tanh: None
  abs: None
  /** To another element type; floats to integers truncate. */
  cast: { dtype: DType }
  // elementwise, two operands
  add: None
  sub: None
  mul: None
  div: None
  max: None
  min: None
  /** a > b, bool. */
  greater: None
  /** a == b, bool. */
  equal: None
  // elementwise, three operands
  /** condition (bool) ? a : b */
  select: None
  // sums of products
  /** [..., M, K] x [..., K, N] -> [..., M, N]; leading axes broadcast. */
  matmul: None
  // reductions; the reduced axes disappear
  sum: { axes: readonly number[] }
  reduceMax: { axes: readonly number[] }
  // moving things
  reshape: { shape: Shape }
  transpose: { permutation: readonly number[] }
  broadcast: { shape: Shape }
  concat: { axis: number }
  /** Elements start <= i < end of every axis. */
  slice: { start: readonly number[]; end: readonly number[] }
  /** Zeros before and behind every axis. */
  pad: { low: readonly number[]; high: readonly number[] }
  /** table [R, ...], indices int32 [...I] -> [...I, ...]: rows of the table. */
  take: None
  // convolution and its two adjoints: y = conv(x, w) is bilinear, and each of the three is a gradient of the others
  /** x [N, H, W, Cin], w [kh, kw, Cin, Cout] -> y [N, OH, OW, Cout] */
  conv: { strides: readonly [number, number]; padding: Padding }
  /** y, w -> x: the adjoint of `conv` in x, known as transposed convolution. */
  convInput: { strides: readonly [number, number]; padding: Padding; inputSize: readonly [number, number] }
  /** x, y -> w: the adjoint of `conv` in w. */
  convFilter: { strides: readonly [number, number]; padding: Padding; kernelSize: readonly [number, number] }
  // windows of an image, channel by channel
  /** x [N, H, W, C] -> [N, OH, OW, C]: the largest in each window; what lies outside the image counts for nothing. */
  maxPool: { kernelSize: readonly [number, number]; strides: readonly [number, number]; padding: Padding }
  /** x [N, H, W, C] -> [N, OH, OW, C]: the mean of each window that lies inside the image. */
  averagePool: { kernelSize: readonly [number, number]; strides: readonly [number, number] }
}

export type Primitive = keyof PrimitiveParams
