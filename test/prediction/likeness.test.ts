/** Films that are unlike the training films are told; films of the same kind are so in the share that the page promises. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ndarray } from '../../src/base/ndarray.js'
import { Rng } from '../../src/base/random.js'
import { standardisation } from '../../src/head/head.js'
import { likenessTo } from '../../src/prediction/likeness.js'

function draw(rng: Rng, films: number, features: number, shift = 0) {
  const data = Float32Array.from({ length: films * features }, () => rng.normal() + shift)
  return ndarray('float32', [films, features], data)
}

const patientEach = (films: number) => Array.from({ length: films }, (_, i) => `p${i}`)

describe('a film against the training films', () => {
  /** The share of films of the same kind that are called unlike, and twice its standard error over cohorts. */
  function shareUnlike(n: number, scaled: boolean): { share: number; twiceError: number } {
    const rng = new Rng(n)
    const shares = Array.from({ length: 120 }, () => {
      const train = draw(rng, n, 6)
      const judged = likenessTo(train, patientEach(n), scaled ? standardisation(train) : null)?.(draw(rng, 40, 6)) ?? []
      return judged.filter(({ unlike }) => unlike).length / judged.length
    })
    const share = shares.reduce((sum, each) => sum + each, 0) / shares.length
    const squares = shares.reduce((sum, each) => sum + (each - share) ** 2, 0)
    return { share, twiceError: 2 * Math.sqrt(squares / (shares.length - 1) / shares.length) }
  }

  test.each([
    [40, 1 / 41],
    [150, 0.01],
  ])('of the same kind as %i others is called unlike with a probability of at most %f', (n, level) => {
    const { share, twiceError } = shareUnlike(n, false)
    expect(share - twiceError).toBeLessThan(level)
    expect(share).toBeGreaterThan(level / 4)
  })

  test('with features scaled by the training films themselves, in about as many', () => {
    // 40 films say their own spread too small, which docs/studio.md gives the figures of.
    expect(shareUnlike(40, true).share).toBeLessThan(2 / 41)
    expect(shareUnlike(150, true).share).toBeLessThan(0.015)
  })

  test('of another kind is called unlike', () => {
    const rng = new Rng(3)
    const train = draw(rng, 120, 20)
    const judged = likenessTo(train, patientEach(120), standardisation(train))?.(draw(rng, 50, 20, 4)) ?? []
    expect(judged.filter(({ unlike }) => unlike)).toHaveLength(50)
    expect(judged[0].share).toBeCloseTo(1 / 121, 12)
  })

  test('is the less like them the further it lies from all', () => {
    const rng = new Rng(4)
    const train = draw(rng, 60, 4)
    const judge = likenessTo(train, patientEach(60), null)
    fc.assert(
      fc.property(
        fc.float({ min: 10, max: 1000, noNaN: true }),
        fc.float({ min: 1, max: 5, noNaN: true }),
        (far, times) => {
          const [near, further] =
            judge?.(ndarray('float32', [2, 4], Float32Array.from([far, 0, 0, 0, far * times, 0, 0, 0]))) ?? []
          expect(further.share).toBeLessThanOrEqual(near.share)
        },
      ),
    )
  })

  test('of a run of one patient is not judged: nothing says how far apart films of two patients lie', () => {
    const train = draw(new Rng(5), 10, 3)
    expect(
      likenessTo(
        train,
        Array.from({ length: 10 }, () => 'one'),
        null,
      ),
    ).toBeUndefined()
  })
})
