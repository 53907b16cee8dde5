import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ndarray } from '../../src/base/ndarray.js'
import { Rng } from '../../src/base/random.js'
import { nearestRows } from '../../src/metrics/nearest.js'
import { featureRange, rowsPassing, selectionThresholds, thresholdsPassed } from '../../src/synthetic/selection.js'

const matrix = (rows: readonly (readonly number[])[]) =>
  ndarray('float32', [rows.length, rows[0].length], Float32Array.from(rows.flat()))

describe('the range of a class', () => {
  it('is how far the film that lies furthest off has its nearest one of another patient', () => {
    const films = matrix([[0], [1], [4], [6]])
    expect(featureRange(films, ['a', 'b', 'c', 'd'])).toBe(2)
    // The last two are of one patient: the second is the nearest other film of both.
    expect(featureRange(films, ['a', 'b', 'c', 'c'])).toBe(5)
  })

  it('is not known of one patient', () => {
    expect(featureRange(matrix([[0], [1]]), ['a', 'a'])).toBeNull()
    expect(featureRange(matrix([[0]]), ['a'])).toBeNull()
  })

  it('holds every training film, and all but about one in n + 1 of further films of the class, in any number of features', () => {
    const normal = (rng: Rng, n: number, d: number) =>
      ndarray(
        'float32',
        [n, d],
        Float32Array.from({ length: n * d }, () => rng.normal()),
      )
    for (const d of [2, 300]) {
      let [fell, further] = [0, 0]
      for (let run = 0; run < 40; run++) {
        const rng = new Rng(1).split(`${d}`).at(run)
        const films = normal(rng.split('films'), 30, d)
        const range = featureRange(
          films,
          Array.from({ length: 30 }, (_, i) => `${i}`),
        ) as number
        const own = nearestRows(films, films).distance
        expect(own.every((distance) => distance <= range)).toBe(true)
        const { distance } = nearestRows(normal(rng.split('further'), 50, d), films)
        fell += distance.filter((one) => one > range).length
        further += distance.length
      }
      // One in 31 is 0.032.
      expect(fell / further, `${d} features`).toBeGreaterThan(0.015)
      expect(fell / further, `${d} features`).toBeLessThan(0.05)
    }
  })
})

describe('a selection', () => {
  it('is by the range alone at 0, and above the others never at them', () => {
    const distances = [1, 1, 1, 1, 1, 1, 2.1, Number.NaN]
    const probabilities = [0, 0.3, 0.5, 0.51, 0.8, 0.81, 1, 1]
    expect(thresholdsPassed({ distances, probabilities }, 2)).toEqual([1, 1, 1, 2, 2, 3, 0, 0])
  })

  it('lets pass with a larger threshold only what passes with a smaller one', () => {
    const image = fc.record({
      distance: fc.double({ min: 0, max: 3, noNaN: true }),
      probability: fc.double({ min: 0, max: 1, noNaN: true }),
    })
    fc.assert(
      fc.property(fc.array(image), (images) => {
        const passed = thresholdsPassed(
          {
            distances: images.map(({ distance }) => distance),
            probabilities: images.map(({ probability }) => probability),
          },
          1.5,
        )
        const rows = selectionThresholds.map((_, place) => rowsPassing(passed, place))
        for (const [place, threshold] of selectionThresholds.entries()) {
          for (const row of rows[place]) {
            expect(images[row].distance).toBeLessThanOrEqual(1.5)
            expect(images[row].probability).toBeGreaterThanOrEqual(threshold)
            if (place > 0) expect(rows[place - 1]).toContain(row)
          }
          expect(rows[place]).toEqual([...rows[place]].sort((a, b) => a - b))
        }
      }),
    )
  })
})
