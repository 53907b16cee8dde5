import { describe, expect, it } from 'vitest'
import { Rng } from '../../src/base/random.js'
import { aucCovariance, designOf } from '../../src/metrics/auc-covariance.js'
import { patientInfluence } from '../../src/metrics/influence.js'
import { placements } from '../../src/metrics/placements.js'
import { slowAuc, slowPlacements } from './slow-auc.js'

const rng = new Rng(12)
const yTrue = Array.from({ length: 40 }, (_, i) => (i % 5 < 2 ? 1 : 0))
const patients = yTrue.map((_, i) => `p${Math.floor(i / 3)}`)
const scores = Array.from({ length: 4 }, () => yTrue.map((label) => Math.round(3 * (label + rng.normal())) / 3))

describe('the influence of patients on an AUC', () => {
  it('is what the definition says, placements averaged over repeats', () => {
    const { theta, mean, u, patients: names } = patientInfluence(yTrue, scores, patients)
    const areas = scores.map((score) => slowAuc(yTrue, score))
    areas.forEach((area, r) => {
      expect(theta[r]).toBeCloseTo(area, 12)
    })
    const m = areas.reduce((a, b) => a + b, 0) / 4
    expect(mean).toBeCloseTo(m, 12)
    const all = scores.map((score) => slowPlacements(yTrue, score))
    const averaged = (of: 'positive' | 'negative') =>
      all[0][of].map((_, i) => all.reduce((sum, repeat) => sum + repeat[of][i], 0) / 4)
    const [v10, v01] = [averaged('positive'), averaged('negative')]
    const expected = new Map(names.map((name) => [name, 0]))
    let [i, j] = [0, 0]
    yTrue.forEach((label, at) => {
      const part = label === 1 ? (v10[i++] - m) / v10.length : (v01[j++] - m) / v01.length
      expected.set(patients[at], (expected.get(patients[at]) as number) + part)
    })
    names.forEach((name, p) => {
      expect(u[p]).toBeCloseTo(expected.get(name) as number, 12)
    })
  })

  it('adds up to nothing', () => {
    const { u } = patientInfluence(yTrue, scores, patients)
    expect(u.reduce((a, b) => a + b, 0)).toBeCloseTo(0, 12)
  })

  it("squares up to about the clustered variance (Obuchowski's differs by its divisors)", () => {
    const { u } = patientInfluence(yTrue, [scores[0]], patients)
    const own = placements(yTrue, scores[0])
    const clustered = aucCovariance(own, own, designOf(yTrue, patients))
    const squares = (u.length / (u.length - 1)) * u.reduce((sum, value) => sum + value * value, 0)
    expect(squares / clustered).toBeGreaterThan(0.9)
    expect(squares / clustered).toBeLessThan(1.1)
  })

  it('needs a score and a patient for every case', () => {
    expect(() => patientInfluence([1, 0], [[0.5]], ['a', 'b'])).toThrow('2 labels but 1 scores')
    expect(() => patientInfluence([1, 0], [[0.5, 1]], ['a'])).toThrow('2 labels but 1 patients')
  })
})
