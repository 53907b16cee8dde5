/** What the test films could show: the smallest gain in AUC, and how likely delta would be found (STATISTICS 5). */
import type { Film } from '../../dataset/sample.js'
import { casesToShow, powerToShow, smallestGainShown, type TestSetDesign } from '../../metrics/power.js'
import type { TestSetPower } from '../../record/plan.js'
import { distinctComparatorCount } from '../arms.js'
import { countsByClass, patientCount } from '../cohort/read-cohorts.js'
import type { Config } from '../config/schema.js'
import type { MeasuredCurve } from '../learning/learning-curve.js'

/** Chance at which a gain counts as shown. */
const wantedChance = 0.8

/** What is assumed of the comparison: of scores like those of the learning curve, and arms like those of the run. */
export interface Assumed {
  readonly config: Config
  readonly classes: readonly string[]
  readonly positive: string | null
  readonly curve: MeasuredCurve
  /** Training films per class. */
  readonly train: readonly number[]
}

/**
 * Power of a test set; null where no comparison can be assumed.
 * @param all the films that would be tested with outer folds; null where there can be none
 */
export function testSetPower(
  tested: readonly Film[],
  all: readonly Film[] | null,
  assumed: Assumed,
): TestSetPower | null {
  const design = designOf(tested, assumed)
  if (design === null) return null
  const { delta } = assumed.config.verdict
  const { positives, negatives, auc, correlation, comparators } = design
  const otherCorrelations = [correlation - 0.1, (1 + correlation) / 2]
  const chanceAtDelta = powerToShow(design, delta)
  const folded = all && designOf(all, assumed)
  return {
    films: tested.length,
    positives,
    negatives,
    patients: patientCount(tested),
    comparators,
    auc,
    correlation,
    probability: wantedChance,
    smallestGain: smallestGainShown(design, wantedChance),
    smallestGainAt: otherCorrelations.map((other) => ({
      correlation: other,
      gain: smallestGainShown({ ...design, correlation: other }, wantedChance),
    })),
    delta,
    chanceAtDelta: Number.isFinite(chanceAtDelta) ? chanceAtDelta : 0,
    filmsForDelta: auc + delta < 1 ? casesToShow(design, delta, wantedChance) : null,
    withFolds: all && folded && { films: all.length, smallestGain: smallestGainShown(folded, wantedChance) },
  }
}

/** Null without a measured curve, or with fewer than two films of a class. */
function designOf(films: readonly Film[], { config, classes, positive, curve, train }: Assumed): TestSetDesign | null {
  const last = curve.sizes.at(-1)
  if (last === undefined || !Number.isFinite(curve.correlation)) return null
  // Of more than two classes the rarest against the rest: no AUC of the macro average has fewer cases to go by.
  const counts = countsByClass(classes, films)
  const diseased = positive ?? classes[counts.indexOf(Math.min(...counts))]
  const positives = films.filter((film) => film.label === diseased)
  const negatives = films.filter((film) => film.label !== diseased)
  if (positives.length < 2 || negatives.length < 2) return null
  const repeated = patientCount(films) < films.length
  return {
    positives: positives.length,
    negatives: negatives.length,
    auc: Math.min(0.99, Math.max(0.5, last.estimate.value)),
    correlation: Math.min(0.99, Math.max(0.3, curve.correlation)),
    comparators: distinctComparatorCount(train, config.head.kind),
    designEffect: repeated ? curve.designEffect : 1,
    degreesOfFreedom: Math.max(1, Math.min(patientCount(positives), patientCount(negatives)) - 1),
  }
}
