import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { fromNumbers, takeRows } from '../../src/base/ndarray.js'
import { Rng } from '../../src/base/random.js'
import { averageHeads, type Head, headLogits, outputRows, outputsFor, standardisation } from '../../src/head/head.js'
import { classProbabilities, probabilities } from '../../src/head/probability.js'
import { fitAdamHead } from '../../src/head/train-adam.js'
import { fitLogisticHead, fitLogisticOverFolds } from '../../src/head/train-logistic.js'

interface Case {
  classes: number
  n: number
  d: number
  features: number[]
  labels: number[]
  logistic: { penalty: number; weights: number[]; bias: number[]; probabilities: number[][] }[]
  adam: { initial: number[]; rate: number; steps: number; epochs: number; weights: number[]; bias: number[] }
}
const golden: { cases: Case[] } = JSON.parse(readFileSync(new URL('../golden/heads.json', import.meta.url), 'utf8'))
const several = golden.cases.filter(({ classes }) => classes > 2)

const featuresOf = ({ n, d, features }: Case) => fromNumbers('float32', [n, d], features)
const expectClose = (values: ArrayLike<number>, expected: ArrayLike<number>, tolerance: number) => {
  expect(values.length).toBe(expected.length)
  for (let i = 0; i < values.length; i++) expect(Math.abs(values[i] - expected[i])).toBeLessThan(tolerance)
}

describe('the logistic head', () => {
  const fits = golden.cases.flatMap((one) => one.logistic.map((fit) => [one.classes, fit.penalty, one, fit] as const))

  it.each(fits)("equals scikit-learn's with %i classes and penalty %f", (classes, penalty, one, expected) => {
    const features = featuresOf(one)
    const { head } = fitLogisticHead(features, one.labels, {
      outputs: outputsFor(classes),
      standardise: null,
      tuning: { features, labels: one.labels },
      penalties: [penalty],
      tolerance: 1e-10,
    })
    expectClose(head.weights, expected.weights, 1e-6)
    // scikit-learn's biases have no scale of their own either: only their differences matter.
    const shift = classes === 2 ? 0 : head.bias[0] - expected.bias[0]
    expectClose(
      head.bias.map((b) => b - shift),
      expected.bias,
      1e-6,
    )
    const logits = headLogits(head, features)
    one.labels.forEach((_, i) => {
      const own = logits.slice(i * head.bias.length, (i + 1) * head.bias.length)
      expectClose(classProbabilities(own, classes === 2 ? 1 : null), expected.probabilities[i], 1e-6)
    })
  })

  it('with one output per class chooses the penalty on the tuning cases', () => {
    const [one] = several
    const features = featuresOf(one)
    const trained = (labels: readonly number[]) =>
      fitLogisticHead(features, one.labels, {
        outputs: one.classes,
        standardise: standardisation(features),
        tuning: { features, labels },
      })
    // Tuning cases that agree with training ask for a weak penalty, those that contradict it for the strongest.
    expect(trained(one.labels).penalty).toBeLessThan(0.01)
    expect(trained(one.labels.map((label) => (label + 1) % one.classes)).penalty).toBe(10)
  })
})

describe('the least loss of the logistic head', () => {
  it.each([5, 6, 7, 8])('has no slope left, counted case by case, on %i cases', (n) => {
    for (const outputs of [1, 3]) {
      const features = fromNumbers('float32', [n, 3], [...new Rng(n).normals(3 * n)])
      const labels = Array.from({ length: n }, (_, i) => i % (outputs === 1 ? 2 : 3))
      const options = { outputs, standardise: null, tuning: { features, labels }, penalties: [0.1], tolerance: 1e-9 }
      const { head } = fitLogisticHead(features, labels, options)
      const slope = head.weights.map((weight) => 0.1 * weight)
      const slopeOfBias = new Float64Array(outputs)
      const logits = headLogits(head, features)
      labels.forEach((label, i) => {
        const probabilities = classProbabilities(logits.slice(i * outputs, (i + 1) * outputs), outputs === 1 ? 1 : null)
        for (let output = 0; output < outputs; output++) {
          const at = outputs === 1 ? 1 : output
          const error = (probabilities[at] - (label === at ? 1 : 0)) / n
          for (let j = 0; j < 3; j++) slope[output * 3 + j] += error * features.data[i * 3 + j]
          slopeOfBias[output] += error
        }
      })
      expectClose([...slope, ...slopeOfBias], new Float64Array(4 * outputs), 1e-8)
    }
  })
})

