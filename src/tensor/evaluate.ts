/**
 * The reference interpreter: plain loops, one primitive at a time. It defines what a program means;
 * simplification, ONNX lowerings and gradients are tested against it.
 */
import { InternalError } from '../base/errors.js'
import { type DType, type NDArray, type Shape, sizeOf, zeros } from '../base/ndarray.js'
import type { Equation, Graph, Value } from './graph.js'
import type { Primitive, PrimitiveParams } from './primitive.js'
import { ProgramError } from './program-error.js'
import { keptShape, noPadding, sameShape, showShape } from './shape.js'

export interface EvaluateOptions {
  /**
   * `float32` (default): the result of every primitive is rounded to its element type; sums are taken in double precision.
   * `float64`: float32 values are kept, and returned, in double precision; float32 inputs may then be float64 arrays.
   */
  readonly precision?: 'float32' | 'float64'
}

/**
 * Runs a graph. Inputs and outputs in the graph's order.
 *
 * @param graph what `trace` gives
 * @param inputs arrays in the order of the graph's inputs
 * @param options precision of the arithmetic
 * @returns arrays in the order of the graph's outputs
 * @throws `ProgramError` where an input has another shape or element type than the graph's
 */
export function evaluate(graph: Graph, inputs: readonly NDArray[], options: EvaluateOptions = {}): NDArray[] {
  const widen = (dtype: DType): DType => (options.precision === 'float64' && dtype === 'float32' ? 'float64' : dtype)
  if (inputs.length !== graph.inputs.length) {
    throw new ProgramError(`the graph takes ${graph.inputs.length} inputs, but got ${inputs.length}`)
  }
  const known = new Map<number, NDArray>()
  graph.inputs.forEach((value, i) => {
    const { shape, dtype } = inputs[i]
    if (!sameShape(shape, value.shape) || widen(dtype) !== widen(value.dtype)) {
      throw new ProgramError(
        `input ${i} is ${value.dtype}${showShape(value.shape)}, but got ${dtype}${showShape(shape)}`,
      )
    }
    known.set(value.id, inputs[i])
  })
  for (const [id, array] of graph.constants) known.set(id, array)
  const find = (value: Value): NDArray => {
    const array = known.get(value.id)
    if (!array) throw new InternalError(`value ${value.id} is used before it is defined`)
    return array
  }
  for (const equation of graph.equations) {
    const { output } = equation
    known.set(output.id, evaluateEquation(equation, equation.inputs.map(find), widen(output.dtype)))
  }
  return graph.outputs.map((value) => convert(find(value), widen(value.dtype)))
}

/** One equation on arrays; `dtype` is the element type that the result is kept in. */
export function evaluateEquation(equation: Equation, inputs: readonly NDArray[], dtype: DType): NDArray {
  const out = zeros(dtype, equation.output.shape)
  const rule = rules[equation.primitive] as Rule<Primitive>
  rule(inputs, out, equation.params)
  return out
}

type Rule<P extends Primitive> = (inputs: readonly NDArray[], out: NDArray, params: PrimitiveParams[P]) => void

const elementwise =
  (f: (...x: number[]) => number): Rule<Primitive> =>
  (inputs, out) => {
    const at = inputs.map((x) => broadcastIndex(x.shape, out.shape))
    if (inputs.length === 1) {
      for (let i = 0; i < out.data.length; i++) out.data[i] = f(inputs[0].data[at[0](i)])
    } else if (inputs.length === 2) {
      const [a, b] = inputs
      for (let i = 0; i < out.data.length; i++) out.data[i] = f(a.data[at[0](i)], b.data[at[1](i)])
    } else {
      const [a, b, c] = inputs
      for (let i = 0; i < out.data.length; i++) out.data[i] = f(a.data[at[0](i)], b.data[at[1](i)], c.data[at[2](i)])
    }
  }

const reduction =
  (start: number, f: (accumulated: number, x: number) => number): Rule<'sum' | 'reduceMax'> =>
  ([x], out, { axes }) => {
    const to = broadcastIndex(keptShape(x.shape, axes), x.shape)
    const accumulators = new Float64Array(out.data.length).fill(start)
    for (let i = 0; i < x.data.length; i++) accumulators[to(i)] = f(accumulators[to(i)], x.data[i])
    out.data.set(accumulators)
  }

