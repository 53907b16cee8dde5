/**
 * Size of the null of a search whose images come from a snapshot that the same tuning films chose, with that choice counted and
 * passed over. A case's score by K has a whim that all trials share, a part that drifts with K, and one of the snapshot's own,
 * which grows with the share of synthetic images and is in the score of the snapshot itself.
 */
import { Rng } from '../../dist/base/random.js'
import { metricInfluence } from '../../dist/scoring/metric.js'
import { searchNull } from '../../dist/search/null-distribution.js'
import { oneStandardError } from '../../dist/search/one-standard-error.js'
import { differenceError } from '../../dist/search/score-error.js'
import { row, share, shiftOf } from './scores.mjs'

const policy = { rule: 'sliding-window', windowSize: 12, fixedK: null }
const fine = [1, 1.1, 1.25, 1.5, ...Array.from({ length: 25 }, (_, i) => i + 2)]
const levels = [0.01, 0.05, 0.1]
const snapshots = 8
/** Share of a score's variance within a class that is common to all K. */
const common = 0.8

/** `truth`: AUC of a K. `own`: share of the variance of a snapshot's own score that no other snapshot has. */
function simulate({ patients, own, truth }, rng) {
  const labels = Array.from({ length: patients }, (_, i) => i % 2)
  const names = labels.map((_, i) => `p${i}`)
  const normals = () => Array.from({ length: patients }, () => rng.normal())
  const influences = (scores) => metricInfluence({ name: 'auc' }, { labels, outputs: 1, patients: names }, [scores])
  const asScores = (ks, found) => ({ ks, theta: found.map(({ theta }) => [...theta]), u: found.map(({ u }) => u) })
  const whim = normals()
  const parts = Array.from({ length: snapshots }, normals)
  const shift = shiftOf(0.8)
  const scored = parts.map((part) =>
    influences(labels.map((label, i) => label * shift + Math.sqrt(1 - own) * whim[i] + Math.sqrt(own) * part[i])),
  )
  const among = asScores(
    Array.from({ length: snapshots }, (_, i) => i + 1),
    scored,
  )
  const chosen = oneStandardError(
    among.ks,
    among.theta.map(([value]) => value),
    (a, b) => differenceError(among, a, b),
  )
  const part = parts[among.ks.indexOf(chosen)]
  const drift = new Float64Array(patients)
  const found = fine.map((k, at) => {
    const before = at === 0 ? 0 : fine[at - 1]
    const synthetic = (k - 1) / k
    for (let i = 0; i < patients; i++)
      drift[i] = Math.sqrt(before / k) * drift[i] + Math.sqrt((k - before) / k) * rng.normal()
    const shiftAt = shiftOf(truth(k))
    return influences(
      labels.map(
        (label, i) =>
          label * shiftAt +
          Math.sqrt(common) * whim[i] +
          Math.sqrt(1 - common) * (synthetic * part[i] + Math.sqrt(1 - synthetic ** 2) * drift[i]),
      ),
    )
  })
  const scores = asScores(fine, found)
  return { scores, earlier: { among, chosen, u: scores.u, share: 1 } }
}

function shares(world, runs, seed) {
  const rng = new Rng(seed)
  const counts = { passedOver: levels.map(() => 0), counted: levels.map(() => 0) }
  for (let run = 0; run < runs; run++) {
    const { scores, earlier } = simulate(world, rng)
    for (const [form, choices] of [
      ['passedOver', []],
      ['counted', [earlier]],
    ]) {
      const { p } = searchNull(scores, policy, { draws: 299, rng: rng.at(run), earlier: choices })
      levels.forEach((level, i) => {
        if (p <= level) counts[form][i]++
      })
    }
  }
  return [counts.passedOver, counts.counted].map((of) => of.map((count) => share(count, runs)))
}

const rising = (k) => 0.85 + 0.05 * Math.min(1, (k - 1) / 7)

export function* snapshotTables(runs = 2000) {
  const bounds = levels.map((a) => (a + 2.33 * Math.sqrt((a * (1 - a)) / runs)).toFixed(3))
  const fewer = Math.ceil(runs / 4)
  yield `\n${runs} runs, 8 snapshots of equal worth, AUC 0.85 at every K; ${fewer} runs, AUC rising from 0.85 to 0.90 from K = 1 to 8; allowed where there is no effect: ${bounds.join(', ')}\n`
  yield row([
    'patients, share of a snapshot of its own',
    'choice',
    ...levels.map((level) => `no effect: p <= ${level}`),
    'rising: p <= 0.05',
  ])
  yield row(['---', '---', '---', '---', '---', '---'])
  for (const patients of [16, 32, 50, 140])
    for (const own of [0.2, 0.5]) {
      const size = shares({ patients, own, truth: () => 0.85 }, runs, 1)
      const power = shares({ patients, own, truth: rising }, fewer, 2)
      for (const [i, form] of ['passed over', 'counted'].entries())
        yield row([`${patients}, ${own}`, form, ...size[i], power[i][1]])
    }
}
