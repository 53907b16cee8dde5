/** The inputs of test/golden/acgan-steps.json by the formulas of scripts/golden/acgan_steps.py, and how its digests compare. */
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { type DType, fromNumbers, type NDArray, sizeOf } from '../../../src/base/ndarray.js'
import { type AcganOptions, acganOptions } from '../../../src/generator/acgan/options.js'
import { type StepInputs, stepSpecs, type TrainingState } from '../../../src/generator/acgan/steps.js'
import type { ArraySpec } from '../../../src/tensor/infer.js'
import { flatten, type Tree, unflatten } from '../../../src/tensor/tree.js'
import { type Digest, formulaIntegers, formulaNumbers, residues } from '../../support/golden-arrays.js'

export interface GoldenCase {
  options: {
    imageSize: [number, number]
    channels: 1 | 3
    classes: number
    generatorWidths: number[]
    discriminatorWidths: number[]
    latentSize: number
    embeddingSize: number
    learningRate: number
    beta1: number
    leakySlope: number
    weightScale: number
    batchSize: number
    dropout: number
    classHeadLearnsFromFakes: boolean
    steps: number
  }
  steps: Record<string, number>[]
  state: Record<string, Digest>
  drawn: Digest
}

export const goldenCases = (
  JSON.parse(readFileSync(path.resolve(import.meta.dirname, '..', '..', 'golden', 'acgan-steps.json'), 'utf8')) as {
    cases: GoldenCase[]
  }
).cases

export function optionsOf({ options }: GoldenCase): AcganOptions {
  const { weightScale: _weights, generatorWidths: _g, discriminatorWidths: _d, classes, ...given } = options
  return acganOptions({
    ...given,
    classes: Array.from({ length: classes }, (_, i) => `class ${i}`),
    width: 1 / 24,
  })
}

/** Weights by the formula, moments zero, running statistics as fresh. */
export function goldenState(golden: GoldenCase, float: DType): TrainingState {
  const specs = stepSpecs(optionsOf(golden), float).state
  let key = 0
  const arrays = flatten(specs as unknown as Tree<ArraySpec>).map(({ path: name, leaf: { shape } }) => {
    if (!name.includes('/params/')) {
      return fromNumbers(float, shape, new Array(sizeOf(shape)).fill(name.endsWith('/variance') ? 1 : 0))
    }
    key++
    return formulaNumbers(float, shape, key, golden.options.weightScale, name.endsWith('/scale') ? 1 : 0)
  })
  return unflatten<unknown, NDArray>(specs, arrays) as unknown as TrainingState
}

export function goldenInputs(golden: GoldenCase, state: TrainingState, step: number, float: DType): StepInputs {
  const specs = stepSpecs(optionsOf(golden), float)
  const { classes } = golden.options
  const key = 100 * step
  const words = (pass: number, list: readonly ArraySpec[]) =>
    list.map(({ dtype, shape }, i) =>
      fromNumbers(
        dtype,
        shape,
        residues(sizeOf(shape), key + 10 * pass + i).map((r) => 257 * (r % 256)),
      ),
    )
  return {
    state,
    images: formulaIntegers(specs.images, key, 256),
    labels: formulaIntegers(specs.labels, key + 1, classes),
    fakeLabels: formulaIntegers(specs.fakeLabels, key + 2, classes),
    latents: formulaNumbers(float, specs.latents.shape, key + 3, 2),
    dropout: {
      real: words(1, specs.dropout.real),
      fake: words(2, specs.dropout.fake),
      generator: words(3, specs.dropout.generator),
    },
    step: fromNumbers(float, [], [step]),
  }
}
