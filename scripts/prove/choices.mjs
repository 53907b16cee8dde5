/** Which K each rule would have chosen by each metric, from the trials of one run: no run is done again for another rule. */
import { existsSync } from 'node:fs'
import { readJson } from '../../dist/base/files.js'
import { metricAfter } from '../../dist/experiment/work/trial-metric.js'
import { averageHeads } from '../../dist/head/head.js'
import { chosenArm } from '../../dist/record/arm.js'
import { metricFacts, risingValue } from '../../dist/record/search-metric.js'
import { metricInfluence } from '../../dist/scoring/metric.js'
import { applyRule, differenceError } from '../../dist/search/index.js'

const metrics = ['auc', 'log-loss', 'brier']
const rules = [
  { name: 'sliding window of 2', rule: 'sliding-window', windowSize: 2 },
  { name: 'sliding window of 4', rule: 'sliding-window', windowSize: 4 },
  { name: 'sliding window of 12', rule: 'sliding-window', windowSize: 12 },
  { name: 'one standard error', rule: 'one-standard-error' },
]
const fixedKs = [1, 2, 5, 14]

/** The chosen arm's trials: by K the outcome of every repeat, and the head that is handed over at that K. */
export function trialsOf(directory, { search }) {
  return search.trials.map(({ k }) => {
    const outcomes = []
    for (let r = 1; existsSync(directory.trial(chosenArm, k, r)); r++)
      outcomes.push(readJson(directory.trial(chosenArm, k, r)))
    const heads = outcomes.map(({ weights, bias }) => ({
      weights: Float64Array.from(weights),
      bias: Float64Array.from(bias),
    }))
    return { k, outcomes, head: averageHeads(heads) }
  })
}

/**
 * @param trials of the chosen arm, ascending
 * @param cases that score them: `labels`, `patients`, and `folds` where there are any
 * @param data `train` films with their class indices, `classes`, `positiveIndex`
 * @param testScores AUC of each K on the run's own test films, by which the paper must have chosen
 * @returns K by metric and rule
 */
export function choicesOf(trials, cases, { config, data, testScores }) {
  const ks = trials.map(({ k }) => k)
  const byScores = metrics.flatMap((metric) => {
    const scores = risingScores(trials, cases, { config, data, metric })
    const means = scores.theta.map((values) => values.reduce((a, b) => a + b) / values.length)
    const error = (a, b) => differenceError(scores, a, b)
    return rules.map(({ name, ...rule }) => ({
      metric,
      rule: name,
      k: applyRule(ks, means, { fixedK: null, ...rule }, error).kOptimal,
    }))
  })
  const byTest = applyRule(ks, testScores, { rule: 'sliding-window', windowSize: 12, fixedK: null }, () => 0).kOptimal
  return [
    ...byScores,
    { metric: 'auc of the test films', rule: 'sliding window of 12', k: byTest },
    ...fixedKs.filter((k) => ks.includes(k)).map((k) => ({ metric: '-', rule: `K = ${k}`, k })),
  ]
}

function risingScores(trials, { labels, patients, folds }, { config, data, metric }) {
  const { better } = metricFacts(metric)
  const found = trials.map(({ outcomes }) => {
    const training = data.classes.map(() => outcomes[0].size / data.classes.length)
    const how = metricAfter(training, config, data, metric)
    const logits = outcomes.map(({ selectionLogits }) => selectionLogits)
    return metricInfluence(how, { labels, patients, outputs: 1, ...(folds && { folds }) }, logits)
  })
  const rising = (value) => risingValue(better, value)
  return {
    ks: trials.map(({ k }) => k),
    theta: found.map(({ theta }) => theta.map(rising)),
    u: found.map(({ u }) => u.map(rising)),
  }
}
