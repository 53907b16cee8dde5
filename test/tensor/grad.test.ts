import { describe, expect, test } from 'vitest'
import { fromNumbers, type NDArray, scalar } from '../../src/base/ndarray.js'
import { evaluate } from '../../src/tensor/evaluate.js'
import { grad, valueAndGrad } from '../../src/tensor/grad.js'
import * as ops from '../../src/tensor/ops.js'
import { simplify } from '../../src/tensor/simplify.js'
import { type Tensor, trace } from '../../src/tensor/trace.js'

const number = { shape: [], dtype: 'float32' } as const

/** Values of a program of one number. */
function at(x: number, fn: (x: Tensor) => unknown): number[] {
  return evaluate(trace(fn, number), [scalar('float32', x)]).map((y) => y.data[0])
}

const cube = (x: Tensor) => ops.mul(ops.square(x), x)

describe('the gradient', () => {
  test('of x^3 is 3 x^2, its gradient 6 x, and its 6', () => {
    expect(at(2, (x) => [grad(cube)(x), grad(grad(cube))(x), grad(grad(grad(cube)))(x)])).toEqual([12, 12, 6])
  })

  test('comes with the value and with what else the function hands out', () => {
    const fn = (x: Tensor) => [ops.square(x), { twice: ops.mul(x, 2) }] as const
    const results = at(3, (x) => {
      const { value, grads, aux } = valueAndGrad(fn, { hasAux: true })(x)
      return [value, grads, aux.twice]
    })
    expect(results).toEqual([9, 6, 6])
  })

  test('takes a factor that is the same along the axes of a sum out of it, so that both sums are one', () => {
    const specs = {
      x: { shape: [2, 3], dtype: 'float32' },
      mean: { shape: [3], dtype: 'float32' },
      scale: { shape: [3], dtype: 'float32' },
      shift: { shape: [1, 3], dtype: 'float32' },
      weights: { shape: [2, 3], dtype: 'float32' },
    } as const
    const graph = simplify(
      trace(({ x, mean, scale, shift, weights }) => {
        const loss = (p: { mean: Tensor; shift: Tensor }) =>
          ops.sum(ops.mul(weights, ops.add(ops.mul(ops.sub(x, p.mean), scale), p.shift)))
        return grad(loss)({ mean, shift })
      }, specs),
    )
    expect(graph.equations.filter(({ primitive }) => primitive === 'sum')).toHaveLength(1)
    const [mean, scale, shift, weights, x] = [[3], [3], [1, 3], [2, 3], [2, 3]].map((shape, i) =>
      fromNumbers(
        'float32',
        shape,
        [1, 2, 3, 4, 5, 6]
          .slice(
            0,
            shape.reduce((a, b) => a * b),
          )
          .map((n) => n + i),
      ),
    )
    const [ofMean, ofShift] = evaluate(graph, [mean, scale, shift, weights, x])
    // Columns of weights sum to 11, 13, 15; scale is 2, 3, 4.
    expect([ofMean.shape, [...ofMean.data]]).toEqual([[3], [-22, -39, -60]])
    expect([ofShift.shape, [...ofShift.data]]).toEqual([
      [1, 3],
      [11, 13, 15],
    ])
  })

  test('is a tree like the parameters, zero where a parameter has no say', () => {
    const graph = trace(
      ({ w, b }) => grad((p: { w: Tensor; layers: { b: Tensor }[] }) => ops.sum(p.w))({ w, layers: [{ b }] }),
      { w: { shape: [2], dtype: 'float32' }, b: { shape: [3], dtype: 'float32' } },
    )
    const grads = evaluate(graph, [fromNumbers('float32', [3], [1, 2, 3]), fromNumbers('float32', [2], [1, 2])])
    expect(grads.map((g: NDArray) => [...g.data])).toEqual([
      [0, 0, 0],
      [1, 1],
    ])
  })

  test('adds up over all uses of a parameter', () => {
    expect(
      at(
        3,
        grad((x: Tensor) => ops.add(ops.mul(x, x), ops.mul(x, 5))),
      ),
    ).toEqual([11])
  })

  test('takes closed-over tensors and other arguments as constants, even where they are the parameter', () => {
    expect(at(3, (x) => grad((p: Tensor) => ops.mul(p, x))(x))).toEqual([3])
    expect(at(3, (x) => grad((p: Tensor, q: Tensor) => ops.mul(p, q))(x, x))).toEqual([3])
    expect(
      at(3, (x) => Object.values(grad((p: { a: Tensor; b: Tensor }) => ops.mul(cube(p.a), p.b))({ a: x, b: x }))),
    ).toEqual([81, 27])
  })

  test('does not pass stopGradient, at any order', () => {
    const fn = (x: Tensor) => ops.mul(cube(x), ops.stopGradient(x))
    expect(at(2, (x) => [grad(fn)(x), grad(grad(fn))(x)])).toEqual([24, 24])
    expect(
      at(
        2,
        grad((x: Tensor) => ops.stopGradient(x)),
      ),
    ).toEqual([0])
  })

  test('asks nothing for what no parameter is behind', () => {
    const graph = trace(({ x, w }) => grad((p: Tensor) => ops.sum(ops.matmul(x, p)))(w), {
      w: { shape: [3, 4], dtype: 'float32' },
      x: { shape: [2, 3], dtype: 'float32' },
    })
    // the forward product and one for w; none for x
    expect(graph.equations.filter(({ primitive }) => primitive === 'matmul')).toHaveLength(2)
    expect(simplify(graph).equations.filter(({ primitive }) => primitive === 'matmul')).toHaveLength(1)
  })

  test('is refused for losses that are no float scalar, and in parameters that are no floats', () => {
    const trial = (fn: (x: Tensor) => unknown) => () => trace(fn, { shape: [2], dtype: 'float32' })
    expect(trial(grad((x: Tensor) => ops.square(x)))).toThrow(
      'a gradient is of a float scalar, but the loss is float32[2]',
    )
    expect(trial((x) => grad((p: { step: Tensor }) => ops.sum(p.step))({ step: ops.cast(x, 'int32') }))).toThrow(
      "the gradient in parameter 'step' takes floats, but got int32",
    )
  })
})

test('two losses that share a forward pass compute it once after simplification', () => {
  const forward = (w: Tensor, x: Tensor) => ops.tanh(ops.matmul(x, w))
  const graph = trace(
    ({ w, v, x }) => {
      const generator = valueAndGrad((p: Tensor) => ops.mean(ops.matmul(forward(p, x), v)))(w)
      const discriminator = valueAndGrad((p: Tensor) => ops.neg(ops.mean(ops.matmul(forward(w, x), p))))(v)
      return { generator, discriminator }
    },
    {
      v: { shape: [4, 1], dtype: 'float32' },
      w: { shape: [3, 4], dtype: 'float32' },
      x: { shape: [5, 3], dtype: 'float32' },
    },
  )
  expect(simplify(graph).equations.filter(({ primitive }) => primitive === 'tanh')).toHaveLength(1)
})
