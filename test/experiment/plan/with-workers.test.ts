import { describe, expect, it } from 'vitest'
import { type Pieces, withWorkers } from '../../../src/experiment/plan/with-workers.js'

const seconds = { value: 1000, low: 500, high: 2000 }

/** Times by so many workers, in seconds of the pieces, and the number that is enough. */
function by(pieces: Pieces) {
  const alone = pieces.trainings + pieces.trials + pieces.rest
  const { times, enough } = withWorkers(pieces, { value: alone, low: alone, high: alone })
  return [...times.map((time) => time.seconds.value), enough]
}

describe('a run by 1, 4, 16 and 64 workers', () => {
  it('takes as long as its trainings come one behind the other, and no less than the longest', () => {
    expect(by({ rounds: 6, trainingsEach: 1, trainings: 600, trials: 0, rest: 0 })).toEqual([600, 200, 100, 100, 6])
    expect(by({ rounds: 1, trainingsEach: 5, trainings: 500, trials: 0, rest: 0 })).toEqual([500, 200, 100, 100, 5])
  })

  it('shares trials out, and leaves the rest to the one that leads', () => {
    expect(by({ rounds: 2, trainingsEach: 0, trainings: 0, trials: 640, rest: 100 })).toEqual([740, 260, 140, 110, 1])
    expect(by({ rounds: 3, trainingsEach: 1, trainings: 0, trials: 0, rest: 90 })).toEqual([90, 90, 90, 90, 1])
  })

  it('trains the next models while one is searched', () => {
    // Each of four: 100 to train, 50 afterwards. One trains all; of two the other has trained the fourth before the third is searched.
    const pieces = { rounds: 4, trainingsEach: 1, trainings: 400, trials: 0, rest: 200 }
    expect(by(pieces)[0]).toBe(600)
    expect(by(pieces)[1]).toBe(100 + 4 * 50)
  })

  it('has the range of one worker’s time', () => {
    const { times } = withWorkers({ rounds: 6, trainingsEach: 1, trainings: 600, trials: 0, rest: 0 }, seconds)
    expect(times[0].seconds).toEqual(seconds)
    const { value, low, high } = times[1].seconds
    expect([value, low, high].map((time) => time / value)).toEqual([1, 0.5, 2])
  })
})
