/**
 * Made searches whose trials share one tuning set, as real ones do: every score of a case is its own whim, shared by all
 * trials, plus a part that changes slowly with K, for the images of K are a part of those of K + 1.
 */
import type { Rng } from '../../src/base/random.js'
import { normalQuantile } from '../../src/metrics/distributions.js'
import { metricFacts } from '../../src/record/search-metric.js'
import { type Metric, metricInfluence } from '../../src/scoring/metric.js'
import type { SearchScores } from '../../src/search/policy.js'

export interface World {
  /** Tuning patients, half of them diseased. */
  readonly patients: number
  /** Films of each, whose scores are correlated by a half; default 1. */
  readonly films?: number
  readonly kMax: number
  /** Multiples between 1 and 2 beside the whole ones; default none. */
  readonly between?: readonly number[]
  readonly repeats: number
  /** True AUC of each K. */
  readonly truth: (k: number) => number
  /** What the search goes by, turned so that larger is better; default AUC. Logits are calibrated. */
  readonly metric?: Metric
  /** Inner folds that share out the patients, each scored by models of its own scale; default none. */
  readonly folds?: number
}

/** Share of a score's variance within a class that all trials have in common. */
const common = 0.9

export function simulateSearch(
  { patients, films = 1, kMax, between = [], repeats, truth, metric = { name: 'auc' }, folds }: World,
  rng: Rng,
): SearchScores {
  const patientOf = Array.from({ length: patients * films }, (_, i) => Math.floor(i / films))
  const yTrue = patientOf.map((patient) => patient % 2)
  const names = patientOf.map((patient) => `p${patient}`)
  const foldOf = folds === undefined ? undefined : patientOf.map((patient) => Math.floor(patient / 2) % folds)
  const shared = films > 1 ? 0.5 : 0
  const draw = () => {
    const own = rng.normals(patients)
    return patientOf.map((patient) => Math.sqrt(shared) * own[patient] + Math.sqrt(1 - shared) * rng.normal())
  }
  const whim = draw().map((value) => Math.sqrt(common) * value)
  const drift = Array.from({ length: repeats }, () => new Float64Array(yTrue.length))
  const ks = [1, ...between, ...Array.from({ length: kMax - 1 }, (_, i) => i + 2)]
  const influences = ks.map((k, at) => {
    const before = at === 0 ? 0 : ks[at - 1]
    const shift = Math.SQRT2 * normalQuantile(truth(k))
    const scores = drift.map((own) => {
      const fresh = draw()
      for (let i = 0; i < own.length; i++)
        own[i] = Math.sqrt(before / k) * own[i] + Math.sqrt((k - before) / k) * fresh[i]
      return yTrue.map((label, i) => label * shift + whim[i] + Math.sqrt(1 - common) * own[i])
    })
    const logits = scores.map((of) => {
      const offsets = rng.normals(folds ?? 0)
      return of.map((score, i) => shift * (score - shift / 2) + (foldOf ? offsets[foldOf[i]] : 0))
    })
    return metricInfluence(metric, { labels: yTrue, outputs: 1, patients: names, folds: foldOf }, logits)
  })
  const sign = metricFacts(metric.name).better === 'higher' ? 1 : -1
  const turned = <T extends number[] | Float64Array>(values: T) => values.map((value) => sign * value) as T
  return { ks, theta: influences.map(({ theta }) => turned([...theta])), u: influences.map(({ u }) => turned(u)) }
}
