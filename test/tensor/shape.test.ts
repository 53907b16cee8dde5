import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { sizeOf } from '../../src/base/ndarray.js'
import {
  broadcastAxes,
  broadcastShapes,
  broadcastToShape,
  concatShape,
  convFilterShape,
  convInputShape,
  convShape,
  matmulShape,
  noPadding,
  normaliseAxes,
  padShape,
  poolShape,
  reduceMaxShape,
  reduceShape,
  reshapeShape,
  resolveReshape,
  samePadding,
  sliceShape,
  takeShape,
  transposeShape,
} from '../../src/tensor/shape.js'

const shapes = fc.array(fc.integer({ min: 1, max: 4 }), { maxLength: 4 })

/** Two shapes that broadcast: one full, one with axes dropped in front and others shrunk to 1. */
const broadcastable = fc
  .tuple(shapes, fc.array(fc.boolean(), { minLength: 4, maxLength: 4 }), fc.nat(4))
  .map(([full, shrink, dropped]) => ({
    full,
    lean: full.map((n, i) => (shrink[i] ? 1 : n)).slice(Math.min(dropped, full.length)),
  }))

describe('broadcasting', () => {
  test('aligns at the last axis and stretches ones', () => {
    expect(broadcastShapes('add', [2, 1, 4], [3, 1])).toEqual([2, 3, 4])
    expect(broadcastShapes('add', [], [0, 2])).toEqual([0, 2])
    expect(broadcastShapes('add', [1], [0])).toEqual([0])
  })

  test('takes operands in any order, and a shape to itself', () => {
    fc.assert(
      fc.property(broadcastable, ({ full, lean }) => {
        expect(broadcastShapes('add', full, lean)).toEqual(full)
        expect(broadcastShapes('add', lean, full)).toEqual(full)
        expect(broadcastToShape(lean, full)).toEqual(full)
      }),
    )
  })

  test('is undone by a sum over the axes it added or stretched', () => {
    fc.assert(
      fc.property(broadcastable, ({ full, lean }) => {
        expect(sizeOf(reduceShape('sum', full, broadcastAxes(lean, full)))).toBe(sizeOf(lean))
      }),
    )
  })

  test('refuses with both shapes', () => {
    expect(() => broadcastShapes('add', [2, 3], [4])).toThrow('add: shapes [2, 3] and [4] do not broadcast to one')
    expect(() => broadcastToShape([2, 3], [3])).toThrow('broadcastTo: [2, 3] does not broadcast to [3]')
    expect(() => broadcastToShape([2], [1])).toThrow('broadcastTo: [2] does not broadcast to [1]')
  })
})

describe('products', () => {
  test('join rows and columns, leading axes broadcast', () => {
    expect(matmulShape([5, 1, 2, 3], [4, 3, 6])).toEqual([5, 4, 2, 6])
  })

  test('refuse with both shapes', () => {
    expect(() => matmulShape([2, 3], [4, 5])).toThrow(
      'matmul: [2, 3] and [4, 5] do not fit; the first ends in 3, the second has 4 rows',
    )
    expect(() => matmulShape([3], [3, 5])).toThrow('matmul takes matrices, but got shapes [3] and [3, 5]')
  })
})

describe('reductions', () => {
  test('count negative axes from the end and sort them', () => {
    expect(normaliseAxes('sum', [2, 3, 4], [-1, 0])).toEqual([0, 2])
    expect(normaliseAxes('sum', [2, 3, 4])).toEqual([0, 1, 2])
    expect(reduceShape('sum', [2, 3, 4], [0, 2])).toEqual([3])
  })

  test('refuse axes that are not there, doubled axes and the largest of nothing', () => {
    expect(() => normaliseAxes('sum', [2, 3], 2)).toThrow('sum: [2, 3] has no axis 2')
    expect(() => normaliseAxes('sum', [2, 3], [1, -1])).toThrow('sum: axes [1, 1] name an axis twice')
    expect(() => reduceMaxShape([2, 0], [1])).toThrow('max: [2, 0] is empty along axes [1]')
  })
})

describe('moves', () => {
  test('reshape keeps the number of elements and fills in one axis', () => {
    fc.assert(
      fc.property(shapes, fc.nat(3), (shape, axis) => {
        fc.pre(axis < shape.length)
        const open = shape.map((n, i) => (i === axis ? -1 : n))
        expect(resolveReshape(shape, open)).toEqual(shape)
        expect(reshapeShape(shape, [sizeOf(shape)])).toEqual([sizeOf(shape)])
      }),
    )
    expect(() => reshapeShape([2, 3], [4])).toThrow('reshape: [2, 3] has 6 elements, but [4] has 4')
    expect(() => resolveReshape([2, 3], [4, -1])).toThrow('reshape: the 6 elements of [2, 3] do not fill [4, -1]')
    expect(() => reshapeShape([2, 3], [-2, -3])).toThrow('[-2, -3] is not a shape')
  })

  test('transpose is undone by the inverse permutation', () => {
    const permuted = shapes.chain((shape) =>
      fc.tuple(
        fc.constant(shape),
        fc.shuffledSubarray(
          shape.map((_, i) => i),
          { minLength: shape.length },
        ),
      ),
    )
    fc.assert(
      fc.property(permuted, ([shape, permutation]) => {
        const inverse = permutation.map((_, axis) => permutation.indexOf(axis))
        expect(transposeShape(transposeShape(shape, permutation), inverse)).toEqual(shape)
      }),
    )
    expect(() => transposeShape([2, 3], [0, 0])).toThrow('transpose: [0, 0] does not permute the axes of [2, 3]')
  })

  test('slice undoes pad', () => {
    const padded = shapes.chain((shape) => {
      const amounts = fc.array(fc.nat(3), { minLength: shape.length, maxLength: shape.length })
      return fc.tuple(fc.constant(shape), amounts, amounts)
    })
    fc.assert(
      fc.property(padded, ([shape, low, high]) => {
        const end = shape.map((n, i) => low[i] + n)
        expect(sliceShape(padShape(shape, low, high), low, end)).toEqual(shape)
      }),
    )
    expect(() => sliceShape([3], [1], [4])).toThrow('slice: [1] to [4] is not a part of [3]')
    expect(() => padShape([3], [-1], [0])).toThrow('pad: [-1] before and [0] behind do not pad the axes of [3]')
  })

  test('concat adds up the joined axis alone', () => {
    expect(
      concatShape(
        [
          [2, 3],
          [2, 5],
        ],
        1,
      ),
    ).toEqual([2, 8])
    expect(() =>
      concatShape(
        [
          [2, 3],
          [3, 3],
        ],
        1,
      ),
    ).toThrow('concat: [2, 3] and [3, 3] differ in more than the joined axis 1')
    expect(() => concatShape([], 0)).toThrow('concat takes at least one tensor')
  })

  test('take puts the shape of the indices in place of the rows', () => {
    expect(takeShape([10, 3], [4, 2])).toEqual([4, 2, 3])
    expect(() => takeShape([], [4])).toThrow('take: a table of shape [] has no rows for indices [4]')
  })
})

