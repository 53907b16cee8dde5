/** The rivals that need no training, in words. */
import { asGiven, counted, fixed, listing } from '../base/format.js'
import { generatorOf } from '../record/generator-of.js'
import type { Result, RivalResult, SearchResult } from '../record/result.js'
import { risingValue } from '../record/search-metric.js'
import { choosingName } from './choosing-films.js'
import { indistinguishableWords, scoredMultiples } from './multiple.js'
import { aucName } from './names.js'
import { ofModels } from './reach.js'
import { metricName, metricValue, metricWithDirection } from './search-metric.js'

export function withoutRivalWords(
  reason: 'is-generator' | 'features-are-trained' | 'too-few-images' | 'missing-in-fold',
): string {
  switch (reason) {
    case 'is-generator':
      return 'it is the generator of this run'
    case 'features-are-trained':
      return 'it draws features of a frozen backbone, and the end of this one is trained in every trial'
    case 'too-few-images':
      return 'too few of its films are left without suspected copies of training films'
    case 'missing-in-fold':
      return 'in one of the folds too few of its films are left without suspected copies of training films'
  }
}

/** That drawing between the films of a class means nothing where there is one. */
export function repeatedFilmsWords(rival: string, label: string): string {
  return `${rival}: class ${label} has a single training film, so what is drawn of it is that film again`
}

/** That a rival does not stand beside this run's generator. */
export function leftOutRivalWords({ label, reason }: { readonly label: string; readonly reason: string }): string {
  return `no training set is filled up with ${label}: ${reason}`
}

/** What a rival's curve shows on the films that choose its K. */
export function earlyRivalWords(label: string, search: SearchResult): string {
  const trials = [...search.trials].sort((a, b) => a.k - b.k)
  const [first, ...others] = trials
  if (first === undefined) return `training set filled up with ${label}: not scored`
  const rising = ({ mean }: typeof first) => risingValue(search.better, mean)
  const best = others.reduce((top, trial) => (rising(trial) > rising(top) ? trial : top), first)
  const at = ({ k, mean }: typeof first) => `${metricValue(search, mean)} at K = ${k}`
  const films = counted(search.selectionCases, `${choosingName(search)} film`)
  const found = best === first ? `${at(first)}, and no larger K is better` : `${at(first)}, best ${at(best)}`
  const name = search.better === 'lower' ? `${metricWithDirection(search)}:` : metricName(search)
  return `training set filled up with ${label}: ${name} ${found}, on ${films} (not distinguishable: ${indistinguishableWords(search)})`
}

/** What the curves of the rivals that were searched say together, before the generator is there. `labels`: in their order. */
export function moreOfRivalsWords(labels: readonly string[], searches: readonly SearchResult[]): string {
  const [{ selectionCases = 0, selectOn = 'tuning' } = {}] = searches
  const films = `these ${counted(selectionCases, `${choosingName({ selectOn })} film`)}`
  const better = labels.filter((_, i) => {
    const search = searches[i]
    return search !== undefined && isBetterWithMore(search)
  })
  return better.length === 0
    ? `could more films help at all? On ${films} more of what needs no training is not shown to do better than the balanced set alone; that says nothing yet about the generator's films`
    : `could more films help at all? On ${films} more of this scores better than the balanced set alone: ${better.join('; ')}. These films chose the amount, so these scores are too good to be taken as performance`
}

/** Whether the films that score it can tell the best K from the smallest. */
function isBetterWithMore(search: SearchResult): boolean {
  const [smallest] = scoredMultiples(search)
  return smallest !== undefined && !search.indistinguishable.includes(smallest)
}

/** The two questions that rivals answer, by what a rival lacks, with what the intervals on the internal test films show of each. */
export function rivalAnswers(result: Result): { readonly question: string; readonly answer: string }[] {
  const arms = result.rivals?.arms ?? []
  const { noun } = generatorOf(result)
  const answered = (question: string, against: readonly RivalResult[]) =>
    against.length === 0 ? [] : [{ question, answer: answerAgainst(against, result) }]
  return [
    ...answered(
      noun === 'generator' ? 'Was this generator needed?' : `Was a ${noun} needed?`,
      arms.filter(({ makes }) => makes === 'films'),
    ),
    ...answered(
      'Were synthetic films needed?',
      arms.filter(({ makes }) => makes !== 'films'),
    ),
  ]
}

/** What the differences speak for. */
export function rivalReach({ verdict }: Pick<Result, 'verdict'>): string {
  return ofModels(verdict.basis)
}

function answerAgainst(rivals: readonly RivalResult[], result: Result): string {
  const {
    search,
    verdict: { delta },
  } = result
  if (search.selectOn === 'test') return 'No answer: every K was chosen on the test films themselves.'
  const compared = rivals.flatMap(({ label, differences }) => {
    const found = differences.find(({ set }) => set === 'internal')
    const { low = null, high = null } = found ?? {}
    return low === null || high === null ? [] : [{ label, low, high }]
  })
  if (compared.length < rivals.length) return 'No answer: some could not be compared on these films.'
  const score = aucName(result)
  const named = (some: readonly { readonly label: string }[]) => listing(some.map(({ label }) => label))
  const worse = compared.filter(({ high }) => high < 0)
  const enough = compared.filter(({ high }) => high >= 0 && high < delta)
  const better = compared.filter(({ low, high }) => low > 0 && high >= delta)
  const open = compared.filter(({ low, high }) => low <= 0 && high >= delta)
  const most = Math.max(...open.map(({ high }) => high))
  if (worse.length + enough.length > 0) {
    const parts = [
      ...(worse.length > 0 ? [`the chosen arm scores lower than with ${named(worse)}`] : []),
      ...(enough.length > 0 ? [`over ${named(enough)} a gain of ${asGiven(delta)} in ${score} is excluded`] : []),
    ]
    return `No, on these films: ${parts.join(', and ')}.`
  }
  if (open.length === 0)
    return `Yes, compared with what was tried: the chosen arm scores higher than with ${named(better)}.`
  const shown = better.length > 0 ? `the chosen arm scores higher than with ${named(better)}, but ` : ''
  return `Unclear: ${shown}over ${named(open)} no gain in ${score} is shown, and one of up to ${fixed(most)} is not excluded.`
}
