/** Tops of backbones: found by their id, kept as files, cut from networks; what has none is refused by name. */
import { describe, expect, it } from 'vitest'
import { densenetBlock4 } from '../../src/backbone/networks/densenet-top.js'
import { openBelowTop } from '../../src/backbone/open-below-top.js'
import { topFeatures } from '../../src/backbone/top-features.js'
import { topOf, trainableNetwork } from '../../src/backbone/tops.js'
import type { TopWeights } from '../../src/backbone/trainable-top.js'
import { decodeTop, encodeWeights } from '../../src/backbone/weights-file.js'
import { hashBytes } from '../../src/base/hash.js'
import { ndarray } from '../../src/base/ndarray.js'
import { Rng } from '../../src/base/random.js'
import { flatten, mapTree } from '../../src/tensor/tree.js'

const rng = new Rng(2)
const weights = mapTree(
  ({ shape }: { shape: readonly number[] }) =>
    ndarray(
      'float32',
      shape,
      Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => rng.uniform()),
    ),
  densenetBlock4.specs as never,
) as TopWeights

describe('a trainable top', () => {
  it('is known by its id, and every top of a network by one of its own', () => {
    const ids = Object.values(trainableNetwork.tops).map(({ id }) => id)
    expect(new Set(ids).size).toBe(ids.length)
    for (const id of ids) expect(topOf(id).id).toBe(id)
    expect(() => topOf('densenet121.block9')).toThrow('no network has a top densenet121.block9')
  })

  it('comes back from its file as it was, and not from one of another form', () => {
    const bytes = encodeWeights(weights)
    expect(hashBytes(encodeWeights(decodeTop(densenetBlock4, bytes, 'top.safetensors')))).toBe(hashBytes(bytes))
    const { norm5: _, ...rest } = weights as unknown as Record<string, TopWeights>
    const lacking = encodeWeights(rest as unknown as TopWeights)
    expect(() => decodeTop(densenetBlock4, lacking, 'top.safetensors')).toThrow(
      /^top\.safetensors lacks 'norm5\/.*' of densenet121\.block4/,
    )
  })

  it('loses and regains what no step moves', () => {
    const trained = densenetBlock4.trained(weights)
    const moved = flatten(trained).map(({ path }) => path)
    expect(moved.filter((path) => /\/(mean|variance)$/.test(path))).toEqual([])
    expect(moved.length).toBeLessThan(flatten(weights).length)
    const whole = densenetBlock4.joined(trained, weights, (array) => array)
    expect(hashBytes(encodeWeights(whole))).toBe(hashBytes(encodeWeights(weights)))
  })

  it('gives of an image the features that it says, whatever other images come with it', async () => {
    const input = [2, 1, densenetBlock4.channels] as const
    const d = input[0] * input[1] * input[2]
    const cut = ndarray('float32', [3, d], new Rng(5).normals(3 * d))
    const place = { kind: densenetBlock4, input }
    const all = await topFeatures(place, weights, cut, 1)
    expect(all.shape).toEqual([3, densenetBlock4.features])
    const second = ndarray('float32', [1, d], cut.data.slice(d, 2 * d))
    const alone = await topFeatures(place, weights, second, 1)
    expect(alone.data).toEqual(all.data.slice(densenetBlock4.features, 2 * densenetBlock4.features))
  })

  it('is refused where a backbone has none of that name, or no weights', async () => {
    await expect(openBelowTop('scattering', 'block9', { threads: 1 })).rejects.toThrow(
      'backbone.unfreeze block9: a DenseNet-121 has no part of that name that can be trained; set one of none, block4',
    )
    await expect(openBelowTop('scattering', 'block4', { threads: 1 })).rejects.toThrow(
      'backbone.unfreeze block4 needs the weights of a DenseNet-121 that was added',
    )
  })
})
