/**
 * A complete, plausible result with made numbers, for whatever shows results. Scores come from a seeded binormal
 * model, counts are those of the paper's data; intervals are rough (Hanley and McNeil 1982). Nothing here was measured.
 */
import { deflateSync } from 'node:zlib'
import { Rng } from '../../src/base/random.js'
import type { Interval } from '../../src/record/figure.js'
import type { ArmResult, Comparison, Evaluation, Result, SearchResult } from '../../src/record/result.js'
import type { ReportInput } from '../../src/report/report.js'
import { clinicalFigures } from '../../src/scoring/clinical.js'
import { chooseCutoffs } from '../../src/scoring/cutoffs.js'
import { verdictWords } from '../../src/words/verdict.js'
import { png } from './png.js'

const classes = ['healthy', 'sinusitis']
const balanced = 152
const healthyInTraining = 126
const kMax = 30
const kOptimal = 14

const cases = {
  internal: { positive: 43, negative: 36, patients: 41 },
  bundang: { positive: 66, negative: 66, patients: 98 },
}
type SetName = keyof typeof cases

const armPlan = [
  { name: 'OD', role: 'arm', k: 0, separation: 1.55 },
  { name: 'OD=native', role: 'control', k: 0, separation: 1.6 },
  { name: 'OD=balanced', role: 'control', k: 1, separation: 1.58 },
  { name: 'OD+CDA', role: 'control', k: 6, separation: 1.75 },
  { name: 'GCB', role: 'arm', k: 1, separation: 1.62 },
  { name: 'GCB+CDA', role: 'arm', k: 5, separation: 1.8 },
  { name: 'GCB+OMGDA', role: 'arm', k: kOptimal, separation: 2.05 },
] as const

/** The same with a K that inner folds have chosen: no film was left for tuning alone. */
export function withInnerFolds({ dataset, search }: Result): void {
  Object.assign(search, { selectOn: 'inner', innerFolds: 5, selectionCases: 310 })
  for (const label of classes) {
    dataset.split.train[label] += dataset.split.tuning[label]
    dataset.split.tuning[label] = 0
  }
  dataset.patients.train += dataset.patients.tuning
  dataset.patients.tuning = 0
}

/** One class well made, the other with a few copies among its synthetic films. */
function sampleQuality(): Result['quality'] {
  const similarity = (mean: number) => ({ mean, low: mean - 0.041, high: mean + 0.041 })
  return classes.map((label, c) => {
    const real = [healthyInTraining, balanced][c]
    const synthetic = (kMax - 1) * balanced
    const suspected = [16, 301][c]
    return {
      class: label,
      msSsim: {
        metric: 'MS-SSIM, 3 scales, window 11',
        pairs: 100,
        real: similarity([0.482, 0.463][c]),
        synthetic: similarity([0.507, 0.561][c]),
        difference: [
          { value: 0.025, low: -0.033, high: 0.083, p: 0.4 },
          { value: 0.098, low: 0.04, high: 0.156, p: 0.001 },
        ][c],
        realToHeldOut: similarity([0.479, 0.46][c]),
        syntheticToHeldOut: similarity([0.471, 0.448][c]),
        byMultiple: Array.from({ length: kMax }, (_, i) => {
          // The largest class is balanced by itself.
          const images = i > 0 ? balanced : balanced - real
          const limits = { mean: null, low: null, high: null }
          return {
            k: i + 1,
            images,
            ...(images < 3 ? limits : similarity([0.507, 0.561][c] + 0.02 * Math.sin(5 * i + c))),
          }
        }),
      },
      features: 'standardised' as const,
      n: { real, heldOut: [15, 17][c], synthetic, kid: 1000, manifolds: real },
      kid: { value: [0.31, 2.4][c], low: [-0.05, 1.9][c], high: [0.67, 2.9][c] },
      fid: [412, 530][c],
      precision: [0.71, 0.64][c],
      recall: [0.42, 0.2][c],
      density: [0.83, 1.12][c],
      coverage: [0.66, 0.41][c],
      copies: {
        authenticity: [0.52, 0.21][c],
        suspected,
        suspectedByChance: synthetic * 0.015,
        suspectedP: [0.98, 0.0002][c],
        nearestRatio: [1.04, 0.71][c],
        reference: 'held-out' as const,
        images: { compared: 1000, suspected: [4, 61][c], suspectedByChance: 15, suspectedP: [0.99, 0.0004][c] },
      },
      reference: { kid: { value: 0.02, low: -0.21, high: 0.25 }, fid: [371, 352][c], authenticity: [0.47, 0.53][c] },
      findings: {
        suspicious: c === 1,
        copies:
          c === 1
            ? `copies suspected: ${suspected} of ${synthetic} are closer to a training film than 99 % of training films are to each other (about 66 would be if none were a copy). Look at the closest pairs`
            : `copies: none found by this check: ${suspected} of ${synthetic} are closer to a training film than 99 % of training films are to each other (about 66 would be if none were a copy)`,
        warnings: [],
      },
    }
  })
}

