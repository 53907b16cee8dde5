/** What comes out of a primitive: a rule per primitive from operands and parameters to shape and element type. */
import type { DType, Shape } from '../base/ndarray.js'
import { requireDtype, requireFloat, requireNumber, requireSameDtype } from './dtype.js'
import type { Primitive, PrimitiveParams } from './primitive.js'
import { ProgramError } from './program-error.js'
import {
  broadcastShapes,
  broadcastToShape,
  concatShape,
  convFilterShape,
  convInputShape,
  convShape,
  matmulShape,
  noPadding,
  padShape,
  poolShape,
  reduceMaxShape,
  reduceShape,
  reshapeShape,
  sliceShape,
  takeShape,
  transposeShape,
} from './shape.js'

/** Shape and element type: what is known of an array before it has values. */
export interface ArraySpec {
  readonly shape: Shape
  readonly dtype: DType
}

type Rule<P extends Primitive> = (inputs: readonly ArraySpec[], params: PrimitiveParams[P], name: P) => ArraySpec

/** Arithmetic on one operand. */
const unary = ([x]: readonly ArraySpec[], _: unknown, name: string): ArraySpec => {
  requireNumber(name, x.dtype)
  return { shape: x.shape, dtype: x.dtype }
}

/** Functions of real numbers. */
const unaryFloat = ([x]: readonly ArraySpec[], _: unknown, name: string): ArraySpec => {
  requireFloat(name, x.dtype)
  return { shape: x.shape, dtype: x.dtype }
}

/** Arithmetic on two operands; integer division truncates. */
const binary = ([a, b]: readonly ArraySpec[], _: unknown, name: string): ArraySpec => {
  requireSameDtype(name, [a.dtype, b.dtype])
  requireNumber(name, a.dtype)
  return { shape: broadcastShapes(name, a.shape, b.shape), dtype: a.dtype }
}

const comparison = (inputs: readonly ArraySpec[], params: unknown, name: string): ArraySpec => ({
  shape: binary(inputs, params, name).shape,
  dtype: 'bool',
})

const bilinear = (name: string, a: ArraySpec, b: ArraySpec, shape: Shape): ArraySpec => {
  requireSameDtype(name, [a.dtype, b.dtype])
  requireFloat(name, a.dtype)
  return { shape, dtype: a.dtype }
}

const rules: { [P in Primitive]: Rule<P> } = {
  neg: unary,
  exp: unaryFloat,
  log: unaryFloat,
  sqrt: unaryFloat,
  tanh: unaryFloat,
  abs: unary,
  cast: ([x], { dtype }) => ({ shape: x.shape, dtype }),
  add: binary,
  sub: binary,
  mul: binary,
  div: binary,
  max: binary,
  min: binary,
  greater: comparison,
  equal: comparison,
  select: ([condition, a, b]) => {
    requireDtype('select', 'a condition', condition.dtype, 'bool')
    requireSameDtype('select', [a.dtype, b.dtype])
    return { shape: broadcastShapes('select', condition.shape, a.shape, b.shape), dtype: a.dtype }
  },
  matmul: ([a, b]) => bilinear('matmul', a, b, matmulShape(a.shape, b.shape)),
  sum: ([x], { axes }) => {
    requireNumber('sum', x.dtype)
    return { shape: reduceShape('sum', x.shape, axes), dtype: x.dtype }
  },
  reduceMax: ([x], { axes }) => {
    requireNumber('max', x.dtype)
    return { shape: reduceMaxShape(x.shape, axes), dtype: x.dtype }
  },
  reshape: ([x], { shape }) => ({ shape: reshapeShape(x.shape, shape), dtype: x.dtype }),
  transpose: ([x], { permutation }) => ({ shape: transposeShape(x.shape, permutation), dtype: x.dtype }),
  broadcast: ([x], { shape }) => ({ shape: broadcastToShape(x.shape, shape), dtype: x.dtype }),
  concat: (inputs, { axis }) => {
    const shape = concatShape(
      inputs.map((x) => x.shape),
      axis,
    )
    requireSameDtype(
      'concat',
      inputs.map((x) => x.dtype),
    )
    return { shape, dtype: inputs[0].dtype }
  },
  slice: ([x], { start, end }) => ({ shape: sliceShape(x.shape, start, end), dtype: x.dtype }),
  pad: ([x], { low, high }) => {
    requireNumber('pad', x.dtype)
    return { shape: padShape(x.shape, low, high), dtype: x.dtype }
  },
  take: ([table, indices]) => {
    requireDtype('take', 'indices', indices.dtype, 'int32')
    return { shape: takeShape(table.shape, indices.shape), dtype: table.dtype }
  },
  conv: ([x, w], p) => bilinear('conv', x, w, convShape(x.shape, w.shape, p.strides, p.padding)),
  convInput: ([y, w], p) =>
    bilinear('convInput', y, w, convInputShape(y.shape, w.shape, p.strides, p.padding, p.inputSize)),
  convFilter: ([x, y], p) =>
    bilinear('convFilter', x, y, convFilterShape(x.shape, y.shape, p.strides, p.padding, p.kernelSize)),
  maxPool: ([x], p) => {
    requireFloat('maxPool', x.dtype)
    return { shape: poolShape('maxPool', x.shape, p.kernelSize, p.strides, p.padding), dtype: x.dtype }
  },
  averagePool: ([x], p) => {
    requireFloat('averagePool', x.dtype)
    return { shape: poolShape('averagePool', x.shape, p.kernelSize, p.strides, noPadding), dtype: x.dtype }
  },
}

/** Operands of each primitive; `concat` alone takes any number. */
const arity: Partial<Record<Primitive, number>> = {
  add: 2,
  sub: 2,
  mul: 2,
  div: 2,
  max: 2,
  min: 2,
  greater: 2,
  equal: 2,
  select: 3,
  matmul: 2,
  take: 2,
  conv: 2,
  convInput: 2,
  convFilter: 2,
}

/** Shape and element type of the output. Throws `ProgramError` where the operands do not fit. */
export function infer<P extends Primitive>(
  primitive: P,
  inputs: readonly ArraySpec[],
  params: PrimitiveParams[P],
): ArraySpec {
  const wanted = arity[primitive] ?? 1
  if (primitive !== 'concat' && inputs.length !== wanted) {
    throw new ProgramError(`${primitive} takes ${wanted} operands, but got ${inputs.length}`)
  }
  return rules[primitive](inputs, params, primitive)
}
