/** A traced function as something to call: recorded, simplified, emitted as ONNX and opened, once for its input shapes. */
import { InternalError } from '../base/errors.js'
import type { NDArray } from '../base/ndarray.js'
import { knownValue } from '../base/own-value.js'
import type { Graph } from '../tensor/graph.js'
import type { ArraySpec } from '../tensor/infer.js'
import type { LoweringName } from '../tensor/onnx/convolution/choose.js'
import { emitOnnx } from '../tensor/onnx/emit.js'
import { simplify } from '../tensor/simplify.js'
import { type Tensor, traceProgram } from '../tensor/trace.js'
import { flatten, type MapLeaves, type Tree, unflatten } from '../tensor/tree.js'
import { openSession, type RuntimeDevice } from './session.js'

export { loweringNames } from '../tensor/onnx/convolution/choose.js'

export interface CompileOptions {
  /** How convolutions are computed; 'auto' (default) decides by shape and device. */
  readonly lowering?: LoweringName
  readonly device?: RuntimeDevice
  /** Threads inside one operator; default one per physical core. */
  readonly threads?: number
}

export interface Compiled<Inputs, Outputs> {
  /** Arrays in the tree of the specifications in, arrays in the tree that the function returns out. */
  run(inputs: MapLeaves<Inputs, NDArray>): Promise<MapLeaves<Outputs, NDArray>>
  /** What runs, after simplification. */
  readonly graph: Graph
  /** The same as an ONNX model; inputs and outputs are named by their paths in the trees. */
  readonly onnx: Uint8Array
  close(): Promise<void>
}

/**
 * Compiles `fn` for inputs of the given shapes and element types.
 *
 * ```ts
 * const program = await compile(({ x, w }) => ({ y: matmul(x, w) }), { x: spec([8, 3]), w: spec([3, 2]) })
 * const { y } = await program.run({ x, w })
 * ```
 */
export async function compile<const S, R>(
  fn: (inputs: MapLeaves<S, Tensor>) => R,
  specs: S,
  options: CompileOptions = {},
): Promise<Compiled<S, R>> {
  const { device, threads } = options
  const { graph, onnx, inputNames, outputNames, outputTree } = emitProgram(fn, specs, options)
  const session = await openSession(onnx, { device, threads, name: programName })

  return {
    graph,
    onnx,
    close: () => session.close(),
    async run(inputs) {
      const leaves = flatten(inputs as Tree<NDArray>)
      if (leaves.length !== inputNames.length) {
        throw new InternalError(`a compiled program takes ${inputNames.length} arrays, but got ${leaves.length}`)
      }
      const feeds = Object.fromEntries(leaves.map(({ path, leaf }) => [pathName('in', path), leaf]))
      const results = await session.run(feeds)
      return unflatten<unknown, NDArray>(
        outputTree,
        outputNames.map((name) => knownValue(results, name)),
      ) as MapLeaves<R, NDArray>
    },
  }
}

export const programName = 'a compiled program'

/** A traced function as a model, not yet opened. Names are in the order of the trees' leaves. */
export interface EmittedProgram {
  readonly graph: Graph
  readonly onnx: Uint8Array
  readonly inputNames: readonly string[]
  readonly outputNames: readonly string[]
  readonly outputTree: Tree<ArraySpec>
}

export function emitProgram<const S>(
  fn: (inputs: MapLeaves<S, Tensor>) => unknown,
  specs: S,
  { lowering = 'auto', device = 'cpu' }: CompileOptions,
): EmittedProgram {
  const { graph: traced, inputTree, outputTree } = traceProgram(fn, specs)
  const graph = simplify(traced)
  const inputNames = pathNames('in', inputTree)
  const outputNames = pathNames('out', outputTree)
  const onnx = emitOnnx(graph, { inputNames, outputNames, lowering, device })
  return { graph, onnx, inputNames, outputNames, outputTree }
}

function pathNames(side: 'in' | 'out', tree: Tree<ArraySpec>): string[] {
  return flatten(tree).map(({ path }) => pathName(side, path))
}

/** An input and an output often have the same path (a state before and after). */
export function pathName(side: 'in' | 'out', path: string): string {
  return path === '' ? side : `${side}/${path}`
}
