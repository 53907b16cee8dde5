import { describe, expect, it } from 'vitest'
import { fromNumbers, type NDArray, ndarray, type Shape } from '../../src/base/ndarray.js'
import { Rng } from '../../src/base/random.js'
import { adamInit, adamUpdate } from '../../src/nn/adam.js'
import { batchNormApply, batchNormInit, batchNormState } from '../../src/nn/batch-norm.js'
import { convApply, convInit } from '../../src/nn/conv.js'
import { convTransposeApply, convTransposeInit } from '../../src/nn/conv-transpose.js'
import { dropoutFactors, dropoutWords } from '../../src/nn/dropout.js'
import { embeddingApply, embeddingInit } from '../../src/nn/embedding.js'
import { groupNormApply, groupNormInit } from '../../src/nn/group-norm.js'
import { drawWeights, equalWeights, normalWeights } from '../../src/nn/init.js'
import { linearApply, linearInit } from '../../src/nn/linear.js'
import { binaryLogLikelihood, classLogLikelihood } from '../../src/nn/losses.js'
import { channelsToPixels, doubled, pixelsToChannels } from '../../src/nn/patches.js'
import { summarise } from '../../src/nn/summary.js'
import { evaluate } from '../../src/tensor/evaluate.js'
import type { ArraySpec } from '../../src/tensor/infer.js'
import { constant, mul } from '../../src/tensor/ops.js'
import { type Tensor, trace } from '../../src/tensor/trace.js'
import { flatten, mapTree, type Tree } from '../../src/tensor/tree.js'
import { checkGrads, normals } from '../support/check-grads.js'

/** Float64 numbers for a tree of weights, around the same centres. */
function weights<P>(specs: P, seed = 1) {
  let next = seed
  return mapTree(({ shape }: ArraySpec) => normals(next++, shape), specs)
}

/** Runs a function of float64 arrays. */
function run(fn: (inputs: never) => unknown, inputs: Record<string, unknown>): number[][] {
  const specs = mapTree(({ shape, dtype }: NDArray): ArraySpec => ({ shape, dtype }), inputs)
  const leaves = flatten(inputs as Tree<NDArray>).map(({ leaf }) => leaf)
  return evaluate(trace(fn as never, specs), leaves).map(({ data }) => [...data])
}

const float64 = (shape: Shape, values: number[]) => fromNumbers('float64', shape, values)

describe('gradients of layers and losses', () => {
  it('of a dense layer', () => {
    const params = weights(linearInit({ inputs: 4, outputs: 3, deviation: 1 }))
    checkGrads(({ params, x }) => linearApply(params, x), { params, x: normals(9, [5, 4]) })
  })

  it('of a convolution', () => {
    const params = weights(convInit({ kernel: 3, inputs: 2, outputs: 3, deviation: 1 }))
    checkGrads(({ params, x }) => convApply(params, x, { stride: 2 }), { params, x: normals(9, [2, 5, 6, 2]) })
  })

  it('of group normalisation, scaled and shifted by image', () => {
    const params = weights(groupNormInit(4))
    const inputs = { params, x: normals(9, [2, 3, 2, 4]), scales: normals(11, [2, 4]), shifts: normals(12, [2, 4]) }
    checkGrads(({ params, x, scales, shifts }) => groupNormApply(params, x, 2, { scales, shifts }), inputs)
  })

  it('of pixels as channels, and of an image doubled', () => {
    checkGrads(({ x }) => pixelsToChannels(x, 2), { x: normals(9, [2, 4, 6, 3]) })
    checkGrads(({ x }) => doubled(x), { x: normals(9, [2, 2, 3, 2]) })
  })

  it('of a transposed convolution', () => {
    const params = weights(convTransposeInit({ kernel: 5, inputs: 3, outputs: 2, deviation: 1, bias: true }))
    checkGrads(({ params, x }) => convTransposeApply(params, x, { stride: 2 }), { params, x: normals(9, [2, 3, 4, 3]) })
  })

  it.each([true, false])('of batch normalisation, training %s', (training) => {
    const params = weights(batchNormInit(3))
    const state = { mean: normals(5, [3]), variance: float64([3], [0.5, 1, 2]) }
    checkGrads(
      ({ params, x }) => {
        const fixed = mapTree((array: NDArray) => constant(fromNumbers('float32', array.shape, array.data)), state)
        return batchNormApply(params, fixed, x, { training }).output
      },
      { params, x: normals(9, [4, 2, 2, 3]) },
    )
  })

  it('of an embedding', () => {
    const params = weights(embeddingInit({ classes: 3, size: 4 }))
    const labels = fromNumbers('int32', [5], [0, 2, 2, 1, 0])
    checkGrads(({ params }) => embeddingApply(params, constant(labels)), { params })
  })

  it.each([0.5, 0.3])('of dropout at %s', (rate) => {
    const count = dropoutWords(21, rate)
    const words = ndarray('int32', [count], new Rng(3).words(count))
    checkGrads(({ x }) => mul(x, dropoutFactors(x, constant(words), rate)), { x: normals(9, [3, 7]) })
  })

  it('of both log-likelihoods', () => {
    const labels = fromNumbers('int32', [4], [0, 2, 1, 2])
    checkGrads(({ x }) => classLogLikelihood(x, constant(labels)), { x: normals(9, [4, 3]) })
    checkGrads(({ x }) => binaryLogLikelihood(x, 'yes'), { x: normals(9, [6]) })
    checkGrads(({ x }) => binaryLogLikelihood(x, 'no'), { x: normals(9, [6]) })
  })
})

