/** Steps in one run, and a state that stays on the device: the same training as step by step on the CPU. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { expect, it, onTestFinished, type TestContext, vi } from 'vitest'
import { type NDArray, ndarray } from '../../../src/base/ndarray.js'
import { Rng } from '../../../src/base/random.js'
import { acgan } from '../../../src/generator/acgan/acgan.js'
import { Batches } from '../../../src/generator/acgan/batches.js'
import { type AcganOptions, acganOptions } from '../../../src/generator/acgan/options.js'
import { compileSteps, type StepProgram } from '../../../src/generator/acgan/step-program.js'
import {
  acganStep,
  initialState,
  type StepLosses,
  stepSpecs,
  type TrainingState,
} from '../../../src/generator/acgan/steps.js'
import { checkpointFile, readCheckpoint } from '../../../src/generator/checkpoint.js'
import { type TrainingJob, train } from '../../../src/generator/train.js'
import { compile } from '../../../src/runtime/compile.js'
import type { RuntimeDevice } from '../../../src/runtime/session.js'
import { flatten, type Tree } from '../../../src/tensor/tree.js'
import { needWebGpu, useSoftwareGpu } from '../../support/software-gpu.js'

useSoftwareGpu()

// A card for CUDA is nowhere to be had in tests; what is peculiar to it is how many steps are one run.
const forced = vi.hoisted((): { atOnce: number | undefined } => ({ atOnce: undefined }))
vi.mock(import('../../../src/generator/acgan/step-program.js'), async (original) => {
  const actual = await original()
  return {
    ...actual,
    compileSteps: (options, initial, runtime, atOnce = forced.atOnce) =>
      actual.compileSteps(options, initial, runtime, atOnce),
  }
})

const count = 10
const images = ndarray('uint8', [count, 16, 16, 1], new Rng(5).bytes(count * 256))
const labels = Int32Array.from({ length: count }, (_, i) => i % 2)
const optionsOf = (steps: number) =>
  acganOptions({
    classes: ['clear', 'sinusitis'],
    imageSize: [16, 16],
    channels: 1,
    width: 0.02,
    batchSize: 6,
    steps,
  })
const options = optionsOf(6)
const batches = new Batches(images, labels, options)

type Trained = { losses: Record<string, number>[]; state: Record<string, NDArray> }

const numbers = (losses: StepLosses) =>
  Object.fromEntries(flatten<NDArray>(losses as never).map(({ path: name, leaf }) => [name, leaf.data[0]]))
const arrays = (state: TrainingState) =>
  Object.fromEntries(flatten(state as unknown as Tree<NDArray>).map(({ path: name, leaf }) => [name, leaf]))

/** Trains in runs of so many steps each, then closes. */
async function trained(program: StepProgram, runs: readonly number[]): Promise<Trained> {
  const losses: Record<string, number>[] = []
  for (const length of runs) {
    const drawn = Array.from({ length }, (_, i) => batches.at(losses.length + i + 1))
    losses.push(...(await program.run(drawn)).map(numbers))
  }
  const state = arrays(await program.state())
  expect(arrays(await program.state())).toEqual(state)
  await program.close()
  return { losses, state }
}

async function stepByStep(steps: number): Promise<Trained> {
  const step = await compile(acganStep(options), stepSpecs(options), { threads: 1 })
  const losses: Record<string, number>[] = []
  let state = initialState(options)
  for (let i = 1; i <= steps; i++) {
    const after = await step.run({ ...batches.at(i), state } as never)
    losses.push(numbers(after.losses))
    state = after.state as TrainingState
  }
  await step.close()
  return { losses, state: arrays(state) }
}

/** Largest norm-wise difference of the weights. Moments are checked by what they do to them. */
function farthest(a: Record<string, NDArray>, b: Record<string, NDArray>): number {
  expect(Object.keys(a)).toEqual(Object.keys(b))
  const weights = Object.keys(a).filter((name) => name.includes('/params/'))
  return Math.max(
    ...weights.map((name) => {
      const difference = Math.hypot(...Array.from(a[name].data, (x, i) => x - b[name].data[i]))
      return difference / Math.max(Math.hypot(...a[name].data), 1e-2)
    }),
  )
}

it('Steps of one run are those of as many runs to the bit, on the CPU', async () => {
  const expected = await stepByStep(6)
  for (const [atOnce, runs] of [
    [1, [1, 1, 1, 1, 1, 1]],
    [3, [3, 3]],
    [4, [4, 1, 1]],
    [2, [1, 2, 1, 2]],
  ] as const) {
    const program = await compileSteps(options, initialState(options), { threads: 1 }, atOnce)
    expect(program.atOnce).toBe(atOnce)
    expect(await trained(program, runs)).toEqual(expected)
  }
})

function job(folder: string, steps: number, device: RuntimeDevice, checkpointEvery: number): TrainingJob<AcganOptions> {
  const runtime = { threads: 1, device, lowering: 'auto' } as const
  return { images, labels, options: optionsOf(steps), folder, checkpointEvery, gridEvery: 7, ...runtime }
}

function newFolder(): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'kopt-steps-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

it('A training of several steps a run leaves the files that one of single steps leaves', async () => {
  const found = []
  for (const atOnce of [1, 4]) {
    forced.atOnce = atOnce
    onTestFinished(() => {
      forced.atOnce = undefined
    })
    const folder = newFolder()
    const events: unknown[] = []
    await train(acgan, job(folder, 23, 'cpu', 10), {
      onEvent: (event) => event.type === 'curve' && events.push(event),
      observers: [
        {
          name: 'fifths',
          isDue: (step) => step % 5 === 0,
          onState: async (step, state) => void events.push(step, arrays(state)),
        },
      ],
    })
    const files = readdirSync(folder).map((name) => [name, readFileSync(path.join(folder, name), 'base64')])
    found.push({ files, events })
  }
  expect(found[0].events).toHaveLength(3 + 2 * 4)
  expect(found[1]).toEqual(found[0])
})

const open = (context: TestContext, device: RuntimeDevice) =>
  needWebGpu(context, compileSteps(options, initialState(options), { threads: 1, device }))

it('A training with its state on WebGPU is the CPU’s (needs a WebGPU adapter)', async (context) => {
  const runs = [1, 1, 1, 1]
  const onGpu = await trained(await open(context, 'webgpu'), runs)
  const onCpu = await trained(await open(context, 'cpu'), runs)
  for (const [i, losses] of onCpu.losses.entries()) {
    for (const [name, value] of Object.entries(losses)) {
      expect(Math.abs(onGpu.losses[i][name] - value), `${name} of step ${i + 1}`).toBeLessThan(1e-4)
    }
  }
  expect(farthest(onGpu.state, onCpu.state)).toBeLessThan(1e-4)
  // which is not for want of training
  expect(farthest(arrays(initialState(options)), onCpu.state)).toBeGreaterThan(1e-2)
})

it('A training on WebGPU goes on from its checkpoint (needs a WebGPU adapter)', async (context) => {
  const [whole, stopped] = [newFolder(), newFolder()]
  await needWebGpu(context, train(acgan, job(whole, 3, 'webgpu', 2)))
  await train(acgan, job(stopped, 2, 'webgpu', 2))
  await train(acgan, job(stopped, 3, 'webgpu', 2))
  const [a, b] = [whole, stopped].map((folder) =>
    arrays(readCheckpoint(checkpointFile(folder, 3)).state as TrainingState),
  )
  expect(farthest(a, b)).toBeLessThan(1e-5)
  await expect(train(acgan, job(stopped, 4, 'cpu', 2))).rejects.toThrow(/device "webgpu", now "cpu"/)
})