/** The result; without external sets on request. Equal on every call, the caller's own to change. */
export function sampleResult({ external = true }: { external?: boolean } = {}): Result {
  const known = made.get(external) ?? makeResult(external)
  made.set(external, known)
  return structuredClone(known)
}

/** It takes a third of a second, and is asked for hundreds of times. */
const made = new Map<boolean, Result>()

function makeResult(external: boolean): Result {
  const sets: SetName[] = external ? ['internal', 'bundang'] : ['internal']
  const arms = armPlan.map((plan) => sampleArm(plan, sets))
  const on = (name: string, set: string) => arms.find((arm) => arm.name === name)!.evaluations[set].auc.value!
  const comparators = arms
    .filter((arm) => arm.name !== 'GCB+OMGDA')
    .map(({ name }) => {
      const difference = on('GCB+OMGDA', 'internal') - on(name, 'internal')
      const margin = name === 'GCB+CDA' ? 0.045 : 0.052
      const elsewhere: Record<string, { difference: number; high: number }> = external
        ? {
            bundang: {
              difference: on('GCB+OMGDA', 'bundang') - on(name, 'bundang'),
              high: on('GCB+OMGDA', 'bundang') - on(name, 'bundang') + 0.06,
            },
          }
        : {}
      return {
        name,
        difference,
        low: difference - margin,
        high: difference + margin * 1.25,
        casesNeeded: 410,
        external: elsewhere,
      }
    })
  const decisive = comparators.reduce((a, b) => (a.low < b.low ? a : b))
  const basis = { folds: 0, times: 0, gans: 1 }
  return {
    schemaVersion: 1,
    tool: { name: 'kopt', version: '0.1.0' },
    seed: 1,
    config: {
      preset: 'standard',
      dataset: '/home/ward/films/boramae',
      external: external ? { bundang: '/home/ward/films/bundang' } : {},
      split: { by: 'patient', fractions: [0.7, 0.1, 0.2], seed: 1 },
      gan: { steps: 6000, widths: 'tutorial', width: 0.5 },
      head: { kind: 'logistic' },
      search: { rule: 'sliding-window', windowSize: 12, kMax, selectOn: 'tuning', repeats: 3 },
      verdict: { delta: 0.02 },
    },
    device: { provider: 'cpu', threads: 2, platform: 'linux-x64', node: '20.20.0' },
    dataset: {
      name: 'boramae',
      classes: [...classes],
      positive: 'sinusitis',
      split: {
        train: { healthy: healthyInTraining, sinusitis: balanced },
        tuning: { healthy: 15, sinusitis: 17 },
        test: { healthy: 36, sinusitis: 43 },
      },
      patients: { train: 138, tuning: 16, test: 41 },
      patientSource: 'manifest',
      external: external ? { bundang: { healthy: 66, sinusitis: 66 } } : {},
      externalPatients: external ? { bundang: 98 } : {},
      flow: [
        {
          set: 'internal',
          found: 398,
          excluded: [
            { reason: 'excluded in the manifest', count: 5 },
            { reason: 'exact duplicate of another film', count: 3 },
            { reason: 'unreadable file', count: 1 },
          ],
          analysed: 389,
        },
        ...(external ? [{ set: 'bundang', found: 132, excluded: [], analysed: 132 }] : []),
      ],
      warnings: ['columns age and ward of the manifest are not used'],
      imageSize: [56, 56, 1],
    },
    backbone: {
      name: 'scattering',
      hash: 'b1946ac92492d2347c6235b4d2611184a1e3f0c5d7',
      features: 417,
      inputSize: [64, 64],
    },
    gan: {
      seeds: 1,
      steps: 6000,
      stepsPerSecond: 3.4,
      seconds: 1765,
      batchSize: 64,
      width: 0.5,
      widths: 'tutorial',
      parameters: { generator: 1_812_402, discriminator: 108_611 },
    },
    quality: sampleQuality(),
    search: sampleSearch('GCB+OMGDA', kOptimal, 26),
    searches: {
      'GCB+OMGDA': sampleSearch('GCB+OMGDA', kOptimal, 26),
      'GCB+CDA': sampleSearch('GCB+CDA', 5, 17),
      'OD+CDA': sampleSearch('OD+CDA', 6, 18),
    },
    folds: [],
    arms,
    comparisons: sets.flatMap((set) => sampleComparisons(set, (arm) => on(arm, set))),
    accuracyComparisons: sets.flatMap(sampleAccuracyComparisons),
    verdict: {
      benefit: 'unclear',
      scope: 'model',
      basis,
      text: verdictWords(
        { kind: 'open', ...decisive, comparator: decisive.name, moreCases: { kind: 'cases', cases: 410 } },
        { scope: 'model', basis, delta: 0.02, scoreName: 'AUC' },
      ).text,
      low: decisive.low,
      high: decisive.high,
      delta: 0.02,
      comparator: decisive.name,
      casesNeeded: 410,
      comparators,
    },
    model: { arm: 'GCB+OMGDA', favoured: 'GCB+CDA' },
    seconds: {
      'prepare-data': 3.2,
      'extract-features': 14.8,
      'early-arms': 21,
      'train-gan': 1765,
      'fill-pool': 64,
      'search-k': 142,
      'evaluate-arms': 4.1,
      'export-model': 1.9,
    },
  }
}

