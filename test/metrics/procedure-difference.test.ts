import { readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { Rng } from '../../src/base/random.js'
import { crossValidatedAuc } from '../../src/metrics/cross-validated-auc.js'
import { tQuantile } from '../../src/metrics/distributions.js'
import { covarianceOf, type Estimate, estimateDifference, estimateInterval } from '../../src/metrics/estimate.js'
import { patientInfluence } from '../../src/metrics/influence.js'
import { jackknifeInfluence } from '../../src/metrics/jackknife.js'
import { obuchowskiRockette } from '../../src/metrics/obuchowski-rockette.js'
import {
  casesBesideRepeats,
  differenceOverFolds,
  differenceOverRepeats,
} from '../../src/metrics/procedure-difference.js'
import { auc } from '../../src/metrics/roc.js'
import { correlatedScores, labelsOf } from './simulate.js'

const golden = JSON.parse(readFileSync(path.resolve(import.meta.dirname, '../golden/van-dyke.json'), 'utf8'))
const digits = (text: string) => [...text].map(Number)
const label = digits(golden.label)
const ratings: number[][][] = golden.ratings.map((readers: string[]) => readers.map(digits))
const patients = label.map((_, i) => `p${i}`)

const without = <T>(values: readonly T[], left: number) => values.filter((_, i) => i !== left)

describe('treatments over readers and cases', () => {
  it('have the published test of the VanDyke study (jackknife covariances)', () => {
    const theta = ratings.map((readers) => readers.map((own) => auc(label, own)))
    const u = ratings.map((readers) =>
      readers.map((own) => jackknifeInfluence(label.length, (left) => auc(without(label, left), without(own, left)))),
    )
    const { f, denominatorDegreesOfFreedom, p } = obuchowskiRockette(theta, u)
    expect(f).toBeCloseTo(golden.published.f, 3)
    expect(denominatorDegreesOfFreedom).toBeCloseTo(golden.published.ddf, 2)
    expect(p).toBeCloseTo(golden.published.p, 5)
  })

  it('have about the same test by influence values, without leaving anything out', () => {
    const theta = ratings.map((readers) => readers.map((own) => auc(label, own)))
    const u = ratings.map((readers) => readers.map((own) => patientInfluence(label, [own], patients).u))
    const { f, p } = obuchowskiRockette(theta, u)
    expect(f / golden.published.f).toBeCloseTo(1, 1)
    expect(p).toBeCloseTo(golden.published.p, 2)
  })
})

describe('the jackknife', () => {
  it('of a mean has its variance', () => {
    const values = new Rng(1).normals(30)
    const mean = (list: ArrayLike<number>) => Array.from(list).reduce((a, b) => a + b, 0) / list.length
    const u = jackknifeInfluence(30, (left) => mean(Array.from(values).filter((_, i) => i !== left)))
    const m = mean(values)
    const variance = Array.from(values).reduce((sum, v) => sum + (v - m) ** 2, 0) / 29 / 30
    expect(covarianceOf(u, u)).toBeCloseTo(variance, 12)
  })
})

const aucOf = (yTrue: readonly number[], scores: readonly number[], names: readonly string[]): Estimate =>
  crossValidatedAuc([{ yTrue, scores, patients: names }])

describe('a difference over repeats that met the same cases', () => {
  const pairs = ratings[0].map((own, r) => ({
    a: aucOf(label, ratings[1][r], patients),
    b: aucOf(label, own, patients),
  }))

  it('has the error and the degrees of freedom of the test by F', () => {
    const theta = ratings.map((readers) => readers.map((own) => auc(label, own)))
    const u = ratings.map((readers) => readers.map((own) => patientInfluence(label, [own], patients).u))
    const test = obuchowskiRockette(theta, u)
    const { difference, se, degreesOfFreedom, p } = differenceOverRepeats(pairs)
    expect((difference / se) ** 2).toBeCloseTo(test.f, 10)
    expect(degreesOfFreedom).toBeCloseTo(test.denominatorDegreesOfFreedom, 8)
    // At 0 the score limits have a little more variance than the symmetric t.
    expect(p).toBeCloseTo(test.p, 1)
    expect(p).toBeGreaterThan(test.p)
  })

  it('has a p-value that is the level at which a limit touches 0', () => {
    const { p } = differenceOverRepeats(pairs)
    expect(differenceOverRepeats(pairs, { lowTail: p / 2, highTail: p / 2 }).low).toBeCloseTo(0, 9)
  })

  it('is that of patients alone where repeats agree', () => {
    const same = [pairs[0], pairs[0], pairs[0]]
    const plain = estimateDifference(pairs[0].a, pairs[0].b)
    const { low, high, degreesOfFreedom } = differenceOverRepeats(same)
    expect(low).toBeCloseTo(plain.low, 10)
    expect(high).toBeCloseTo(plain.high, 10)
    // 45 of the 114 cases are diseased.
    expect(degreesOfFreedom).toBe(44)
  })

  // Limits of each arm widened at the patients' own correlation of 0.98 made this interval more than three times as wide.
  it('is as wide as its error and t say where GANs do more than patients', () => {
    const yTrue = labelsOf(300, 300)
    const names = yTrue.map((_, i) => `p${i}`)
    const rng = new Rng(8)
    const moves = [0.03, -0.02, 0.01, -0.03, 0.01]
    const moved = moves.map((move) => {
      const [a, b] = correlatedScores(yTrue, [0.9 + move, 0.9], 0.98, rng)
      return { a: aucOf(yTrue, a, names), b: aucOf(yTrue, b, names) }
    })
    const { low, high, se, degreesOfFreedom } = differenceOverRepeats(moved)
    const reach = tQuantile(0.975, degreesOfFreedom) * se
    expect((high - low) / 2 / reach).toBeGreaterThan(0.9)
    expect((high - low) / 2 / reach).toBeLessThan(1.1)
  })

  it('without a variance of patients rests on the spread of repeats', () => {
    const yTrue = labelsOf(10, 10)
    const names = yTrue.map((_, i) => `p${i}`)
    const perfect = aucOf(
      yTrue,
      yTrue.map((own, i) => own + i / 100),
      names,
    )
    const wrong = aucOf(
      yTrue,
      yTrue.map((own, i) => -own - i / 100),
      names,
    )
    const { low, high, p } = differenceOverRepeats([
      { a: perfect, b: perfect },
      { a: perfect, b: wrong },
    ])
    // d = 0.5 with a variance of 0.25 on one degree of freedom, and 0.25 * 0.5^2 * (1/10 + 1/10) more at 0.
    expect(low).toBeLessThan(0)
    expect(high).toBeGreaterThan(0.7)
    expect(p).toBeCloseTo(1 - (2 / Math.PI) * Math.atan(0.5 / Math.sqrt(0.25 + 0.0125)), 6)
  })
})

describe('cases that would decide, beside repeats', () => {
  it('narrow the patients’ part alone: with as many, both parts together reach delta', () => {
    const [n, byPatients, delta] = [100, 0.04, 0.02]
    const byPatientsAlone = n * (byPatients / delta) ** 2
    for (const whole of [0.04, 0.041, 0.042]) {
      const needed = casesBesideRepeats(byPatientsAlone, { byPatients, whole }, delta) as number
      const reached = Math.sqrt((byPatients ** 2 * n) / needed + whole ** 2 - byPatients ** 2)
      expect(reached).toBeLessThanOrEqual(delta + 1e-12)
      expect(reached).toBeGreaterThan(0.95 * delta)
    }
  })

  it('are none where GANs alone keep the limits further apart', () => {
    expect(casesBesideRepeats(400, { byPatients: 0.04, whole: 0.05 }, 0.02)).toBeNull()
  })
})

describe('a difference over folds', () => {
  /** Folds of `n` cases; each fold's GAN moves arm a's scores by a shift of its own. */
  function folded(foldCount: number, n: number, gain: number, ganDeviation: number, rng: Rng) {
    const folds = Array.from({ length: foldCount }, (_, fold) => {
      const yTrue = labelsOf(n / 2, n / 2)
      const scores = correlatedScores(yTrue, [0.85 + gain + ganDeviation * rng.normal(), 0.85], 0.9, rng)
      return { yTrue, scores, patients: yTrue.map((_, i) => `f${fold}p${i}`) }
    })
    const arm = (i: number) => folds.map(({ yTrue, scores, patients }) => ({ yTrue, scores: scores[i], patients }))
    const [a, b] = [arm(0), arm(1)]
    const differences = folds.map(({ yTrue, scores }) => auc(yTrue, scores[0]) - auc(yTrue, scores[1]))
    return { a: crossValidatedAuc(a), b: crossValidatedAuc(b), differences }
  }

  it('is never surer than patients alone, and less sure the more the folds differ', () => {
    const rng = new Rng(3)
    for (let run = 0; run < 20; run++) {
      const pair = folded(5, 40, 0, 0.02, rng)
      const plain = estimateDifference(pair.a, pair.b)
      const over = differenceOverFolds([pair])
      expect(over.low).toBeLessThanOrEqual(plain.low + 1e-12)
      expect(over.high).toBeGreaterThanOrEqual(plain.high - 1e-12)
      const apart = { ...pair, differences: pair.differences.map((d, i) => d + (i % 2 === 0 ? 0.1 : -0.1)) }
      expect(differenceOverFolds([apart]).se).toBeGreaterThan(over.se)
    }
  })

  it('of one and the same is nothing, as sure as the patients make it', () => {
    const { a } = folded(4, 20, 0, 0, new Rng(4))
    const { low, high } = estimateDifference(a, a)
    expect(differenceOverFolds([{ a, b: a, differences: [0, 0, 0, 0] }])).toMatchObject({ low, high, p: 1 })
    expect(high).toBeGreaterThan(0.02)
  })

  it('finds no more than its level where GANs differ by chance alone, where patients alone find far more', () => {
    const rng = new Rng(5)
    const runs = 300
    let [mine, patientsAlone] = [0, 0]
    for (let run = 0; run < runs; run++) {
      const pair = folded(5, 120, 0, 0.03, rng)
      if (differenceOverFolds([pair]).low > 0) mine++
      if (estimateDifference(pair.a, pair.b).low > 0) patientsAlone++
    }
    expect(mine / runs).toBeLessThan(0.025 + 2.33 * Math.sqrt((0.025 * 0.975) / runs))
    expect(patientsAlone / runs).toBeGreaterThan(0.06)
  })

  it('covers the AUC of one arm and finds a true gain', () => {
    const rng = new Rng(6)
    let [covered, found] = [0, 0]
    for (let run = 0; run < 800; run++) {
      const pair = folded(5, 60, 0.06, 0, rng)
      const { low, high } = estimateInterval(pair.b)
      if (low <= 0.85 && 0.85 <= high) covered++
      if (differenceOverFolds([pair]).low > 0) found++
    }
    expect(covered / 800).toBeGreaterThan(0.93)
    expect(found / 800).toBeGreaterThan(0.8)
  })
})
