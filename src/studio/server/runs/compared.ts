/** One run as it stands beside others. */
import { UserError } from '../../../base/errors.js'
import { counted, duration, signedInterval, withInterval } from '../../../base/format.js'
import { isRecord } from '../../../experiment/config/merge.js'
import { shownConfig } from '../../../experiment/config/shown.js'
import { storedConfig } from '../../../experiment/config/stored.js'
import { runStatus } from '../../../record/read-status.js'
import type { Result } from '../../../record/result.js'
import { RunDirectory } from '../../../record/run-directory.js'
import { secondsInAll } from '../../../record/stage.js'
import { readResult } from '../../../record/stored-result.js'
import { armName, rankingName } from '../../../words/names.js'
import type { ComparedRun } from '../../wire/comparison.js'
import { typed } from '../typed.js'
import { idOf } from '../workplace.js'

export function comparedRun(root: string): ComparedRun {
  const directory = new RunDirectory(root)
  const { name, state } = runStatus(root)
  const found = state === 'finished' ? factsOf(readResult(directory)) : []
  const facts = [{ label: 'State', text: state === 'running' ? 'at work' : state }, ...found]
  return { id: idOf(root), name, state, facts, settings: settingsOf(directory) }
}

function factsOf(result: Result): ComparedRun['facts'] {
  const { verdict, model, arms, search, dataset, seconds } = result
  const { benefit, comparator, low, high } = verdict
  const against = verdict.comparators.find((one) => one.name === comparator)
  const auc = arms.find((arm) => arm.name === model.arm)?.evaluations.internal?.auc
  const films = (counts: Readonly<Record<string, number>>) => Object.values(counts).reduce((sum, n) => sum + n, 0)
  const { train, tuning, test } = dataset.split
  const facts: [label: string, text: string][] = [
    ['Do synthetic films help?', benefit ?? 'no verdict'],
    ['In a sentence', verdict.text],
    [
      `Difference in ${rankingName(result)}`,
      comparator === null ? '–' : `${signedInterval(against?.difference, low, high)} against ${armName(comparator)}`,
    ],
    [`${rankingName(result)} of the model`, auc ? withInterval(auc.value, auc.low, auc.high) : '–'],
    ['K', `${search.kOptimal}`],
    ['Model', armName(model.arm)],
    ['Films', `${films(train)} training, ${films(tuning)} tuning, ${films(test)} test`],
    [
      'Other hospitals',
      Object.entries(dataset.external)
        .map(([name, counts]) => `${name} ${films(counts)}`)
        .join(', ') || 'none',
    ],
    ['Outer folds', counted(result.folds.length, 'fold')],
    ['Time', duration(secondsInAll(Object.entries(seconds)))],
  ]
  return facts.map(([label, text]) => ({ label, text }))
}

function settingsOf(directory: RunDirectory): ComparedRun['settings'] {
  try {
    return Object.fromEntries(leaves(shownConfig(storedConfig(directory, 'to compare it'))))
  } catch (error) {
    if (error instanceof UserError) return null
    throw error
  }
}

function leaves(value: unknown, place = ''): [place: string, text: string][] {
  if (!isRecord(value)) return [[place, typed(value)]]
  return Object.entries(value).flatMap(([key, inner]) => leaves(inner, place === '' ? key : `${place}.${key}`))
}