const rules: { [P in Primitive]: Rule<P> } = {
  neg: elementwise((x) => -x),
  exp: elementwise(Math.exp),
  log: elementwise(Math.log),
  sqrt: elementwise(Math.sqrt),
  tanh: elementwise(Math.tanh),
  abs: elementwise(Math.abs),
  cast: ([x], out) => out.data.set(convert(x, out.dtype).data),
  add: elementwise((a, b) => a + b),
  sub: elementwise((a, b) => a - b),
  mul: elementwise((a, b) => a * b),
  div: elementwise((a, b) => a / b),
  max: elementwise(Math.max),
  min: elementwise(Math.min),
  greater: elementwise((a, b) => (a > b ? 1 : 0)),
  equal: elementwise((a, b) => (a === b ? 1 : 0)),
  select: elementwise((condition, a, b) => (condition ? a : b)),

  // out[..., m, n] = sum over k of a[..., m, k] b[..., k, n]
  matmul: ([a, b], out) => {
    const [m, k] = a.shape.slice(-2)
    const n = b.shape[b.shape.length - 1]
    const batch = out.shape.slice(0, -2)
    const atA = broadcastIndex(a.shape.slice(0, -2), batch)
    const atB = broadcastIndex(b.shape.slice(0, -2), batch)
    const row = new Float64Array(n)
    for (let g = 0; g < sizeOf(batch); g++) {
      for (let i = 0; i < m; i++) {
        row.fill(0)
        for (let l = 0; l < k; l++) {
          const factor = a.data[(atA(g) * m + i) * k + l]
          const from = (atB(g) * k + l) * n
          for (let j = 0; j < n; j++) row[j] += factor * b.data[from + j]
        }
        out.data.set(row, (g * m + i) * n)
      }
    }
  },

  sum: reduction(0, (sum, x) => sum + x),
  reduceMax: reduction(Number.NEGATIVE_INFINITY, Math.max),
  reshape: ([x], out) => out.data.set(x.data),
  transpose: ([x], out, { permutation }) => {
    const strides = stridesOf(x.shape)
    const at = stridedIndex(
      out.shape,
      permutation.map((axis) => strides[axis]),
    )
    for (let i = 0; i < out.data.length; i++) out.data[i] = x.data[at(i)]
  },
  broadcast: elementwise((x) => x),
  concat: (inputs, out, { axis }) => {
    const inner = sizeOf(out.shape.slice(axis + 1))
    const outer = sizeOf(out.shape.slice(0, axis))
    let start = 0
    for (const x of inputs) {
      const length = x.shape[axis] * inner
      for (let g = 0; g < outer; g++) {
        out.data.set(x.data.subarray(g * length, (g + 1) * length), g * out.shape[axis] * inner + start)
      }
      start += length
    }
  },
  slice: ([x], out, { start }) => {
    const strides = stridesOf(x.shape)
    const first = strides.reduce((sum, stride, axis) => sum + stride * start[axis], 0)
    const at = stridedIndex(out.shape, strides)
    for (let i = 0; i < out.data.length; i++) out.data[i] = x.data[first + at(i)]
  },
  pad: ([x], out, { low }) => {
    const strides = stridesOf(out.shape)
    const first = strides.reduce((sum, stride, axis) => sum + stride * low[axis], 0)
    const at = stridedIndex(x.shape, strides)
    for (let i = 0; i < x.data.length; i++) out.data[first + at(i)] = x.data[i]
  },
  take: ([table, indices], out) => {
    const size = sizeOf(table.shape.slice(1))
    indices.data.forEach((index: number, i: number) => {
      if (index < 0 || index >= table.shape[0]) {
        throw new ProgramError(`take: index ${index} is not a row of a table of shape ${showShape(table.shape)}`)
      }
      out.data.set(table.data.subarray(index * size, (index + 1) * size), i * size)
    })
  },

  // y[p] = sum over taps t of x[at(p, t)] w[t]
  conv: ([x, w], y, params) => {
    const [cin, cout] = w.shape.slice(2)
    accumulate(y, (sums) =>
      eachTap(x.shape, y.shape, w.shape, params, (atX, atY, atW) => {
        for (let c = 0; c < cin; c++) {
          for (let d = 0; d < cout; d++) sums[atY + d] += x.data[atX + c] * w.data[atW + c * cout + d]
        }
      }),
    )
  },
  // the same triples (x, y, w), collected at x
  convInput: ([y, w], x, params) => {
    const [cin, cout] = w.shape.slice(2)
    accumulate(x, (sums) =>
      eachTap(x.shape, y.shape, w.shape, params, (atX, atY, atW) => {
        for (let c = 0; c < cin; c++) {
          for (let d = 0; d < cout; d++) sums[atX + c] += y.data[atY + d] * w.data[atW + c * cout + d]
        }
      }),
    )
  },
  // the same triples (x, y, w), collected at w
  convFilter: ([x, y], w, params) => {
    const [cin, cout] = w.shape.slice(2)
    accumulate(w, (sums) =>
      eachTap(x.shape, y.shape, w.shape, params, (atX, atY, atW) => {
        for (let c = 0; c < cin; c++) {
          for (let d = 0; d < cout; d++) sums[atW + c * cout + d] += x.data[atX + c] * y.data[atY + d]
        }
      }),
    )
  },
  maxPool: ([x], y, { kernelSize, ...params }) => {
    const channels = x.shape[3]
    y.data.fill(Number.NEGATIVE_INFINITY)
    eachTap(x.shape, y.shape, [...kernelSize, channels, channels], params, (atX, atY) => {
      for (let c = 0; c < channels; c++) y.data[atY + c] = Math.max(y.data[atY + c], x.data[atX + c])
    })
  },
  averagePool: ([x], y, { kernelSize, strides }) => {
    const channels = x.shape[3]
    const kernel = [...kernelSize, channels, channels]
    accumulate(y, (sums) => {
      eachTap(x.shape, y.shape, kernel, { strides, padding: noPadding }, (atX, atY) => {
        for (let c = 0; c < channels; c++) sums[atY + c] += x.data[atX + c]
      })
      for (let i = 0; i < sums.length; i++) sums[i] /= sizeOf(kernelSize)
    })
  },
}

