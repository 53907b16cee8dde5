/**
 * Two AUCs on the same made cases, quickly: what `scoreLimits` asks for, from sorted arrays. The library's own path goes through
 * lists and patients; `checkedAgainst` holds the two together before a simulation begins.
 */
import { delongTest } from '../../dist/metrics/auc-difference.js'
import { partedBy, scoreLimits, twoSided95 } from '../../dist/metrics/difference-limits.js'
import { labelsOf, shiftOf } from './scores.mjs'

/** How many of ascending values are smaller. No ties: scores are continuous. */
function countBelow(sorted, value) {
  let [low, high] = [0, sorted.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if (sorted[middle] < value) low = middle + 1
    else high = middle
  }
  return low
}

function placed(positives, negatives) {
  const sortedNegatives = negatives.slice().sort()
  const sortedPositives = positives.slice().sort()
  const [m, n] = [positives.length, negatives.length]
  const v10 = positives.map((value) => countBelow(sortedNegatives, value) / n)
  const v01 = negatives.map((value) => 1 - countBelow(sortedPositives, value) / m)
  let sum = 0
  for (let i = 0; i < m; i++) sum += v10[i]
  return { v10, v01, auc: sum / m }
}

function varianceOf(x, y) {
  const n = x.length
  let [mean, sum] = [0, 0]
  for (let i = 0; i < n; i++) mean += (x[i] - y[i]) / n
  for (let i = 0; i < n; i++) sum += (x[i] - y[i] - mean) ** 2
  return sum / (n - 1) / n
}

/** Difference, limits and standard error from scores of the two classes by arm. */
export function pairedAucs([positivesA, positivesB], [negativesA, negativesB]) {
  const [a, b] = [placed(positivesA, negativesA), placed(positivesB, negativesB)]
  const [m, n] = [positivesA.length, negativesA.length]
  const [positive, negative] = [partedBy(a.v10, b.v10), partedBy(a.v01, b.v01)]
  const variance = varianceOf(a.v10, b.v10) + varianceOf(a.v01, b.v01)
  const pair = {
    a: a.auc,
    b: b.auc,
    variance,
    parted: {
      sum: positive.sum / m + negative.sum / n,
      squares: positive.squares / m ** 2 + negative.squares / n ** 2,
    },
    units: [m, n],
    degreesOfFreedom: Math.min(m, n) - 1,
  }
  return { difference: a.auc - b.auc, se: Math.sqrt(variance), ...scoreLimits(pair, twoSided95) }
}

/** Normal scores of the two classes by arm, correlated within a class. */
export function drawPair([m, n], aucs, correlation, rng) {
  const [shared, own] = [Math.sqrt(correlation), Math.sqrt(1 - correlation)]
  const classOf = (size, shifts) => {
    const common = Float64Array.from({ length: size }, () => shared * rng.normal())
    return shifts.map((shift) => common.map((value) => shift + value + own * rng.normal()))
  }
  return [classOf(m, aucs.map(shiftOf)), classOf(n, [0, 0])]
}

/** Throws where the quick path and the library's disagree. */
export function checkedAgainst(rng) {
  for (const size of [
    [8, 8],
    [10, 90],
    [43, 36],
  ]) {
    const [positives, negatives] = drawPair(size, [0.95, 0.9], 0.8, rng)
    const scores = [0, 1].map((arm) => [...positives[arm], ...negatives[arm]])
    const [quick, own] = [pairedAucs(positives, negatives), delongTest(labelsOf(...size), ...scores)]
    for (const key of ['difference', 'se', 'low', 'high'])
      if (!(Math.abs(quick[key] - own[key]) < 1e-9))
        throw new Error(`${key}: ${quick[key]} here, ${own[key]} in the library`)
  }
}
