/**
 * The same program with less work: identities removed, moves merged, small constants folded, equal constants and equal
 * equations shared, dead code dropped. Inputs, and outputs in their order, stay. No sum or product is reordered, so
 * results are the same to the last bit, but for the sign of a zero (x + 0 becomes x).
 */
import { type NDArray, sameBytes, sizeOf } from '../base/ndarray.js'
import { evaluateEquation } from './evaluate.js'
import type { Equation, Graph, Value } from './graph.js'
import type { Primitive, PrimitiveParams } from './primitive.js'
import { broadcastShapes, sameShape } from './shape.js'
import { GraphBuilder, Tensor } from './trace.js'

/** Larger results are not folded: the program computes them faster than a file carries them. */
const largestFolded = 1024

/**
 * The same program with less work.
 *
 * @param graph what `trace` gives
 * @returns a new graph with the same inputs and outputs
 */
export function simplify(graph: Graph): Graph {
  let current = graph
  for (;;) {
    const next = removeDeadCode(rewrite(current))
    if (next.equations.length === current.equations.length && next.constants.size === current.constants.size)
      return next
    current = next
  }
}

/** One pass over the equations in order, each met with operands that are simplified already. */
function rewrite(graph: Graph): Graph {
  const rewriter = new Rewriter()
  const renamed = new Map<number, Tensor>()
  for (const value of graph.inputs) renamed.set(value.id, rewriter.input(value))
  for (const [id, array] of graph.constants) renamed.set(id, rewriter.constant(array))
  const find = (value: Value) => renamed.get(value.id) as Tensor
  for (const { primitive, inputs, params, output } of graph.equations) {
    renamed.set(output.id, rewriter.add(primitive, inputs.map(find), params))
  }
  return rewriter.finish(graph.outputs.map(find))
}

/** Keeps the inputs, and of the rest what the outputs need. */
function removeDeadCode(graph: Graph): Graph {
  const needed = new Set(graph.outputs.map((value) => value.id))
  const equations: Equation[] = []
  for (const equation of graph.equations.toReversed()) {
    if (!needed.has(equation.output.id)) continue
    equations.push(equation)
    for (const value of equation.inputs) needed.add(value.id)
  }
  const constantValues = graph.constantValues.filter((value) => needed.has(value.id))
  return {
    inputs: graph.inputs,
    constants: new Map(constantValues.map((value) => [value.id, graph.constants.get(value.id) as NDArray])),
    constantValues,
    equations: equations.reverse(),
    outputs: graph.outputs,
  }
}

type Rule<P extends Primitive> = (
  rewriter: Rewriter,
  inputs: readonly Tensor[],
  params: PrimitiveParams[P],
) => Tensor | undefined

/** A graph under construction that simplifies what is added. */
class Rewriter {
  readonly #builder = new GraphBuilder()
  readonly #definitions = new Map<number, Equation>()
  readonly #equationsByKey = new Map<string, Tensor>()
  readonly #constantsByKey = new Map<string, Tensor[]>()

  input(value: Value): Tensor {
    return this.#builder.input(value)
  }

  /** Equal constants are one. */
  constant(array: NDArray): Tensor {
    const key = `${array.dtype} ${array.shape} ${array.data.subarray(0, 16)}`
    const alike = this.#constantsByKey.get(key) ?? []
    const known = alike.find((tensor) => sameBytes(this.valueOf(tensor) as NDArray, array))
    if (known) return known
    const made = this.#builder.constant(array)
    this.#constantsByKey.set(key, [...alike, made])
    return made
  }

  /** One equation, or what stands for it. */
  add<P extends Primitive>(primitive: P, inputs: readonly Tensor[], params: PrimitiveParams[P]): Tensor {
    const simpler = (rules[primitive] as Rule<P> | undefined)?.(this, inputs, params)
    if (simpler) return simpler
    const key = equationKey(primitive, inputs, params)
    const known = this.#equationsByKey.get(key)
    if (known) return known
    const folded = this.#fold(primitive, inputs, params)
    if (folded) return folded
    const output = this.#builder.bind(primitive, inputs, params)
    this.#definitions.set(output.value.id, this.#builder.equations.at(-1) as Equation)
    this.#equationsByKey.set(key, output)
    return output
  }

