// How often the intervals of kopt/metrics hold the truth: the figures of docs/metrics.md.
// npm run build && node scripts/simulate-intervals.mjs [runs]      about a minute
import { Rng } from '../dist/base/random.js'
import { normalQuantile } from '../dist/metrics/distributions.js'
import { aucInterval, delongTest, differenceLimits, pairedDifference, recalibration } from '../dist/metrics/index.js'

const runs = Number(process.argv[2] ?? 2000)
const rng = new Rng(2026)
const shiftOf = (auc) => Math.SQRT2 * normalQuantile(auc)
const paper = [...Array(43).fill(1), ...Array(36).fill(0)]
const logistic = (x) => 1 / (1 + Math.exp(-x))
const holds = ({ low, high }, truth) => (low <= truth && truth <= high ? 1 : 0)
const show = (name, counts) => console.log(`${name}: ${counts.map((count) => (count / runs).toFixed(3)).join(' / ')}`)

console.log(`${runs} runs each`)
for (const truth of [0.963, 0.98, 0.99]) {
  const covered = [0, 0]
  for (let run = 0; run < runs; run++) {
    const interval = aucInterval(
      paper,
      paper.map((label) => label * shiftOf(truth) + rng.normal()),
    )
    covered[0] += holds(interval, truth)
    covered[1] += holds(interval.wald, truth)
  }
  show(`AUC ${truth}, 43 + 36 cases, held by logit / Wald`, covered)
}

const missed = [0, 0, 0, 0]
for (let run = 0; run < runs; run++) {
  const shared = paper.map(() => Math.sqrt(0.8) * rng.normal())
  const scores = (auc) => paper.map((label, i) => label * shiftOf(auc) + shared[i] + Math.sqrt(0.2) * rng.normal())
  const [a, b] = [scores(0.95), scores(0.9)]
  const { low, high } = differenceLimits(paper, a, b, { lowTail: 0.025, highTail: 0.025 })
  const { difference, se } = delongTest(paper, a, b)
  for (const [i, miss] of [
    low > 0.05,
    high < 0.05,
    difference - 1.96 * se > 0.05,
    difference + 1.96 * se < 0.05,
  ].entries())
    missed[i] += miss ? 1 : 0
}
show('0.95 against 0.90, 43 + 36 cases, missed by MOVER below / above, Wald below / above', missed)

const designs = {
  'of one class each, two images': (patient) => [patient % 2, patient % 2],
  'of both classes each': () => [0, 1],
  'of both kinds': (patient) => (patient % 3 === 0 ? [0, 1] : [patient % 2, patient % 2]),
}
for (const [name, labelsFor] of Object.entries(designs)) {
  for (const shared of [0.3, 0.7]) {
    const covered = [0, 0]
    for (let run = 0; run < runs; run++) {
      const [yTrue, scores, patients] = [[], [], []]
      for (let p = 0; p < 40; p++) {
        const effect = Math.sqrt(shared) * rng.normal()
        for (const label of labelsFor(p)) {
          yTrue.push(label)
          patients.push(`p${p}`)
          scores.push(label * shiftOf(0.9) + effect + Math.sqrt(1 - shared) * rng.normal())
        }
      }
      covered[0] += holds(aucInterval(yTrue, scores, { patients }), 0.9)
      covered[1] += holds(aucInterval(yTrue, scores), 0.9)
    }
    show(`AUC 0.9, 40 patients ${name}, correlation ${shared}, held with / without patients`, covered)
  }
}

const tests = [0, 0, 0]
const patients = Array.from({ length: 80 }, (_, i) => `p${i >> 1}`)
for (let run = 0; run < runs; run++) {
  const effects = patients.map(() => [rng.normal(), rng.normal(), rng.normal()])
  const outcomes = (which) =>
    patients.map((_, i) => {
      const own = effects[i >> 1]
      return 0.3 * own[0] + 0.87 * own[which] + 0.39 * rng.normal() < 0.84162 ? 1 : 0
    })
  const [a, b] = [outcomes(1), outcomes(2)]
  const clustered = pairedDifference(a, b, { patients })
  tests[0] += clustered.p <= 0.05 ? 1 : 0
  tests[1] += pairedDifference(a, b).p <= 0.05 ? 1 : 0
  tests[2] += holds(clustered, 0)
}
show(
  'Equal sensitivities of 0.8, 40 patients of two images: p <= 0.05 by Obuchowski / McNemar, held by its interval',
  tests,
)

const calibrated = [0, 0]
for (let run = 0; run < runs; run++) {
  const logits = Array.from({ length: 79 }, () => 2 * rng.normal())
  const yTrue = logits.map((logit) => (rng.uniform() < logistic(0.7 * logit) ? 1 : 0))
  const { slope, intercept } = recalibration(yTrue, logits.map(logistic))
  calibrated[0] += holds(slope, 0.7)
  calibrated[1] += holds(intercept, 0)
}
show('Slope 0.7, intercept 0, 79 cases, held', calibrated)
