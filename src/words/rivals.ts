/** The rivals that need no training, in words. */
import { counted, listing } from '../base/format.js'
import type { SearchResult } from '../record/result.js'
import { risingValue } from '../record/search-metric.js'
import { indistinguishableWords } from './multiple.js'
import { metricName, metricValue, metricWithDirection } from './search-metric.js'

export function withoutRivalWords(reason: 'is-generator' | 'features-are-trained' | 'too-few-images'): string {
  switch (reason) {
    case 'is-generator':
      return 'it is the generator of this run'
    case 'features-are-trained':
      return 'it draws features of a frozen backbone, and the end of this one is trained in every trial'
    case 'too-few-images':
      return 'too few of its films are left without suspected copies of training films'
  }
}

/** That drawing between the films of a class means nothing where there is one. */
export function repeatedFilmsWords(rival: string, label: string): string {
  return `${rival}: class ${label} has a single training film, so what is drawn of it is that film again`
}

export interface SearchedRival {
  readonly label: string
  readonly search: SearchResult
}

/** What the rivals' curves show before the generator is there: a line for each, and what they say together. */
export function earlyRivalWords(rivals: readonly SearchedRival[]): string[] {
  const [first] = rivals
  if (!first) return []
  const { selectionCases, selectOn } = first.search
  const films = `${counted(selectionCases, `${selectOn} film`)}`
  const gaining = rivals.filter(({ search }) => gains(search))
  return [
    ...rivals.map(({ label, search }) => `filled up with ${label}: ${curveWords(search)}`),
    gaining.length === 0
      ? `could more films help at all? On these ${films} no amount of what needs no training can be told from the balanced set; of the generator's films that says nothing yet`
      : `could more films help at all? On these ${films} more of ${listing(gaining.map(({ label }) => label))} scores better than the balanced set alone; these films chose the amount, so that this is no performance`,
  ]
}

/** Whether the films that score it can tell the best K from the first. */
function gains({ trials, indistinguishable }: SearchResult): boolean {
  const first = Math.min(...trials.map(({ k }) => k))
  return !indistinguishable.includes(first)
}

function curveWords(search: SearchResult): string {
  const trials = [...search.trials].sort((a, b) => a.k - b.k)
  const rising = ({ mean }: (typeof trials)[number]) => risingValue(search.better, mean)
  const best = trials.reduce((top, trial) => (rising(trial) > rising(top) ? trial : top))
  const at = ({ k, mean }: (typeof trials)[number]) => `${metricValue(search, mean)} at K = ${k}`
  const [first] = trials
  const known = `not distinguishable: ${indistinguishableWords(search)}`
  const name = search.better === 'lower' ? `${metricWithDirection(search)}:` : metricName(search)
  return first === undefined || best === first
    ? `${name} ${at(best)}, the best (${known})`
    : `${name} ${at(first)}, at best ${at(best)} (${known})`
}