describe('batch normalisation', () => {
  it('brings every channel to its shift and scale, and moves the running statistics by a tenth', () => {
    const x = normals(3, [8, 2, 2, 2], 5)
    const params = { scale: float64([2], [1, 3]), shift: float64([2], [0, -1]) }
    const state = { mean: float64([2], [0, 0]), variance: float64([2], [1, 1]) }
    const [output, mean, variance] = run(
      ({ params, state, x }: Record<'params' | 'state' | 'x', never>) => {
        const applied = batchNormApply(params, state, x, { training: true })
        return [applied.output, applied.state.mean, applied.state.variance]
      },
      { params, state, x },
    )
    for (const channel of [0, 1]) {
      const of = (values: ArrayLike<number>) => Array.from(values).filter((_, i) => i % 2 === channel)
      const moments = (values: number[]) => {
        const m = values.reduce((a, b) => a + b) / values.length
        return [m, values.reduce((sum, v) => sum + (v - m) ** 2, 0) / values.length]
      }
      const [m, v] = moments(of(output))
      expect(m).toBeCloseTo(params.shift.data[channel], 10)
      expect(Math.sqrt(v)).toBeCloseTo(params.scale.data[channel], 5)
      const [batchMean, batchVariance] = moments(of(x.data))
      expect(mean[channel]).toBeCloseTo(0.1 * batchMean, 10)
      expect(variance[channel]).toBeCloseTo(0.9 + (0.1 * batchVariance * 32) / 31, 10)
    }
  })

  it('begins with scale 1, shift 0, mean 0 and variance 1', () => {
    const drawn = drawWeights(new Rng(1), { params: batchNormInit(2), state: batchNormState(2) })
    expect(flatten(drawn).map(({ leaf }) => [...leaf.data])).toEqual([
      [1, 1],
      [0, 0],
      [0, 0],
      [1, 1],
    ])
  })
})