/** The whole input of a report: result, curves of the GAN, and drawn "films" of both classes. */
export function sampleReportInput(options: { external?: boolean } = {}): ReportInput {
  return { result: sampleResult(options), curves: sampleCurves(), samples: classes.map(sampleImages) }
}

function sampleComparisons(set: string, auc: (arm: string) => number): Comparison[] {
  const pairs = [
    ['GCB+OMGDA', 'OD'],
    ['GCB+OMGDA', 'GCB'],
    ['GCB+OMGDA', 'GCB+CDA'],
    ['GCB+CDA', 'OD'],
    ['GCB+CDA', 'GCB'],
    ['GCB', 'OD'],
  ]
  const tests = pairs.map(([a, b]) => {
    const difference = auc(a) - auc(b)
    const z = difference / 0.029
    return { a, b, difference, z, p: Math.exp(-0.717 * Math.abs(z) - 0.416 * z * z) }
  })
  const ordered = [...tests].sort((one, other) => one.p - other.p)
  const holm: number[] = []
  ordered.forEach((test, i) => {
    holm.push(Math.min(1, Math.max(holm.at(-1) ?? 0, test.p * (ordered.length - i))))
  })
  return tests.map((test) => ({
    set,
    ...test,
    low: test.difference - 1.9 * 0.029,
    high: test.difference + 2.1 * 0.029,
    pHolm: holm[ordered.indexOf(test)],
    method: 'score limits, clustered by patient (Obuchowski 1997)',
    delong: { z: test.z * 1.02, p: test.p },
  }))
}

