/** What an executor tells, before it is believed: an outcome that is none would stay in the run's folder for every resume. */
import { InternalError } from '../../base/errors.js'
import { metricFacts } from '../../record/search-metric.js'
import type { TrialUnit, UnitOutcome } from './unit.js'

/**
 * Throws an `InternalError` that says what is wrong with an outcome: of a unit that was not asked for, or not of the form that
 * its unit fixes. `units`: those asked for, by their ids.
 */
export function requireOutcome(units: ReadonlyMap<string, TrialUnit>, outcome: UnitOutcome): void {
  const trial = outcome?.trial
  const unit = units.get(trial?.id)
  if (unit === undefined)
    throw new InternalError(`the executor told of ${JSON.stringify(trial?.id)}, which it was not asked for`)
  const { arm, k, repeat, outputs, selection, metric, fineTune } = unit
  const [least, most] = metricFacts(metric.name).range
  const range = most === Number.POSITIVE_INFINITY ? `a number from ${least} on` : `from ${least} to ${most}`
  const problems = [
    [outcome.id === unit.id, `id is ${JSON.stringify(outcome.id)}`],
    [trial.arm === arm && trial.k === k && trial.repeat === repeat, 'arm, k or repeat are of another unit'],
    [
      Number.isFinite(trial.score) && trial.score >= least && trial.score <= most,
      `score is ${trial.score}, and not ${range}`,
    ],
    [isNumbers(trial.selectionLogits, selection.labels.length * outputs), 'selectionLogits are not one for each case'],
    [isNumbers(trial.bias, outputs), 'bias is not one for each output'],
    [
      isNumbers(trial.weights) && trial.weights.length > 0 && trial.weights.length % outputs === 0,
      'weights are not as many for each output',
    ],
    [(outcome.top !== undefined) === (fineTune !== undefined), 'the trained top is missing, or was not asked for'],
  ] as const
  const wrong = problems.flatMap(([holds, text]) => (holds ? [] : [text]))
  if (wrong.length > 0)
    throw new InternalError(`the executor told of ${unit.id} what is no outcome: ${wrong.join('; ')}`)
}

function isNumbers(values: unknown, length?: number): boolean {
  if (!Array.isArray(values) || (length !== undefined && values.length !== length)) return false
  return values.every((value) => Number.isFinite(value))
}
