/**
 * How often the limits of a difference of two AUCs miss the true one, below and above (due: 0.025 each), and how wide they
 * are beside DeLong's: normal scores over the whole grid of sizes, AUCs and correlations; patients with several films; folds;
 * three classes; and arms of which one fails on some films altogether.
 */
import { Rng } from '../../dist/base/random.js'
import { delongTest } from '../../dist/metrics/auc-difference.js'
import { crossValidatedAuc } from '../../dist/metrics/cross-validated-auc.js'
import { estimateDifference } from '../../dist/metrics/estimate.js'
import { macroAuc } from '../../dist/metrics/macro-auc.js'
import { macroAucEstimate } from '../../dist/metrics/multi-class.js'
import { checkedAgainst, drawPair, pairedAucs } from './paired-aucs.mjs'
import { correlatedScores, labelsOf, row, shiftOf } from './scores.mjs'

const wanted = 0.035
const sizes = [
  [8, 8],
  [12, 12],
  [20, 20],
  [10, 90],
  [90, 10],
  [8, 50],
  [43, 36],
  [40, 300],
  [150, 150],
  [500, 500],
]
const pairs = [
  [0.8, 0.8],
  [0.9, 0.8],
  [0.9, 0.9],
  [0.92, 0.9],
  [0.95, 0.9],
  [0.97, 0.95],
  [0.97, 0.97],
  [0.99, 0.97],
  [0.99, 0.9],
  [0.995, 0.98],
  [0.995, 0.8],
  [0.995, 0.995],
]
const correlations = [0, 0.5, 0.8, 0.97, 0.99]
/** Cells that are shown one by one. */
const shown = [
  [12, 12, 0.97, 0.97, 0.97],
  [12, 12, 0.99, 0.97, 0.8],
  [20, 20, 0.99, 0.97, 0.97],
  [43, 36, 0.95, 0.9, 0.97],
  [43, 36, 0.97, 0.97, 0.8],
  [150, 150, 0.99, 0.97, 0.97],
  [150, 150, 0.9, 0.9, 0.97],
  [10, 90, 0.97, 0.95, 0.97],
  [10, 90, 0.92, 0.9, 0.97],
]

const share = (count, runs) => (count / runs).toFixed(3)
const median = (values) => values.toSorted((a, b) => a - b)[values.length >> 1]

/** Runs one cell: `draw` gives limits and a standard error, `truth` the difference that they should hold. */
function cell(runs, truth, draw) {
  const found = { score: [0, 0], delong: [0, 0], widths: [], delongWidths: [] }
  const count = (which, low, high) => {
    if (low > truth + 1e-12) which[0]++
    if (high < truth - 1e-12) which[1]++
  }
  for (let run = 0; run < runs; run++) {
    const { difference, low, high, se } = draw(run)
    const half = 1.959963984540054 * se
    count(found.score, low, high)
    count(found.delong, difference - half, difference + half)
    found.widths.push(high - low)
    found.delongWidths.push(2 * half)
  }
  return { ...found, width: median(found.widths), delongWidth: median(found.delongWidths), runs }
}

function pairCell([m, n], [a, b], correlation, runs) {
  const rng = new Rng(Math.round(1e6 * (a + 2 * b + 3 * correlation)) + 1000 * m + n)
  return cell(runs, a - b, () => pairedAucs(...drawPair([m, n], [a, b], correlation, rng)))
}

const worst = (cells, which, side) => Math.max(...cells.map((one) => one[which][side] / one.runs))

