import { describe, expect, it } from 'vitest'
import { ndarray } from '../../../src/base/ndarray.js'
import { Rng } from '../../../src/base/random.js'
import { resolveConfig } from '../../../src/experiment/config/resolve.js'
import type { LearningFeatures, LearningFilms } from '../../../src/experiment/learning/curve-scores.js'
import { curveRepeats, curveWork, headsOfCurve, measureCurve } from '../../../src/experiment/learning/learning-curve.js'
import { estimateInterval } from '../../../src/metrics/estimate.js'

const config = resolveConfig({ dataset: 'films' })

/** Features of which a few columns differ between classes by `shift`; each patient's films share a part of their noise. */
function madeFilms({
  patients = 60,
  perPatient = 1,
  columns = 12,
  shift = 0.5,
  classes = ['healthy', 'sick'],
  copyNoise = 0.2,
}: {
  patients?: number
  perPatient?: number
  columns?: number
  shift?: number
  classes?: string[]
  copyNoise?: number
}): { set: LearningFilms; features: LearningFeatures } {
  const rng = new Rng(11)
  const rows: number[][] = []
  const classIndices: number[] = []
  const names: string[] = []
  for (let p = 0; p < patients; p++) {
    const own = rng.normals(columns)
    for (let i = 0; i < perPatient; i++) {
      const label = p % classes.length
      const noise = rng.normals(columns)
      rows.push(
        Array.from(own, (value, c) => 0.8 * value + 0.6 * noise[c] + (c % classes.length === label ? shift : 0)),
      )
      classIndices.push(label)
      names.push(`patient-${p}`)
    }
  }
  const matrix = (change: (value: number) => number) =>
    ndarray('float32', [rows.length, columns], Float32Array.from(rows.flat(), change))
  return {
    set: { classIndices, classes, patients: names },
    features: { films: matrix((x) => x), copies: matrix((x) => x + copyNoise * rng.normal()) },
  }
}

function curveOf(
  { set, features }: Pick<ReturnType<typeof madeFilms>, 'set' | 'features'>,
  positiveIndex: number | null = 1,
) {
  const options = { config, positiveIndex }
  return measureCurve(curveWork(set, options), features, options)
}

describe('the learning curve over real films', () => {
  it('rises where more films help, and its sizes are parts of each other', async () => {
    const { set, features } = madeFilms({ patients: 120, columns: 40, shift: 0.35 })
    let heads = 0
    const options = { config, positiveIndex: 1, onFit: (more: number) => (heads += more) }
    const work = curveWork(set, options)
    const { sizes } = await measureCurve(work, features, options)
    expect(heads).toBe(headsOfCurve(work, features))
    expect(sizes.map(({ films }) => films)).toEqual([17, 25, 34, 46, 63, 84])
    expect(sizes[5].estimate.value).toBeGreaterThan(sizes[0].estimate.value + 0.05)
    expect(sizes.every(({ point }) => point.values.length === curveRepeats)).toBe(true)
  })

  it('finds nothing in noise', async () => {
    const { set, features } = madeFilms({ patients: 80, shift: 0 })
    const { sizes } = await curveOf({ set, features })
    const { low, high } = estimateInterval(sizes[sizes.length - 1].estimate)
    expect(low).toBeLessThan(0.5)
    expect(high).toBeGreaterThan(0.5)
  })

  it('tells that the scores of a patient’s films go together', async () => {
    const one = madeFilms({ patients: 60, perPatient: 1 })
    const four = madeFilms({ patients: 60, perPatient: 4 })
    const effect = async ({ set, features }: typeof one) => (await curveOf({ set, features })).designEffect
    expect(await effect(one)).toBe(1)
    expect(await effect(four)).toBeGreaterThan(1.3)
  })

  it('tells how alike the scores are of a head that also saw copies', async () => {
    const alike = madeFilms({ copyNoise: 0.1 })
    const unlike = madeFilms({ copyNoise: 4 })
    const correlation = async ({ set, features }: typeof alike) => (await curveOf({ set, features })).correlation
    const [near, far] = [await correlation(alike), await correlation(unlike)]
    expect(near).toBeGreaterThan(0.9)
    expect(far).toBeLessThan(near)
  })

  it('is the same without copies, and fits no head at a size with too few films of a class', async () => {
    const { set, features } = madeFilms({ patients: 40 })
    const work = curveWork(set, { config, positiveIndex: 1 })
    expect(work.wanted).toEqual([0.3, 0.4, 0.55, 0.75, 1])
    const without = { films: features.films }
    expect(headsOfCurve(work, without)).toBe(curveRepeats * 10 * 5)
    const [first, second] = [
      await curveOf({ set, features }),
      await curveOf({ set, features: without as typeof features }),
    ]
    expect(second.sizes).toEqual(first.sizes)
  })

  it('works for three classes, and leaves out sizes with too few films of one', async () => {
    const { set, features } = madeFilms({ patients: 45, classes: ['a', 'b', 'c'], shift: 1 })
    const { sizes } = await curveOf({ set, features }, null)
    expect(sizes[0].films).toBeGreaterThanOrEqual(12)
    expect(sizes[sizes.length - 1].estimate.value).toBeGreaterThan(0.7)
  })
})
