import { describe, expect, it } from 'vitest'
import { Rng } from '../../src/base/random.js'
import { type ClueFilm, judgeClues } from '../../src/inspection/clues.js'

/** Films of as many patients, of which only what `change` says differs between the classes. */
function madeFilms(change: (label: string, i: number, rng: Rng) => Partial<ClueFilm['values']>, seed = 1): ClueFilm[] {
  return Array.from({ length: 80 }, (_, i) => {
    const rng = new Rng(seed).at(i)
    const label = i % 2 === 0 ? 'normal' : 'sick'
    const values = {
      size: [100, 100, 10_000, 1],
      'pixel format': ['dicom'],
      brightness: [rng.normal(), rng.normal()],
      border: [rng.normal()],
      maker: ['A'],
      view: ['PA'],
    }
    return { label, patient: `p${i}`, values: { ...values, ...change(label, i, rng) } }
  })
}

const warnings = (films: ClueFilm[]) =>
  judgeClues(films, ['normal', 'sick'], { external: {}, seed: 1 }).flatMap(({ name, warning }) =>
    warning === null ? [] : [name],
  )

describe('clues', () => {
  it('from the apparatus and the view warn where they go with the class', () => {
    expect(
      warnings(madeFilms((label, _, rng) => ({ maker: [label === 'sick' && rng.uniform() < 0.7 ? 'B' : 'A'] }))),
    ).toEqual(['maker', 'all together'])
    expect(
      warnings(madeFilms((label, _, rng) => ({ view: [label === 'sick' && rng.uniform() < 0.7 ? 'AP' : 'PA'] }))),
    ).toEqual(['view', 'all together'])
  })

  it('do not warn where several makers serve both classes alike', () => {
    expect(warnings(madeFilms((_label, _i, rng) => ({ maker: [['A', 'B', 'C'][rng.integer(3)]] })))).toEqual([])
  })

  it('warn of chance alone in hardly any cohort', () => {
    const cohorts = Array.from({ length: 20 }, (_, seed) => warnings(madeFilms(() => ({}), 100 + seed)))
    expect(cohorts.filter((found) => found.length > 0).length).toBeLessThanOrEqual(1)
  })

  it('say nothing of classes with a handful of patients', () => {
    expect(judgeClues(madeFilms(() => ({})).slice(0, 8), ['normal', 'sick'], { external: {}, seed: 1 })).toEqual([])
  })
})
