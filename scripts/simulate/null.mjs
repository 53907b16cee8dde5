/** Size and power of the null of the search, over runs whose trials share one tuning set (as test/search/simulate.ts). */
import { Rng } from '../../dist/base/random.js'
import { metricFacts, risingValue } from '../../dist/record/search-metric.js'
import { metricInfluence } from '../../dist/scoring/metric.js'
import { searchNull } from '../../dist/search/null-distribution.js'
import { row, share, shiftOf } from './scores.mjs'

const policy = { rule: 'sliding-window', windowSize: 12, fixedK: null }
/** Share of a score's variance within a class that all trials have in common. */
const common = 0.9
/** Of the presets quick and standard. */
const fine = [1, 1.1, 1.25, 1.5, ...Array.from({ length: 25 }, (_, i) => i + 2)]
const levels = [0.01, 0.05, 0.1]

/**
 * `films` of each patient, whose scores are correlated by a half; logits that are calibrated, but for an offset of their fold's
 * models where there are inner `folds`.
 */
function simulateSearch({ patients, films = 1, repeats, truth, metric = { name: 'auc' }, folds }, rng) {
  const patientOf = Array.from({ length: patients * films }, (_, i) => Math.floor(i / films))
  const yTrue = patientOf.map((patient) => patient % 2)
  const names = patientOf.map((patient) => `p${patient}`)
  const foldOf = folds === undefined ? undefined : patientOf.map((patient) => Math.floor(patient / 2) % folds)
  const shared = films > 1 ? 0.5 : 0
  const draw = () => {
    const own = Array.from({ length: patients }, () => rng.normal())
    return patientOf.map((patient) => Math.sqrt(shared) * own[patient] + Math.sqrt(1 - shared) * rng.normal())
  }
  const whim = draw().map((value) => Math.sqrt(common) * value)
  const drift = Array.from({ length: repeats }, () => new Float64Array(yTrue.length))
  const influences = fine.map((k, at) => {
    const before = at === 0 ? 0 : fine[at - 1]
    const shift = shiftOf(truth(k))
    const scores = drift.map((own) => {
      const fresh = draw()
      for (let i = 0; i < own.length; i++)
        own[i] = Math.sqrt(before / k) * own[i] + Math.sqrt((k - before) / k) * fresh[i]
      return yTrue.map((label, i) => label * shift + whim[i] + Math.sqrt(1 - common) * own[i])
    })
    const logits = scores.map((ofRepeat) => {
      const offsets = Array.from({ length: folds ?? 0 }, () => rng.normal())
      return ofRepeat.map((score, i) => shift * (score - shift / 2) + (foldOf ? offsets[foldOf[i]] : 0))
    })
    return metricInfluence(metric, { labels: yTrue, outputs: 1, patients: names, folds: foldOf }, logits)
  })
  const { better } = metricFacts(metric.name)
  const rising = (values) => values.map((value) => risingValue(better, value))
  return { ks: fine, theta: influences.map(({ theta }) => rising(theta)), u: influences.map(({ u }) => rising(u)) }
}

function shares(world, runs, seed) {
  const rng = new Rng(seed)
  const counts = levels.map(() => 0)
  for (let run = 0; run < runs; run++) {
    const { p } = searchNull(simulateSearch(world, rng), policy, { draws: 299, rng: rng.at(run) })
    levels.forEach((level, i) => {
      if (p <= level) counts[i]++
    })
  }
  return counts.map((count) => share(count, runs))
}

const metrics = [
  { name: 'auc' },
  { name: 'log-loss', priorShifts: [0] },
  { name: 'brier', priorShifts: [0] },
  { name: 'accuracy' },
  { name: 'balanced-accuracy' },
  { name: 'f1' },
  { name: 'sensitivity-at-specificity', specificity: 0.9 },
]

/** The same by each metric, one film a patient, one repeat. */
export function* metricTables(runs = 1000) {
  const fewer = Math.ceil(runs / 4)
  for (const patients of [16, 50, 140]) {
    yield `\n${patients} patients: ${runs} runs, AUC 0.85 at every K; ${fewer} runs, AUC rising from 0.85 to 0.90 from K = 1 to 8\n`
    yield row(['metric', ...levels.map((level) => `no effect: p <= ${level}`), 'rising: p <= 0.05'])
    yield row(['---', '---', '---', '---', '---'])
    for (const metric of metrics) {
      const design = { patients, repeats: 1, metric }
      const [, power] = shares({ ...design, truth: rising }, fewer, 2)
      yield row([`\`${metric.name}\``, ...shares({ ...design, truth: () => 0.85 }, runs, 1), power])
    }
  }
}

/** As many films as tuning has, and all that are not tested, in inner folds. */
export function* innerTables(runs = 1000) {
  const fewer = Math.ceil(runs / 4)
  yield `\n${runs} runs, AUC 0.85 at every K; ${fewer} runs, AUC rising from 0.85 to 0.90 from K = 1 to 8; one repeat\n`
  yield row(['films that choose K', ...levels.map((level) => `no effect: p <= ${level}`), 'rising: p <= 0.05'])
  yield row(['---', '---', '---', '---', '---'])
  for (const [name, design] of [
    ['60 tuning films', { patients: 60 }],
    ['60 films in 5 inner folds', { patients: 60, folds: 5 }],
    ['240 films in 5 inner folds', { patients: 240, folds: 5 }],
    ['240 films in 10 inner folds', { patients: 240, folds: 10 }],
  ]) {
    const [, power] = shares({ ...design, repeats: 1, truth: rising }, fewer, 2)
    yield row([name, ...shares({ ...design, repeats: 1, truth: () => 0.85 }, runs, 1), power])
  }
}

/** AUC of K where it has an effect. */
const rising = (k) => 0.85 + 0.05 * Math.min(1, (k - 1) / 7)

export function* nullTables(runs = 2000) {
  const bounds = levels.map((a) => (a + 2.33 * Math.sqrt((a * (1 - a)) / runs)).toFixed(3))
  yield `\n${runs} runs, K = 1, 1.1, 1.25, 1.5, 2..26, window 12, AUC 0.85 at every K; allowed: ${bounds.join(', ')}\n`
  const head = (name) => [row([name, ...levels.map((level) => `p <= ${level}`)]), row(['---', '---', '---', '---'])]
  yield* head('size')
  for (const repeats of [1, 3, 5])
    for (const patients of [16, 32, 50, 140])
      yield row([
        `${patients} patients, ${repeats} repeat${repeats > 1 ? 's' : ''}`,
        ...shares({ patients, repeats, truth: () => 0.85 }, runs, 1),
      ])
  for (const patients of [16, 50])
    yield row([
      `${patients} patients of 2 films, 1 repeat`,
      ...shares({ patients, films: 2, repeats: 1, truth: () => 0.85 }, runs, 1),
    ])
  const fewer = Math.ceil(runs / 4)
  yield `\n${fewer} runs, AUC rising from 0.85 to 0.90 from K = 1 to 8\n`
  yield* head('power')
  for (const [films, repeats] of [
    [1, 3],
    [2, 1],
    [2, 3],
  ])
    for (const patients of [16, 50, 140])
      yield row([
        `${patients} patients of ${films} film${films > 1 ? 's' : ''}, ${repeats} repeat${repeats > 1 ? 's' : ''}`,
        ...shares({ patients, films, repeats, truth: rising }, fewer, 2),
      ])
}
