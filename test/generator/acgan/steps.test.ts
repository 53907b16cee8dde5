import { describe, expect, it } from 'vitest'
import type { DType, NDArray } from '../../../src/base/ndarray.js'
import {
  acganStep,
  type StepInputs,
  type StepOutputs,
  stepSpecs,
  type TrainingState,
} from '../../../src/generator/acgan/steps.js'
import { compile } from '../../../src/runtime/compile.js'
import { evaluate } from '../../../src/tensor/evaluate.js'
import { simplify } from '../../../src/tensor/simplify.js'
import { traceProgram } from '../../../src/tensor/trace.js'
import { flatten, type Tree, unflatten } from '../../../src/tensor/tree.js'
import { distance } from '../../support/golden-arrays.js'
import { type GoldenCase, goldenCases, goldenInputs, goldenState, optionsOf } from './golden-steps.js'

/** Runs a case's steps; answers the largest norm-wise differences from PyTorch's. */
async function differences(
  golden: GoldenCase,
  float: DType,
  run: (inputs: StepInputs) => Promise<StepOutputs>,
): Promise<{ losses: number; state: number }> {
  let state: TrainingState = goldenState(golden, float)
  let losses = 0
  for (const [i, expected] of golden.steps.entries()) {
    const outputs = await run(goldenInputs(golden, state, i + 1, float))
    state = outputs.state
    for (const [name, value] of Object.entries(expected)) {
      const found = outputs.losses[name as keyof StepOutputs['losses']].data[0]
      losses = Math.max(losses, Math.abs(found - value))
    }
  }
  const arrays = Object.fromEntries(flatten(state as unknown as Tree<NDArray>).map(({ path, leaf }) => [path, leaf]))
  expect(Object.keys(arrays).sort()).toEqual(Object.keys(golden.state).sort())
  const distances = Object.entries(golden.state).map(([name, digest]) => {
    // A bias's gradient adds up over all pixels and may all but cancel: judged by the size of its whole layer.
    const layer = golden.state[name.replace(/bias$/, 'weight')]
    return distance(arrays[name], digest) * Math.min(1, digest.norm / layer.norm || 1)
  })
  return { losses, state: Math.max(...distances) }
}

const cases = goldenCases.map((golden) => {
  const { channels, dropout } = golden.options
  return { name: `${golden.steps.length} steps on ${channels} channels with dropout ${dropout}`, golden }
})

describe.each(cases)('$name', ({ golden }) => {
  const options = optionsOf(golden)

  it('are those of PyTorch in float64, through the interpreter', async () => {
    const program = traceProgram(acganStep(options), stepSpecs(options, 'float64'))
    const graph = simplify(program.graph)
    const { losses, state } = await differences(golden, 'float64', async (inputs) => {
      const leaves = flatten(inputs as unknown as Tree<NDArray>).map(({ leaf }) => leaf)
      return unflatten<unknown, NDArray>(program.outputTree, evaluate(graph, leaves)) as unknown as StepOutputs
    })
    expect(losses).toBeLessThan(1e-12)
    expect(state).toBeLessThan(1e-9)
  })

  it.each([
    { lowering: 'native', most: { losses: 1e-6, state: 2e-5 } },
    { lowering: 'gather', most: { losses: 1e-6, state: 2e-5 } },
    { lowering: 'direct', most: { losses: 1e-6, state: 2e-5 } },
    { lowering: 'auto', most: { losses: 1e-6, state: 2e-5 } },
    { lowering: 'winograd2', most: { losses: 1e-6, state: 2e-5 } },
    // Nothing in these narrow networks is so lowered unless asked for.
    { lowering: 'winograd4', most: { losses: 5e-6, state: 3e-5 } },
    { lowering: 'winograd5', most: { losses: 5e-6, state: 5e-5 } },
    { lowering: 'winograd7', most: { losses: 5e-6, state: 1e-4 } },
  ] as const)('are those of PyTorch in float32, lowered as $lowering', async ({ lowering, most }) => {
    const program = await compile(acganStep(options), stepSpecs(options), { lowering, threads: 1 })
    const run = (inputs: StepInputs) => program.run(inputs as never) as unknown as Promise<StepOutputs>
    const { losses, state } = await differences(golden, 'float32', run)
    await program.close()
    expect(losses).toBeLessThan(most.losses)
    // Adam's moments are those of the gradients, the least exact of all; the weights are ten times closer.
    expect(state).toBeLessThan(most.state)
  })
})
