import { readFileSync } from 'node:fs'
import path from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fromNumbers } from '../../src/base/ndarray.js'
import { Rng } from '../../src/base/random.js'
import { copyEvidence } from '../../src/metrics/authenticity.js'
import type { FeatureMatrix } from '../../src/metrics/feature-matrix.js'
import { fid, fidOfHalves } from '../../src/metrics/fid.js'
import { kid } from '../../src/metrics/kid.js'
import { precisionRecall } from '../../src/metrics/precision-recall.js'

interface Case {
  name: string
  real: number[][]
  synthetic: number[][]
  heldOut: number[][]
  kid: number
  fid: number
  precision: number
  recall: number
  density: number
  coverage: number
  authenticity: number
  nearestRatio: number
}

const golden = JSON.parse(
  readFileSync(path.resolve(import.meta.dirname, '../golden/generated-features.json'), 'utf8'),
) as { cases: Case[] }

const matrix = (rows: number[][]) => fromNumbers('float64', [rows.length, rows[0].length], rows.flat())

function normal(n: number, d: number, rng: Rng, shift = 0): FeatureMatrix {
  return fromNumbers(
    'float64',
    [n, d],
    Array.from({ length: n * d }, () => rng.normal() + shift),
  )
}

describe.each(golden.cases)('features with $name', (one) => {
  const [real, synthetic, heldOut] = [one.real, one.synthetic, one.heldOut].map(matrix)

  it('have the KID of scikit-learn and torch-fidelity', () => {
    expect(kid(real, synthetic).value).toBeCloseTo(one.kid, 10)
  })

  it('have the FID of mpmath and torch-fidelity', () => {
    expect(Math.abs((fid(real, synthetic) as number) - one.fid)).toBeLessThan(1e-9 * Math.max(1, one.fid))
  })

  it("have prdc's precision, recall, density and coverage", () => {
    const { precision, recall, density, coverage } = precisionRecall(real, synthetic)
    for (const [ours, theirs] of [
      [precision, one.precision],
      [recall, one.recall],
      [density, one.density],
      [coverage, one.coverage],
    ])
      expect(ours).toBeCloseTo(theirs as number, 12)
  })

  it('have the authenticity and nearest distances that the definition gives', () => {
    const { summary } = copyEvidence(real, synthetic, { heldOut })
    expect(summary.authenticity).toBeCloseTo(one.authenticity, 12)
    expect(summary.nearestRatio).toBeCloseTo(one.nearestRatio, 9)
    expect(summary.reference).toBe('held-out')
  })

  it('are the same for float32 where the values are, and whichever order the rows stand in', () => {
    const single = (m: FeatureMatrix) => fromNumbers('float32', m.shape, m.data)
    const double = (m: FeatureMatrix) => fromNumbers('float64', m.shape, single(m).data)
    const backwards = (rows: number[][]) => matrix([...rows].reverse())
    expect(kid(single(real), single(synthetic))).toEqual(kid(double(real), double(synthetic)))
    expect(fid(single(real), single(synthetic))).toBeCloseTo(fid(double(real), double(synthetic)) as number, 12)
    const [turnedReal, turnedSynthetic] = [backwards(one.real), backwards(one.synthetic)]
    expect(kid(turnedReal, turnedSynthetic).value).toBeCloseTo(one.kid, 10)
    expect(precisionRecall(turnedReal, turnedSynthetic).coverage).toBeCloseTo(one.coverage, 12)
  })
})