  /** The equation that defines a value, where it is one of the given primitive. */
  definition<P extends Primitive>(x: Tensor, primitive: P): { input: Tensor; params: PrimitiveParams[P] } | undefined {
    const equation = this.#definitions.get(x.value.id)
    if (equation?.primitive !== primitive) return undefined
    return { input: new Tensor(this.#builder, equation.inputs[0]), params: equation.params as PrimitiveParams[P] }
  }

  valueOf(x: Tensor): NDArray | undefined {
    return this.#builder.constants.get(x.value.id)
  }

  /** Whether all elements of x are known to be this number. */
  isAll(x: Tensor, number: number): boolean {
    const inner = this.definition(x, 'broadcast')?.input ?? x
    const array = this.valueOf(inner)
    return array !== undefined && array.data.length > 0 && array.data.every((n: number) => n === number)
  }

  finish(outputs: readonly Tensor[]): Graph {
    return this.#builder.finish(outputs)
  }

  #fold<P extends Primitive>(primitive: P, inputs: readonly Tensor[], params: PrimitiveParams[P]): Tensor | undefined {
    const arrays = inputs.map((x) => this.valueOf(x))
    if (primitive === 'broadcast' || !arrays.every((array) => array !== undefined)) return undefined
    const scratch = new GraphBuilder()
    const { value } = scratch.bind(
      primitive,
      arrays.map((array) => scratch.constant(array)),
      params,
    )
    if (sizeOf(value.shape) > largestFolded) return undefined
    return this.constant(evaluateEquation(scratch.equations[0], arrays, value.dtype))
  }
}

/** f(broadcast x, broadcast y) = broadcast f(x, y): element by element, so as few elements as there are. */
function beforeBroadcast<P extends Elementwise>(
  primitive: P,
): (rewriter: Rewriter, inputs: readonly Tensor[], params: PrimitiveParams[P]) => Tensor | undefined {
  return (rewriter, inputs, params) => {
    const sources = inputs.map((x) => rewriter.definition(x, 'broadcast')?.input ?? x)
    if (sources.every((source, i) => source === inputs[i])) return undefined
    const shape = broadcastShapes(primitive, ...inputs.map((x) => x.shape))
    return rewriter.add('broadcast', [rewriter.add(primitive, sources, params)], { shape })
  }
}

type Elementwise = Extract<
  Primitive,
  | 'neg'
  | 'exp'
  | 'log'
  | 'sqrt'
  | 'tanh'
  | 'abs'
  | 'cast'
  | 'add'
  | 'sub'
  | 'mul'
  | 'div'
  | 'max'
  | 'min'
  | 'greater'
  | 'equal'
  | 'select'
>

/** x where `other` is the neutral element and x has the result's shape already. */
function neutral(rewriter: Rewriter, x: Tensor, other: Tensor, number: number): Tensor | undefined {
  const keepsShape = sameShape(broadcastShapes('simplify', x.shape, other.shape), x.shape)
  return keepsShape && rewriter.isAll(other, number) ? x : undefined
}

const rules: { [P in Primitive]?: Rule<P> } = {
  // -(-x) = x
  neg: (r, [x], p) => r.definition(x, 'neg')?.input ?? beforeBroadcast('neg')(r, [x], p),
  exp: beforeBroadcast('exp'),
  log: beforeBroadcast('log'),
  sqrt: beforeBroadcast('sqrt'),
  tanh: beforeBroadcast('tanh'),
  abs: beforeBroadcast('abs'),
  cast: (r, [x], p) => (x.dtype === p.dtype ? x : beforeBroadcast('cast')(r, [x], p)),
  // x + 0 = x
  add: (r, [a, b], p) => neutral(r, a, b, 0) ?? neutral(r, b, a, 0) ?? beforeBroadcast('add')(r, [a, b], p),
  // x - 0 = x
  sub: (r, [a, b], p) => neutral(r, a, b, 0) ?? beforeBroadcast('sub')(r, [a, b], p),
  // x * 1 = x
  mul: (r, [a, b], p) => neutral(r, a, b, 1) ?? neutral(r, b, a, 1) ?? beforeBroadcast('mul')(r, [a, b], p),
  // x / 1 = x
  div: (r, [a, b], p) => neutral(r, a, b, 1) ?? beforeBroadcast('div')(r, [a, b], p),
  max: beforeBroadcast('max'),
  min: beforeBroadcast('min'),
  greater: beforeBroadcast('greater'),
  equal: beforeBroadcast('equal'),
  select: beforeBroadcast('select'),
  // a sum over axes of one element moves nothing but the shape
  sum: (r, [x], { axes }) =>
    axes.every((axis) => x.shape[axis] === 1)
      ? r.add('reshape', [x], { shape: x.shape.filter((_, axis) => !axes.includes(axis)) })
      : undefined,
  reduceMax: (r, [x], { axes }) =>
    axes.every((axis) => x.shape[axis] === 1)
      ? r.add('reshape', [x], { shape: x.shape.filter((_, axis) => !axes.includes(axis)) })
      : undefined,
  reshape: (r, [x], { shape }) => {
    if (sameShape(x.shape, shape)) return x
    const inner = r.definition(x, 'reshape')
    if (inner) return r.add('reshape', [inner.input], { shape })
    // equal elements lie in any shape
    const source = r.definition(x, 'broadcast')?.input
    return source?.shape.length === 0 ? r.add('broadcast', [source], { shape }) : undefined
  },
  transpose: (r, [x], { permutation }) => {
    if (permutation.every((axis, i) => axis === i)) return x
    const inner = r.definition(x, 'transpose')
    if (inner) {
      const joined = permutation.map((axis) => inner.params.permutation[axis])
      return r.add('transpose', [inner.input], { permutation: joined })
    }
    // only axes of one element change their place among the others
    const long = permutation.filter((axis) => x.shape[axis] !== 1)
    const inOrder = long.every((axis, i) => i === 0 || long[i - 1] < axis)
    return inOrder ? r.add('reshape', [x], { shape: permutation.map((axis) => x.shape[axis]) }) : undefined
  },
  broadcast: (r, [x], { shape }) => {
    if (sameShape(x.shape, shape)) return x
    // one element is a scalar, which any arithmetic takes
    if (sizeOf(x.shape) === 1 && x.shape.length > 0) {
      return r.add('broadcast', [r.add('reshape', [x], { shape: [] })], { shape })
    }
    const inner = r.definition(x, 'broadcast')
    return inner && r.add('broadcast', [inner.input], { shape })
  },
  concat: (_, inputs) => (inputs.length === 1 ? inputs[0] : undefined),
  slice: (r, [x], { start, end }) => {
    if (x.shape.every((n, axis) => start[axis] === 0 && end[axis] === n)) return x
    const inner = r.definition(x, 'slice')
    if (!inner) return undefined
    const from = inner.params.start
    return r.add('slice', [inner.input], {
      start: start.map((n, axis) => n + from[axis]),
      end: end.map((n, axis) => n + from[axis]),
    })
  },
  pad: (_, [x], { low, high }) => (low.every((n) => n === 0) && high.every((n) => n === 0) ? x : undefined),
}

const commutative: ReadonlySet<Primitive> = new Set(['add', 'mul', 'max', 'min', 'equal'])

function equationKey(primitive: Primitive, inputs: readonly Tensor[], params: object): string {
  const ids = inputs.map((x) => x.value.id)
  if (commutative.has(primitive)) ids.sort((a, b) => a - b)
  return `${primitive} ${ids} ${JSON.stringify(params)}`
}

/** Bit for bit, so that a NaN equals itself and the two zeros differ. */