describe('the logistic head over folds', () => {
  // A weak signal in two of eight features: neither the strongest penalty nor the weakest is best.
  const rng = new Rng(11)
  const labels = Array.from({ length: 60 }, (_, i) => (i % 3) % 2)
  const values = labels.flatMap((label) => [...rng.normals(8)].map((value, j) => value + (j < 2 ? label : 0)))
  const features = fromNumbers('float32', [60, 8], values)
  const training = { features, labels, standardise: standardisation(features) }
  const outputs = 1
  const halves = [0, 1].map((half) => labels.flatMap((_, i) => (i % 2 === half ? [i] : [])))
  const among = (places: readonly number[]) => {
    const part = takeRows(features, places)
    return { features: part, labels: places.map((i) => labels[i]), standardise: standardisation(part) }
  }
  const folds = (labelOf = (i: number) => labels[i]) =>
    halves.map((held, f) => ({
      training: among(halves[1 - f]),
      heldOut: { features: takeRows(features, held), labels: held.map(labelOf) },
    }))

  it('has the penalty that all held-out cases together ask for, and is fitted to all', () => {
    const { heads, fitted } = fitLogisticOverFolds(training, folds(), { outputs })
    const lossAt = (penalty: number) => {
      const { heads: at } = fitLogisticOverFolds(training, folds(), { outputs, penalties: [penalty] })
      const losses = folds().flatMap(({ heldOut }, f) =>
        [...headLogits(at[f], heldOut.features)].map((logit, i) =>
          Math.log1p(Math.exp((heldOut.labels[i] === 1 ? -1 : 1) * logit)),
        ),
      )
      return losses.reduce((sum, loss) => sum + loss, 0)
    }
    const penalties = [10, 3, 1, 0.3, 0.1, 0.03, 0.01, 0.003, 0.001]
    const best = penalties.reduce((least, penalty) => (lossAt(penalty) < lossAt(least) ? penalty : least))
    expect(fitted.penalty).toBe(best)
    const upTo = penalties.slice(0, penalties.indexOf(best) + 1)
    const alone = fitLogisticHead(features, labels, {
      outputs,
      standardise: training.standardise,
      tuning: training,
      penalties: upTo,
    })
    expect(best).toBeLessThan(10)
    expect(best).toBeGreaterThan(0.001)
    // Cases that it was fitted to ask for the weakest of them.
    expect(alone.penalty).toBe(best)
    expect(fitted.head).toEqual(alone.head)
    expect(heads).toHaveLength(2)
  })

  it('hears of no label that it is held out from', () => {
    const flipped = folds((i) => 1 - labels[i])
    for (const penalty of [3, 0.03]) {
      const options = { outputs, penalties: [penalty] }
      const { heads } = fitLogisticOverFolds(training, folds(), options)
      expect(fitLogisticOverFolds(training, flipped, options).heads).toEqual(heads)
    }
    expect(fitLogisticOverFolds(training, flipped, { outputs }).fitted.penalty).toBe(10)
  })
})

