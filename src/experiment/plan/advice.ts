/** Is a run worth the hours? From what the test films could show, the room above the baseline, and the learning curve. */
import type { Advice, Baseline, PlannedCurve, Range, TestSetPower } from '../../record/plan.js'

/** A smallest gain above this is more than generated images have been seen to bring. */
const largeGain = 0.08
/** An AUC from which a gain of delta has little room. */
const littleRoom = 0.97
/** A rise that would not matter to anybody. */
const flatRise = 0.01

interface AdviceInput {
  readonly baseline: Baseline | null
  readonly testSet: TestSetPower | null
  readonly learningCurve: PlannedCurve | null
}

export function advise({ baseline, testSet, learningCurve }: AdviceInput): Advice {
  const against: string[] = []
  const reserved: string[] = []
  const inFavour: string[] = []
  if (testSet === null || baseline === null) {
    against.push('there are too few films to say what a run could show; expect the answer "unclear"')
  } else {
    const { smallestGain, chanceAtDelta, delta, filmsForDelta, films } = testSet
    const enough =
      filmsForDelta === null
        ? 'no number of films like these'
        : `about ${filmsForDelta.toLocaleString('en')} test films`
    if (smallestGain === null) {
      against.push(`on ${films} test films no gain at all would be shown reliably; expect the answer "unclear"`)
    } else if (smallestGain > largeGain) {
      against.push(
        `only a gain of ${shown(smallestGain)} in AUC or more would be shown on these ${films} test films, which is more than generated images usually bring; expect "unclear" (a gain of ${delta} takes ${enough})`,
      )
    } else if (chanceAtDelta < 0.5) {
      reserved.push(
        `a gain of ${shown(smallestGain)} or more would be shown; a gain of ${delta} would more likely end as "unclear" (it takes ${enough})`,
      )
    } else inFavour.push(`the test films can show a gain of ${shown(smallestGain)}`)
    if (testSet.withFolds !== null && (smallestGain === null || smallestGain > delta)) {
      const { films: all, smallestGain: folded } = testSet.withFolds
      const could = folded === null ? 'would show none reliably either' : `could show ${shown(folded)}`
      reserved.push(
        `outer folds (--set resampling.folds=5) make all ${all} films test films, which ${could}, in about six times the time`,
      )
    }
    if (baseline.auc.value >= littleRoom)
      against.push(`real films alone already reach ${shown(baseline.auc.value)}: there is little room for a gain`)
  }
  if (learningCurve !== null) {
    const { recent } = learningCurve
    const rise = `from ${recent.from} to ${recent.to} real training films the AUC changed by ${interval(recent)}`
    if (recent.low > 0)
      inFavour.push(`${rise}: more data help this classifier, so that there is room for generated films to help`)
    else if (recent.high < flatRise) {
      against.push(
        `${rise}: more real films hardly help this classifier, and generated ones hold no more than the films they were learned from`,
      )
    } else reserved.push(`${rise}: whether more data help can't be told`)
  }
  const worth = against.length > 0 ? 'hardly' : reserved.length > 0 ? 'perhaps' : 'yes'
  const reasons = [...against, ...reserved, ...inFavour]
  const opening = {
    yes: 'A run is worth the hours',
    perhaps: 'A run may be worth the hours',
    hardly: 'A run is hardly worth the hours for its verdict',
  }[worth]
  return { worth, reasons, text: `${opening}: ${reasons[0]}.` }
}

/** What more training films would bring, in words that the limits bear. */
export function aheadInWords(ahead: readonly { readonly more: number; readonly gain: Range }[]): string {
  return ahead
    .map(({ more, gain }) => {
      const limits = `${signed(gain.low)} to ${signed(gain.high)}`
      if (gain.low > 0)
        return `If the curve goes on as it has, ${more} more training films would probably bring ${limits} in AUC.`
      if (gain.high < flatRise) return `${more} more training films would hardly change the AUC (${limits}).`
      return `What ${more} more training films would bring can't be told from nothing (${limits}).`
    })
    .join(' ')
}

function interval({ value, low, high }: Range): string {
  return `${signed(value)} (${signed(low)} to ${signed(high)})`
}

function shown(value: number): string {
  return value.toFixed(3)
}

function signed(value: number): string {
  const text = Math.abs(value).toFixed(3)
  return value < 0 && Number(text) !== 0 ? `\u2212${text}` : `+${text}`
}
