import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { concatRows, type NDArray, ndarray } from '../../src/base/ndarray.js'
import { Rng } from '../../src/base/random.js'
import { openGaussian } from '../../src/rivals/gaussian.js'
import { ledoitWolf } from '../../src/rivals/ledoit-wolf.js'
import { neighbours, openSmote } from '../../src/rivals/smote.js'

/** Vectors of a class around a centre, along a few directions and with some noise. */
function classFilms(count: number, d: number, seed: number): NDArray<'float32'> {
  const rng = new Rng(seed)
  const directions = Array.from({ length: 3 }, () => rng.normals(d))
  const data = Array.from({ length: count }, () => {
    const weights = rng.normals(3)
    const noise = rng.normals(d)
    return Array.from({ length: d }, (_, j) =>
      directions.reduce((sum, direction, k) => sum + 2 * weights[k] * direction[j], 5 * seed + 0.5 * noise[j]),
    )
  })
  return ndarray('float32', [count, d], Float32Array.from(data.flat()))
}

const row = ({ data, shape: [, d] }: NDArray<'float32'>, i: number) => [...data.subarray(i * d, (i + 1) * d)]
const rowsOf = (matrix: NDArray<'float32'>) => Array.from({ length: matrix.shape[0] }, (_, i) => row(matrix, i))

describe.each([
  ['a normal distribution', openGaussian],
  ['SMOTE', openSmote],
])('%s', (_name, open) => {
  const sampler = open([classFilms(9, 7, 1), classFilms(6, 7, 2)])

  it('draws the same vectors in one piece, in many, and in any order', () => {
    const all = sampler.draw({ classIndex: 1, seed: 5, start: 0, count: 12 })
    const pieces = [
      [8, 4],
      [0, 3],
      [3, 5],
    ].map(([start, count]) => sampler.draw({ classIndex: 1, seed: 5, start, count }))
    expect(concatRows([pieces[1], pieces[2], pieces[0]])).toEqual(all)
    expect(sampler.draw({ classIndex: 1, seed: 6, start: 0, count: 12 })).not.toEqual(all)
    expect(sampler.draw({ classIndex: 0, seed: 5, start: 0, count: 12 })).not.toEqual(all)
  })
})

describe('the normal distribution of features', () => {
  it('has the mean of each class and the shrunk covariance of both, within the error of so many draws', () => {
    const [d, draws] = [6, 40_000]
    const classes = [classFilms(5, d, 1), classFilms(4, d, 2)]
    const means = classes.map((films) =>
      Array.from({ length: d }, (_, j) => rowsOf(films).reduce((sum, film) => sum + film[j], 0) / films.shape[0]),
    )
    const centred = classes.flatMap((films, c) =>
      rowsOf(films).map((film) => film.map((value, j) => value - means[c][j])),
    )
    const { share, scale } = ledoitWolf(ndarray('float64', [9, d], Float64Array.from(centred.flat())))
    expect(share).toBeGreaterThan(0.05)
    expect(share).toBeLessThan(0.95)
    const covariance = (a: number, b: number) =>
      ((1 - share) * centred.reduce((sum, film) => sum + film[a] * film[b], 0)) / 9 + (a === b ? share * scale : 0)
    const sampler = openGaussian(classes)
    for (const [classIndex, mean] of means.entries()) {
      const drawn = rowsOf(sampler.draw({ classIndex, seed: 3, start: 0, count: draws }))
      for (let a = 0; a < d; a++) {
        const found = drawn.reduce((sum, vector) => sum + vector[a], 0) / draws
        // Five standard errors.
        expect(Math.abs(found - mean[a])).toBeLessThan(5 * Math.sqrt(covariance(a, a) / draws))
        for (let b = 0; b <= a; b++) {
          const product = drawn.reduce((sum, vector) => sum + (vector[a] - mean[a]) * (vector[b] - mean[b]), 0) / draws
          const error = Math.sqrt((covariance(a, a) * covariance(b, b) + covariance(a, b) ** 2) / draws)
          expect(Math.abs(product - covariance(a, b))).toBeLessThan(5 * error)
        }
      }
    }
  })

  it('lends a class of a single film the spread of the others', () => {
    const single = classFilms(1, 5, 2)
    const sampler = openGaussian([classFilms(8, 5, 1), single])
    const drawn = rowsOf(sampler.draw({ classIndex: 1, seed: 1, start: 0, count: 50 }))
    expect(sampler.repeated).toEqual([])
    expect(new Set(drawn.map((vector) => vector[0])).size).toBe(50)
    const mean = drawn.reduce((sum, vector) => sum + vector[0], 0) / 50
    expect(Math.abs(mean - row(single, 0)[0])).toBeLessThan(5)
  })
})

describe('SMOTE of features', () => {
  const distance = (a: readonly number[], b: readonly number[]) =>
    Math.sqrt(a.reduce((sum, value, j) => sum + (value - b[j]) ** 2, 0))

  it('draws points on the line from a film to one of its nearest films of the same class', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 12 }), fc.nat(1000), (count, seed) => {
        const films = classFilms(count, 4, 1 + (seed % 5))
        const known = rowsOf(films)
        const sampler = openSmote([classFilms(7, 4, 9), films])
        for (const vector of rowsOf(sampler.draw({ classIndex: 1, seed, start: 0, count: 8 }))) {
          const isBetween = known.some((film, i) => {
            const others = known.filter((_, other) => other !== i)
            others.sort((a, b) => distance(film, a) - distance(film, b))
            return others
              .slice(0, neighbours)
              .some(
                (other) => Math.abs(distance(film, vector) + distance(vector, other) - distance(film, other)) < 1e-4,
              )
          })
          expect(isBetween).toBe(true)
        }
      }),
    )
  })

  it('reaches every film of the class, and five neighbours of each', () => {
    // On a line, so that the neighbours of the first film are the next five.
    const films = ndarray('float32', [8, 1], Float32Array.from([0, 10, 21, 33, 46, 60, 175, 291]))
    const drawn = rowsOf(openSmote([films]).draw({ classIndex: 0, seed: 1, start: 0, count: 4000 })).flat()
    // Only from the last film, to one of its five nearest, is anything beyond 175 drawn; nothing lies beyond the last.
    expect(Math.max(...drawn)).toBeGreaterThan(280)
    expect(Math.max(...drawn)).toBeLessThanOrEqual(291)
    expect(Math.min(...drawn)).toBeGreaterThanOrEqual(0)
    expect(neighbours).toBe(5)
  })

  it('draws a class of a single film again and again, and says so', () => {
    const single = classFilms(1, 4, 3)
    const sampler = openSmote([classFilms(3, 4, 1), single])
    expect(sampler.repeated).toEqual([1])
    for (const vector of rowsOf(sampler.draw({ classIndex: 1, seed: 2, start: 0, count: 5 })))
      expect(vector).toEqual(row(single, 0))
  })
})