function* grid(runs) {
  yield `\n${runs} runs a cell; each row ${pairs.length * correlations.length} cells: AUC ${pairs.map((pair) => pair.join(' and ')).join(', ')}; correlation ${correlations.join(', ')}\n`
  yield row([
    'n+, n-',
    'highest miss below / above',
    'mean',
    `cells above ${wanted}`,
    'DeLong: highest below / above',
    `cells above ${wanted}`,
    'width over DeLong’s where that covers: median (highest)',
  ])
  yield row(Array(7).fill('---'))
  for (const size of sizes) {
    const cells = pairs.flatMap((pair) => correlations.map((correlation) => pairCell(size, pair, correlation, runs)))
    const above = (which) => cells.filter((one) => Math.max(...one[which]) / runs > wanted).length
    const means = [0, 1].map((side) => cells.reduce((sum, one) => sum + one.score[side], 0) / cells.length / runs)
    const covering = cells.filter((one) => Math.max(...one.delong) / runs <= wanted && one.delongWidth > 0)
    const ratios = covering.map((one) => one.width / one.delongWidth)
    yield row([
      size.join(', '),
      `${worst(cells, 'score', 0).toFixed(3)} / ${worst(cells, 'score', 1).toFixed(3)}`,
      means.map((value) => value.toFixed(3)).join(' / '),
      above('score'),
      `${worst(cells, 'delong', 0).toFixed(3)} / ${worst(cells, 'delong', 1).toFixed(3)}`,
      above('delong'),
      ratios.length > 0
        ? `${median(ratios).toFixed(2)} (${Math.max(...ratios).toFixed(2)}; ${ratios.filter((ratio) => ratio > 1.5).length} of ${ratios.length} above 1.5)`
        : 'none',
    ])
  }
}

const cellRow = (title, { runs, score, delong, width, delongWidth }) =>
  row([
    title,
    `${share(score[0], runs)} / ${share(score[1], runs)}, ${width.toFixed(3)}`,
    `${share(delong[0], runs)} / ${share(delong[1], runs)}, ${delongWidth.toFixed(3)}`,
  ])

function* single(runs) {
  yield `\nSingle cells: missed below / above, median width\n`
  yield row(['n+, n-; AUC A, B; correlation', 'score limits', 'DeLong'])
  yield row(['---', '---', '---'])
  for (const [m, n, a, b, correlation] of shown)
    yield cellRow(`${m}, ${n}; ${a}, ${b}; ${correlation}`, pairCell([m, n], [a, b], correlation, runs))
}

/** Several films a patient: what a patient's films share moves all of their scores, in part both arms' alike. */
function patientCell(labelsFor, patients, [a, b], runs) {
  const yTrue = []
  const names = []
  for (let p = 0; p < patients; p++)
    for (const label of labelsFor(p)) {
      yTrue.push(label)
      names.push(p)
    }
  const ids = names.map((p) => `p${p}`)
  const rng = new Rng(patients + Math.round(1000 * (a + 3 * b)))
  return cell(runs, a - b, () => {
    const both = Array.from({ length: patients }, () => Math.sqrt(0.4) * rng.normal())
    const film = yTrue.map(() => Math.sqrt(0.3) * rng.normal())
    const scores = [a, b].map((auc) => {
      const own = Array.from({ length: patients }, () => Math.sqrt(0.15) * rng.normal())
      return yTrue.map(
        (label, i) => label * shiftOf(auc) + both[names[i]] + film[i] + own[names[i]] + Math.sqrt(0.15) * rng.normal(),
      )
    })
    return delongTest(yTrue, ...scores, { patients: ids })
  })
}

const designs = {
  'two films of one class': (p) => [p % 2, p % 2],
  'one film of each class': () => [0, 1],
  'a third of both classes, four films': (p) => (p % 3 === 0 ? [0, 1, 0, 1] : [p % 2, p % 2, p % 2, p % 2]),
}

function* clustered(runs) {
  yield `\nSeveral films a patient (scores of a patient's films correlated 0.55, of two arms 0.7)\n`
  yield row(['patients; AUC A, B', 'score limits', 'Wald on the same variance'])
  yield row(['---', '---', '---'])
  for (const [title, labelsFor] of Object.entries(designs))
    for (const patients of [16, 40, 150])
      for (const pair of [
        [0.9, 0.9],
        [0.95, 0.9],
        [0.99, 0.97],
      ])
        yield cellRow(`${patients}, ${title}; ${pair.join(', ')}`, patientCell(labelsFor, patients, pair, runs))
}

