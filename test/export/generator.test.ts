import { describe, expect, it } from 'vitest'
import { fromNumbers, type NDArray, ndarray } from '../../src/base/ndarray.js'
import { Rng } from '../../src/base/random.js'
import { exportGenerator } from '../../src/export/generator.js'
import { trainedKind } from '../../src/generator/registry.js'
import { samplerOf } from '../../src/generator/sampler.js'
import { openSession } from '../../src/runtime/session.js'
import type { ArraySpec } from '../../src/tensor/infer.js'
import { mapTree, type Tree } from '../../src/tensor/tree.js'

const images = { classes: ['clear', 'sinusitis'], imageSize: [16, 24] as [number, number], channels: 1 as const }

/** A kind's state as no training leaves it: every weight counts, and images use many grey levels. */
function stateOf(name: string, options: object) {
  const kind = trainedKind(name)
  const complete = kind.complete({ ...images, seed: 3, ...options })
  const rng = new Rng(8)
  const random = ({ shape, dtype }: ArraySpec) => {
    const positive = shape.length < 2
    const values = rng.normals(shape.reduce((all, n) => all * n, 1))
    return fromNumbers(
      dtype,
      shape,
      values.map((value) => (positive ? 0.2 + 0.1 * Math.abs(value) : 0.1 * value)),
    )
  }
  const state = mapTree(random, kind.stateSpecs(complete) as Tree<ArraySpec>) as { films?: { variances: NDArray } }
  if (name !== 'edm' || !state.films) return { kind, options: complete, state }
  const variances = fromNumbers('float32', [2, 4], [9, 4, 2, 1, 8, 4, 3, 1])
  const films = { ...state.films, range: fromNumbers('float32', [2], [120, 60]), variances }
  return { kind, options: complete, state: { ...state, films } }
}

describe('an exported generator', () => {
  it.each([
    ['acgan', { steps: 5, width: 0.0625 }],
    ['edm', { steps: 5, width: 0.25, levels: 3, components: 4 }],
  ])('draws in one graph what the sampler of %s draws, any number at a time', async (name, some) => {
    const { kind, options, state } = stateOf(name, some)
    const exported = exportGenerator({
      step: 5,
      state,
      origin: {
        kind: name,
        options,
        imagesHash: '',
        threads: 1,
        device: 'cpu',
        lowering: 'auto',
        toolVersion: '0.0.0',
      },
    })
    if (!exported) throw new Error('nothing exported')
    const count = 3
    const sampler = await samplerOf(kind, options, state, { threads: 1 })
    const drawn = await sampler.draw({ classIndex: 1, seed: 7, start: 0, count })
    await sampler.close()
    const rng = new Rng(7).split('gan/sample').at(1)
    const rows = Array.from({ length: count }, (_, i) => kind.drawNoise(rng.at(i), 1, options))
    const [, size] = rows[0].shape
    const deviation = name === 'acgan' ? (options as unknown as { latentDeviation: number }).latentDeviation : 1
    const noise = Float32Array.from(rows.flatMap(({ data }) => Array.from(data, (value) => value / deviation)))
    const session = await openSession(exported.onnx, { threads: 1 })
    const { image } = await session.run({
      noise: ndarray('float32', [count, size], noise),
      label: ndarray('int32', [count], new Int32Array(count).fill(1)),
    })
    expect(JSON.parse(session.metadata.kopt)).toEqual(exported.info)
    await session.close()
    expect(image.shape).toEqual([count, 16, 24, 1])
    expect(new Set(drawn.data).size).toBeGreaterThan(20)
    const grey = Array.from(image.data as Float32Array, (value) => Math.min(255, Math.max(0, value)))
    const furthest = Math.max(...grey.map((value, i) => Math.abs(value - drawn.data[i])))
    expect(furthest).toBeLessThan(0.51)
  })

  it('is none where the generator is made of the training films', () => {
    const { options, state } = stateOf('pca', { components: 2 })
    const origin = {
      kind: 'pca',
      options,
      imagesHash: '',
      threads: 1,
      device: 'cpu',
      lowering: 'auto',
      toolVersion: '0.0.0',
    }
    expect(exportGenerator({ step: 1, state, origin })).toBeUndefined()
  })
})
