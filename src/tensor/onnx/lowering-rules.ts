/**
 * One rule per primitive: the ONNX nodes (operator set 20) that compute it.
 * Convolutions are left to `convolution/`, which knows several ways. Operators: onnx.ai/onnx/operators.
 */
import { type DType, ndarray, type Shape, sizeOf } from '../../base/ndarray.js'
import type { Equation, Value } from '../graph.js'
import type { Primitive } from '../primitive.js'
import { broadcastShapes, sameShape } from '../shape.js'
import { batchLast, flattened, fromBatchLast, heldBatchLast, toBatchLast } from './convolution/batch-last.js'
import type { Device } from './convolution/choose.js'
import type { ConvolutionLowering } from './convolution/convolution.js'
import { toChannelsFirst, toChannelsLast } from './convolution/native.js'
import { lowerAveragePool, lowerMaxPool } from './convolution/pool.js'
import { type AttributeValue, dataTypes } from './format/model.js'
import type { NodeWriter } from './format/node-writer.js'

export type EquationOf<P extends Primitive> = Extract<Equation, { primitive: P }>

export interface Lowering {
  readonly writer: NodeWriter
  /** Name of a value in the ONNX graph. */
  name(value: Value): string
  /** The equation that defines a value; undefined for inputs and constants. */
  producer(value: Value): Equation | undefined
  /** The number a constant of shape [] holds; undefined for other values. */
  scalar(value: Value): number | undefined
  /** Whether a value is known now. */
  constant(value: Value): boolean
  /** How often equations and outputs take a value. */
  uses(value: Value): number
  readonly device: Device
  /** Whether the first axis counts examples and is left open; see `batch-axis.ts`. */
  isBatched(value: Value): boolean
  convolution(equation: EquationOf<'conv' | 'convInput' | 'convFilter'>): ConvolutionLowering
}

type Attributes = Readonly<Record<string, AttributeValue>>

type Rule<P extends Primitive> = (equation: EquationOf<P>, inputs: readonly string[], lowering: Lowering) => string

/** ONNX broadcasts as NumPy does, so an operand need not be expanded first. */
const elementwise =
  (opType: string) =>
  (equation: Equation, _: readonly string[], lowering: Lowering): string =>
    elementwiseNode(opType, unexpandedOperands(equation, lowering), equation.output.shape, lowering)

const reduction =
  (opType: string) =>
  ({ params, inputs: [value] }: EquationOf<'sum' | 'reduceMax'>, [x]: readonly string[], { writer }: Lowering) => {
    const { axes } = params
    if (axes.length === 0) return x
    const held = heldBatchLast(x, writer)
    if (held && axes.join() === '0,1,2') return writer.node(opType, [held, writer.integers([1, 2, 3])], { keepdims: 0 })
    const reduce = (from: string, along: readonly number[]) =>
      writer.node(opType, [from, writer.integers(along)], { keepdims: 0 })
    // Rows before columns: ONNX Runtime takes all leading axes at once on one core and with larger rounding
    // (thirty times slower for 64 images of 28 x 28), but the inner ones in parallel.
    const leading = axes.length > 1 && axes.length < value.shape.length && axes.every((axis) => axis < axes.length)
    return leading
      ? reduce(
          reduce(
            x,
            axes.filter((axis) => axis > 0),
          ),
          [0],
        )
      : reduce(x, axes)
  }