function sampleAccuracyComparisons(set: string): Result['accuracyComparisons'] & object {
  const others = armPlan.map(({ name }) => name).filter((name) => name !== 'GCB+OMGDA')
  return (['fixed', 'youden'] as const).flatMap((rule) =>
    others.flatMap((b) =>
      (['sensitivity', 'specificity'] as const).map((measure) => ({
        set,
        rule,
        measure,
        a: 'GCB+OMGDA',
        b,
        difference: measure === 'sensitivity' ? 0.07 : -0.028,
        low: -0.06,
        high: 0.17,
        p: 0.21,
        pHolm: 1,
        method: 'Obuchowski 1998; Newcombe 1998 method 10 with design effects',
      })),
    ),
  )
}

function sampleArm({ name, role, k, separation }: (typeof armPlan)[number], sets: readonly SetName[]): ArmResult {
  const balancing = 2 * balanced - balanced - healthyInTraining
  const more = Math.max(0, k - 1) * 2 * balanced
  const cda = name.includes('CDA')
  const synthetic = name.startsWith('GCB') ? balancing : 0
  const composition = {
    original: balanced + healthyInTraining + (name === 'OD=balanced' ? balancing : 0),
    synthetic: synthetic + (name === 'GCB+OMGDA' ? more : 0),
    conventional: cda ? more + (name === 'OD+CDA' ? balancing : 0) : 0,
  }
  return {
    name,
    k,
    role,
    size: composition.original + composition.synthetic + composition.conventional,
    composition,
    steps: null,
    selectionScore: 0.9,
    evaluations: Object.fromEntries(
      sets.map((set) => [set, sampleEvaluation(name, set, separationOn(set, separation))]),
    ),
    ...sampleClinical(name, sets, separation),
  }
}

/** Films with probabilities of the positive class, two of most patients. */
function sampleScores(arm: string, set: SetName | 'tuning', separation: number) {
  const { positive, negative, patients } = set === 'tuning' ? { positive: 17, negative: 15, patients: 16 } : cases[set]
  const shared = new Rng(5).split(`cases/${set}`)
  const own = new Rng(5).split(`arm/${arm}/${set}`)
  return Array.from({ length: positive + negative }, (_, i) => {
    const label = i < positive ? 1 : 0
    const latent = 0.9 * shared.normal() + 0.43 * own.normal() + (label ? separation / 2 : -separation / 2)
    return { label, probability: 1 / (1 + Math.exp(-1.4 * latent)), patient: `patient-${i % patients}` }
  })
}

/** Cutoffs, calibration and the like of these scores, by the code of a run. */
function sampleClinical(name: string, sets: readonly SetName[], separation: number) {
  const columns = (scored: ReturnType<typeof sampleScores>) => ({
    yTrue: scored.map((one) => one.label),
    scores: scored.map((one) => one.probability),
    patients: scored.map((one) => one.patient),
  })
  const tuning = columns(sampleScores(name, 'tuning', separation))
  const cutoffs = chooseCutoffs(tuning, { sensitivity: 0.95, rng: new Rng(7).split(name) })
  const scored = sets.map((set) => {
    const { scores, ...cases } = columns(sampleScores(name, set, separationOn(set, separation)))
    return { set, classes, films: cases.patients, ...cases, scores: { [name]: scores } }
  })
  const films = balanced / (balanced + healthyInTraining)
  return clinicalFigures(scored, name, { cutoffs, priors: { training: name === 'OD' ? films : 0.5, films } }, null)
}

function separationOn(set: SetName, separation: number): number {
  return set === 'internal' ? separation : separation - 0.25
}

