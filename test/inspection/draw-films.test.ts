import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Rng } from '../../src/base/random.js'
import { drawFilms } from '../../src/inspection/draw-films.js'

interface Film {
  readonly label: string
  readonly patient: string
}

const draw = (films: readonly Film[], most: number, seed = 1) =>
  drawFilms(films, (film) => film, { most, rng: new Rng(seed) })

const cohorts = fc.array(
  fc.record({ label: fc.constantFrom('a', 'b', 'c'), patient: fc.constantFrom(...'pqrstuvw') }),
  {
    maxLength: 60,
  },
)

describe('films that are drawn from very many', () => {
  it('are all of them where they are few', () => {
    fc.assert(
      fc.property(cohorts, (films) => {
        expect(draw(films, films.length)).toEqual(films)
      }),
    )
  })

  it('are whole patients, in the order of the films, with no class below its share', () => {
    fc.assert(
      fc.property(cohorts, fc.integer({ min: 1, max: 20 }), fc.nat(), (films, most, seed) => {
        const drawn = draw(films, most, seed)
        const patients = new Set(drawn.map(({ patient }) => patient))
        expect(drawn).toEqual(films.filter(({ patient }) => patients.has(patient)))
        const labels = new Set(films.map(({ label }) => label))
        for (const label of labels) {
          const count = (some: readonly Film[]) => some.filter((film) => film.label === label).length
          expect(count(drawn)).toBeGreaterThanOrEqual(Math.min(count(films), most / labels.size))
        }
      }),
    )
  })

  it('are few of many, the rare class whole', () => {
    const films = Array.from({ length: 5000 }, (_, i) => ({
      label: i % 250 === 0 ? 'rare' : 'common',
      patient: `p${i}`,
    }))
    const drawn = draw(films, 200)
    expect(drawn.filter(({ label }) => label === 'rare')).toHaveLength(20)
    expect(drawn.filter(({ label }) => label === 'common')).toHaveLength(100)
    expect(drawn).not.toEqual(draw(films, 200, 2))
  })
})