const loweringRules: { readonly [P in Primitive]: Rule<P> } = {
  neg: elementwise('Neg'),
  exp: elementwise('Exp'),
  log: elementwise('Log'),
  sqrt: elementwise('Sqrt'),
  tanh: elementwise('Tanh'),
  abs: elementwise('Abs'),
  cast: ({ params, inputs: [value] }, [x], lowering) => {
    if (value.dtype === params.dtype) return x
    const to = { to: dataTypes[params.dtype] }
    return bitOf(value, params.dtype, lowering) ?? elementwiseNode('Cast', [value], value.shape, lowering, to)
  },
  add: (equation, inputs, lowering) => frozenNorm(equation, lowering) ?? elementwise('Add')(equation, inputs, lowering),
  sub: elementwise('Sub'),
  mul: (equation, inputs, lowering) => relu(equation, lowering) ?? elementwise('Mul')(equation, inputs, lowering),
  div: elementwise('Div'),
  max: elementwise('Max'),
  min: elementwise('Min'),
  greater: elementwise('Greater'),
  equal: elementwise('Equal'),
  select: (equation, inputs, lowering) => {
    const { writer } = lowering
    const [condition, a, b] = inputs
    const { dtype } = equation.output
    if (dtype === 'bool') {
      // ONNX Runtime has no Where for truth values.
      const bytes = [a, b].map((x) => writer.node('Cast', [x], { to: dataTypes.uint8 }))
      return writer.node('Cast', [writer.node('Where', [condition, ...bytes])], { to: dataTypes.bool })
    }
    // condition ? 1 : slope as max(condition, slope): Where takes four passes over memory on one core.
    const [, one, slope] = equation.inputs.map((value) => lowering.scalar(value))
    if (one === 1 && slope !== undefined && slope >= 0 && slope <= 1) {
      const [test] = equation.inputs
      const bit =
        bitOf(test, dtype, lowering) ?? elementwiseNode('Cast', [test], test.shape, lowering, { to: dataTypes[dtype] })
      if (slope === 0) return bit
      const named = [
        { name: bit, shape: test.shape },
        { name: b, shape: [] },
      ]
      return inLayout('Max', named, equation.output.shape, lowering)
    }
    return elementwise('Where')(equation, inputs, lowering)
  },
  matmul: (_, inputs, { writer }) => writer.node('MatMul', inputs),
  sum: (equation, inputs, lowering) =>
    channelDots(equation, lowering) ?? reduction('ReduceSum')(equation, inputs, lowering),
  reduceMax: reduction('ReduceMax'),
  reshape: ({ params, inputs: [value], output }, [x], lowering) => {
    if (sameShape(value.shape, params.shape)) return x
    const { writer } = lowering
    const held = heldBatchLast(x, writer)
    const values = held ? flattened(held, value.shape, writer) : x
    return writer.reshape(values, lowering.isBatched(output) ? [-1, ...params.shape.slice(1)] : params.shape)
  },
  transpose: ({ params }, [x], { writer }) => writer.transpose(x, params.permutation),
  broadcast: ({ params, output }, [x], lowering) => {
    // For Expand a size of 1 keeps what is there.
    const shape = lowering.isBatched(output) ? [1, ...params.shape.slice(1)] : params.shape
    return lowering.writer.node('Expand', [x, lowering.writer.integers(shape)])
  },
  concat: ({ params }, inputs, { writer }) => writer.node('Concat', inputs, { axis: params.axis }),
  slice: ({ params, inputs: [value] }, [x], { writer }) => {
    const axes = axesWhere(value.shape, (n, axis) => params.start[axis] !== 0 || params.end[axis] !== n)
    if (axes.length === 0) return x
    const pick = (list: readonly number[]) => writer.integers(axes.map((axis) => list[axis]))
    const slice = (from: string, along: readonly number[]) =>
      writer.node('Slice', [from, pick(params.start), pick(params.end), writer.integers(along)])
    const held = heldBatchLast(x, writer)
    return held
      ? fromBatchLast(
          slice(
            held,
            axes.map((axis) => batchLast[axis]),
          ),
          writer,
        )
      : slice(x, axes)
  },
  pad: ({ params, inputs: [value] }, [x], { writer }) => {
    const axes = axesWhere(value.shape, (_, axis) => params.low[axis] !== 0 || params.high[axis] !== 0)
    if (axes.length === 0) return x
    const amounts = [...axes.map((axis) => params.low[axis]), ...axes.map((axis) => params.high[axis])]
    return writer.node('Pad', [x, writer.integers(amounts), '', writer.integers(axes)])
  },
  take: (_, inputs, { writer }) => writer.node('Gather', inputs, { axis: 0 }),
  conv: (e, [x, w], { convolution, writer }) => convolution(e).conv(e, x, w, writer),
  convInput: (e, [y, w], { convolution, writer }) => convolution(e).convInput(e, y, w, writer),
  convFilter: (e, [x, y], { convolution, writer }) => convolution(e).convFilter(e, x, y, writer),
  maxPool: (e, [x], { writer }) => lowerMaxPool(e, x, writer),
  averagePool: (e, [x], { writer }) => lowerAveragePool(e, x, writer),
}

/** Adds the nodes of one equation and returns the name of its output. */
export function lowerEquation(equation: Equation, lowering: Lowering): string {
  const rule = loweringRules[equation.primitive] as Rule<Primitive>
  return rule(
    equation,
    equation.inputs.map((value) => lowering.name(value)),
    lowering,
  )
}

interface Operand {
  readonly name: string
  readonly shape: Shape
}

function elementwiseNode(
  opType: string,
  operands: readonly Value[],
  output: Shape,
  lowering: Lowering,
  attributes?: Attributes,
): string {
  const named = operands.map((value) => ({ name: lowering.name(value), shape: value.shape }))
  return inLayout(opType, named, output, lowering, attributes)
}

/**
 * An elementwise operator, on the processor over [C, H, W, N] where one of its images is held so; images that are not are turned
 * once. Other operands are single numbers or one per channel.
 */
function inLayout(
  opType: string,
  operands: readonly Operand[],
  output: Shape,
  { device, writer }: Lowering,
  attributes?: Attributes,
): string {
  const hasOutputShape = ({ shape }: Operand) => sameShape(shape, output)
  const perChannel = ({ shape }: Operand) => sizeOf(shape) === 1 || sizeOf(shape) === shape.at(-1)
  const held = operands.some((operand) => hasOutputShape(operand) && heldBatchLast(operand.name, writer))
  if (!held || device !== 'cpu' || !operands.every((operand) => hasOutputShape(operand) || perChannel(operand))) {
    return writer.node(
      opType,
      operands.map(({ name }) => name),
      attributes,
    )
  }
  const turned = operands.map((operand) => {
    if (hasOutputShape(operand)) return toBatchLast(operand.name, output, writer)
    return operand.shape.length === 0 ? operand.name : writer.reshape(operand.name, [sizeOf(operand.shape), 1, 1, 1])
  })
  return fromBatchLast(writer.node(opType, turned, attributes), writer)
}