function sampleEvaluation(arm: string, set: SetName, separation: number): Evaluation {
  const { positive, negative, patients } = cases[set]
  const scored = sampleScores(arm, set, separation)
  const at = (label: number) => scored.filter((one) => one.label === label).map((one) => one.probability)
  const pairs = at(1).flatMap((p) => at(0).map((n): number => (p > n ? 1 : p === n ? 0.5 : 0)))
  const value = pairs.reduce((sum, pair) => sum + pair, 0) / pairs.length
  const tp = at(1).filter((p) => p >= 0.5).length
  const fp = at(0).filter((p) => p >= 0.5).length
  const [fn, tn] = [positive - tp, negative - fp]
  const n = positive + negative
  return {
    n,
    patients,
    auc: aucInterval(value, positive, negative),
    cutoff: 0.5,
    accuracy: (tp + tn) / n,
    sensitivity: tp / positive,
    specificity: tn / negative,
    f1: (2 * tp) / (2 * tp + fp + fn),
    ppv: tp / (tp + fp),
    npv: tn / (tn + fn),
    confusion: { tp, fn, tn, fp },
    intervals: {
      accuracy: wilson(tp + tn, n),
      sensitivity: wilson(tp, positive),
      specificity: wilson(tn, negative),
      ppv: wilson(tp, tp + fp),
      npv: wilson(tn, tn + fn),
    },
    brier: scored.reduce((sum, one) => sum + (one.probability - one.label) ** 2, 0) / n,
    roc: rocPoints(scored),
  }
}

function rocPoints(scored: readonly { label: number; probability: number }[]): [number, number][] {
  const sorted = [...scored].sort((a, b) => b.probability - a.probability)
  const positives = scored.filter((one) => one.label === 1).length
  let [tp, fp] = [0, 0]
  const points: [number, number][] = [[0, 0]]
  for (const one of sorted) {
    if (one.label === 1) tp++
    else fp++
    points.push([fp / (scored.length - positives), tp / positives])
  }
  return points
}

function aucInterval(value: number, m: number, n: number): Interval {
  const q1 = value / (2 - value)
  const q2 = (2 * value ** 2) / (1 + value)
  const se = Math.sqrt((value * (1 - value) + (m - 1) * (q1 - value ** 2) + (n - 1) * (q2 - value ** 2)) / (m * n))
  const logit = Math.log(value / (1 - value))
  const width = (1.96 * se) / (value * (1 - value))
  const back = (x: number) => 1 / (1 + Math.exp(-x))
  return { value, low: back(logit - width), high: back(logit + width), method: 'logit DeLong, clustered by patient' }
}

function wilson(successes: number, n: number): Interval {
  const p = successes / n
  const centre = (p + 1.92 / n) / (1 + 3.84 / n)
  const half = (1.96 * Math.sqrt((p * (1 - p)) / n + 0.96 / n ** 2)) / (1 + 3.84 / n)
  return { value: p, low: centre - half, high: centre + half, method: 'Wilson, n divided by the design effect' }
}

function sampleSearch(arm: string, best: number, stop: number): SearchResult {
  const rng = new Rng(5).split(`search/${arm}`)
  const trials = Array.from({ length: kMax }, (_, i) => {
    const k = i + 1
    const truth = 0.885 + 0.03 * (1 - Math.exp(-(k - 1) / 4)) + (k === best ? 0.02 : 0)
    const scores = Array.from({ length: 3 }, () => truth + 0.007 * rng.normal())
    const mean = scores.reduce((sum, score) => sum + score, 0) / 3
    const spread = Math.sqrt(scores.reduce((sum, score) => sum + (score - mean) ** 2, 0) / 2)
    const limits = (value: number) => ({ value, low: value - 0.12, high: value + 0.08 })
    const measures = {
      accuracy: limits(mean - 0.06),
      sensitivity: limits(mean - 0.05),
      specificity: limits(mean - 0.08),
      f1: { value: mean - 0.06, low: null, high: null },
      ppv: limits(mean - 0.07),
      npv: limits(mean - 0.06),
    }
    return { k, size: 2 * balanced * k, scores, mean, se: 0.044, spread, measures }
  })
  const gain = trials[best - 1].mean - trials[0].mean
  return {
    arm,
    rule: 'sliding-window',
    metric: 'auc',
    better: 'higher',
    unit: null,
    windowSize: 12,
    selectOn: 'tuning',
    selectionCases: 32,
    kOptimal: best,
    stoppedAt: stop,
    converged: true,
    trials,
    repeats: [1, 2, 3].map((draw) => ({ gan: 1, draw, head: draw })),
    varianceShares: [],
    null: { p: 0.13, quantiles: { '0.5': 0.021, '0.95': 0.066 }, gain },
    indistinguishable: Array.from({ length: 20 }, (_, i) => i + 3),
    byMetric: [
      { metric: 'auc', kOptimal: best, converged: true, indistinguishable: true },
      { metric: 'log-loss', kOptimal: 2, converged: true, indistinguishable: false },
    ],
  }
}

