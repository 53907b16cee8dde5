/** Films as weighted sums of a class's films: components as scikit-learn has them, and the mean and covariance that are promised. */
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { type NDArray, ndarray, rows } from '../../../src/base/ndarray.js'
import { Rng } from '../../../src/base/random.js'
import type { TrainedKind } from '../../../src/generator/contract.js'
import { filmsOfClass } from '../../../src/generator/films/class-films.js'
import { principalComponents } from '../../../src/generator/films/principal-components.js'
import { pca } from '../../../src/generator/span/pca.js'
import { smoothed } from '../../../src/generator/span/smoothed.js'

const golden = JSON.parse(
  readFileSync(path.resolve(import.meta.dirname, '../../golden/principal-components.json'), 'utf8'),
) as { films: number[][]; mean: number[]; components: number[][] }

/** The golden films as one class of two, each 4 x 5; the other class is darker and flat. */
const count = golden.films.length
const images = ndarray(
  'uint8',
  [count + 3, 4, 5, 1],
  Uint8Array.from([...golden.films.flat(), ...new Array(60).fill(9)]),
)
const labels = Int32Array.from({ length: count + 3 }, (_, i) => (i < count ? 1 : 0))
const asked = { classes: ['flat', 'golden'], imageSize: [4, 5], channels: 1, seed: 3 }

/** `n` images of a class. */
async function drawn(kind: TrainedKind, more: object, classIndex: number, n: number): Promise<NDArray<'uint8'>> {
  const options = kind.complete({ ...asked, ...more })
  const runtime = { threads: 1, device: 'cpu', lowering: 'auto' } as const
  const training = await kind.openTraining(options, { images, labels }, kind.initialState(options), runtime)
  await training.advance(1, 1)
  const drawing = await kind.openDrawing(options, n, runtime)
  const noise = kind.drawNoise(new Rng(11), n, options)
  const all = ndarray('int32', [n], new Int32Array(n).fill(classIndex))
  return drawing.run(kind.weightsOf(await training.state()), noise, all)
}

/** Mean [P] and covariance [P, P] of films. */
function moments(films: readonly (readonly number[])[]) {
  const size = films[0].length
  const mean = Array.from({ length: size }, (_, p) => films.reduce((sum, film) => sum + film[p], 0) / films.length)
  const covariance = mean.map((_, a) =>
    mean.map(
      (_, b) => films.reduce((sum, film) => sum + (film[a] - mean[a]) * (film[b] - mean[b]), 0) / (films.length - 1),
    ),
  )
  return { mean, covariance }
}

const filmsIn = (drawn: NDArray<'uint8'>) =>
  Array.from({ length: drawn.shape[0] }, (_, i) => Array.from(rows(drawn, i, i + 1).data))

describe('principal components', () => {
  it('are those of scikit-learn, up to their sign; there are no more than films allow', () => {
    const films = filmsOfClass({ images, labels }, 1)
    expect([films.count, [...films.mean].map((value) => value.toFixed(9))]).toEqual([
      count,
      golden.mean.map((value) => value.toFixed(9)),
    ])
    const size = films.mean.length
    const found = principalComponents(films, 30, new Rng(1))
    golden.components.forEach((wanted, k) => {
      const component = Array.from(found.subarray(k * size, (k + 1) * size))
      const sign = Math.sign(component.reduce((sum, value, i) => sum + value * wanted[i], 0))
      component.forEach((value, i) => {
        expect(sign * value).toBeCloseTo(wanted[i], 8)
      })
    })
    const beyond = found.subarray((count - 1) * size)
    expect(Math.max(...beyond.map(Math.abs))).toBe(0)
  })

  it('of one film, or of films that are all alike, are none', () => {
    expect(Math.max(...principalComponents(filmsOfClass({ images, labels }, 0), 4, new Rng(1)))).toBeCloseTo(0)
    const single = { images: rows(images, 0, 1), labels: Int32Array.of(0) }
    expect(Math.max(...principalComponents(filmsOfClass(single, 0), 4, new Rng(1)))).toBe(0)
  })
})

describe.each([
  ['pca', pca, { components: 11 }],
  ['smoothed', smoothed, { smoothing: 1 }],
  ['smoothed', smoothed, { smoothing: 0.6 }],
] as const)('%s films', (_, kind, more) => {
  it(`have mean and covariance of the training films (${JSON.stringify(more)})`, async () => {
    const n = 6000
    const made = moments(filmsIn(await drawn(kind as unknown as TrainedKind, more, 1, n)))
    const real = moments(golden.films)
    const deviation = (p: number) => Math.sqrt(real.covariance[p][p])
    real.mean.forEach((mean, p) => {
      // Five standard errors, and what rounding and the ends of the grey scale may add.
      expect(Math.abs(made.mean[p] - mean)).toBeLessThan((5 * deviation(p)) / Math.sqrt(n) + 0.5)
      real.mean.forEach((_, q) => {
        const scale = deviation(p) * deviation(q)
        expect(Math.abs(made.covariance[p][q] - real.covariance[p][q]) / scale).toBeLessThan(0.12)
      })
    })
  })

  it('of a class without spread are its one film', async () => {
    const made = await drawn(kind as unknown as TrainedKind, more, 0, 8)
    expect(new Set(made.data)).toEqual(new Set([9]))
  })
})

it('a smoothed film lies as near to a training film as its smoothing says', async () => {
  const distance = (a: readonly number[], b: readonly number[]) => Math.hypot(...a.map((value, i) => value - b[i]))
  const nearest = async (smoothing: number) => {
    const made = filmsIn(await drawn(smoothed as unknown as TrainedKind, { smoothing }, 1, 400))
    const distances = made.map((film) => Math.min(...golden.films.map((real) => distance(film, real))))
    return distances.reduce((sum, value) => sum + value, 0) / distances.length
  }
  const far = await Promise.all([0.01, 0.3, 0.6, 0.9].map(nearest))
  expect(far[0]).toBeLessThan(3)
  expect([...far].sort((a, b) => a - b)).toEqual(far)
})
