import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { fromNumbers, type NDArray, sizeOf } from '../../src/base/ndarray.js'
import { Rng } from '../../src/base/random.js'
import { evaluate } from '../../src/tensor/evaluate.js'
import { valueAndGrad } from '../../src/tensor/grad.js'
import * as ops from '../../src/tensor/ops.js'
import { printGraph } from '../../src/tensor/print.js'
import { simplify } from '../../src/tensor/simplify.js'
import { type Tensor, trace } from '../../src/tensor/trace.js'

const matrix = { shape: [2, 3], dtype: 'float32' } as const

/** The program that is left, without the lines of inputs and outputs. */
function left(fn: (x: Tensor) => unknown): string[] {
  const lines = printGraph(simplify(trace(fn, matrix)))
    .trimEnd()
    .split('\n')
  return lines.slice(1, -1)
}

describe('nothing is left of', () => {
  const identities: Record<string, (x: Tensor) => Tensor> = {
    'x + 0': (x) => ops.add(0, x),
    'x - 0': (x) => ops.sub(x, 0),
    'x * 1': (x) => ops.mul(x, 1),
    'x * a row of ones': (x) => ops.mul(x, ops.broadcastTo(ops.constant(1), [3])),
    'x / 1': (x) => ops.div(x, 1),
    '-(-x)': (x) => ops.neg(ops.neg(x)),
    'a transpose and back': (x) => ops.transpose(ops.transpose(x, [1, 0]), [1, 0]),
    'a reshape and back': (x) => ops.reshape(ops.reshape(ops.reshape(x, [6]), [3, 2]), [2, 3]),
    'no padding': (x) => ops.pad(x, [0, 0], [0, 0]),
    'the whole slice': (x) => ops.slice(x, [0, 0], [2, 3]),
    'a concat of one': (x) => ops.concat([x], 0),
    'a stopped gradient': ops.stopGradient,
    'an axis of one, added and summed away': (x) => ops.sum(ops.reshape(x, [2, 1, 3]), 1),
  }
  for (const [name, fn] of Object.entries(identities)) test(name, () => expect(left(fn)).toEqual([]))
})

describe('of a program', () => {
  test('small constants are folded', () => {
    expect(left((x) => ops.add(x, ops.mul(ops.exp(ops.constant(0)), 3)))).toEqual(['%1: float32[2, 3] = add %0 3'])
  })

  test('equal equations and equal tables are one, whatever the order of a sum', () => {
    const table = () => ops.constant(fromNumbers('float32', [3], [1, 2, 3]))
    expect(left((x) => ops.mul(ops.add(x, table()), ops.add(table(), x)))).toEqual([
      '%1: float32[3] = constant [1, 2, 3]',
      '%2: float32[2, 3] = add %0 %1',
      '%3: float32[2, 3] = mul %2 %2',
    ])
  })

  test('the dead is dropped, inputs and doubled outputs stay', () => {
    const graph = simplify(
      trace(
        ({ y, z }) => {
          ops.exp(z)
          return [ops.neg(y), ops.neg(y), y]
        },
        { x: matrix, y: matrix, z: matrix },
      ),
    )
    expect(printGraph(graph)).toBe(
      'inputs %0: float32[2, 3], %1: float32[2, 3], %2: float32[2, 3]\n%3: float32[2, 3] = neg %1\noutputs %3, %3, %1\n',
    )
  })

  test('moves in a row are one move', () => {
    expect(
      left((x) => {
        const cube = ops.reshape(x, [2, 3, 1])
        return ops.transpose(ops.transpose(cube, [1, 2, 0]), [2, 0, 1])
      }),
    ).toEqual(['%1: float32[2, 3, 1] = reshape %0 shape=[2, 3, 1]'])
    expect(left((x) => ops.slice(ops.slice(x, [0, 1], [2, 3]), [1, 0], [2, 1]))).toEqual([
      '%1: float32[1, 1] = slice %0 start=[1, 1] end=[2, 2]',
    ])
  })

  test('a broadcast comes after the arithmetic, or not at all', () => {
    expect(left((x) => ops.mul(x, ops.broadcastTo(ops.constant(0.5), [2, 3])))).toEqual([
      '%1: float32[2, 3] = mul %0 0.5',
    ])
    expect(left((x) => ops.exp(ops.broadcastTo(ops.sum(x), [4])))).toEqual([
      '%1: float32[] = sum %0 axes=[0, 1]',
      '%2: float32[] = exp %1',
      '%3: float32[4] = broadcast %2 shape=[4]',
    ])
  })

  test('a table larger than the program that makes it is not written out', () => {
    expect(left((x) => [x, ops.broadcastTo(ops.constant(0), [1000, 1000])])).toEqual([
      '%1: float32[1000, 1000] = broadcast 0 shape=[1000, 1000]',
    ])
  })
})

