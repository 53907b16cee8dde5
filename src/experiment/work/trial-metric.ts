/** What scores the trials of an arm: the metric that chooses K, with all that it takes, as a unit of work carries it. */
import { elementAt } from '../../base/element-at.js'
import { classPriorShifts } from '../../metrics/prior.js'
import type { SearchMetric } from '../../record/search-metric.js'
import type { Metric } from '../../scoring/metric.js'
import { type Arm, composition } from '../arms.js'
import { classCounts, type SearchData } from '../cohort/film-set.js'
import type { Config } from '../config/schema.js'

type Data = Pick<SearchData, 'train' | 'classes' | 'positiveIndex'>

/**
 * The metric of an arm at a K. Log loss and Brier score take probabilities with the prior of the original training films, as
 * calibration and decision curves do: training sets are balanced, the films that score them are not.
 * @param name default: the search's
 */
export function trialMetric(
  { search }: Pick<Config, 'search'>,
  data: Data,
  { arm, k }: { readonly arm: Arm; readonly k: number },
  name: SearchMetric = search.metric,
): Metric {
  switch (name) {
    case 'log-loss':
    case 'brier':
      return { name, priorShifts: priorShifts(data, arm, k) }
    case 'sensitivity-at-specificity':
      return { name, specificity: search.specificity }
    default:
      return { name }
  }
}

/** What each output's logit is shifted by. */
function priorShifts({ train, classes, positiveIndex }: Data, arm: Arm, k: number): number[] {
  const originals = classCounts(train, classes)
  const parts = composition(arm, originals, k)
  const training = classes.map((_, c) =>
    parts.reduce((sum, { classIndex, count }) => sum + (classIndex === c ? count : 0), 0),
  )
  const shifts = classPriorShifts(training, originals)
  if (positiveIndex === null) return shifts
  return [elementAt(shifts, positiveIndex) - elementAt(shifts, 1 - positiveIndex)]
}
