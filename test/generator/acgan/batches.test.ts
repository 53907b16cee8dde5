import { describe, expect, it } from 'vitest'
import { fromNumbers } from '../../../src/base/ndarray.js'
import { Batches } from '../../../src/generator/acgan/batches.js'
import { collapse } from '../../../src/generator/acgan/collapse.js'
import { acganOptions } from '../../../src/generator/acgan/options.js'
import { stepSpecs } from '../../../src/generator/acgan/steps.js'
import { mapTree } from '../../../src/tensor/tree.js'

const count = 7
const options = acganOptions({
  classes: ['a', 'b', 'c'],
  imageSize: [8, 16],
  channels: 1,
  width: 0.05,
  batchSize: 5,
  latentDeviation: 3,
  steps: 9,
})
/** Image i is grey level i everywhere. */
const images = fromNumbers(
  'uint8',
  [count, 8, 16, 1],
  Array.from({ length: count * 128 }, (_, i) => Math.floor(i / 128)),
)
const labels = Int32Array.from({ length: count }, (_, i) => i % 3)
const batches = () => new Batches(images, labels, options)

describe('batches', () => {
  it('fit the program', () => {
    const { state: _, ...specs } = stepSpecs(options)
    expect(mapTree(({ shape, dtype }) => ({ shape, dtype }), batches().at(3))).toEqual(specs)
  })

  it('show every image once an epoch, with its label', () => {
    const made = batches()
    const seen: number[] = []
    for (let step = 1; step <= 7; step++) {
      const { images, labels: batchLabels } = made.at(step)
      for (let i = 0; i < 5; i++) {
        const image = images.data[i * 128]
        expect(batchLabels.data[i]).toBe(image % 3)
        seen.push(image)
      }
    }
    const epochs = Array.from({ length: 5 }, (_, e) => seen.slice(e * count, (e + 1) * count))
    for (const epoch of epochs) expect([...epoch].sort()).toEqual([0, 1, 2, 3, 4, 5, 6])
    expect(new Set(epochs.map((epoch) => epoch.join())).size).toBeGreaterThan(1)
  })

  it('are the same for a step, whatever was asked before', () => {
    const made = batches()
    for (let step = 1; step < 6; step++) made.at(step)
    expect(made.at(6)).toEqual(batches().at(6))
    expect(made.at(6).latents).not.toEqual(made.at(5).latents)
  })

  it('draw latents of the deviation asked for, and every class', () => {
    const made = batches()
    const steps = Array.from({ length: 20 }, (_, i) => made.at(i + 1))
    const latents = steps.flatMap(({ latents }) => [...latents.data])
    expect(Math.sqrt(latents.reduce((sum, z) => sum + z * z, 0) / latents.length)).toBeCloseTo(3, 1)
    expect(new Set(steps.flatMap(({ fakeLabels }) => [...fakeLabels.data]))).toEqual(new Set([0, 1, 2]))
  })
})

describe('the watch over a collapse', () => {
  it('stops where the discriminator has had nothing to learn for 500 steps running, across a stop too', () => {
    const nothing = { discriminator: 1e-5, generator: 9 }
    const watch = collapse(options)
    for (let step = 1; step <= 400; step++) watch.onStep?.(step, nothing)
    watch.onStep?.(401, { discriminator: 0.5, generator: 9 })
    expect(watch.save?.()).toEqual({ '': 0 })
    for (let step = 402; step <= 600; step++) watch.onStep?.(step, nothing)
    const resumed = collapse(options)
    resumed.restore?.(600, watch.save?.())
    for (let step = 601; step <= 900; step++) resumed.onStep?.(step, nothing)
    expect(() => resumed.onStep?.(901, nothing)).toThrow(/collapsed at step 901: .*larger dropout \(0\.5 now\)/)
  })
})
