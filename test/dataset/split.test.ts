import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Film, SplitName } from '../../src/dataset/sample.js'
import { givenSplit, type Split, splitFilms } from '../../src/dataset/split.js'

const fractions = [0.7, 0.1, 0.2] as const
const byPatient = { fractions, seed: 11, by: 'patient' } as const

/** Films of patients, given as the labels of each patient's films. */
function cohort(patients: readonly (readonly string[])[]): Film[] {
  return patients
    .flatMap((labels, p) => labels.map((label) => ({ label, patient: `p${p}` })))
    .map(({ label, patient }, i) => ({ id: `film-${i}`, file: '', name: `${i}`, label, patient, patientId: patient }))
}

const copies = (count: number, ...labels: string[]) => Array.from({ length: count }, () => labels)
const countsOf = (split: Split, labels: readonly string[]) =>
  (['train', 'tuning', 'test'] as const).map((set) =>
    labels.map((label) => split[set].filter((film) => film.label === label).length),
  )

/** Patients with 1..4 films, most of one class, some of both. */
const anyCohort = fc
  .array(fc.array(fc.constantFrom('a', 'a', 'b'), { minLength: 1, maxLength: 4 }), { minLength: 3, maxLength: 40 })
  .map((patients) => cohort([...patients, ...copies(3, 'a'), ...copies(3, 'b')]))

describe('the split by patient', () => {
  it('keeps a patient on one side, every film once, in order', () => {
    fc.assert(
      fc.property(anyCohort, fc.nat(1000), (films, seed) => {
        const split = splitFilms(films, { ...byPatient, seed })
        const sets = [split.train, split.tuning, split.test]
        expect(sets.flat().length).toBe(films.length)
        expect(new Set(sets.flat()).size).toBe(films.length)
        const patients = sets.map((set) => new Set(set.map((film) => film.patient)))
        expect(patients.reduce((sum, set) => sum + set.size, 0)).toBe(new Set(films.map((film) => film.patient)).size)
        for (const set of sets) expect(set).toEqual(films.filter((film) => set.includes(film)))
      }),
      { numRuns: 60 },
    )
  })

  it('gives the same split for the same seed, and another for another', () => {
    const films = cohort([...copies(20, 'a', 'a'), ...copies(20, 'b')])
    expect(splitFilms(films, byPatient)).toEqual(splitFilms(films, byPatient))
    expect(splitFilms(films, { ...byPatient, seed: 12 })).not.toEqual(splitFilms(films, byPatient))
  })

  it('has every class in every set', () => {
    fc.assert(
      fc.property(anyCohort, (films) => {
        for (const counts of countsOf(splitFilms(films, byPatient), ['a', 'b'])) {
          for (const count of counts) expect(count).toBeGreaterThan(0)
        }
      }),
      { numRuns: 60 },
    )
  })

  it('is within one patient of its shares, class by class, but for the one patient that every set needs', () => {
    // 3 patients of b: one for each set, where training's share would be 2.1.
    const scarce = cohort([...copies(6, 'a'), ...copies(3, 'b')])
    fc.assert(
      fc.property(anyCohort, (films) => {
        const split = splitFilms(films, byPatient)
        const most = Math.max(
          ...[...new Set(films.map((f) => f.patient))].map((p) => films.filter((f) => f.patient === p).length),
        )
        countsOf(split, ['a', 'b']).forEach((counts, set) => {
          counts.forEach((count, c) => {
            const total = films.filter((film) => film.label === 'ab'[c]).length
            const needed = fractions.reduce((sum, fraction) => sum + Math.max(0, 1 - fraction * total), 0)
            expect(Math.abs(count - fractions[set] * total)).toBeLessThanOrEqual(Math.max(most, 1) + needed)
          })
        })
      }),
      { numRuns: 60, examples: [[scarce]] },
    )
  })

  it('is as near to its shares as any split is, for small cohorts tried out in full', () => {
    const patient = fc.constantFrom(['a'], ['b'], ['a', 'a'], ['a', 'b'], ['b', 'b', 'b'])
    fc.assert(
      fc.property(fc.array(patient, { minLength: 2, maxLength: 3 }), (more) => {
        const films = cohort([...more, ...copies(3, 'a'), ...copies(3, 'b')])
        const best = bestByTrial(films)
        expect(distance(countsOf(splitFilms(films, byPatient), ['a', 'b']), films)).toBeLessThanOrEqual(best + 1e-9)
      }),
      { numRuns: 12 },
    )
  })

  it('hits 70/10/20 exactly where that can be', () => {
    const films = cohort([...copies(100, 'a'), ...copies(50, 'b'), ...copies(20, 'a', 'b')])
    expect(countsOf(splitFilms(films, byPatient), ['a', 'b'])).toEqual([
      [84, 49],
      [12, 7],
      [24, 14],
    ])
  })

  it('gives three patients of a class one to each set', () => {
    const films = cohort([...copies(3, 'a'), ...copies(30, 'b')])
    expect(countsOf(splitFilms(films, byPatient), ['a', 'b']).map(([a]) => a)).toEqual([1, 1, 1])
  })

  it('refuses classes with fewer than three patients, all at once', () => {
    const films = cohort([...copies(1, 'a', 'a', 'a'), ...copies(2, 'b'), ...copies(9, 'c')])
    expect(() => splitFilms(films, byPatient)).toThrow(
      /2 problems:\n.*the class 'a' has 1 patient, .*at least 3.*\n.*the class 'b' has 2 patients/,
    )
  })
})

