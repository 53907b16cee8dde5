/**
 * How long a run takes by several workers that are like this computer, from its measured pieces: trainings, which any of them does;
 * trials, which all share; and the rest, which the one that leads does in its order.
 */
import { elementAt } from '../../base/element-at.js'
import type { Plan, Range } from '../../record/plan.js'

/** Of a run, in seconds by one worker. */
export interface Pieces {
  /** Models with pools and a search of their own: the one that is handed over, and those of the folds. */
  readonly rounds: number
  /** Generators that each of them trains. */
  readonly trainingsEach: number
  readonly trainings: number
  readonly trials: number
  readonly rest: number
}

/** Numbers of workers that a plan tells of. */
const told = [1, 4, 16, 64]
/** Of the time by any number of workers: who is so near gains nothing more worth a worker. */
const nearEnough = 1.05

/** `seconds`: the whole by one worker, in whose proportions the others are. */
export function withWorkers(pieces: Pieces, seconds: Range): Plan['workers'] {
  const alone = secondsBy(1, pieces)
  const timeBy = (workers: number): Range => {
    const share = alone > 0 ? secondsBy(workers, pieces) / alone : 1
    return { value: share * seconds.value, low: share * seconds.low, high: share * seconds.high }
  }
  return { times: told.map((workers) => ({ workers, seconds: timeBy(workers) })), enough: enoughWorkers(pieces) }
}

/** The number beyond which others hardly help. */
export function enoughWorkers(pieces: Pieces): number {
  const most = pieces.rounds * pieces.trainingsEach + 1
  const least = secondsBy(most, pieces)
  const enough = Array.from({ length: most }, (_, i) => i + 1).find((n) => secondsBy(n, pieces) <= nearEnough * least)
  return enough ?? most
}

/** Each takes the next training in the order of need; the one that leads takes one where it would wait. */
export function secondsBy(workers: number, { rounds, trainingsEach, trainings, trials, rest }: Pieces): number {
  const training = trainings / Math.max(1, rounds * trainingsEach)
  const afterwards = (rest + trials / workers) / rounds
  const helpers = Array.from({ length: workers - 1 }, () => 0)
  const ends: number[] = []
  let leads = 0
  const nextHelper = () => helpers.indexOf(Math.min(...helpers))
  const takeNext = (by: number) => {
    helpers[by] = elementAt(helpers, by) + training
    ends.push(elementAt(helpers, by))
  }
  for (let round = 1; round <= rounds; round++) {
    const needed = round * trainingsEach
    while (ends.length < rounds * trainingsEach && helpers.length > 0 && Math.min(...helpers) < leads)
      takeNext(nextHelper())
    while (ends.length < needed) {
      if (helpers.length > 0 && Math.min(...helpers) < leads) takeNext(nextHelper())
      else {
        leads += training
        ends.push(leads)
      }
    }
    leads = Math.max(leads, ...ends.slice(0, needed)) + afterwards
  }
  return leads
}
