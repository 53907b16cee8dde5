/**
 * Recording a program: a TypeScript function runs once on symbols, and every operation it calls appends one
 * equation to the graph under construction. Loops and conditions of the host language unroll.
 * Source of the order of ideas: JAX, "Autodidax".
 */
import { type DType, fromNumbers, type NDArray, type Shape } from '../base/ndarray.js'
import type { Equation, Graph, Value } from './graph.js'
import { type ArraySpec, infer } from './infer.js'
import type { Primitive, PrimitiveParams } from './primitive.js'
import { ProgramError } from './program-error.js'
import { checkShape } from './shape.js'
import { flatten, type MapLeaves, type Tree, unflatten } from './tree.js'

/** A symbol for an array: shape and element type are known, values only when the program runs. */
export class Tensor {
  constructor(
    readonly builder: GraphBuilder,
    readonly value: Value,
  ) {}

  get shape(): Shape {
    return this.value.shape
  }

  get dtype(): DType {
    return this.value.dtype
  }
}

/** A graph under construction. */
export class GraphBuilder {
  readonly inputs: Value[] = []
  readonly constants = new Map<number, NDArray>()
  readonly constantValues: Value[] = []
  readonly equations: Equation[] = []
  /** Values through which no gradient flows, by id. */
  readonly stopped = new Set<number>()
  readonly #scalars = new Map<string, Tensor>()
  #count = 0

  input(spec: ArraySpec): Tensor {
    checkShape('an input', spec.shape)
    const value = this.#value(spec)
    this.inputs.push(value)
    return new Tensor(this, value)
  }

  constant(array: NDArray): Tensor {
    const value = this.#value(array)
    this.constants.set(value.id, array)
    this.constantValues.push(value)
    return new Tensor(this, value)
  }

  /** A literal; equal literals are one constant. */
  scalar(number: number, dtype: DType): Tensor {
    if (!dtype.startsWith('float') && !Number.isInteger(number)) {
      throw new ProgramError(`${number} is not a whole number and cannot be of type ${dtype}`)
    }
    const key = `${dtype} ${Object.is(number, -0) ? '-0' : number}`
    const known = this.#scalars.get(key)
    if (known) return known
    const made = this.constant(fromNumbers(dtype, [], [number]))
    this.#scalars.set(key, made)
    return made
  }

  bind<P extends Primitive>(primitive: P, inputs: readonly Tensor[], params: PrimitiveParams[P]): Tensor {
    for (const input of inputs) {
      if (input.builder !== this) throw new ProgramError(`${primitive} got a tensor that belongs to another trace`)
    }
    const output = this.#value(infer(primitive, inputs, params))
    this.equations.push({ primitive, inputs: inputs.map((t) => t.value), params, output } as unknown as Equation)
    return new Tensor(this, output)
  }

  finish(outputs: readonly Tensor[]): Graph {
    for (const output of outputs) {
      if (output.builder !== this) throw new ProgramError('an output belongs to another trace')
    }
    return {
      inputs: this.inputs,
      constants: this.constants,
      constantValues: this.constantValues,
      equations: this.equations,
      outputs: outputs.map((t) => t.value),
    }
  }

  #value({ shape, dtype }: ArraySpec): Value {
    return { id: this.#count++, shape: [...shape], dtype }
  }
}

/** Innermost last: a trace may be taken inside another. */
const open: GraphBuilder[] = []

/** The graph that operations append to now. Throws `ProgramError` outside `trace`. */
export function currentBuilder(): GraphBuilder {
  const builder = open.at(-1)
  if (!builder) throw new ProgramError('tensors are computed inside a traced function only; see trace()')
  return builder
}

/** Appends one equation to the current trace. */
export function bind<P extends Primitive>(primitive: P, inputs: readonly Tensor[], params: PrimitiveParams[P]): Tensor {
  return currentBuilder().bind(primitive, inputs, params)
}

/** A graph with the trees that its inputs and outputs came from; leaves in the order of `flatten`. */
export interface TracedProgram {
  readonly graph: Graph
  readonly inputTree: Tree<ArraySpec>
  readonly outputTree: Tree<ArraySpec>
}

/**
 * Runs `fn` on symbols. `specs` is a tree of {shape, dtype}; `fn` gets one argument, the same tree of tensors,
 * and returns a tree of tensors.
 *
 * ```ts run
 * import { add, printGraph, trace } from 'kopt/tensor'
 * const pair = { shape: [2], dtype: 'float32' }
 * console.log(printGraph(trace(({ x, y }) => add(x, y), { x: pair, y: pair })))
 * ```
 *
 * ```text
 * inputs %0: float32[2], %1: float32[2]
 * %2: float32[2] = add %0 %1
 * outputs %2
 * ```
 *
 * @param fn called once, with a tree of tensors like `specs`; gives a tree of tensors
 * @param specs shapes and element types of the inputs, a tree
 * @returns the graph; its inputs and outputs are the leaves in the order of `flatten`
 * @throws `ProgramError` where shapes or element types do not fit, or something else than tensors is given back
 */
export function trace<const S>(fn: (inputs: MapLeaves<S, Tensor>) => unknown, specs: S): Graph {
  return traceProgram(fn, specs).graph
}

/**
 * The same, with the structure of inputs and outputs.
 *
 * @param fn as in `trace`
 * @param specs as in `trace`
 * @returns the graph with the trees of its inputs and outputs
 * @throws `ProgramError` as `trace` does
 */
export function traceProgram<const S>(fn: (inputs: MapLeaves<S, Tensor>) => unknown, specs: S): TracedProgram {
  const builder = new GraphBuilder()
  open.push(builder)
  try {
    const inputTree = specs as Tree<ArraySpec>
    const inputs = flatten(inputTree).map(({ leaf }) => builder.input(leaf))
    const outputs = fn(unflatten(specs as unknown, inputs) as MapLeaves<S, Tensor>) as Tree<Tensor>
    const leaves = flatten(outputs)
    for (const { path, leaf } of leaves) {
      if (!(leaf instanceof Tensor)) throw new ProgramError(`the traced function returns no tensor at '${path}'`)
    }
    const graph = builder.finish(leaves.map(({ leaf }) => leaf))
    const outputTree = unflatten<unknown, ArraySpec>(
      outputs,
      graph.outputs.map(({ shape, dtype }): ArraySpec => ({ shape, dtype })),
    ) as Tree<ArraySpec>
    return { graph, inputTree, outputTree }
  } finally {
    open.pop()
  }
}
