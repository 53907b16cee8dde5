import { readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { type DType, fromNumbers, type NDArray, ndarray } from '../../../src/base/ndarray.js'
import { openDrawing } from '../../../src/generator/edm/draw.js'
import { wavesOf } from '../../../src/generator/edm/network.js'
import { type EdmOptions, edmOptions } from '../../../src/generator/edm/options.js'
import {
  edmStep,
  type StepInputs,
  type StepOutputs,
  stepSpecs,
  type TrainingState,
} from '../../../src/generator/edm/steps.js'
import { compile } from '../../../src/runtime/compile.js'
import { evaluate } from '../../../src/tensor/evaluate.js'
import type { ArraySpec } from '../../../src/tensor/infer.js'
import { simplify } from '../../../src/tensor/simplify.js'
import { traceProgram } from '../../../src/tensor/trace.js'
import { flatten, type Tree, unflatten } from '../../../src/tensor/tree.js'
import { type Digest, distance, formulaIntegers, formulaNumbers } from '../../support/golden-arrays.js'

interface GoldenCase {
  options: Record<
    'classes' | 'channels' | 'steps' | 'components' | 'batchSize' | 'levels' | 'width' | 'weightScale',
    number
  > & {
    imageSize: [number, number]
    widths: number[]
  }
  steps: number[]
  state: Record<string, Digest>
  drawn: Digest
}

/** Made by scripts/golden/edm_steps.py, whose formulas the inputs follow. */
const { cases } = JSON.parse(
  readFileSync(path.resolve(import.meta.dirname, '..', '..', 'golden', 'edm-steps.json'), 'utf8'),
) as { cases: GoldenCase[] }

function optionsOf({ options }: GoldenCase): EdmOptions {
  const { weightScale: _scale, widths: _widths, steps: _steps, classes, ...given } = options
  return edmOptions({ ...given, classes: Array.from({ length: classes }, (_, i) => `class ${i}`) })
}

function stateOf(golden: GoldenCase, float: DType): TrainingState {
  const specs = stepSpecs(optionsOf(golden), float).state
  const films = {
    range: fromNumbers(float, [2], [120, 90]),
    means: formulaNumbers(float, specs.films.means.shape, 51, 0.4),
    components: formulaNumbers(float, specs.films.components.shape, 52, 0.05),
    variances: formulaNumbers(float, specs.films.variances.shape, 53, 0.4, 0.5),
    rest: formulaNumbers(float, specs.films.rest.shape, 54, 0.01, 0.02),
  }
  const drawn = flatten(specs.params as unknown as Tree<ArraySpec>).map(({ path: name, leaf: { shape } }, i) =>
    formulaNumbers(float, shape, i + 1, golden.options.weightScale, name.endsWith('/scale') ? 1 : 0),
  )
  const params = unflatten<unknown, NDArray>(specs.params, drawn) as unknown as TrainingState['params']
  const none = unflatten<unknown, NDArray>(
    specs.params,
    drawn.map(({ shape, data }) => fromNumbers(float, shape, new Array(data.length).fill(0))),
  ) as unknown as TrainingState['params']
  return { films, params, average: params, adam: { first: none, second: none } }
}

function inputsOf(golden: GoldenCase, state: TrainingState, step: number, float: DType): StepInputs {
  const specs = stepSpecs(optionsOf(golden), float)
  const key = 100 * step
  const logLevels = formulaNumbers(float, specs.logLevels.shape, key + 3, 2, -1)
  return {
    state,
    images: formulaIntegers(specs.images, key, 256),
    labels: formulaIntegers(specs.labels, key + 1, golden.options.classes),
    noise: formulaNumbers(float, specs.noise.shape, key + 2, 2),
    logLevels,
    waves: fromNumbers(float, specs.waves.shape, wavesOf(logLevels.data as Float64Array)),
    variants: formulaNumbers(float, specs.variants.shape, key + 4, 1),
    step: fromNumbers(float, [], [step]),
    learningRate: fromNumbers(float, [], [0.002 / step]),
    staying: fromNumbers(float, [], [1 - 1 / (step + 1)]),
  }
}

async function afterSteps(
  golden: GoldenCase,
  float: DType,
  run: (inputs: StepInputs) => Promise<StepOutputs>,
): Promise<{ losses: number; state: number; reached: TrainingState }> {
  let state = stateOf(golden, float)
  let losses = 0
  for (const [i, expected] of golden.steps.entries()) {
    const outputs = await run(inputsOf(golden, state, i + 1, float))
    state = outputs.state
    losses = Math.max(losses, Math.abs(Number(outputs.loss.data[0]) / expected - 1))
  }
  const { films: _, ...changed } = state
  const arrays = Object.fromEntries(flatten(changed as unknown as Tree<NDArray>).map(({ path, leaf }) => [path, leaf]))
  expect(Object.keys(arrays).sort()).toEqual(Object.keys(golden.state).sort())
  const distances = Object.entries(golden.state).map(([name, digest]) => distance(arrays[name] as NDArray, digest))
  return { losses, state: Math.max(...distances), reached: state }
}

describe.each(cases.map((golden) => ({ name: `on ${golden.options.channels} channels`, golden })))(
  'steps of the diffusion model $name',
  ({ golden }) => {
    const options = optionsOf(golden)

    it('are those of PyTorch in float64, through the interpreter', async () => {
      const program = traceProgram(edmStep(options), stepSpecs(options, 'float64'))
      const graph = simplify(program.graph)
      const { losses, state } = await afterSteps(golden, 'float64', async (inputs) => {
        const leaves = flatten(inputs as unknown as Tree<NDArray>).map(({ leaf }) => leaf)
        return unflatten<unknown, NDArray>(program.outputTree, evaluate(graph, leaves)) as unknown as StepOutputs
      })
      expect(losses).toBeLessThan(1e-12)
      expect(state).toBeLessThan(1e-9)
    })

    it('and its films are those of PyTorch in float32, as compiled', async () => {
      const program = await compile(edmStep(options), stepSpecs(options), { threads: 1 })
      const run = (inputs: StepInputs) => program.run(inputs as never) as unknown as Promise<StepOutputs>
      const { losses, state, reached } = await afterSteps(golden, 'float32', run)
      await program.close()
      expect(losses).toBeLessThan(1e-5)
      expect(state).toBeLessThan(1e-3)

      const drawing = await openDrawing(options, 3, { threads: 1 })
      const [height, width] = options.imageSize
      const noise = formulaNumbers('float32', [3, height * width * options.channels], 61, 2) as NDArray<'float32'>
      const labels = ndarray(
        'int32',
        [3],
        Int32Array.from([0, 1, 2], (i) => i % options.classes.length),
      )
      const films = await drawing.run({ films: reached.films, average: reached.average }, noise, labels)
      await drawing.close()
      expect(films.shape).toEqual([3, height, width, options.channels])
      const { samples, stride } = golden.drawn
      const off = samples.map((value, i) =>
        Math.abs((films.data[i * stride] as number) - Math.min(255, Math.max(0, value))),
      )
      // Rounded to whole grey levels.
      expect(Math.max(...off)).toBeLessThan(0.6)
    })
  },
)
