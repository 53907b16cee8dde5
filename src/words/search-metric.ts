/** The metric that chose K, as people call it, with what is needed to read its figures. */
import { capitalised } from '../base/capitalised.js'
import { fixed, proportion, short } from '../base/format.js'
import type { SearchResult } from '../record/result.js'
import { withoutMacro } from '../record/search-metric.js'

type ScoredBy = Pick<SearchResult, 'metric' | 'specificity'>
type Directed = ScoredBy & Pick<SearchResult, 'better' | 'unit'>

const names = new Map([
  ['auc', 'AUC'],
  ['log-loss', 'log loss'],
  ['brier', 'Brier score'],
  ['balanced-accuracy', 'balanced accuracy'],
  ['f1', 'F1 score'],
])

const lowerIsBetter = 'lower is better'

/** Inside a sentence: `AUC`, `macro AUC`, `log loss`, `sensitivity at a specificity of 0.9`; an unknown one stands for itself. */
export function metricName({ metric, specificity }: ScoredBy): string {
  const { name, macro } = withoutMacro(metric)
  const at = specificity === undefined ? 'a specificity' : `a specificity of ${short(specificity)}`
  const known = name === 'sensitivity-at-specificity' ? `sensitivity at ${at}` : (names.get(name) ?? name)
  return macro ? `macro ${known}` : known
}

/** At the head of a label: `AUC`, `Log loss (nats, lower is better)`. */
export function metricTitle(search: Directed): string {
  const notes = [...(search.unit === null ? [] : [search.unit]), ...(search.better === 'lower' ? [lowerIsBetter] : [])]
  return `${capitalised(metricName(search))}${notes.length > 0 ? ` (${notes.join(', ')})` : ''}`
}

/** The same in a sentence, with the direction where it is not the usual one: `log loss in nats, lower is better`. */
export function metricWithDirection(search: Directed): string {
  const unit = search.unit === null ? '' : ` in ${search.unit}`
  return `${metricName(search)}${unit}${search.better === 'lower' ? `, ${lowerIsBetter}` : ''}`
}

/** What a better score is by: `gain`, or `fall in log loss` where lower is better. */
export function gainName(search: Directed): string {
  return search.better === 'lower' ? `fall in ${metricName(search)}` : 'gain'
}

/** A score as it is printed: `0.963`; those that end at 1 are never rounded to it. */
export function metricValue({ better }: Pick<Directed, 'better'>, value: number): string {
  return better === 'lower' ? fixed(value) : proportion(value)
}
