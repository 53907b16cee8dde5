import { mkdtempSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type NDArray, ndarray } from '../../../src/base/ndarray.js'
import { Rng } from '../../../src/base/random.js'
import { filmGaussians } from '../../../src/generator/edm/class-gaussian.js'
import { edm } from '../../../src/generator/edm/edm.js'
import { levelSchedule } from '../../../src/generator/edm/noise-levels.js'
import { edmOptions } from '../../../src/generator/edm/options.js'
import { variantsOf } from '../../../src/generator/edm/variants.js'
import { train } from '../../../src/generator/train.js'

const [height, width] = [16, 16]
const size = height * width

/** Films of two classes: a bright bar at a place of the class, its brightness and width varying, on uneven ground. */
function films(counts: readonly number[], seed = 3): { images: NDArray<'uint8'>; labels: Int32Array } {
  const labels = Int32Array.from(counts.flatMap((count, label) => Array<number>(count).fill(label)))
  const data = new Uint8Array(labels.length * size)
  labels.forEach((label, i) => {
    const rng = new Rng(seed).at(i)
    const [bright, wide, ground] = [120 + 30 * rng.normal(), 2 + rng.uniform(), 60 + 10 * rng.normal()]
    for (let p = 0; p < size; p++) {
      const [y, x] = [Math.floor(p / width), p % width]
      const bar = bright * Math.exp(-(((x - (label === 0 ? 5 : 10)) / wide) ** 2))
      data[i * size + p] = Math.max(0, Math.min(255, ground + 2 * y + bar + 4 * rng.normal()))
    }
  })
  return { images: ndarray('uint8', [labels.length, height, width, 1], data), labels }
}

const small = { classes: ['a', 'b'], imageSize: [height, width], channels: 1, width: 0.25, batchSize: 4, components: 8 }

describe('what is normal in the films', () => {
  const set = films([30, 24])
  const options = edmOptions(small)
  const gaussians = filmGaussians(set, options)
  const rowsOf = (c: number) =>
    Array.from({ length: 8 }, (_, k) =>
      Array.from(gaussians.components.data.slice((c * 8 + k) * size, (c * 8 + k + 1) * size)),
    )

  it('has orthonormal components, the larger variance first', () => {
    for (const c of [0, 1]) {
      const rows = rowsOf(c)
      rows.forEach((a, i) => {
        rows.forEach((b, j) => {
          const product = a.reduce((sum, value, p) => sum + value * (b[p] as number), 0)
          expect(product).toBeCloseTo(i === j ? 1 : 0, 4)
        })
      })
      const variances = [...gaussians.variances.data.slice(c * 8, (c + 1) * 8)]
      expect(variances).toEqual([...variances].sort((a, b) => b - a))
      expect(variances.at(-1)).toBeGreaterThan(gaussians.rest.data[c] as number)
    }
  })

  it('brings films to a deviation of one half', () => {
    const [centre, unit] = gaussians.range.data as unknown as [number, number]
    const values = Array.from(set.images.data, (value) => (value - centre) / unit)
    const mean = values.reduce((a, b) => a + b, 0) / values.length
    expect(mean).toBeCloseTo(0, 4)
    expect(Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length)).toBeCloseTo(0.5, 4)
  })

  it('is taken from all classes where one has few films, and is finite for a single one', () => {
    const { components, means, rest } = filmGaussians(films([30, 1]), options)
    const few = components.data.slice(8 * size, 9 * size)
    expect(Math.hypot(...few)).toBeCloseTo(1, 4)
    for (const array of [components, means, rest]) expect(array.data.every(Number.isFinite)).toBe(true)
  })

  it('makes films of equal pixels possible', () => {
    const flat = {
      images: ndarray('uint8', [4, height, width, 1], new Uint8Array(4 * size).fill(90)),
      labels: Int32Array.of(0, 0, 1, 1),
    }
    for (const array of Object.values(filmGaussians(flat, options))) {
      expect((array as NDArray).data.every(Number.isFinite)).toBe(true)
    }
  })
})

