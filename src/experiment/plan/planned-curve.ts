/** The measured learning curve as a plan shows it: the AUC of real films alone, and what more of them would bring. */
import { Rng } from '../../base/random.js'
import { estimateDifference, estimateInterval } from '../../metrics/estimate.js'
import { fitLearningCurve } from '../../metrics/learning-curve.js'
import type { Baseline, PlannedCurve } from '../../record/plan.js'
import { prospectWords } from '../../words/advice.js'
import type { MeasuredCurve, MeasuredSize } from '../learning/learning-curve.js'
import { trendOf } from './advice.js'
import type { DevelopmentSet } from './development-set.js'

/** Draws of the curve's band. */
const curveDraws = 999
/** Training films that might be added. */
const moreFilms = [50, 100, 200]
/** Steps of the band, evenly spaced in the logarithm of the films. */
const bandSteps = 16

/** AUC at the largest training set; null where nothing was measured. */
export function baselineOf({ sizes }: MeasuredCurve, { patients }: DevelopmentSet): Baseline | null {
  const last = sizes.at(-1)
  if (last === undefined) return null
  const { value, low, high } = estimateInterval(last.estimate)
  return {
    auc: { value, low, high },
    trainedOn: last.films,
    films: patients.length,
    patients: new Set(patients).size,
  }
}

/**
 * The curve with its fitted law; null below three sizes.
 * @param present training films that the run would have
 */
export function plannedCurve({ sizes }: MeasuredCurve, present: number, seed: number): PlannedCurve | null {
  const [smallest, last] = [sizes.at(0), sizes.at(-1)]
  if (sizes.length < 3 || !smallest || !last) return null
  const rng = new Rng(seed).split('learning-curve-draws')
  const curve = fitLearningCurve(
    sizes.map(({ point }) => point),
    { draws: curveDraws, rng },
  )
  const fromHalf = ({ films }: MeasuredSize) => Math.abs(films - last.films / 2)
  const half = sizes.reduce((nearest, size) => (fromHalf(size) < fromHalf(nearest) ? size : nearest))
  const { difference, low, high } = estimateDifference(last.estimate, half.estimate)
  // Far beyond the films there are a law that was fitted to them says nothing.
  const ahead = moreFilms
    .filter((more) => more <= present)
    .map((more) => ({ more, gain: curve.gain(present, present + more) }))
  const most = present + Math.max(0, ...ahead.map(({ more }) => more))
  const first = smallest.films
  const ladder = Array.from({ length: bandSteps + 1 }, (_, i) => Math.round(first * (most / first) ** (i / bandSteps)))
  return {
    points: sizes.map(({ films, estimate }) => {
      const interval = estimateInterval(estimate)
      return { films, auc: { value: interval.value, low: interval.low, high: interval.high } }
    }),
    band: [...new Set(ladder)].map((films) => ({ films, auc: curve.at(films) })),
    present,
    ahead,
    recent: { value: difference, low, high, from: half.films, to: last.films },
    text: prospectWords(ahead.map((step) => ({ ...step, trend: trendOf(step.gain) }))),
  }
}
