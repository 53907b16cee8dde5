import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Film } from '../../src/dataset/sample.js'
import { innerFolds, outerFolds, splitForTraining } from '../../src/dataset/split.js'

const options = { fractions: [0.6, 0.2, 0.2], seed: 3, by: 'patient' } as const

function cohort(patients: readonly (readonly string[])[]): Film[] {
  return patients
    .flatMap((labels, p) => labels.map((label) => ({ label, patient: `p${p}` })))
    .map(({ label, patient }, i) => ({ id: `film-${i}`, file: '', name: `${i}`, label, patient, patientId: patient }))
}

const copies = (count: number, ...labels: string[]) => Array.from({ length: count }, () => labels)

/** Patients with 1..4 films, some of both classes, enough of each for five folds. */
const anyCohort = fc
  .array(fc.array(fc.constantFrom('a', 'a', 'b'), { minLength: 1, maxLength: 4 }), { maxLength: 40 })
  .map((patients) => cohort([...patients, ...copies(6, 'a'), ...copies(6, 'b')]))

describe('outer folds', () => {
  it('test every film once, keep a patient in one part, have every class in every part', () => {
    fc.assert(
      fc.property(anyCohort, fc.integer({ min: 3, max: 5 }), fc.integer({ min: 1, max: 3 }), (films, count, time) => {
        const folds = outerFolds(films, options, { folds: count, time })
        expect(folds.length).toBe(count)
        const tested = folds.flatMap((fold) => fold.test)
        expect(tested.length).toBe(films.length)
        expect(new Set(tested).size).toBe(films.length)
        for (const { train, tuning, test } of folds) {
          expect(new Set([...train, ...tuning, ...test]).size).toBe(films.length)
          const patients = [train, tuning, test].map((part) => new Set(part.map((film) => film.patient)))
          expect(patients.reduce((sum, part) => sum + part.size, 0)).toBe(new Set(films.map((f) => f.patient)).size)
          for (const part of [train, tuning, test]) expect(new Set(part.map((film) => film.label)).size).toBe(2)
        }
      }),
      { numRuns: 60 },
    )
  })

  it('have classes in proportion, and training and tuning films as the fractions say', () => {
    const films = cohort([...copies(60, 'a'), ...copies(40, 'b')])
    for (const { train, tuning, test } of outerFolds(films, options, { folds: 5, time: 1 })) {
      const sizes = [train, tuning, test].map((part) => ['a', 'b'].map((l) => part.filter((f) => f.label === l).length))
      expect(sizes).toEqual([
        [36, 24],
        [12, 8],
        [12, 8],
      ])
    }
  })

  it('are the same for a seed, others for another time and for another seed', () => {
    const films = cohort([...copies(20, 'a', 'a'), ...copies(20, 'b')])
    const draw = (seed: number, time: number) => outerFolds(films, { ...options, seed }, { folds: 5, time })
    expect(draw(3, 1)).toEqual(draw(3, 1))
    expect(draw(3, 2)).not.toEqual(draw(3, 1))
    expect(draw(4, 1)).not.toEqual(draw(3, 1))
  })

  it('deal out images one by one where the split is by image', () => {
    const films = cohort([...copies(11, 'a', 'a'), ...copies(9, 'b')])
    const folds = outerFolds(films, { ...options, by: 'image' }, { folds: 4, time: 1 })
    const tested = folds.map(({ test }) => ['a', 'b'].map((label) => test.filter((f) => f.label === label).length))
    expect(tested).toEqual([
      [6, 3],
      [6, 2],
      [5, 2],
      [5, 2],
    ])
  })

  it('need as many patients of each class as there are folds', () => {
    expect(() => outerFolds(cohort([...copies(9, 'a'), ...copies(4, 'b')]), options, { folds: 5, time: 1 })).toThrow(
      "the class 'b' has 4 patients",
    )
  })
})

describe('the split without a test set', () => {
  it('gives every film to training or tuning', () => {
    const films = cohort([...copies(60, 'a'), ...copies(40, 'b')])
    const { train, tuning, test } = splitForTraining(films, options)
    expect([train.length, tuning.length, test.length]).toEqual([75, 25, 0])
  })
})

describe('inner folds', () => {
  it('hold every film out once, leave it to all others, keep a patient in one, have every class in every part', () => {
    fc.assert(
      fc.property(anyCohort, fc.integer({ min: 3, max: 5 }), fc.nat(100), (films, count, seed) => {
        const folds = innerFolds(films, { ...options, seed }, count)
        expect(folds).toHaveLength(count)
        expect(folds.flatMap(({ tuning }) => tuning).length).toBe(films.length)
        expect(new Set(folds.flatMap(({ tuning }) => tuning)).size).toBe(films.length)
        for (const { train, tuning, test } of folds) {
          expect(test).toEqual([])
          expect(new Set([...train, ...tuning]).size).toBe(films.length)
          const held = new Set(tuning.map(({ patient }) => patient))
          expect(train.some(({ patient }) => held.has(patient))).toBe(false)
          for (const part of [train, tuning]) expect(new Set(part.map(({ label }) => label)).size).toBe(2)
        }
      }),
      { numRuns: 60 },
    )
  })

  it('take films singly where the split does, and are others for another seed', () => {
    const films = cohort([...copies(10, 'a', 'a'), ...copies(10, 'b')])
    const draw = (seed: number) => innerFolds(films, { ...options, by: 'image', seed }, 5)
    for (const { tuning } of draw(3))
      expect(['a', 'b'].map((label) => tuning.filter((film) => film.label === label).length)).toEqual([4, 2])
    expect(draw(3)).toEqual(draw(3))
    expect(draw(4)).not.toEqual(draw(3))
  })
})
