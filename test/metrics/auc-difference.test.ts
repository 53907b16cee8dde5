import { readFileSync } from 'node:fs'
import path from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Rng } from '../../src/base/random.js'
import { casesToDecide, delongTest, differenceLimits, unpairedDelongTest } from '../../src/metrics/auc-difference.js'
import { correlatedScores, labelsOf } from './simulate.js'

const golden = JSON.parse(readFileSync(path.resolve(import.meta.dirname, '../golden/auc.json'), 'utf8'))
const { label, scores } = golden.asah as { label: number[]; scores: Record<string, number[]> }

const rows = fc
  .array(fc.tuple(fc.constantFrom(0, 1), fc.integer({ min: 0, max: 9 }), fc.integer({ min: 0, max: 9 })), {
    minLength: 6,
    maxLength: 40,
  })
  .filter((list) => [0, 1].every((label) => list.filter(([own]) => own === label).length >= 2))
  .map((list) => ({
    yTrue: list.map(([own]) => own),
    a: list.map(([, score]) => score),
    b: list.map(([, , score]) => score),
  }))

describe('two AUCs on the same cases', () => {
  it.each(['asah', 'ties'])("have pROC's DeLong test: %s", (name) => {
    const { label, scores, areas, paired } = golden[name]
    for (const { a, b, z, p, covariance } of paired) {
      const { difference, delong, correlation, seA, seB } = delongTest(label, scores[a], scores[b])
      expect(difference).toBeCloseTo(areas[a].auc - areas[b].auc, 12)
      expect(delong.z).toBeCloseTo(z, 9)
      expect(delong.p).toBeCloseTo(p, 9)
      expect(correlation * seA * seB).toBeCloseTo(covariance, 12)
    }
  })

  it('have a p-value that is the level at which a limit touches 0', () => {
    const { p, z, difference } = delongTest(label, scores.wfns, scores.ndka)
    const limits = differenceLimits(label, scores.wfns, scores.ndka, { lowTail: p / 2, highTail: p / 2 })
    expect(difference).toBeGreaterThan(0)
    expect(limits.low).toBeCloseTo(0, 10)
    expect(z).toBeGreaterThan(0)
  })

  it('are told apart at 5 % where, and only where, the 95 % limits leave out 0', () => {
    fc.assert(
      fc.property(rows, ({ yTrue, a, b }) => {
        const { low, high, p } = delongTest(yTrue, a, b)
        if (Math.abs(p - 0.05) > 1e-6) expect(low > 0 || high < 0).toBe(p < 0.05)
      }),
    )
  })

  it('change sign, limits and nothing else when they change places', () => {
    fc.assert(
      fc.property(rows, ({ yTrue, a, b }) => {
        const ab = delongTest(yTrue, a, b)
        const ba = delongTest(yTrue, b, a)
        expect(ba.difference).toBeCloseTo(-ab.difference, 12)
        expect(ba.low).toBeCloseTo(-ab.high, 10)
        expect(ba.p).toBeCloseTo(ab.p, 8)
      }),
    )
  })

  it('have a defined test far from 0: p is small, never 0', () => {
    const rng = new Rng(4)
    const yTrue = labelsOf(400, 400)
    const [a, b] = correlatedScores(yTrue, [0.97, 0.5], 0.5, rng)
    const { p, z } = delongTest(yTrue, a, b)
    expect(z).toBeGreaterThan(10)
    expect(p).toBeGreaterThan(0)
    expect(p).toBeLessThan(1e-20)
  })

  it('that are one and the same differ by nothing (z 0, p 1), within limits that say how sure that is', () => {
    const expected = { difference: 0, z: 0, p: 1, correlation: 1, delong: { z: 0, p: 1 } }
    const own = delongTest(label, scores.ndka, scores.ndka)
    expect(own).toMatchObject(expected)
    expect(own.low).toBe(-own.high)
    expect(own.high).toBeGreaterThan(0.01)
    const inOrder = scores.ndka.map((score) => Math.log(score))
    expect(delongTest(label, scores.ndka, inOrder)).toEqual(own)
  })

  it('of which one is perfect are still compared', () => {
    const yTrue = labelsOf(20, 20)
    const perfect = yTrue.map((own, i) => own * 100 + i)
    const other = new Rng(2).normals(40)
    const { low, high, p, delong } = delongTest(yTrue, perfect, other)
    expect(low).toBeGreaterThan(0)
    expect(high).toBeLessThanOrEqual(1)
    expect(p).toBeLessThan(0.05)
    expect(Number.isFinite(delong.z)).toBe(true)
  })

  it('without any variance have limits, and no DeLong test', () => {
    const yTrue = labelsOf(20, 20)
    const perfect = yTrue.map((own, i) => own * 100 + i)
    const wrong = perfect.map((score) => -score)
    const { low, p, delong } = delongTest(yTrue, perfect, wrong)
    // Of 20 films that all agree, 1 - t^2 / (20 + ...) of the way: (1 - delta) = t^2 (1 + delta) / 40 at t = 2.093.
    expect(low).toBeCloseTo((1 - 0.109516) / (1 + 0.109516), 4)
    expect(p).toBeLessThan(0.001)
    expect(delong).toEqual({ z: Number.NaN, p: Number.NaN })
  })

  it('are not numbers, with a reason, where one class only is present', () => {
    const { difference, low, p, reason } = delongTest([1, 1], [0.1, 0.2], [0.3, 0.1])
    expect([difference, low, p]).toEqual([Number.NaN, Number.NaN, Number.NaN])
    expect(reason).toBe('one-class')
    expect(differenceLimits([1, 1], [1, 2], [2, 1], { lowTail: 0.025, highTail: 0.025 }).low).toBeNaN()
    expect(casesToDecide([1, 1], [1, 2], [2, 1], { lowTail: 0.025, highTail: 0.025, delta: 0.02 })).toBeNull()
  })
})