describe('the kernel distance', () => {
  /** The estimate and its jackknife as they are defined, pair by pair. */
  function slowKid(x: number[][], y: number[][], patients: string[]) {
    const k = (a: number[], b: number[]) => (a.reduce((sum, v, j) => sum + v * b[j], 0) / a.length + 1) ** 3
    const value = (xs: number[][], ys: number[][]) => {
      const [m, n] = [xs.length, ys.length]
      let sum = 0
      const ordered = (rows: number[][]) => {
        let pairs = 0
        for (const [i, a] of rows.entries()) for (const [j, b] of rows.entries()) if (i !== j) pairs += k(a, b)
        return pairs / (rows.length * (rows.length - 1))
      }
      sum += ordered(xs) + ordered(ys)
      for (const a of xs) for (const b of ys) sum -= (2 * k(a, b)) / (m * n)
      return sum
    }
    const variance = (values: number[]) => {
      const mean = values.reduce((a, b) => a + b) / values.length
      return ((values.length - 1) / values.length) * values.reduce((sum, v) => sum + (v - mean) ** 2, 0)
    }
    const a = [...new Set(patients)].map((left) =>
      value(
        x.filter((_, i) => patients[i] !== left),
        y,
      ),
    )
    const b = y.map((_, left) =>
      value(
        x,
        y.filter((_row, j) => j !== left),
      ),
    )
    return { value: value(x, y), variance: variance(a) + variance(b), units: Math.min(a.length, b.length) }
  }

  it('and its interval are those of the definition, patients left out whole', () => {
    const rng = new Rng(3)
    const [x, y] = [normal(14, 5, rng), normal(9, 5, rng, 0.4)]
    const rows = ({ data, shape }: FeatureMatrix) =>
      Array.from({ length: shape[0] }, (_, i) => [...data.subarray(i * shape[1], (i + 1) * shape[1])])
    const patients = ['a', 'a', 'b', 'c', 'c', 'c', 'd', 'e', 'f', 'g', 'h', 'a', 'i', 'j']
    const slow = slowKid(rows(x), rows(y), patients)
    const fast = kid(x, y, { patients })
    expect(fast.value).toBeCloseTo(slow.value, 12)
    // t on 8 degrees of freedom, from any table
    expect(((fast.high as number) - (fast.value as number)) / Math.sqrt(slow.variance)).toBeCloseTo(2.306, 3)
    expect(slow.units).toBe(9)
  })

  it('covers the true distance in about 95 of 100 samples, and misses seldom where there is none', () => {
    // Normals of unit variance and d = 4, the second shifted by s: E k from the moments of x.y / d + 1.
    const d = 4
    const truth = (shift: number) => {
      const rng = new Rng(77)
      return { shift, value: monteCarlo(shift, rng) }
    }
    function monteCarlo(shift: number, rng: Rng): number {
      const of = () => kid(normal(400, d, rng), normal(400, d, rng, shift)).value as number
      let sum = 0
      for (let i = 0; i < 60; i++) sum += of()
      return sum / 60
    }
    const coverage = ({ shift, value }: { shift: number; value: number }, m: number, n: number) => {
      const rng = new Rng(78).at(m).at(n)
      let covered = 0
      const runs = 300
      for (let run = 0; run < runs; run++) {
        const { low, high } = kid(normal(m, d, rng), normal(n, d, rng, shift))
        if ((low as number) <= value && value <= (high as number)) covered++
      }
      return covered / runs
    }
    const far = truth(0.7)
    for (const [m, n] of [
      [25, 100],
      [60, 60],
    ]) {
      const share = coverage(far, m, n)
      expect(share).toBeGreaterThan(0.9)
      expect(share).toBeLessThan(0.99)
    }
    expect(coverage({ shift: 0, value: 0 }, 40, 80)).toBeGreaterThan(0.95)
  })

  it('says why there is no interval, or no value', () => {
    const x = normal(6, 3, new Rng(1))
    expect(kid(x, normal(1, 3, new Rng(2)))).toMatchObject({
      value: null,
      reason: 'fewer-than-two-images',
    })
    const two = kid(x, normal(2, 3, new Rng(2)))
    expect(two).toMatchObject({ low: null, reason: 'fewer-than-three-units' })
    expect(two.value).not.toBeNull()
    expect(kid(x, x, { patients: ['a', 'a', 'a', 'b', 'b', 'b'] }).low).toBeNull()
  })
})

describe('the Fréchet distance', () => {
  it('is 0 between a set and itself, and the squared step for a shifted set, whatever the counts', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 12 }), fc.integer({ min: 1, max: 15 }), fc.nat(1000), (n, d, seed) => {
        const x = normal(n, d, new Rng(seed))
        const moved = fromNumbers(
          'float64',
          x.shape,
          x.data.map((value) => value + 2),
        )
        expect(fid(x, x)).toBeCloseTo(0, 9)
        expect(fid(x, moved)).toBeCloseTo(4 * d, 8)
      }),
      { numRuns: 40 },
    )
  })

  it('is the same both ways round', () => {
    const rng = new Rng(5)
    const [x, y] = [normal(9, 14, rng), normal(20, 14, rng, 1)]
    expect(fid(x, y)).toBeCloseTo(fid(y, x) as number, 9)
  })

  it('of two halves is far from 0 in few images of many features, and keeps patients whole', () => {
    const x = normal(20, 30, new Rng(6))
    expect(fidOfHalves(x, new Rng(1))).toBeGreaterThan(10)
    // Two films of each of ten patients, nearly equal: halves that tore patients apart would be alike.
    const second = x.data.slice(0, 300).map((value) => value + 0.001)
    const twice = fromNumbers('float64', [20, 30], [...x.data.slice(0, 300), ...second])
    const patients = Array.from({ length: 20 }, (_, i) => `patient ${i % 10}`)
    const torn = fidOfHalves(twice, new Rng(1), { times: 20 }) as number
    expect(fidOfHalves(twice, new Rng(1), { patients, times: 20 })).toBeGreaterThan(1.3 * torn)
    expect(fidOfHalves(normal(3, 2, new Rng(1)), new Rng(1))).toBeNull()
  })
})

