import { describe, expect, test } from 'vitest'
import { type NDArray, scalar } from '../../src/base/ndarray.js'
import { flatten, mapTree, unflatten } from '../../src/tensor/tree.js'

const network = {
  generator: { dense: { weight: 1, bias: 2 }, layers: [{ scale: 3 }, { scale: 4 }] },
  classes: 5,
}

describe('a tree', () => {
  test('flattens to paths in the order of sorted names', () => {
    expect(flatten(network)).toEqual([
      { path: 'classes', leaf: 5 },
      { path: 'generator/dense/bias', leaf: 2 },
      { path: 'generator/dense/weight', leaf: 1 },
      { path: 'generator/layers/0/scale', leaf: 3 },
      { path: 'generator/layers/1/scale', leaf: 4 },
    ])
  })

  test('flattens equally however its records were written', () => {
    expect(flatten({ b: 1, a: { d: 2, c: 3 } })).toEqual(flatten({ a: { c: 3, d: 2 }, b: 1 }))
  })

  test('comes back from its leaves', () => {
    const leaves = flatten(network).map(({ leaf }) => leaf)
    expect(unflatten(network, leaves)).toEqual(network)
    expect(() => unflatten(network, [1, 2])).toThrow('a tree of 5 leaves was given 2')
  })

  test('may have the type of an interface, and its leaves are known by it', () => {
    interface Layer {
      readonly weight: NDArray<'float32'>
      readonly bias?: NDArray<'float32'>
    }
    interface Network {
      readonly layers: readonly Layer[]
      readonly norms: Readonly<Record<string, Layer>>
    }
    const layer: Layer = { weight: scalar('float32', 2) }
    const layers: Network = { layers: [layer, layer], norms: { first: { ...layer, bias: scalar('float32', 3) } } }
    const values = flatten(layers).map(({ path, leaf }) => [path, leaf.data.fill(leaf.data[0] + 1)[0]])
    expect(values).toEqual([
      ['layers/0/weight', 3],
      ['layers/1/weight', 4],
      ['norms/first/bias', 4],
      ['norms/first/weight', 5],
    ])
    const shapes = mapTree(({ shape }: NDArray) => shape.length, layers)
    const ranks: (number | undefined)[] = [shapes.layers[0].weight, shapes.norms.first.bias]
    expect(ranks).toEqual([0, 0])
  })

  test('may be a single leaf, empty, or hold arrays', () => {
    const array = scalar('float32', 1)
    expect(flatten(array)).toEqual([{ path: '', leaf: array }])
    expect(flatten({ dropout: {}, weight: array, bias: undefined })).toEqual([{ path: 'weight', leaf: array }])
    expect(unflatten({ dropout: {}, list: [] }, [])).toEqual({ dropout: {}, list: [] })
  })

  test('maps together with trees built alike, and refuses others', () => {
    expect(mapTree((a: number, b: number) => a * b, { x: 2, y: [3] }, { y: [5], x: 7 })).toEqual({ x: 14, y: [15] })
    expect(() => mapTree((a: number, b: number) => a * b, { x: 2, y: 3 }, { x: 2, z: 3 })).toThrow(
      "two trees are not built alike: one has 'y' where the other has 'z'",
    )
    expect(() => mapTree((a: number, b: number) => a * b, { x: 2, y: 3 }, { x: 2 })).toThrow(
      "one has 'y' where the other has nothing",
    )
  })
})