describe('dropout', () => {
  it('keeps an activation by one bit, lowest first, and doubles it', () => {
    const [y] = run(({ x, words }: Record<'x' | 'words', Tensor>) => mul(x, dropoutFactors(x, words, 0.5)), {
      x: float64([18], [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18]),
      words: ndarray('int32', [2], Int32Array.of(0b10000010_10000101, 0b11111111_11111110)),
    })
    expect(y).toEqual([2, 0, 6, 0, 0, 0, 0, 16, 0, 20, 0, 0, 0, 0, 0, 32, 0, 36])
  })

  it('keeps an activation by a word that reaches the rate', () => {
    const [y] = run(({ x, words }: Record<'x' | 'words', Tensor>) => mul(x, dropoutFactors(x, words, 0.25)), {
      x: float64([4], [3, 3, 3, 3]),
      words: ndarray('int32', [4], Int32Array.of(16383, 16384, 65535, 0)),
    })
    expect(y).toEqual([0, 4, 4, 0])
  })

  it.each([0.1, 0.5, 0.8])('keeps the mean at rate %s', (rate) => {
    const count = 40_000
    const words = new Rng(4).words(dropoutWords(count, rate))
    const [y] = run(({ x, words }: Record<'x' | 'words', Tensor>) => mul(x, dropoutFactors(x, words, rate)), {
      x: float64([count], new Array(count).fill(1)),
      words: ndarray('int32', [words.length], words),
    })
    expect(y.reduce((a, b) => a + b) / count).toBeCloseTo(1, 1)
    expect(y.filter((value) => value === 0).length / count).toBeCloseTo(rate, 1)
  })
})

describe('adam', () => {
  it('moves every weight by the learning rate against its gradient in the first step', () => {
    const zero = { first: float64([3], [0, 0, 0]), second: float64([3], [0, 0, 0]) }
    const [params] = run(
      ({ p, g, state, step }: Record<'p' | 'g' | 'state' | 'step', never>) =>
        adamUpdate<Tensor>(p, g, state, { learningRate: 0.01, beta1: 0.5 }, step).params,
      { p: float64([3], [1, 1, 1]), g: float64([3], [1e-3, -40, 0]), state: zero, step: float64([], [1]) },
    )
    expect(params[0]).toBeCloseTo(0.99, 6)
    expect(params[1]).toBeCloseTo(1.01, 6)
    expect(params[2]).toBe(1)
  })

  it('works without a first moment, and begins at zero', () => {
    const state = adamInit({ w: normalWeights([2], 1) })
    expect(state.first.w).toEqual(equalWeights([2], 0))
    const [params] = run(
      ({ p, g, step }: Record<'p' | 'g' | 'step', never>) =>
        adamUpdate<Tensor>(p, g, { first: p, second: p }, { learningRate: 0.1, beta1: 0 }, step).params,
      { p: float64([1], [0]), g: float64([1], [2]), step: float64([], [1]) },
    )
    expect(params[0]).toBeCloseTo(-0.1, 6)
  })
})

describe('weights', () => {
  it('are drawn by path: a new array elsewhere in the tree leaves them alone', () => {
    const alone = drawWeights(new Rng(7), { b: normalWeights([4], 0.02) })
    const beside = drawWeights(new Rng(7), { a: normalWeights([9], 1), b: normalWeights([4], 0.02) })
    expect(beside.b).toEqual(alone.b)
  })

  it('have the deviation asked for', () => {
    const { w } = drawWeights(new Rng(7), { w: normalWeights([100, 100], 0.02) })
    const data = w.data as Float32Array
    expect(data.reduce((sum, x) => sum + x, 0) / 10_000).toBeCloseTo(0, 3)
    expect(Math.sqrt(data.reduce((sum, x) => sum + x * x, 0) / 10_000)).toBeCloseTo(0.02, 3)
  })

  it('are listed with shapes and counted', () => {
    const summary = summarise({ dense: linearInit({ inputs: 3, outputs: 2, deviation: 1 }) })
    expect(summary).toEqual({
      rows: [
        { name: 'dense/bias', shape: [2], parameters: 2 },
        { name: 'dense/weight', shape: [3, 2], parameters: 6 },
      ],
      parameters: 8,
    })
  })
})

it('pixels as channels are pixels again, and each place holds those of its square', () => {
  const x = normals(3, [2, 4, 6, 2])
  const [back = []] = run(({ x }: never) => channelsToPixels(pixelsToChannels(x, 2), 2), { x })
  expect(back).toEqual([...x.data])
  const numbered = float64([1, 2, 4, 1], [0, 1, 2, 3, 4, 5, 6, 7])
  expect(run(({ x }: never) => pixelsToChannels(x, 2), { x: numbered })).toEqual([[0, 1, 4, 5, 2, 3, 6, 7]])
})
