import { describe, expect, it } from 'vitest'
import type { Film } from '../../../src/dataset/sample.js'
import { divide } from '../../../src/experiment/cohort/division.js'
import { resolveConfig } from '../../../src/experiment/config/resolve.js'
import type { PartialConfig } from '../../../src/experiment/config/schema.js'

function cohort(healthy: number, sick: number): Film[] {
  const patients = [...Array<string>(healthy).fill('healthy'), ...Array<string>(sick).fill('sick')]
  return patients.map((label, i) => {
    const id = `film-${i}`
    return { id, file: '', name: id, label, patient: `p${i}`, patientId: `p${i}` }
  })
}

const configOf = (layer: PartialConfig) => resolveConfig({ dataset: 'films', resampling: { folds: 0 } }, layer)
const inner = configOf({ search: { selectOn: 'inner' } })

describe('a division with inner folds', () => {
  it('tests the films that it would test without them, and trains on all others', () => {
    const films = cohort(40, 30)
    const { split, inner: folds, folds: outer } = divide(films, inner)
    const without = divide(films, configOf({}))
    expect(split.test).toEqual(without.split.test)
    expect(new Set(split.train)).toEqual(new Set([...without.split.train, ...without.split.tuning]))
    expect([split.tuning, outer, without.inner]).toEqual([[], [], []])
    expect(folds).toHaveLength(5)
    expect(new Set(folds.flatMap(({ tuning }) => tuning))).toEqual(new Set(split.train))
  })

  it('has no outer folds where these are left to the program', () => {
    const films = cohort(40, 30)
    const auto = (selectOn: 'inner' | 'tuning') =>
      divide(films, resolveConfig({ dataset: 'films', search: { selectOn } }))
    expect(auto('tuning').folds).toHaveLength(5)
    expect(auto('inner').folds).toEqual([])
    expect(auto('inner').inner).toHaveLength(5)
  })

  it('holds to the test films that the dataset names', () => {
    const films = cohort(20, 20).map((film, i) => ({
      ...film,
      split: i % 4 === 0 ? ('test' as const) : ('train' as const),
    }))
    const { split, given, inner: folds } = divide(films, inner)
    expect(given).toBe(true)
    expect(split.test).toEqual(films.filter(({ split: named }) => named === 'test'))
    expect(folds.flatMap(({ tuning }) => tuning)).toHaveLength(30)
  })

  it('says what to do where a class has fewer patients than there are folds', () => {
    expect(() => divide(cohort(30, 6), configOf({ search: { selectOn: 'inner', innerFolds: 8 } }))).toThrow(
      "the class 'sick' has 5 patients among the films that are not tested, and 8 inner folds (search.selectOn inner) need one each; set search.innerFolds=5 or fewer, or choose K on tuning films (search.selectOn=tuning), or add patients",
    )
    const few = [...cohort(30, 4), ...cohort(30, 0)].map((film, i) => ({ ...film, patient: `p${i}` }))
    expect(() => divide(few, configOf({ search: { selectOn: 'inner', innerFolds: 5 } }))).toThrow(
      /has 3 patients .* set search\.innerFolds=3 or fewer/,
    )
  })
})
