import { readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { Rng } from '../../src/base/random.js'
import { aucCovariance, designOf } from '../../src/metrics/auc-covariance.js'
import { delongTest, differenceLimits } from '../../src/metrics/auc-difference.js'
import { aucInterval } from '../../src/metrics/auc-interval.js'
import { normalQuantile, tQuantile } from '../../src/metrics/distributions.js'
import { placements } from '../../src/metrics/placements.js'
import { shiftOf } from './simulate.js'

const example = JSON.parse(readFileSync(path.resolve(import.meta.dirname, '../golden/clustered-auc.json'), 'utf8'))
const { label, reader1, reader2, published } = example
const patients: string[] = example.patient.map(String)

describe('patients with several images', () => {
  it("have Obuchowski's published areas, errors and test (65 arteries of 36 patients)", () => {
    const { seA, seB, se, difference } = delongTest(label, reader2, reader1, { patients })
    expect(aucInterval(label, reader1).value).toBeCloseTo(published.auc[0], 4)
    expect(aucInterval(label, reader2).value).toBeCloseTo(published.auc[1], 4)
    expect(seB).toBeCloseTo(published.se[0], 4)
    expect(seA).toBeCloseTo(published.se[1], 4)
    expect(se).toBeCloseTo(published.seDifference, 4)
    expect(difference).toBeCloseTo(published.difference, 4)
    expect(difference - 1.96 * se).toBeCloseTo(published.waldDifference[0], 4)
    expect(difference + 1.96 * se).toBeCloseTo(published.waldDifference[1], 4)
  })

  it('have the covariances that her published components make, cross terms included', () => {
    const { M, N, s10, s01, s11 } = published.components
    const design = designOf(label, patients)
    expect([design.withPositive, design.withNegative]).toEqual([published.withPositive, published.withNegative])
    const readers = [placements(label, reader1), placements(label, reader2)]
    for (const [i, j] of [
      [0, 0],
      [0, 1],
      [1, 0],
      [1, 1],
    ]) {
      const expected = s10[i][j] / M + s01[i][j] / N + (s11[i][j] + s11[j][i]) / (M * N)
      expect(aucCovariance(readers[i], readers[j], design)).toBeCloseTo(expected, 11)
    }
  })

  it('take t on one less than the patients of the rarer class, on the logit scale', () => {
    const { value, se, low, method } = aucInterval(label, reader1, { patients })
    const logit =
      Math.log(value / (1 - value)) - (tQuantile(0.975, published.withPositive - 1) * se) / (value * (1 - value))
    expect(low).toBeCloseTo(1 / (1 + Math.exp(-logit)), 12)
    expect(method).toBe('logit, clustered by patient (Obuchowski 1997)')
  })

  it("keep pROC's plain limits beside their own, as the field wald", () => {
    const clustered = aucInterval(label, reader1, { patients })
    const plain = aucInterval(label, reader1)
    expect(clustered.wald).toEqual(plain.wald)
    expect(clustered.se).not.toBe(plain.se)
  })

  it("are DeLong's where each has one image", () => {
    const single = label.map((_: number, i: number) => `p${i}`)
    expect(aucInterval(label, reader1, { patients: single })).toEqual(aucInterval(label, reader1))
    // The clustered formula itself, made to run on single images.
    const own = placements(label, reader1)
    const design = { ...designOf(label, single), patients: single }
    expect(aucCovariance(own, own, design)).toBeCloseTo(aucCovariance(own, own, designOf(label)), 14)
  })

  it('have the same variance in whatever order and by whatever name', () => {
    const order = new Rng(3).permutation(label.length)
    const shuffled = <T>(values: readonly T[]) => Array.from(order, (i) => values[i])
    const renamed = patients.map((patient) => `x${1000 - Number(patient)}`)
    const { se } = aucInterval(shuffled(label), shuffled(reader1), { patients: shuffled(renamed) })
    expect(se).toBeCloseTo(aucInterval(label, reader1, { patients }).se, 13)
  })

  it('have the variance of twice as many independent cases divided by none, where each image is there twice', () => {
    const twice = <T>(values: readonly T[]) => [...values, ...values]
    const single = label.map((_: number, i: number) => `p${i}`)
    const { se } = aucInterval(twice(label), twice(reader1), { patients: twice(single) })
    expect(se).toBeCloseTo(aucInterval(label, reader1).se, 13)
    expect(aucInterval(twice(label), twice(reader1)).se).toBeLessThan(0.75 * se)
  })

  it('are refused where a case has no patient', () => {
    expect(() => aucInterval([1, 0, 1], [1, 2, 3], { patients: ['a', 'a'] })).toThrow('3 labels but 2 patients')
  })

  it('of one class from a single patient have limits by a method that needs no variance', () => {
    const { se, low, high, method, reason } = aucInterval([1, 1, 0, 0, 0], [3, 1, 2, 0, 0], {
      patients: ['a', 'a', 'b', 'c', 'd'],
    })
    expect(se).toBeNaN()
    expect(low < 5 / 6 && 5 / 6 < high).toBe(true)
    expect(method).toBe('Newcombe 2006, method 5')
    expect(reason).toBe('too-few-patients-of-a-class')
  })

  // STATISTICS 3: with 40 patients the clustered interval covers 0.95-0.97, plain DeLong 0.87-0.94.
  it.each([
    ['of one class each', (patient: number) => [patient % 2, patient % 2]],
    ['of both classes each', () => [0, 1]],
    ['of both kinds', (patient: number) => (patient % 3 === 0 ? [0, 1] : [patient % 2, patient % 2])],
  ])('are covered as often as the interval says: 40 patients %s', (_, labelsFor) => {
    const rng = new Rng(8)
    const truth = 0.9
    const [yTrue, patient] = [[] as number[], [] as string[]]
    for (let p = 0; p < 40; p++) {
      for (const own of labelsFor(p)) {
        yTrue.push(own)
        patient.push(`p${p}`)
      }
    }
    const runs = 1200
    let covered = 0
    for (let run = 0; run < runs; run++) {
      const effect = new Map<string, number>()
      const scores = yTrue.map((own, i) => {
        if (!effect.has(patient[i])) effect.set(patient[i], Math.sqrt(0.5) * rng.normal())
        return own * shiftOf(truth) + (effect.get(patient[i]) as number) + Math.sqrt(0.5) * rng.normal()
      })
      const { low, high } = aucInterval(yTrue, scores, { patients: patient })
      if (low <= truth && truth <= high) covered++
    }
    expect(covered / runs).toBeGreaterThan(0.935)
    expect(covered / runs).toBeLessThan(0.985)
  })

  it('widen the limits of a difference, and leave its plain DeLong test as it is', () => {
    const rng = new Rng(9)
    const ids = Array.from({ length: 30 }, (_, p) => [`p${p}`, `p${p}`]).flat()
    const yTrue = ids.map((_, i) => Math.floor(i / 2) % 2)
    const noise = () => Array.from({ length: 30 }, () => rng.normal()).flatMap((value) => [value, value])
    const [effectA, effectB] = [noise(), noise()]
    const a = yTrue.map((own, i) => own * 1.5 + effectA[i] + 0.3 * rng.normal())
    const b = yTrue.map((own, i) => own * 0.8 + effectB[i] + 0.3 * rng.normal())
    const plain = delongTest(yTrue, a, b)
    const clustered = delongTest(yTrue, a, b, { patients: ids })
    expect(clustered.delong).toEqual(plain.delong)
    expect(clustered.high - clustered.low).toBeGreaterThan(plain.high - plain.low)
    expect(clustered.method).toBe('score limits, clustered by patient (Obuchowski 1997)')
    const { low } = differenceLimits(yTrue, a, b, { patients: ids, lowTail: 0.025, highTail: 0.025 })
    expect(low).toBeCloseTo(clustered.low, 14)
  })
})

describe('quantiles', () => {
  it("are R's", () => {
    expect(tQuantile(0.975, 22)).toBeCloseTo(2.0738730679, 9)
    expect(normalQuantile(0.975)).toBeCloseTo(1.959963984540054, 12)
  })
})