it('before any step draws films with the mean and the deviation of the class, as its principal components do', async () => {
  const set = films([40, 40])
  const options = edmOptions({ ...small, components: 15, levels: 24 })
  const training = await edm.openTraining(options, set, edm.initialState(options), { threads: 1 })
  const weights = edm.weightsOf(await training.state())
  await training.close()
  const count = 400
  const drawing = await edm.openDrawing(options, count, { threads: 1 })
  const noise = edm.drawNoise(new Rng(4), count, options)
  const drawn = await drawing.run(weights, noise, ndarray('int32', [count], new Int32Array(count).fill(1)))
  await drawing.close()

  const moments = (images: NDArray<'uint8'>, rows: readonly number[]) =>
    Array.from({ length: size }, (_, p) => {
      const values = rows.map((row) => images.data[row * size + p] as number)
      const mean = values.reduce((a, b) => a + b, 0) / values.length
      return { mean, deviation: Math.sqrt(values.reduce((sum, v) => sum + (v - mean) ** 2, 0) / (values.length - 1)) }
    })
  const real = moments(
    set.images,
    Array.from({ length: 40 }, (_, i) => 40 + i),
  )
  const synthetic = moments(
    drawn,
    Array.from({ length: count }, (_, i) => i),
  )
  real.forEach(({ mean, deviation }, p) => {
    const found = synthetic[p] as { mean: number; deviation: number }
    // Five standard errors of a mean, and what rounding and clamping at 255 move.
    expect(Math.abs(found.mean - mean)).toBeLessThan((5 * deviation) / Math.sqrt(count) + 2.5)
    expect(found.deviation).toBeGreaterThan(0.7 * deviation)
    expect(found.deviation).toBeLessThan(1.3 * deviation + 2)
  })
})

it('goes on after a stop to the same bytes', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'kopt-edm-'))
  const job = {
    ...films([8, 8]),
    checkpointEvery: 2,
    gridEvery: 4,
    threads: 1,
    device: 'cpu',
    lowering: 'auto',
  } as const
  const options = (steps: number) => edmOptions({ ...small, levels: 2, steps })
  const at = (name: string) => path.join(folder, name)
  await train(edm, { ...job, options: options(4), folder: at('whole') })
  await train(edm, { ...job, options: options(2), folder: at('stopped') })
  const { checkpoint } = await train(edm, { ...job, options: options(4), folder: at('stopped') })
  expect(readFileSync(checkpoint).equals(readFileSync(at('whole/checkpoint-000004.safetensors')))).toBe(true)
})

it('learns: films that are not normal become likelier than normal ones', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'kopt-edm-'))
  // A bar that may stand anywhere: its place is in no mean and in no covariance.
  const { images, labels } = films([30, 30])
  labels.forEach((_, i) => {
    const bar = new Rng(8).at(i).integer(width)
    for (let p = 0; p < size; p++) images.data[i * size + p] = p % width === bar ? 220 : 40
  })
  await train(edm, {
    images,
    labels,
    options: edmOptions({ ...small, batchSize: 16, steps: 300, variants: 0 }),
    folder,
    checkpointEvery: 300,
    gridEvery: 300,
    threads: 1,
    device: 'cpu',
    lowering: 'auto',
  })
  const rows = readFileSync(path.join(folder, 'curves.csv'), 'utf8').trim().split('\n').slice(1)
  const mean = (lines: string[]) => lines.reduce((sum, line) => sum + Number(line.split(',')[1]), 0) / lines.length
  expect(mean(rows.slice(-10))).toBeLessThan(0.8 * mean(rows.slice(0, 10)))
})

describe('variants', () => {
  const { images } = films([20, 20])

  it('are the films themselves where none is asked for, and all others where every one is', () => {
    const none = variantsOf(images, 0, new Rng(1))
    expect(none.images.data).toEqual(images.data)
    expect(none.numbers.data.every((value) => value === 0)).toBe(true)
    const all = variantsOf(images, 1, new Rng(1))
    for (let i = 0; i < 40; i++) {
      const of = ({ data }: NDArray) => data.slice(i * size, (i + 1) * size)
      expect(of(all.images)).not.toEqual(of(images))
      expect(all.numbers.data[i * 5 + 4]).toBe(1)
    }
  })
})

it('its noise levels fall from 5 to 0.01', () => {
  fc.assert(
    fc.property(fc.integer({ min: 2, max: 60 }), (count) => {
      const levels = levelSchedule(count)
      expect(levels).toHaveLength(count)
      expect(levels[0]).toBeCloseTo(5, 10)
      expect(levels.at(-1)).toBeCloseTo(0.01, 10)
      expect(levels.every((level, i) => i === 0 || level < (levels[i - 1] as number))).toBe(true)
    }),
  )
})

it('names every option that is wrong', () => {
  const wrong = () => edmOptions({ ...small, imageSize: [20, 16], stepps: 3, learningRate: 2 })
  for (const problem of [/imageSize.*divisible by 8/, /stepps is no option; did you mean steps/, /learningRate.*2/]) {
    expect(wrong).toThrow(problem)
  }
})
