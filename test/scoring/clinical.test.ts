import { describe, expect, it } from 'vitest'
import { Rng } from '../../src/base/random.js'
import { confusionAt, measures } from '../../src/metrics/confusion.js'
import { clinicalOfArm } from '../../src/record/clinical-result.js'
import { compareAccuracy } from '../../src/scoring/accuracy-comparisons.js'
import { calibrationOf, decisionOf } from '../../src/scoring/calibration.js'
import { clinicalFigures } from '../../src/scoring/clinical.js'
import { atCutoff, byPatientOf, chooseCutoffs } from '../../src/scoring/cutoffs.js'

/** Films of two a patient with true probabilities of a balanced population. */
function films(seed: number, patients: number, perPatient = 2) {
  const rng = new Rng(seed)
  const names = Array.from({ length: patients * perPatient }, (_, i) => `p${Math.floor(i / perPatient)}`)
  const logits = names.map(() => 2 * rng.normal())
  const scores = logits.map((logit) => 1 / (1 + Math.exp(-logit)))
  return { yTrue: scores.map((p) => (rng.uniform() < p ? 1 : 0)), scores, patients: names }
}

const tuning = films(1, 30)
const test = films(2, 60)
const options = { sensitivity: 0.9, rng: new Rng(5) }

describe('cutoffs of an arm', () => {
  it('are 0.5, and two chosen on tuning films with their limits', () => {
    const [fixed, youden, wanted] = chooseCutoffs(tuning, options)
    expect(fixed).toEqual({ rule: 'fixed', wanted: null, value: 0.5, low: null, high: null, cases: 0 })
    for (const cutoff of [youden, wanted]) {
      expect(cutoff.cases).toBe(60)
      expect(cutoff.low as number).toBeLessThanOrEqual(cutoff.value as number)
      expect(cutoff.high as number).toBeGreaterThanOrEqual(cutoff.value as number)
    }
    expect(wanted.onTuning?.sensitivity as number).toBeGreaterThanOrEqual(0.9)
    expect(chooseCutoffs(tuning, { sensitivity: null, rng: new Rng(5) })).toHaveLength(2)
  })

  it('say why there are none where no tuning films were left', () => {
    const [, youden] = chooseCutoffs(null, options)
    expect(youden).toMatchObject({
      value: null,
      low: null,
      cases: 0,
      reason: expect.stringContaining('no film is left'),
    })
    expect(atCutoff(test, youden, null)).toBeUndefined()
  })

  it('on a test set carry how far they move it, and PPV and NPV at a named prevalence', () => {
    const [, youden] = chooseCutoffs(tuning, options)
    const at = atCutoff(test, youden, 0.1)
    const { sensitivity } = measures(confusionAt(test.yTrue, test.scores, youden.value as number))
    expect(at?.sensitivity.value).toBe(sensitivity)
    const over = at?.overCutoff?.sensitivity as { low: number; high: number }
    expect(over.low).toBeLessThanOrEqual(sensitivity)
    expect(over.high).toBeGreaterThanOrEqual(sensitivity)
    expect(at?.atPrevalence?.ppv.value as number).toBeLessThan(at?.ppv.value as number)
  })
})

describe('calibration of an arm', () => {
  it('is shown with the prior of its training films too where balanced training moved it', () => {
    const { prior, asTrained, corrected } = calibrationOf(test, { training: 0.5, films: 0.25 })
    expect(prior.shift).toBeCloseTo(-Math.log(3), 12)
    expect(asTrained.slope.value).not.toBeNull()
    // These films are balanced: corrected to a quarter, the probabilities are too low.
    expect(corrected?.intercept.value as number).toBeGreaterThan((asTrained.intercept.value as number) + 0.5)
    expect(calibrationOf(test, { training: 1 / 3, films: 2 / 6 }).corrected).toBeNull()
  })
})

describe('the decision curve of an arm', () => {
  it('stands at the prevalence of the films or at the named one, and says which', () => {
    const priors = { training: 0.5, films: 0.5 }
    expect(decisionOf(test, priors, null)).toMatchObject({ prevalenceFrom: 'films', scores: 'as trained' })
    const named = decisionOf(test, priors, 0.05)
    expect(named).toMatchObject({ prevalence: 0.05, prevalenceFrom: 'configuration', scores: 'prior corrected' })
    expect(named?.points[0].all).toBeCloseTo(0.05 - (0.95 * 0.02) / 0.98, 12)
    expect(decisionOf({ ...test, yTrue: test.yTrue.map(() => 1) }, priors, null)).toBeUndefined()
  })
})

describe('figures by patient', () => {
  it('are there where a patient has several films', () => {
    const found = byPatientOf(test)
    expect(found).toMatchObject({ rule: 'max', n: 60 })
    expect(found?.ofBothClasses).toBeGreaterThan(0)
    expect(byPatientOf(films(3, 20, 1))).toBeUndefined()
  })
})

describe('an arm on its sets', () => {
  const priors = { training: 0.5, films: 0.4 }
  const cutoffs = chooseCutoffs(tuning, options)
  const set = (name: string, folds?: { time: number; fold: number }[]) => ({
    set: name,
    classes: ['healthy', 'sick'],
    films: test.yTrue.map((_, i) => `film-${i}`),
    yTrue: test.yTrue,
    patients: test.patients,
    scores: { OD: test.scores, GCB: films(9, 60).scores },
    ...(folds ? { folds } : {}),
  })

  it('has valid fields; over folds no chosen cutoff, for each film met another model', () => {
    const folded = set(
      'internal',
      test.yTrue.map((_, i) => ({ time: 1, fold: i % 5 })),
    )
    const found = clinicalFigures([folded, set('clinic-b')], 'OD', { cutoffs, priors }, null)
    for (const [key, schema] of Object.entries(clinicalOfArm))
      expect(schema.safeParse(found[key as keyof typeof found]).success, key).toBe(true)
    expect(found.cutoffs.map(({ evaluations }) => Object.keys(evaluations))).toEqual([
      ['internal', 'clinic-b'],
      ['clinic-b'],
      ['clinic-b'],
    ])
    expect(Object.keys(found.calibration)).toEqual(['internal', 'clinic-b'])
  })

  it('is compared with another in sensitivity and specificity at every rule, Holm within the rule', () => {
    const arms = ['OD', 'GCB'].map((name) => ({
      name,
      ...clinicalFigures([set('clinic-b')], name, { cutoffs, priors }, null),
    }))
    const found = compareAccuracy([set('clinic-b')], arms, [{ set: 'clinic-b', a: 'OD', b: 'GCB' }])
    expect(found.map(({ rule, measure }) => `${rule} ${measure}`)).toEqual(
      ['fixed', 'youden', 'sensitivity'].flatMap((rule) => [`${rule} sensitivity`, `${rule} specificity`]),
    )
    for (const { p, pHolm } of found) expect(pHolm as number).toBeGreaterThanOrEqual(p as number)
    expect(found[0].difference as number).toBeGreaterThan(0.2)
  })
})
