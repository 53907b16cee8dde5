/** How often the verdict says what, for three comparators, for the six of a run with the logistic head, and the twelve with the Adam head. */
import { Rng } from '../../dist/base/random.js'
import { differenceLimits } from '../../dist/metrics/auc-difference.js'
import { decideVerdict } from '../../dist/metrics/verdict.js'
import { correlatedScores, labelsOf, row, share } from './scores.mjs'

const sizes = [100, 300, 1000]

function verdicts(n, chosen, others, runs) {
  const yTrue = labelsOf(n / 2, n / 2)
  const rng = new Rng(1000 + n)
  const counts = { yes: 0, no: 0, unclear: 0 }
  for (let run = 0; run < runs; run++) {
    const [own, ...rest] = correlatedScores(yTrue, [chosen, ...others], 0.9, rng)
    const tails = { lowTail: 0.025, highTail: 0.025 / others.length }
    const comparators = rest.map((scores, i) => ({
      name: String(i),
      difference: 0,
      ...differenceLimits(yTrue, own, scores, tails),
      casesNeeded: null,
      external: {},
    }))
    counts[decideVerdict({ comparators, nothing: '', delta: 0.02, kChosen: 7, selectOn: 'tuning' }).benefit]++
  }
  return counts
}

export function* verdictTables(runs = 1000) {
  for (const m of [3, 6, 12]) {
    const equal = Array(m).fill(0.9)
    const worst = [0.9, ...Array(m - 1).fill(0.75)]
    const scenarios = [
      ['yes at +0.02', 'yes', 0.92, equal],
      ['yes at +0.05', 'yes', 0.95, equal],
      ['false yes, worst case (one comparator equal, the others far behind)', 'yes', 0.9, worst],
      ['false yes, all equal', 'yes', 0.9, equal],
      ['"no" when all are equal', 'no', 0.9, equal],
      ['false "no", at +0.02', 'no', 0.92, equal],
    ]
    yield `\n${m} comparators, correlation of scores 0.9, ${runs} runs\n`
    yield row(['', ...sizes.map((n) => `n = ${n}`)])
    yield row(['---', ...sizes.map(() => '---')])
    for (const [title, benefit, chosen, others] of scenarios)
      yield row([title, ...sizes.map((n) => share(verdicts(n, chosen, others, runs)[benefit], runs))])
  }
}