describe('the split by image', () => {
  it("gives the paper's counts for its 389 films: test 43 + 36, tuning 17 + 15, train 152 + 126", () => {
    const films = cohort([...copies(212, 'diseased'), ...copies(177, 'healthy')])
    const split = splitFilms(films, { ...byPatient, by: 'image' })
    expect(countsOf(split, ['diseased', 'healthy'])).toEqual([
      [152, 126],
      [17, 15],
      [43, 36],
    ])
  })

  it('may put two films of a patient on two sides', () => {
    const films = cohort([...copies(40, 'a', 'a'), ...copies(40, 'b', 'b')])
    const { train, test } = splitFilms(films, { ...byPatient, by: 'image' })
    const patients = new Set(train.map((film) => film.patient))
    expect(test.some((film) => patients.has(film.patient))).toBe(true)
  })

  it('refuses a class of one film', () => {
    const films = cohort([...copies(1, 'a'), ...copies(9, 'b')])
    expect(() => splitFilms(films, { ...byPatient, by: 'image' })).toThrow("the class 'a' has 1 film, too few to split")
  })
})

describe("the dataset's own split", () => {
  const withSplit = (films: Film[], setOf: (i: number) => SplitName): Film[] =>
    films.map((film, i) => ({ ...film, split: setOf(i) }))

  it('is taken as it is', () => {
    const films = withSplit(
      cohort([...copies(9, 'a'), ...copies(9, 'b')]),
      (i) => (['train', 'tuning', 'test'] as const)[i % 3],
    )
    const split = givenSplit(films, byPatient)
    expect(split?.tuning.map((film) => film.name)).toEqual(['1', '4', '7', '10', '13', '16'])
  })

  it('is absent where no film names a set', () => {
    expect(givenSplit(cohort(copies(3, 'a')), byPatient)).toBeUndefined()
  })

  it('is completed by a tuning set taken from its training films', () => {
    const films = withSplit(cohort([...copies(50, 'a'), ...copies(50, 'b')]), (i) => (i % 5 === 0 ? 'test' : 'train'))
    const split = givenSplit(films, byPatient) as Split
    expect(countsOf(split, ['a', 'b'])).toEqual([
      [35, 35],
      [5, 5],
      [10, 10],
    ])
  })

  it('is refused where a set lacks a class', () => {
    const films = withSplit(cohort([...copies(4, 'a'), ...copies(4, 'b')]), (i) => (i < 4 ? 'train' : 'test'))
    expect(() => givenSplit(films, byPatient)).toThrow(
      /its train set has no film of class 'b'[\s\S]*its test set has no film of class 'a'/,
    )
  })
})

function distance(counts: readonly (readonly number[])[], films: readonly Film[]): number {
  let sum = 0
  counts.forEach((row, set) => {
    let excess = 0
    row.forEach((count, c) => {
      const difference = count - fractions[set] * films.filter((film) => film.label === 'ab'[c]).length
      sum += difference ** 2 + (count === 0 ? 1e9 : 0)
      excess += difference
    })
    sum += 0.01 * excess ** 2
  })
  return sum
}

function bestByTrial(films: readonly Film[]): number {
  const patients = [...new Set(films.map((film) => film.patient))]
  let best = Number.POSITIVE_INFINITY
  for (let code = 0; code < 3 ** patients.length; code++) {
    const counts = [0, 1, 2].map(() => [0, 0])
    for (const { patient, label } of films) {
      counts[Math.floor(code / 3 ** patients.indexOf(patient)) % 3]['ab'.indexOf(label)]++
    }
    best = Math.min(best, distance(counts, films))
  }
  return best
}
