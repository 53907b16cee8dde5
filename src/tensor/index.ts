/**
 * The face of `kopt/tensor`: write a tensor program, differentiate, simplify, print and evaluate it, emit it as ONNX.
 *
 * ```ts run
 * import { evaluate, fromNumbers, grad, matmul, mean, square, trace } from 'kopt/tensor'
 * const loss = (w, x) => mean(square(matmul(x, w)))
 * const specs = { w: { shape: [2, 1], dtype: 'float32' }, x: { shape: [2, 2], dtype: 'float32' } }
 * const graph = trace(({ w, x }) => grad(loss)(w, x), specs)
 * const w = fromNumbers('float32', [2, 1], [1, -1])
 * const x = fromNumbers('float32', [2, 2], [3, 1, 0, 2])
 * console.log(evaluate(graph, [w, x])[0].data)
 * ```
 *
 * ```text
 * Float32Array(2) [ 6, -2 ]
 * ```
 */
export type { DType, NDArray, Shape } from '../base/ndarray.js'
export { fromNumbers, ndarray, scalar, zeros } from '../base/ndarray.js'
export { type EvaluateOptions, evaluate } from './evaluate.js'
export { grad, type ValueAndGrads, valueAndGrad } from './grad.js'
export type { Equation, Graph, Value } from './graph.js'
export type { ArraySpec } from './infer.js'
export { type ComposeOptions, composeOnnx } from './onnx/compose.js'
export { type EmitOptions, emitOnnx } from './onnx/emit.js'
export * from './ops.js'
export type { Padding, Primitive, PrimitiveParams } from './primitive.js'
export { printGraph } from './print.js'
export { ProgramError } from './program-error.js'
export { simplify } from './simplify.js'
export { Tensor, type TracedProgram, trace, traceProgram } from './trace.js'
export { flatten, type Leaf, type LeafOf, type MapLeaves, mapTree, type Tree, unflatten } from './tree.js'