function sampleCurves(): NonNullable<ReportInput['curves']> {
  const rng = new Rng(5).split('curves')
  return Array.from({ length: 600 }, (_, i) => {
    const done = i / 600
    return {
      step: (i + 1) * 10,
      discriminator: 1.2 + 0.9 * Math.exp(-6 * done) + 0.12 * rng.normal(),
      generator: 1.1 + 1.4 * (1 - Math.exp(-5 * done)) + 0.25 * rng.normal(),
      realAccuracy: Math.min(1, 0.72 + 0.05 * rng.normal()),
      fakeAccuracy: Math.min(1, 0.76 + 0.05 * rng.normal()),
      classAccuracy: Math.min(1, 0.97 - 0.45 * Math.exp(-7 * done) + 0.02 * rng.normal()),
    }
  })
}

function sampleImages(label: string): NonNullable<ReportInput['samples']>[number] {
  const draw = (kind: string, i: number, form: 'plain' | 'flipped' | 'rotated' = 'plain') =>
    phantom(label, `${kind}/${i}`, form)
  return {
    class: label,
    real: Array.from({ length: 8 }, (_, i) => draw('real', i)),
    synthetic: Array.from({ length: 8 }, (_, i) => draw('synthetic', i)),
    conventional: [0, 1].map((i) => ({
      original: draw('real', i),
      flipped: draw('real', i, 'flipped'),
      rotated: draw('real', i, 'rotated'),
    })),
  }
}

/** A bright rim around a dark (healthy) or clouded (sinusitis) hollow: enough to see rows, columns and turns. */
function phantom(label: string, name: string, form: 'plain' | 'flipped' | 'rotated'): string {
  const side = 56
  const rng = new Rng(9).split(`${label}/${name}`)
  const [cx, cy] = [26 + 4 * rng.uniform(), 27 + 4 * rng.uniform()]
  const [rx, ry] = [14 + 4 * rng.uniform(), 16 + 4 * rng.uniform()]
  const cloud = label === 'sinusitis' ? 95 + 40 * rng.uniform() : 25 + 20 * rng.uniform()
  const pixels = new Uint8Array(side * side)
  for (let y = 0; y < side; y++) {
    for (let x = 0; x < side; x++) {
      const turn = form === 'rotated' ? 0.15 : 0
      const [u, v] = [(form === 'flipped' ? side - 1 - x : x) - cx, y - cy]
      const [a, b] = [u * Math.cos(turn) + v * Math.sin(turn), v * Math.cos(turn) - u * Math.sin(turn)]
      const r = Math.hypot(a / (rx * (1 + 0.012 * b)), b / ry)
      const rim = 120 * Math.exp(-(((r - 1) / 0.14) ** 2))
      const ground = r < 1 ? cloud : 75 - 0.5 * b + 0.4 * a
      pixels[y * side + x] = Math.max(0, Math.min(255, ground + rim + 9 * rng.normal()))
    }
  }
  return `data:image/png;base64,${greyPng(pixels, side).toString('base64')}`
}

function greyPng(pixels: Uint8Array, side: number): Buffer {
  const lines = Buffer.concat(
    Array.from({ length: side }, (_, y) =>
      Buffer.concat([Buffer.from([0]), pixels.subarray(y * side, (y + 1) * side)]),
    ),
  )
  return Buffer.from(png({ width: side, height: side, depth: 8, colour: 0 }, deflateSync(lines)))
}