describe('precision, recall, density and coverage', () => {
  it('say why there are none where a set has no more than k rows', () => {
    const five = normal(5, 2, new Rng(1))
    const answer = precisionRecall(normal(30, 2, new Rng(2)), five)
    expect(answer).toMatchObject({ precision: null, recall: null, density: null, coverage: null })
    expect(answer.reason).toEqual({ kind: 'too-few-images', neighbours: 5 })
    expect(precisionRecall(five, five, 4).precision).not.toBeNull()
  })

  it('know a collapsed set by its recall and a distant one by its precision', () => {
    const rng = new Rng(9)
    const real = normal(60, 3, rng)
    const collapsed = fromNumbers(
      'float64',
      [60, 3],
      Array.from({ length: 180 }, () => 0.1 + 0.01 * rng.normal()),
    )
    const distant = normal(60, 3, rng, 20)
    expect(precisionRecall(real, collapsed)).toMatchObject({ precision: 1, recall: 0 })
    expect(precisionRecall(real, distant)).toMatchObject({ precision: 0, recall: 0, density: 0, coverage: 0 })
  })

  it('cover 1 - 2^-k of the real rows on average where both sets are drawn alike (Naeem et al., equation 7)', () => {
    const rng = new Rng(12)
    const values = Array.from(
      { length: 30 },
      () => precisionRecall(normal(100, 8, rng), normal(100, 8, rng)).coverage as number,
    )
    expect(values.reduce((a, b) => a + b) / 30).toBeCloseTo(1 - 2 ** -5, 1)
  })
})

describe('evidence of copying', () => {
  it('finds copies and leaves new samples at the number expected by chance', () => {
    const rng = new Rng(21)
    const training = normal(150, 10, rng)
    const copies = fromNumbers(
      'float64',
      [50, 10],
      training.data.slice(0, 500).map((value) => value + 0.01 * rng.normal()),
    )
    const found = copyEvidence(training, copies, { heldOut: normal(40, 10, rng) }).summary
    expect(found).toMatchObject({ authenticity: 0, suspected: 50 })
    expect(found.suspectedP).toBeLessThan(1e-6)
    expect(found.nearestRatio).toBeLessThan(0.05)
  })

  it.each([60, 150, 400])('suspects as many new samples as it says chance would, with %i training films', (n) => {
    const rng = new Rng(24).at(n)
    let suspected = 0
    let expected = 0
    let unlikely = 0
    for (let run = 0; run < 60; run++) {
      const { summary } = copyEvidence(normal(n, 10, rng), normal(200, 10, rng), { heldOut: normal(40, 10, rng) })
      suspected += summary.suspected as number
      expected += summary.suspectedByChance as number
      if ((summary.suspectedP as number) < 0.05) unlikely++
      expect(summary.nearestRatio).toBeGreaterThan(0.85)
    }
    expect(suspected / expected).toBeGreaterThan(0.8)
    expect(suspected / expected).toBeLessThan(1.25)
    // 60 runs: 3 are expected, more than 8 would happen once in 500 times.
    expect(unlikely).toBeLessThanOrEqual(8)
  })

  it("does not take a patient's films for neighbours of each other", () => {
    const rng = new Rng(22)
    const first = normal(30, 6, rng)
    const training = fromNumbers('float64', [60, 6], [...first.data, ...first.data.map((value) => value + 0.001)])
    const patients = Array.from({ length: 60 }, (_, i) => String(i % 30))
    const near = fromNumbers(
      'float64',
      [30, 6],
      first.data.map((value) => value + 0.1),
    )
    expect(copyEvidence(training, near, { patients }).summary.suspected).toBe(30)
    expect(copyEvidence(training, near).summary.suspected).toBe(0)
  })

  it('suspects an equal image even where training films stand twice', () => {
    const x = normal(4, 3, new Rng(1))
    const training = fromNumbers('float64', [8, 3], [...x.data, ...x.data])
    expect(copyEvidence(training, x).summary).toMatchObject({ suspected: 4, authenticity: 0, nearestRatio: null })
  })

  it('takes the training films among themselves as the reference where nothing was held out', () => {
    const rng = new Rng(23)
    const { summary } = copyEvidence(normal(80, 5, rng), normal(80, 5, rng))
    expect(summary.reference).toBe('leave-one-out')
    expect(summary.nearestRatio).toBeGreaterThan(0.8)
    expect(copyEvidence(normal(1, 5, rng), normal(3, 5, rng)).summary).toMatchObject({
      suspected: null,
      nearestRatio: null,
      reason: 'no-other-patient',
    })
  })
})
