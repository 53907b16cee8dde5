import { readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { Rng } from '../../src/base/random.js'
import { type RepeatedScore, varianceShares } from '../../src/metrics/variance-shares.js'

const golden = JSON.parse(readFileSync(path.resolve(import.meta.dirname, '../golden/variance-shares.json'), 'utf8'))
const table: RepeatedScore[] = golden.score.map((score: number, i: number) => ({
  score,
  gan: golden.gan[i],
  draw: golden.draw[i],
  head: golden.head[i],
}))

const variances = (scores: readonly RepeatedScore[]) =>
  Object.fromEntries(varianceShares(scores).map(({ factor, variance }) => [factor, variance]))

/** A design with known components, in the order GAN, draw, head, residual. */
function made([g, d, h]: readonly number[], deviations: readonly number[], rng: Rng): RepeatedScore[] {
  const draw = (count: number, i: number) => Array.from({ length: count }, () => deviations[i] * rng.normal())
  const [gans, draws, heads] = [draw(g, 0), draw(g * d, 1), draw(h, 2)]
  return draws.flatMap((own, at) =>
    heads.map((head, i) => {
      const gan = Math.floor(at / d)
      return { gan, draw: at, head: i, score: gans[gan] + own + head + deviations[3] * rng.normal() }
    }),
  )
}

describe('shares of variance', () => {
  it("are those of R's mean squares, GANs x draws x heads", () => {
    const mine = variances(table)
    for (const factor of ['gan', 'draw', 'residual']) expect(mine[factor]).toBeCloseTo(golden.crossed[factor], 12)
    expect(mine.head).toBeCloseTo(Math.max(0, golden.crossed.head), 12)
    const shares = varianceShares(table).map(({ share }) => share as number)
    expect(shares.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 12)
  })

  it("are those of R's mean squares where heads did not vary apart from draws", () => {
    const mine = variances(table.filter(({ head }) => head === 1))
    expect(mine.gan).toBeCloseTo(golden.nested.gan, 12)
    expect(mine.draw).toBeCloseTo(golden.nested.draw, 12)
    expect([mine.head, mine.residual]).toEqual([null, null])
  })

  it.each([
    ['one repeat', [1, 1, 1], [null, null, null, null]],
    ['draws of one GAN', [1, 4, 1], [null, 'number', null, null]],
    ['one draw from each of several GANs', [4, 1, 1], ['number', null, null, null]],
    ['draws and heads of one GAN', [1, 3, 2], [null, 'number', 'number', 'number']],
    ['head seeds on one draw', [1, 1, 4], [null, null, 'number', null]],
    ['all crossed', [3, 3, 2], ['number', 'number', 'number', 'number']],
  ])('say what a design can not tell apart: %s', (_, design, expected) => {
    const shares = varianceShares(made(design, [1, 1, 1, 1], new Rng(1)))
    expect(shares.map(({ variance }) => (variance === null ? null : typeof variance))).toEqual(expected)
    for (const { variance, reason } of shares) if (variance === null) expect(reason).toBeTruthy()
  })

  it('say what a share holds beside its own, and nothing of a head that has no seed', () => {
    const reasons = (design: readonly number[], seeded: boolean) => {
      const scores = made(design, [1, 1, 1, 1], new Rng(1))
      return varianceShares(scores.map((one) => ({ ...one, head: seeded ? one.draw : 1 }))).map(({ reason }) => reason)
    }
    expect(reasons([1, 4, 1], true).slice(1, 3)).toEqual([
      { kind: 'holds', of: ['head', 'residual'] },
      'head-varies-with-draw',
    ])
    expect(reasons([1, 4, 1], false).slice(1, 3)).toEqual([{ kind: 'holds', of: ['residual'] }, 'one-head-seed'])
    expect(reasons([4, 1, 1], true)[0]).toEqual({ kind: 'holds', of: ['draw', 'head', 'residual'] })
    expect(reasons([4, 1, 1], false)[0]).toEqual({ kind: 'holds', of: ['draw', 'residual'] })
  })

  it('find known components on the average, within limits that cover them', () => {
    const rng = new Rng(9)
    const truth = [2, 1, 0.5, 1]
    const runs = 1500
    const sums = [0, 0, 0, 0]
    const covered = [0, 0, 0, 0]
    for (let run = 0; run < runs; run++) {
      varianceShares(made([6, 3, 3], truth, rng)).forEach(({ variance, low, high }, i) => {
        sums[i] += variance as number
        if ((low as number) <= truth[i] ** 2 && truth[i] ** 2 <= (high as number)) covered[i]++
      })
    }
    truth.forEach((deviation, i) => {
      // Components are cut off at 0, which lifts the mean of the small ones.
      expect(sums[i] / runs / deviation ** 2).toBeGreaterThan(0.9)
      expect(sums[i] / runs / deviation ** 2).toBeLessThan(1.25)
      expect(covered[i] / runs).toBeGreaterThan(0.93)
    })
  })

  it('are 0 where nothing varies', () => {
    const flat = table.map((one) => ({ ...one, score: 0.9 }))
    expect(varianceShares(flat).map(({ variance, share }) => [variance, share])).toEqual(Array(4).fill([0, 0]))
  })
})