/** Five folds: cases are compared within a fold. */
function foldCell(perFold, [a, b], runs) {
  const yTrue = labelsOf(perFold / 2, perFold / 2)
  const rng = new Rng(perFold + Math.round(1000 * a))
  return cell(runs, a - b, () => {
    const folds = Array.from({ length: 5 }, (_, fold) => ({
      scores: correlatedScores(yTrue, [a, b], 0.9, rng),
      patients: yTrue.map((_, i) => `f${fold}p${i}`),
    }))
    const arm = (i) => crossValidatedAuc(folds.map(({ scores, patients }) => ({ yTrue, scores: scores[i], patients })))
    return estimateDifference(arm(0), arm(1))
  })
}

/** Three classes of as many cases; a score for each, higher by a shift in its own class. Truth from a large sample. */
function classCell(perClass, shifts, runs) {
  const draw = (n, rng) => {
    const yTrue = Array.from({ length: 3 * n }, (_, i) => i % 3)
    const shared = yTrue.map(() => [0, 1, 2].map(() => Math.sqrt(0.9) * rng.normal()))
    const arms = shifts.map((shift) =>
      [0, 1, 2].map((c) =>
        yTrue.map((label, i) => (label === c ? shift : 0) + shared[i][c] + Math.sqrt(0.1) * rng.normal()),
      ),
    )
    return { yTrue, arms, patients: yTrue.map((_, i) => `p${i}`) }
  }
  const large = new Rng(1)
  const truths = Array.from({ length: 10 }, () => {
    const { yTrue, arms } = draw(20_000, large)
    return macroAuc(yTrue, arms[0]) - macroAuc(yTrue, arms[1])
  })
  const truth = truths.reduce((sum, value) => sum + value, 0) / truths.length
  const rng = new Rng(perClass)
  return cell(runs, truth, () => {
    const { yTrue, arms, patients } = draw(perClass, rng)
    const [a, b] = arms.map((scores) => macroAucEstimate([{ yTrue, scores, patients }]))
    return estimateDifference(a, b)
  })
}

function* estimated(runs) {
  yield `\nFrom patients' influence: five folds, and the macro AUC of three classes (scores of two arms correlated 0.9)\n`
  yield row(['cases; AUC A, B', 'score limits', 'Wald on the same variance'])
  yield row(['---', '---', '---'])
  for (const perFold of [8, 20, 60])
    for (const pair of [
      [0.9, 0.9],
      [0.95, 0.9],
      [0.99, 0.97],
    ])
      yield cellRow(`5 folds of ${perFold}; ${pair.join(', ')}`, foldCell(perFold, pair, runs))
  for (const perClass of [10, 40, 150])
    for (const pair of [
      [0.9, 0.9],
      [0.95, 0.9],
      [0.99, 0.97],
    ])
      yield cellRow(`3 classes of ${perClass}; ${pair.join(', ')}`, classCell(perClass, pair.map(shiftOf), runs))
}

/** Arm B scores a share of the diseased films as if they were healthy (or below all): few films part the arms, each by much. */
function failureCell(size, failing, depth, runs) {
  const auc = 0.97
  const truth = depth === 'as healthy' ? failing * (auc - 0.5) : failing * auc
  const rng = new Rng(size[0] + size[1] + Math.round(1000 * failing))
  return cell(runs, truth, () => {
    const [[a], [healthy]] = drawPair(size, [auc, auc], 0, rng)
    const b = a.map((score) => (rng.uniform() < failing ? rng.normal() - (depth === 'as healthy' ? 0 : 50) : score))
    return pairedAucs([a, b], [healthy, healthy])
  })
}

function* failures(runs) {
  yield `\nOne arm (AUC 0.97 but for this) fails on a share of the diseased films\n`
  yield row(['n+, n-; share; scored', 'score limits', 'DeLong'])
  yield row(['---', '---', '---'])
  for (const size of [
    [20, 20],
    [43, 36],
    [150, 150],
    [40, 300],
  ])
    for (const depth of ['as healthy', 'below all'])
      for (const failing of [0.02, 0.05, 0.1])
        yield cellRow(`${size.join(', ')}; ${failing}; ${depth}`, failureCell(size, failing, depth, runs))
}

export function* differenceTables(runs = 2000) {
  checkedAgainst(new Rng(1))
  yield* single(2 * runs)
  yield* grid(runs)
  yield* clustered(runs / 2)
  yield* estimated(runs / 2)
  yield* failures(runs / 2)
}