describe('convolutions', () => {
  const size = fc.integer({ min: 1, max: 12 })
  const small = fc.integer({ min: 1, max: 5 })
  const pad = fc.integer({ min: 0, max: 3 })

  test('the three primitives agree on the shapes of x, y and w', () => {
    const geometry = fc.record({
      image: fc.tuple(size, size),
      kernel: fc.tuple(small, small),
      strides: fc.tuple(small, small),
      padding: fc.record({ low: fc.tuple(pad, pad), high: fc.tuple(pad, pad) }),
    })
    fc.assert(
      fc.property(geometry, ({ image, kernel, strides, padding }) => {
        fc.pre([0, 1].every((i) => image[i] + padding.low[i] + padding.high[i] >= kernel[i]))
        const x = [2, ...image, 3]
        const w = [...kernel, 3, 4]
        const y = convShape(x, w, strides, padding)
        expect(convInputShape(y, w, strides, padding, image)).toEqual(x)
        expect(convFilterShape(x, y, strides, padding, kernel)).toEqual(w)
      }),
    )
  })

  test('same padding gives ceil(size / stride) positions, the odd row behind', () => {
    fc.assert(
      fc.property(size, small, small, (n, k, s) => {
        const padding = samePadding([n, n], [k, k], [s, s])
        expect(convShape([1, n, n, 1], [k, k, 1, 1], [s, s], padding)[1]).toBe(Math.ceil(n / s))
        expect(padding.high[0] - padding.low[0]).toBeOneOf([0, 1])
      }),
    )
    expect(samePadding([28, 28], [5, 5], [2, 2])).toEqual({ low: [1, 1], high: [2, 2] })
    expect(samePadding([28, 28], [3, 3], [1, 1])).toEqual({ low: [1, 1], high: [1, 1] })
  })

  test('refuse with both shapes', () => {
    expect(() => convShape([1, 8, 8, 3], [3, 3, 4, 5], [1, 1], noPadding)).toThrow(
      'conv: images [1, 8, 8, 3] have 3 channels, but the kernel [3, 3, 4, 5] takes 4',
    )
    expect(() => convShape([8, 8, 3], [3, 3, 3, 5], [1, 1], noPadding)).toThrow(
      'conv takes images [N, H, W, Cin], but got shape [8, 8, 3]',
    )
    expect(() => convShape([1, 2, 2, 3], [3, 3, 3, 5], [1, 1], noPadding)).toThrow(
      'conv: a [3, 3] kernel does not fit into a [2, 2] image with padding [0, 0] and [0, 0]',
    )
    expect(() => convShape([1, 2, 2, 3], [1, 1, 3, 5], [0, 1], noPadding)).toThrow(
      'conv: strides [0, 1] are not whole numbers from 1',
    )
    expect(() => convInputShape([1, 3, 3, 5], [3, 3, 4, 5], [2, 2], noPadding, [6, 6])).toThrow(
      'convInput: a convolution of [6, 6] by [3, 3, 4, 5] gives [2, 2], not the [3, 3] of [1, 3, 3, 5]',
    )
    expect(() => convFilterShape([1, 6, 6, 4], [2, 2, 2, 5], [2, 2], noPadding, [3, 3])).toThrow(
      'convFilter: a [3, 3] kernel takes [1, 6, 6, 4] to [1, 2, 2] positions, but the second operand has shape [2, 2, 2, 5]',
    )
  })
})

test('pooling takes the windows that fit, and no padding as wide as a window', () => {
  expect(poolShape('maxPool', [2, 7, 6, 5], [3, 3], [2, 2], { low: [1, 1], high: [1, 1] })).toEqual([2, 4, 3, 5])
  expect(poolShape('averagePool', [2, 7, 6, 5], [2, 2], [2, 2], noPadding)).toEqual([2, 3, 3, 5])
  expect(() => poolShape('maxPool', [2, 7, 6, 5], [2, 2], [1, 1], { low: [2, 0], high: [0, 0] })).toThrow(
    'maxPool: padding [2, 0] and [0, 0] must be from 0 to less than the window [2, 2]',
  )
  expect(() => poolShape('averagePool', [2, 3, 3, 5], [4, 4], [1, 1], noPadding)).toThrow('does not fit')
})
