/**
 * Gradients against central differences along one random direction, in float64 through the reference interpreter:
 * (f(x + h v) - f(x - h v)) / 2h = <grad f(x), v>. Two evaluations, however many inputs.
 * Source of the idea: `check_grads`, jax-ml/jax, jax/_src/public_test_util.py.
 */
import { expect } from 'vitest'
import { type NDArray, ndarray, type Shape, sizeOf } from '../../src/base/ndarray.js'
import { Rng } from '../../src/base/random.js'
import { evaluate } from '../../src/tensor/evaluate.js'
import { grad, valueAndGrad } from '../../src/tensor/grad.js'
import { add, constant, mul, sum } from '../../src/tensor/ops.js'
import { type Tensor, trace } from '../../src/tensor/trace.js'
import { flatten, type MapLeaves, mapTree, type Tree } from '../../src/tensor/tree.js'

export interface CheckGradsOptions {
  /** The function is linear (or the sum of a linear one and a constant), so that any step is exact. */
  linear?: boolean
  /** 2 checks the gradient of the gradient too (default 1). */
  order?: 1 | 2
  /** Half the distance of the two evaluations (default 1e-4; 1 where linear). */
  step?: number
  /** Largest |difference| as a part of 1 + |expected| (default 1e-6; 1e-11 where linear). */
  tolerance?: number
}

/** Float64 numbers from a normal distribution. */
export function normals(seed: number, shape: Shape, deviation = 1): NDArray<'float64'> {
  const rng = new Rng(seed)
  return ndarray(
    'float64',
    shape,
    Float64Array.from({ length: sizeOf(shape) }, () => deviation * rng.normal()),
  )
}

/**
 * Fails where the gradient of `fn` is wrong at `inputs`, a tree of float64 arrays that `fn` gets as float32 tensors.
 * `fn` may answer a tensor of any shape, or a tree of float tensors: it is weighed at random into one number.
 */
export function checkGrads<P>(
  fn: (inputs: MapLeaves<P, Tensor>) => unknown,
  inputs: P,
  options: CheckGradsOptions = {},
): void {
  const { linear = false, order = 1, step = linear ? 1 : 1e-4, tolerance = linear ? 1e-11 : 1e-6 } = options
  const scalar = (x: MapLeaves<P, Tensor>) => weigh(fn(x) as Tree<Tensor>)
  const point = flatten(inputs as Tree<NDArray>).map(({ leaf }) => leaf)
  const specs = mapTree((x: NDArray) => ({ shape: x.shape, dtype: 'float32' as const }), inputs)
  const run = (graph: ReturnType<typeof trace>, at: NDArray[]) => evaluate(graph, at, { precision: 'float64' })

  const direction = point.map((x, i) => normals(90 + i, x.shape))
  const graph = trace((x) => {
    const { value, grads } = valueAndGrad(scalar)(x as unknown as MapLeaves<P, Tensor>)
    return { grads, value }
  }, specs)
  const moved = (h: number) =>
    point.map((x, i) =>
      ndarray(
        'float64',
        x.shape,
        Float64Array.from(x.data as Float64Array, (n, j) => n + h * direction[i].data[j]),
      ),
    )
  const valueAt = (h: number) => run(graph, moved(h)).at(-1)?.data[0] as number
  const numeric = (valueAt(step) - valueAt(-step)) / (2 * step)
  const gradients = run(graph, point).slice(0, -1)
  let analytic = 0
  gradients.forEach((g, i) => {
    g.data.forEach((n: number, j: number) => {
      analytic += n * direction[i].data[j]
    })
  })
  expect(Number.isFinite(numeric), `finite difference ${numeric}`).toBe(true)
  expect(Math.abs(analytic - numeric) / (1 + Math.abs(numeric)), `${analytic} against ${numeric}`).toBeLessThan(
    tolerance,
  )
  if (order === 2) checkGrads((x: MapLeaves<P, Tensor>) => grad(scalar)(x), inputs, { ...options, order: 1 })
}

/** A random weighted sum of all elements of a tree. */
function weigh(tree: Tree<Tensor>): Tensor {
  return flatten(tree)
    .map(({ leaf }, i) => sum(mul(leaf, constant(toFloat32(normals(50 + i, leaf.shape))))))
    .reduce((a, b) => add(a, b))
}

function toFloat32(x: NDArray): NDArray {
  return ndarray('float32', x.shape, Float32Array.from(x.data as Float64Array))
}
