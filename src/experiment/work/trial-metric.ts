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
 * The metric of an arm at a K.
 * @param name default: the search's
 */
export function trialMetric(
  config: Pick<Config, 'search'>,
  data: Data,
  { arm, k }: { readonly arm: Arm; readonly k: number },
  name: SearchMetric = config.search.metric,
): Metric {
  const parts = composition(arm, classCounts(data.train, data.classes), k)
  const training = data.classes.map((_, c) =>
    parts.reduce((sum, { classIndex, count }) => sum + (classIndex === c ? count : 0), 0),
  )
  return metricAfter(training, config, data, name)
}

/**
 * The metric of a head that was fitted on so many images of each class. Log loss and Brier score take probabilities with the prior
 * of the original training films, as calibration and decision curves do: training sets are balanced, the films that score them are
 * not.
 */
export function metricAfter(
  training: readonly number[],
  { search }: Pick<Config, 'search'>,
  data: Data,
  name: SearchMetric = search.metric,
): Metric {
  switch (name) {
    case 'log-loss':
    case 'brier':
      return { name, priorShifts: priorShifts(training, data) }
    case 'sensitivity-at-specificity':
      return { name, specificity: search.specificity }
    default:
      return { name }
  }
}

/** What each output's logit is shifted by. */
function priorShifts(training: readonly number[], { train, classes, positiveIndex }: Data): number[] {
  const shifts = classPriorShifts(training, classCounts(train, classes))
  if (positiveIndex === null) return shifts
  return [elementAt(shifts, positiveIndex) - elementAt(shifts, 1 - positiveIndex)]
}