function accumulate(out: NDArray, fill: (sums: Float64Array) => void): void {
  const sums = new Float64Array(out.data.length)
  fill(sums)
  out.data.set(sums)
}

/** Every pair of a kernel tap and an output position that meet inside the image, as offsets of their channels. */
function eachTap(
  x: Shape,
  y: Shape,
  w: Shape,
  { strides, padding }: PrimitiveParams['conv'],
  visit: (atX: number, atY: number, atW: number) => void,
): void {
  const [n, height, width, cin] = x
  const [, outHeight, outWidth, cout] = y
  const [kh, kw] = w
  for (let b = 0; b < n; b++) {
    for (let oh = 0; oh < outHeight; oh++) {
      for (let ow = 0; ow < outWidth; ow++) {
        for (let r = 0; r < kh; r++) {
          const ih = oh * strides[0] + r - padding.low[0]
          if (ih < 0 || ih >= height) continue
          for (let s = 0; s < kw; s++) {
            const iw = ow * strides[1] + s - padding.low[1]
            if (iw < 0 || iw >= width) continue
            visit(
              ((b * height + ih) * width + iw) * cin,
              ((b * outHeight + oh) * outWidth + ow) * cout,
              (r * kw + s) * cin * cout,
            )
          }
        }
      }
    }
  }
}

function stridesOf(shape: Shape): number[] {
  const strides = new Array<number>(shape.length)
  let stride = 1
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    strides[axis] = stride
    stride *= shape[axis]
  }
  return strides
}

/** From the flat index in an array of `shape` to the sum of its coordinates times `strides`. */
function stridedIndex(shape: Shape, strides: readonly number[]): (flat: number) => number {
  return (flat) => {
    let at = 0
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      at += (flat % shape[axis]) * strides[axis]
      flat = Math.floor(flat / shape[axis])
    }
    return at
  }
}

/** From the flat index in `to` to the flat index in `from`, which broadcasts to it. */
function broadcastIndex(from: Shape, to: Shape): (flat: number) => number {
  if (sameShape(from, to)) return (flat) => flat
  if (sizeOf(from) === 1) return () => 0
  const added = to.length - from.length
  const strides = stridesOf(from)
  return stridedIndex(
    to,
    to.map((_, axis) => (axis < added || from[axis - added] === 1 ? 0 : strides[axis - added])),
  )
}

/** To another element type; floats to integers truncate, anything but 0 is true. */
function convert(x: NDArray, dtype: DType): NDArray {
  if (x.dtype === dtype) return x
  const out = zeros(dtype, x.shape)
  if (dtype === 'bool') for (let i = 0; i < out.data.length; i++) out.data[i] = x.data[i] === 0 ? 0 : 1
  else out.data.set(x.data)
  return out
}
