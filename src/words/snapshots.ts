/** The snapshot that a generator's images are drawn from, in words. */
import { count, counted, listing } from '../base/format.js'
import { generatorOf } from '../record/generator-of.js'
import type { Result, SearchResult, SnapshotChoice } from '../record/result.js'
import { risingValue } from '../record/search-metric.js'
import { metricValue, metricWithDirection } from './search-metric.js'

interface Known {
  /** What the generator is called in short, and how many there are. */
  readonly noun: string
  readonly gans: number
  /** Tuning films. */
  readonly films: number
  readonly by: Pick<SearchResult, 'metric' | 'specificity' | 'better' | 'unit'>
}

/** Which one was taken, and why. */
export function chosenSnapshotWords({ gan, step, scores }: SnapshotChoice, { noun, gans, films, by }: Known): string {
  const which = gans > 1 ? `${noun} ${gan}` : `the ${noun}`
  const taken = `images are drawn from ${which} as it was at step ${count(step)}`
  const known = scores.flatMap(({ score, ...one }) => (score === null ? [] : [{ ...one, score }]))
  const chosen = known.find((one) => one.step === step)
  if (!chosen) return `${taken}, its last: none of its snapshots could be scored`
  const rising = (value: number) => risingValue(by.better, value)
  const best = known.reduce((so, one) => (rising(one.score) > rising(so.score) ? one : so))
  const scored = `a head on ${count(chosen.images)} of its images of each class scores ${metricValue(by, chosen.score)} on ${counted(films, 'tuning film')} (${metricWithDirection(by)})`
  const among = counted(known.length, 'snapshot')
  return rising(best.score) > rising(chosen.score)
    ? `${taken}: ${scored}, within one standard error of the best of ${among} (${metricValue(by, best.score)} at step ${count(best.step)})`
    : `${taken}: ${scored}, the best of ${among}`
}

/** Snapshots chosen for the run's own generators; undefined where images are drawn from the last. */
export function snapshotsChosen(result: Pick<Result, 'generator' | 'gan' | 'config'>): SnapshotChoice[] | undefined {
  return generatorOf(result).training?.snapshots
}

/** The steps that were taken: `step 4,500`, `steps 4,500 and 6,000`. */
export function stepsTaken(snapshots: readonly SnapshotChoice[]): string {
  const steps = snapshots.map(({ step }) => count(step))
  return `${steps.length > 1 ? 'steps' : 'step'} ${listing(steps)}`
}
