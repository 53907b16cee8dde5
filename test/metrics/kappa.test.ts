import { readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { cohensKappa } from '../../src/metrics/kappa.js'

const { cases } = JSON.parse(readFileSync(path.resolve(import.meta.dirname, '../golden/kappa.json'), 'utf8'))

describe("Cohen's kappa", () => {
  it("is scikit-learn's and statsmodels', and so is its standard error but for n/(n-1)", () => {
    for (const { first, second, value, se } of cases) {
      const found = cohensKappa(first, second)
      expect(found.value).toBeCloseTo(value, 12)
      expect(found.se * Math.sqrt((found.n - 1) / found.n)).toBeCloseTo(se, 12)
      expect(found.low).toBeLessThan(value)
      expect(found.high).toBeGreaterThan(value)
    }
  })

  it('has limits as wide for items of which each stands there four times, of one patient each time, as without', () => {
    const [{ first, second }] = cases
    const four = (labels: string[]) => labels.flatMap((label) => [label, label, label, label])
    const patients = first.flatMap((_: string, i: number) => [i, i, i, i].map(String))
    const alone = cohensKappa(first, second)
    const repeated = cohensKappa(four(first), four(second), patients)
    expect(repeated.se).toBeCloseTo(alone.se, 12)
    expect(repeated.low).toBeCloseTo(alone.low, 12)
    expect(cohensKappa(four(first), four(second)).se).toBeLessThan(0.6 * alone.se)
  })

  it('says why it has no value or no limits', () => {
    expect(cohensKappa([], [])).toMatchObject({ n: 0, value: Number.NaN, reason: 'no-case' })
    expect(cohensKappa(['a', 'a'], ['a', 'a'])).toMatchObject({ agreement: 1, value: Number.NaN, reason: 'one-class' })
    expect(cohensKappa(['a', 'b', 'a'], ['a', 'b', 'a'])).toMatchObject({
      value: 1,
      low: Number.NaN,
      reason: 'equal-calls',
    })
    expect(cohensKappa(['a', 'b'], ['b', 'b'], ['p', 'p'])).toMatchObject({ value: 0, reason: 'one-patient' })
  })
})