describe("the paper's head", () => {
  it.each(golden.cases.map((one) => [one.classes, one] as const))(
    "moves as PyTorch's Adam does with %i classes",
    (classes, one) => {
      const { initial, rate, steps, epochs, weights, bias } = one.adam
      const difference = (values: number[], d: number) => values.slice(d).map((w, j) => w - values[j])
      const asHeadHasIt = (values: number[], d: number) => (classes === 2 ? difference(values, d) : values)
      const { head } = fitAdamHead(featuresOf(one), one.labels, {
        outputs: outputsFor(classes),
        learningRate: rate,
        batchSize: one.n,
        epochs,
        steps,
        rng: new Rng(1),
        standardise: null,
        initial: Float64Array.from(asHeadHasIt(initial, one.d)),
      })
      expectClose(head.weights, asHeadHasIt(weights, one.d), 1e-5)
      expectClose(head.bias, asHeadHasIt(bias, 1), 1e-5)
    },
  )

  it('takes as many steps as it is told, in place of epochs', () => {
    const [one] = several
    const options = { outputs: one.classes, learningRate: 0.01, batchSize: 8, rng: new Rng(3), standardise: null }
    const trained = (epochs: number, steps: number | null) =>
      fitAdamHead(featuresOf(one), one.labels, { ...options, epochs, steps })
    expect(trained(4, null).steps).toBe(4 * Math.ceil(one.n / 8))
    expect(trained(4, 33).steps).toBe(33)
    expect(trained(4, null).head).toEqual(trained(4, 20).head)
  })
})

describe('a head', () => {
  const rng = new Rng(7)
  const random = (outputs: number, d: number): Head => ({
    weights: Float64Array.from({ length: outputs * d }, () => rng.normal()),
    bias: Float64Array.from({ length: outputs }, () => rng.normal()),
  })

  it.each(golden.cases.map((one) => [one.classes, one] as const))(
    'fitted on standardised features is the same head on raw ones, with %i classes',
    (classes, one) => {
      const raw = featuresOf(one)
      const by = standardisation(raw)
      const scaled = fromNumbers(
        'float32',
        [one.n, one.d],
        Array.from(raw.data, (v, at) => (v - by.mean[at % one.d]) / by.deviation[at % one.d]),
      )
      const options = { outputs: outputsFor(classes), penalties: [0.1], tolerance: 1e-9 }
      const folded = fitLogisticHead(raw, one.labels, {
        ...options,
        standardise: by,
        tuning: { features: raw, labels: one.labels },
      })
      const plain = fitLogisticHead(scaled, one.labels, {
        ...options,
        standardise: null,
        tuning: { features: scaled, labels: one.labels },
      })
      expectClose(headLogits(folded.head, raw), headLogits(plain.head, scaled), 1e-5)
    },
  )

  it('gives one logit per output, case by case', () => {
    const head = random(3, 5)
    const features = fromNumbers('float32', [2, 5], new Rng(1).normals(10))
    const logits = headLogits(head, features)
    const rows = outputRows(head.weights, 3)
    for (const i of [0, 1]) {
      for (const c of [0, 1, 2]) {
        const slow = rows[c].reduce((sum, w, j) => sum + w * features.data[i * 5 + j], head.bias[c])
        expect(logits[i * 3 + c]).toBeCloseTo(slow, 12)
      }
    }
  })

  it('averaged has the mean of the logits', () => {
    const heads = [random(3, 4), random(3, 4)]
    const features = fromNumbers('float32', [3, 4], new Rng(2).normals(12))
    const [a, b] = heads.map((head) => headLogits(head, features))
    expectClose(
      headLogits(averageHeads(heads), features),
      a.map((value, i) => (value + b[i]) / 2),
      1e-12,
    )
  })
})

describe('probabilities', () => {
  it('add up to 1 for every case, also where exp would overflow, and do not mind a shift', () => {
    const logits = [1000, 0, -1000, 0.3, 0.1, -2]
    const found = probabilities(logits, 3)
    expect(found[0]).toBe(1)
    expect(found.slice(3).reduce((a, b) => a + b, 0)).toBeCloseTo(1, 15)
    expectClose(
      found,
      probabilities(
        logits.map((v) => v + 5),
        3,
      ),
      1e-12,
    )
  })

  it('of one logit are those of the positive class, wherever it stands', () => {
    const positive = 1 / (1 + Math.exp(-0.7))
    expect(probabilities([0.7], 1)).toEqual([positive])
    expectClose(classProbabilities([0.7], 1), [1 - positive, positive], 1e-15)
    expectClose(classProbabilities([0.7], 0), [positive, 1 - positive], 1e-15)
  })
})
