/** Whether a run is worth the time, in sentences. */
import { asGiven, count, fixed, signed, signedLimits } from '../base/format.js'
import type { Advice, AdviceReason, Prospect, Range } from '../record/plan.js'

const openings: Readonly<Record<Advice['worth'], string>> = {
  yes: 'A run is worth the time',
  perhaps: 'A run may be worth the time',
  hardly: 'A run is hardly worth the time for its verdict',
}

/** `reasons` in order of weight, at least one: the first stands in the text. */
export function adviceWords({ worth, reasons }: { worth: Advice['worth']; reasons: readonly AdviceReason[] }): Advice {
  const sentences = reasons.map(reasonWords)
  return { worth, reasons: sentences, text: `${openings[worth]}: ${sentences[0]}.` }
}

function reasonWords(reason: AdviceReason): string {
  switch (reason.kind) {
    case 'too-few-films':
      return 'there are too few films to say what a run could show; expect the answer "unclear"'
    case 'nothing-shown':
      return `on ${count(reason.films)} test films no gain at all would be shown reliably; expect the answer "unclear"`
    case 'large-gain-alone':
      return `only a gain of ${fixed(reason.smallestGain)} in AUC or more would be shown on these ${count(reason.films)} test films, which is more than synthetic films usually bring; expect "unclear" (a gain of ${asGiven(reason.delta)} takes ${enough(reason.filmsForDelta)})`
    case 'delta-unlikely':
      // A smaller gain would show and this one not: the AUC cannot rise by so much.
      if (reason.smallestGain < reason.delta)
        return `a gain of ${fixed(reason.smallestGain)} or more would be shown; one of ${asGiven(reason.delta)} is more than the AUC of real films alone leaves room for`
      return `a gain of ${fixed(reason.smallestGain)} or more would be shown; a gain of ${asGiven(reason.delta)} would more likely end as "unclear" (it takes ${enough(reason.filmsForDelta)})`
    case 'gain-shown':
      return `the test films can show a gain of ${fixed(reason.smallestGain)}`
    case 'with-folds': {
      const could =
        reason.smallestGain === null
          ? 'would show no gain reliably either'
          : `could show a gain of ${fixed(reason.smallestGain)}`
      return `outer folds (--set resampling.folds=5) test every film once: all ${count(reason.films)} together ${could}, in about six times the time`
    }
    case 'little-room':
      return `real films alone already reach ${fixed(reason.auc)}: there is little room for a gain`
    case 'more-films':
      return `from ${count(reason.from)} to ${count(reason.to)} real training films the AUC changed by ${interval(reason.change)}: ${meaning[reason.trend]}`
  }
}

const meaning: Readonly<Record<Prospect['trend'], string>> = {
  rises: 'more data help this classifier, so there is room for synthetic films to help',
  flat: 'more real films hardly help this classifier, and synthetic ones hold no more than the films they were learned from',
  open: "whether more data help can't be told",
}

/** What more training films would bring, in words that the limits bear. */
export function prospectWords(prospects: readonly Prospect[]): string {
  return prospects.map((prospect, i) => prospectSentence(prospect, prospects[i - 1]?.trend)).join(' ')
}

function prospectSentence({ more, gain, trend }: Prospect, before?: Prospect['trend']): string {
  const limits = signedLimits(gain.low, gain.high)
  switch (trend) {
    case 'rises':
      return `${before === trend ? '' : 'If the curve goes on as it has, '}${count(more)} more training films would probably bring ${limits} in AUC.`
    case 'flat':
      return `${count(more)} more training films would hardly change the AUC (${limits}).`
    case 'open':
      return `Whether ${count(more)} more training films would bring anything can't be told (${limits}).`
  }
}

function enough(films: number | null): string {
  return films === null ? 'more films than can be said' : `about ${count(films)} test films`
}

function interval({ value, low, high }: Range): string {
  return `${signed(value)} (${signedLimits(low, high)})`
}