/**
 * Operands of an elementwise equation, with a broadcast operand replaced by what was broadcast wherever
 * broadcasting inside the operator gives the same shape.
 */
export function unexpandedOperands(
  equation: Equation,
  { producer }: { producer(value: Value): Equation | undefined },
): Value[] {
  const operands = [...equation.inputs]
  for (const [i, operand] of operands.entries()) {
    const source = producer(operand)
    if (source?.primitive !== 'broadcast') continue
    const candidate = operands.with(i, source.inputs[0])
    if (sameShape(broadcastShapes(equation.primitive, ...candidate.map(({ shape }) => shape)), equation.output.shape)) {
      operands[i] = source.inputs[0]
    }
  }
  return operands
}

/**
 * x > 0 as a number in one pass over memory instead of two, as min(max(a x, 0), 1) with the largest a that float32 has: exact for
 * every x but those between 0 and 3e-39, where the bit is a x.
 */
function bitOf(condition: Value, dtype: DType, lowering: Lowering): string | undefined {
  const { producer, scalar, device } = lowering
  const comparison = producer(condition)
  if (comparison?.primitive !== 'greater' || dtype !== 'float32' || device !== 'cpu') return undefined
  const [x, bound] = comparison.inputs
  if (x.dtype !== 'float32' || scalar(bound) !== 0) return undefined
  return elementwiseNode('HardSigmoid', [x], x.shape, lowering, { alpha: { float: 3.4e38 }, beta: { float: 0 } })
}

/**
 * For each channel the sum of a product of two images, as a product of a row and a column: both are read once and nothing of their
 * size is written. Batch normalisations take such sums, forwards and backwards.
 */
function channelDots({ params, inputs: [value] }: EquationOf<'sum'>, lowering: Lowering): string | undefined {
  const { producer, uses, name, writer, device } = lowering
  const product = producer(value)
  if (device !== 'cpu' || product?.primitive !== 'mul' || uses(value) > 1) return undefined
  const { shape } = value
  if (shape.length !== 4 || params.axes.join() !== '0,1,2') return undefined
  const images = product.inputs
  if (!images.every((image) => sameShape(image.shape, shape))) return undefined
  if (!images.some((image) => heldBatchLast(name(image), writer))) return undefined
  const [rows, others] = images.map((image) => {
    return writer.reshape(toBatchLast(name(image), shape, writer), [shape[3], 1, -1])
  })
  const dots = writer.node('MatMul', [rows, writer.transpose(others, [0, 2, 1])])
  return writer.reshape(dots, [shape[3]])
}

/** x * (x > 0) as one pass over memory. */
function relu({ inputs: [x, mask] }: EquationOf<'mul'>, lowering: Lowering) {
  const { producer, scalar } = lowering
  const cast = producer(mask)
  const comparison = cast?.primitive === 'cast' ? producer(cast.inputs[0]) : undefined
  if (comparison?.primitive !== 'greater' || comparison.inputs[0].id !== x.id) return undefined
  return scalar(comparison.inputs[1]) === 0 ? elementwiseNode('Relu', [x], x.shape, lowering) : undefined
}

/**
 * Images times a constant per channel, plus another: a batch normalisation with fixed statistics. As such ONNX Runtime folds
 * it into the convolution before it, or keeps it in the layout that its convolutions work in.
 */
function frozenNorm({ inputs: [product, shift], output }: EquationOf<'add'>, lowering: Lowering) {
  const { producer, name, writer, constant } = lowering
  const scaling = producer(product)
  if (scaling?.primitive !== 'mul' || output.dtype !== 'float32' || output.shape.length !== 4) return undefined
  const [x, scale] = scaling.inputs
  const channels = output.shape[3]
  const perChannel = (value: Value) => value.shape.length === 1 && value.shape[0] === channels && constant(value)
  if (!perChannel(scale) || !perChannel(shift) || !sameShape(x.shape, output.shape)) return undefined
  const filled = (number: number) =>
    writer.constant(ndarray('float32', [channels], new Float32Array(channels).fill(number)))
  const image = writer.transpose(name(x), toChannelsFirst)
  const inputs = [image, name(scale), name(shift), filled(0), filled(1)]
  return writer.transpose(writer.node('BatchNormalization', inputs, { epsilon: { float: 0 } }), toChannelsLast)
}

function axesWhere(shape: Shape, holds: (size: number, axis: number) => boolean): number[] {
  return shape.flatMap((size, axis) => (holds(size, axis) ? [axis] : []))
}