test('values stay what they were, to the last bit, over random programs and their gradients', () => {
  fc.assert(
    fc.property(fc.nat(1e6), fc.integer({ min: 1, max: 25 }), (seed, length) => {
      const graph = trace(
        ([x, y]) => {
          const pool = randomProgram(new Rng(seed), length, [x, y])
          const { value, grads } = valueAndGrad((p: Tensor) => {
            const values = randomProgram(new Rng(seed), length, [p, y])
            return ops.sum(values[values.length - 1])
          })(x)
          return [pool[pool.length - 1], pool[pool.length >> 1], value, grads]
        },
        [matrix, { shape: [3], dtype: 'float32' }],
      )
      const simple = simplify(graph)
      expect(simple.inputs.map(({ shape }) => shape)).toEqual([[2, 3], [3]])
      expect(simple.equations.length).toBeLessThanOrEqual(graph.equations.length)
      const inputs = [random(seed, [2, 3]), random(seed + 1, [3])]
      expect(unsigned(evaluate(simple, inputs))).toEqual(unsigned(evaluate(graph, inputs)))
    }),
    { numRuns: 300 },
  )
})

/** A handful of operations, each on values that were there before; every value is bounded. */
function randomProgram(rng: Rng, length: number, inputs: Tensor[]): Tensor[] {
  const pool = [...inputs]
  const pick = () => pool[rng.integer(pool.length)]
  const literal = () => [0, 1, -1, 0.5][rng.integer(4)]
  const reversed = (x: Tensor) => x.shape.map((_, axis) => x.shape.length - 1 - axis)
  const steps: ((x: Tensor) => Tensor)[] = [
    (x) => ops.add(x, literal()),
    (x) => ops.mul(x, literal()),
    (x) => ops.sub(literal(), x),
    (x) => ops.div(x, 1),
    (x) => ops.neg(x),
    (x) => ops.tanh(x),
    (x) => ops.leakyRelu(x, 0.2),
    (x) => ops.maximum(x, literal()),
    (x) => ops.transpose(x, reversed(x)),
    (x) => ops.reshape(x, [-1]),
    (x) => ops.reshape(x, [1, ...x.shape, 1]),
    (x) => ops.mean(x, undefined, { keepDims: true }),
    (x) => (x.shape.length > 0 ? ops.sum(x, -1) : ops.exp(ops.neg(ops.abs(x)))),
    (x) => (x.shape.length > 0 ? ops.max(x, 0) : x),
    (x) => (sizeOf(x.shape) < 50 ? ops.broadcastTo(x, [2, ...x.shape]) : x),
    (x) => (sizeOf(x.shape) < 50 && x.shape.length > 0 ? ops.concat([x, x], 0) : x),
    (x) =>
      ops.slice(
        x,
        x.shape.map(() => 0),
        x.shape.map((n) => Math.ceil(n / 2)),
      ),
    (x) =>
      sizeOf(x.shape) < 50
        ? ops.pad(
            x,
            x.shape.map(() => 1),
            x.shape.map(() => 0),
          )
        : x,
    (x) => ops.mul(x, ops.broadcastTo(ops.constant(literal()), x.shape)),
    (x) => ops.add(x, ops.stopGradient(x)),
    (x) => ops.softplus(x),
  ]
  for (let i = 0; i < length; i++) pool.push(ops.tanh(steps[rng.integer(steps.length)](pick())))
  return pool
}

function random(seed: number, shape: number[]): NDArray {
  return fromNumbers('float32', shape, new Rng(seed).normals(sizeOf(shape)))
}

/** With one zero instead of two. */
function unsigned(arrays: NDArray[]): number[][] {
  return arrays.map(({ data }) => Array.from(data, (n: number) => n + 0))
}
