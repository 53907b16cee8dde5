/** Is a run worth its time? From what the test films could show, the room above the baseline, and the learning curve. */
import type { Advice, AdviceReason, Baseline, PlannedCurve, Range, TestSetPower, Trend } from '../../record/plan.js'

/** A smallest gain above this is more than generated images have been seen to bring. */
const largeGain = 0.08
/** An AUC from which a gain of delta has little room. */
const littleRoom = 0.97
/** A rise that would not matter to anybody. */
const flatRise = 0.01

interface AdviceInput {
  readonly baseline: Baseline | null
  readonly testSet: TestSetPower | null
  readonly learningCurve: Pick<PlannedCurve, 'recent'> | null
}

/** `reasons` in order of weight: never none. */
export interface FoundAdvice {
  readonly worth: Advice['worth']
  readonly reasons: readonly AdviceReason[]
}

export function advise({ baseline, testSet, learningCurve }: AdviceInput): FoundAdvice {
  const against: AdviceReason[] = []
  const reserved: AdviceReason[] = []
  const inFavour: AdviceReason[] = []
  if (testSet === null || baseline === null) {
    against.push({ kind: 'too-few-films' })
  } else {
    const { smallestGain, chanceAtDelta, delta, filmsForDelta, films, withFolds } = testSet
    if (smallestGain === null) against.push({ kind: 'nothing-shown', films })
    else if (smallestGain > largeGain) {
      against.push({ kind: 'large-gain-alone', films, smallestGain, delta, filmsForDelta })
    } else if (chanceAtDelta < 0.5) reserved.push({ kind: 'delta-unlikely', smallestGain, delta, filmsForDelta })
    else inFavour.push({ kind: 'gain-shown', smallestGain })
    if (withFolds !== null && (smallestGain === null || smallestGain > delta)) {
      reserved.push({ kind: 'with-folds', ...withFolds })
    }
    if (baseline.auc.value >= littleRoom) against.push({ kind: 'little-room', auc: baseline.auc.value })
  }
  if (learningCurve !== null) {
    const { from, to, ...change } = learningCurve.recent
    const trend = trendOf(change)
    const reasons = { rises: inFavour, flat: against, open: reserved }[trend]
    reasons.push({ kind: 'more-films', trend, from, to, change })
  }
  const worth = against.length > 0 ? 'hardly' : reserved.length > 0 ? 'perhaps' : 'yes'
  return { worth, reasons: [...against, ...reserved, ...inFavour] }
}

/** What the limits of a change in AUC bear. */
export function trendOf({ low, high }: Range): Trend {
  if (low > 0) return 'rises'
  return high < flatRise ? 'flat' : 'open'
}