describe('two AUCs on different cases', () => {
  it("have pROC's test, its degrees of freedom included", () => {
    const { labelA, scoreA, labelB, scoreB, t, degreesOfFreedom, p } = golden.unpaired
    const test = unpairedDelongTest(labelA, scoreA, labelB, scoreB)
    expect(test.t).toBeCloseTo(t, 9)
    expect(test.degreesOfFreedom).toBeCloseTo(degreesOfFreedom, 8)
    expect(test.p).toBeCloseTo(p, 9)
  })
})

describe('two AUCs on different cases without a variance', () => {
  const perfect = [labelsOf(3, 3), [6, 5, 4, 3, 2, 1]] as const

  it.each([
    ['both perfect', perfect, perfect, 'scores-without-variance'],
    [
      'one class only',
      [
        [1, 1],
        [1, 2],
      ],
      perfect,
      'one-class',
    ],
    [
      'one diseased case',
      [
        [1, 0, 0],
        [1, 2, 0],
      ],
      perfect,
      'too-few-cases-of-a-class',
    ],
  ] as const)('have no test, with a reason: %s', (_, [labelA, scoreA], [labelB, scoreB], expected) => {
    const { t, p, reason } = unpairedDelongTest(labelA, scoreA, labelB, scoreB)
    expect([t, p, reason]).toEqual([Number.NaN, Number.NaN, expected])
  })
})

describe('the number of cases that would decide', () => {
  const yTrue = labelsOf(100, 100)
  const [a, b] = correlatedScores(yTrue, [0.9, 0.9], 0.9, new Rng(11))
  const options = { lowTail: 0.025, highTail: 0.025 / 3 }

  it('is such that limits from so many cases lie about delta apart', () => {
    const delta = 0.04
    const cases = casesToDecide(yTrue, a, b, { ...options, delta }) as number
    const copies = Math.round(cases / yTrue.length)
    const many = <T>(values: T[]) => Array.from({ length: copies }, () => values).flat()
    const { low, high } = differenceLimits(many(yTrue), many(a), many(b), options)
    expect(cases).toBeGreaterThan(yTrue.length)
    expect((high - low) / delta).toBeGreaterThan(0.85)
    expect((high - low) / delta).toBeLessThan(1.15)
  })

  it('falls with the square of delta, and ends at the cases there are', () => {
    const at = (delta: number) => casesToDecide(yTrue, a, b, { ...options, delta }) as number
    expect(at(0.005) / at(0.01)).toBeCloseTo(4, 0)
    expect(at(0.5)).toBe(yTrue.length)
  })

  it('is smaller for two scores that put every case in the same place', () => {
    const alike = casesToDecide(yTrue, a, a, { ...options, delta: 0.02 }) as number
    expect(alike).toBeGreaterThan(yTrue.length)
    expect(alike).toBeLessThan(casesToDecide(yTrue, a, b, { ...options, delta: 0.02 }) as number)
  })
})
