/** Answers that a run gives to items of both checklists. */
import { armInSentence } from '../../record/arm-name.js'
import type { Result } from '../../record/result.js'
import { metricName, setName } from '../arm-name.js'
import { evaluatedArms, resultSets } from '../figure-list.js'
import { counted, listing, percentage, short, withInterval } from '../format.js'

/** AUC of the chosen arm and of the original films on every set, with intervals. */
export function performanceInShort(result: Result): string {
  const sets = resultSets(result).map((set) => {
    const shown = evaluatedArms(result, set).filter(({ name }) => name === result.search.arm || name === 'OD')
    const aucs = shown.map(
      ({ name, on }) => `${armInSentence(name)} ${withInterval(on.auc.value, on.auc.low, on.auc.high)}`,
    )
    return `${setName(set)}: ${metricName(result.search.metric)} of ${listing(aucs)}`
  })
  return `${sets.join('. ')}. All arms and measures with 95 % intervals: section Performance, tables/table1.csv.`
}

export function flowInShort({ dataset }: Result): string {
  const internal = dataset.flow.find(({ set }) => set === 'internal')
  if (!internal) return 'Section Films.'
  return `${counted(internal.found, 'film')} found, ${counted(internal.analysed, 'film')} analysed; flow with every exclusion and its reason: section Films, tables/flow.csv.`
}

export function casesNeeded({ verdict, search }: Result): string | undefined {
  if (verdict.casesNeeded === null) return undefined
  return `About ${counted(verdict.casesNeeded, 'test case')} would decide at a gain of ${short(verdict.delta)} in ${metricName(search.metric)}, by this run’s variance and correlation.`
}

/** Share of the class looked for in training and test films. */
export function classShares({ dataset }: Result): string {
  const parts = (['train', 'tuning', 'test'] as const).map((part) => {
    const total = Object.values(dataset.split[part]).reduce((sum, n) => sum + n, 0)
    const shares = dataset.classes.map((name) => `${percentage((dataset.split[part][name] ?? 0) / total)} ${name}`)
    return `${part}: ${listing(shares)}`
  })
  return `Class shares: ${parts.join('; ')}.`
}
