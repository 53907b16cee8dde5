/**
 * Two arms that are equal on the average, while another GAN moves either's AUC by 0.017 (standard deviation): how often each
 * test finds a difference (STATISTICS 1), and how often folds with a GAN each say "yes" without cause.
 */
import { Rng } from '../../dist/base/random.js'
import { delongTest } from '../../dist/metrics/auc-difference.js'
import { crossValidatedAuc } from '../../dist/metrics/cross-validated-auc.js'
import { estimateDifference } from '../../dist/metrics/estimate.js'
import { differenceOverFolds, differenceOverRepeats } from '../../dist/metrics/procedure-difference.js'
import { auc } from '../../dist/metrics/roc.js'
import { correlatedScores, labelsOf, row, share, shiftOf } from './scores.mjs'

const sizes = [79, 300, 1000]
const deviation = 0.017

/**
 * Scores of two arms by each GAN. Of the variance within a class 0.9 is the case's own, whatever the arm, 0.05 what the case
 * is to an arm whatever its GAN, and 0.05 chance.
 */
function armScores(yTrue, aucs, gans, rng) {
  const cases = yTrue.map(() => rng.normal())
  return [0, 1].map((arm) => {
    const own = yTrue.map(() => rng.normal())
    return Array.from({ length: gans }, (_, gan) => {
      const shift = shiftOf(aucs[arm * gans + gan])
      return yTrue.map(
        (label, i) =>
          label * shift + Math.sqrt(0.9) * cases[i] + Math.sqrt(0.05) * own[i] + Math.sqrt(0.05) * rng.normal(),
      )
    })
  })
}

function overGans(n, gans, runs) {
  const rng = new Rng(n + gans)
  const yTrue = labelsOf(Math.ceil(n / 2), Math.floor(n / 2))
  const patients = yTrue.map((_, i) => `p${i}`)
  const estimate = (scores) => crossValidatedAuc([{ yTrue, scores, patients }])
  const mean = (all) => yTrue.map((_, i) => all.reduce((sum, scores) => sum + scores[i], 0) / all.length)
  const counts = { single: 0, averaged: 0, readers: 0 }
  for (let run = 0; run < runs; run++) {
    const aucs = Array.from({ length: 2 * gans }, () => Math.min(0.995, 0.9 + deviation * rng.normal()))
    const [a, b] = armScores(yTrue, aucs, gans, rng)
    if (delongTest(yTrue, a[0], b[0]).delong.p <= 0.05) counts.single++
    if (delongTest(yTrue, mean(a), mean(b)).delong.p <= 0.05) counts.averaged++
    const pairs = a.map((own, r) => ({ a: estimate(own), b: estimate(b[r]) }))
    if (differenceOverRepeats(pairs).p <= 0.05) counts.readers++
  }
  return counts
}

function overFolds(n, runs) {
  const rng = new Rng(n)
  const counts = { patients: 0, folds: 0 }
  const size = 2 * Math.round(n / 10)
  for (let run = 0; run < runs; run++) {
    const folds = Array.from({ length: 5 }, (_, fold) => {
      const yTrue = labelsOf(size / 2, size / 2)
      const aucs = [0, 0].map(() => Math.min(0.995, 0.9 + deviation * rng.normal()))
      const scores = correlatedScores(yTrue, aucs, 0.9, rng)
      return { yTrue, scores, patients: yTrue.map((_, i) => `f${fold}p${i}`) }
    })
    const arm = (i) => crossValidatedAuc(folds.map((fold) => ({ ...fold, scores: fold.scores[i] })))
    const [a, b] = [arm(0), arm(1)]
    const differences = folds.map(({ yTrue, scores }) => auc(yTrue, scores[0]) - auc(yTrue, scores[1]))
    if (estimateDifference(a, b).p <= 0.05) counts.patients++
    if (differenceOverFolds([{ a, b, differences }]).p <= 0.05) counts.folds++
  }
  return counts
}

export function* procedureTables(runs = 1000) {
  const head = [row(['', ...sizes.map((n) => `n = ${n}`)]), row(['---', ...sizes.map(() => '---')])]
  yield `\nArms equal, 5 GANs each, ${runs} runs: share of tests with p <= 0.05\n`
  yield* head
  const byGan = sizes.map((n) => overGans(n, 5, runs))
  const line = (title, counts) => row([title, ...counts.map((count) => share(count, runs))])
  yield line(
    'DeLong, one GAN',
    byGan.map(({ single }) => single),
  )
  yield line(
    'DeLong, logits of 5 GANs averaged',
    byGan.map(({ averaged }) => averaged),
  )
  yield line(
    'GANs as readers',
    byGan.map(({ readers }) => readers),
  )
  yield `\nThe same in 5 folds of n films in all, a GAN each\n`
  yield* head
  const byFold = sizes.map((n) => overFolds(n, runs))
  yield line(
    'by the patients alone',
    byFold.map(({ patients }) => patients),
  )
  yield line(
    'folds as readers',
    byFold.map(({ folds }) => folds),
  )
}
