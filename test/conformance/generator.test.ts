/** What every kind of generator that is trained here promises; a further one of the registry is tested by being there. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { Interrupted } from '../../src/base/errors.js'
import { type NDArray, ndarray, sizeOf } from '../../src/base/ndarray.js'
import { Rng } from '../../src/base/random.js'
import { readCheckpoint } from '../../src/generator/checkpoint.js'
import type { TrainedKind } from '../../src/generator/contract.js'
import { measureSteps } from '../../src/generator/measure-steps.js'
import type { Observer } from '../../src/generator/observer.js'
import { generatorKinds, trainedKinds } from '../../src/generator/registry.js'
import { openSampler } from '../../src/generator/sampler.js'
import { type TrainingCare, type TrainingJob, train } from '../../src/generator/train.js'
import type { ArraySpec } from '../../src/tensor/infer.js'
import { flatten, type Tree } from '../../src/tensor/tree.js'
import { shade } from '../support/shade-generator.js'

const kinds = [...trainedKinds, shade as unknown as TrainedKind]
const presets = ['quick', 'standard', 'kong2022'] as const
/** Small enough for a test, where a kind has such options. */
const small: Record<string, object> = { acgan: { width: 0.02, batchSize: 6 }, pca: { components: 3 } }

const classes = ['clear', 'sinusitis']
const count = 10
const images = ndarray('uint8', [count, 16, 16, 1], new Rng(5).bytes(count * 256))
const labels = Int32Array.from({ length: count }, (_, i) => i % 2)
const runtime = { threads: 1, device: 'cpu', lowering: 'auto' } as const

let folder: string
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'kopt-kind-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const bytesOf = (place: string) =>
  Object.fromEntries(
    readdirSync(place)
      .sort()
      .map((name) => [name, readFileSync(path.join(place, name), 'base64')]),
  )

describe('every kind', () => {
  it.each(generatorKinds.map((kind) => [kind.kind, kind] as const))(
    '%s has options that say what they are',
    (_, kind) => {
      expect(kind.about).toMatch(/^\S.{9,}\.$/)
      const needed = Object.entries(kind.options.shape).filter(([, schema]) => !schema.safeParse(undefined).success)
      // Only where images lie, or what makes them, can nobody know beforehand.
      expect(needed.map(([name]) => name)).toEqual({ trained: [], called: ['command'], given: ['from'] }[kind.form])
      for (const [name, schema] of Object.entries(kind.options.shape)) {
        expect(schema.meta()?.description, name).toMatch(/\.$/)
      }
      for (const preset of presets)
        expect(kind.options.partial().safeParse(kind.presets[preset]).success, preset).toBe(true)
    },
  )
})

describe.each(kinds.map((kind) => [kind.kind, kind] as const))('%s', (name, kind) => {
  const optionsOf = (steps: number) =>
    kind.complete({ ...small[name], classes, imageSize: [16, 16], channels: 1, steps })
  const job = (place: string, steps: number): TrainingJob => ({
    images,
    labels,
    options: optionsOf(steps),
    folder: path.join(folder, place),
    checkpointEvery: 5,
    gridEvery: 7,
    ...runtime,
  })
  const trained = async (place: string, steps: number, care?: TrainingCare, changes?: Partial<TrainingJob>) => {
    const summary = await train(kind, { ...job(place, steps), ...changes }, care)
    return { summary, left: bytesOf(path.join(folder, place)) }
  }

  it('lists every option that is wrong', () => {
    expect(() => kind.complete({ ...optionsOf(5), stesp: 1, seed: -1 })).toThrow(
      /2 problems:\n.*stesp is no option.*\n.*seed is -1/,
    )
  })

  it('says the shapes of its state, and how many weights its networks have', () => {
    const options = optionsOf(5)
    const leaves = (tree: unknown) =>
      flatten(tree as Tree<ArraySpec>).map(({ path: at, leaf: { dtype, shape } }) => [at, dtype, shape])
    // A length that hangs on the films is 0 before the first step.
    const begin = (tree: unknown) =>
      leaves(tree).map(([at, dtype, shape]) => [at, dtype, (shape as number[]).map((n) => Math.max(0, n))])
    expect(leaves(kind.initialState(options))).toEqual(begin(kind.stateSpecs(options)))
    const state = flatten(kind.stateSpecs(options) as Tree<ArraySpec>)
    const all = state.reduce((sum, { leaf }) => sum + sizeOf(leaf.shape), 0)
    for (const weights of Object.values(kind.parameters(options))) expect(weights).toBeLessThanOrEqual(all)
  })

  it('leaves checkpoints, grids and a curve of its own columns', async () => {
    const rows: unknown[] = []
    const { summary, left } = await trained('run', 12, {
      onEvent: (event) => event.type === 'curve' && rows.push(Object.keys(event.values).sort()),
    })
    const columns = [...kind.curves.losses, ...kind.curves.shares]
    expect(Object.keys(left)).toEqual([
      'checkpoint-000010.safetensors',
      'checkpoint-000012.safetensors',
      'curves.csv',
      'grid-000007.png',
      'grid-000012.png',
    ])
    const [header, ...lines] = Buffer.from(left['curves.csv'], 'base64').toString().trim().split('\n')
    expect(header).toBe(['step', ...columns].join(','))
    expect(lines.map((line) => Number(line.split(',')[0]))).toEqual([10, 12])
    expect(rows).toEqual([[...columns].sort(), [...columns].sort()])
    expect(summary).toMatchObject({ steps: 12, parameters: kind.parameters(optionsOf(12)) })
  })

  it('goes on to the same bytes after a stop, and where more steps are asked for', async () => {
    const whole = await trained('whole', 14)
    const stop = new AbortController()
    const observers: Observer[] = [{ name: 'stop', onStep: (step) => step === 12 && stop.abort() }]
    await expect(trained('stopped', 14, { signal: stop.signal, observers })).rejects.toThrow(Interrupted)
    expect((await trained('stopped', 14)).left).toEqual(whole.left)
    await trained('grown', 10)
    const last = 'checkpoint-000014.safetensors'
    expect((await trained('grown', 14)).left[last]).toBe(whole.left[last])
  })

  it('leaves the snapshots that are asked for, each as a training of that length would end, and makes lost ones anew', async () => {
    const snapshots = [2, 6, 8]
    const fileOf = (step: number) => `checkpoint-${String(step).padStart(6, '0')}.safetensors`
    const { left } = await trained('run', 8, {}, { snapshots })
    expect(Object.keys(left).filter((file) => file.startsWith('checkpoint'))).toEqual([2, 6, 8].map(fileOf))
    const weights = (place: string) => kind.weightsOf(readCheckpoint(path.join(folder, place, fileOf(6)), kinds).state)
    await trained('short', 6)
    expect(weights('run')).toEqual(weights('short'))

    const said: string[] = []
    const onEvent: TrainingCare['onEvent'] = (event) => event.type === 'warning' && said.push(event.text)
    rmSync(path.join(folder, 'run', fileOf(6)))
    expect((await trained('run', 8, { onEvent }, { snapshots })).left).toEqual(left)
    expect(said).toEqual([expect.stringMatching(/000006.* is gone \(training goes on from step 2\)$/)])
  })

  it('draws an image by checkpoint, seed, class and number alone, and another for another of them', async () => {
    const { summary } = await trained('run', 10)
    const sampler = await openSampler(summary.checkpoint, { threads: 1 }, kinds)
    expect(sampler.images).toEqual({ classes, imageSize: [16, 16], channels: 1 })
    const draw = async (classIndex: number, seed: number, start: number, n: number) =>
      (await sampler.draw({ classIndex, seed, start, count: n })).data
    const many = await draw(1, 9, 0, 70)
    expect(await draw(1, 9, 62, 4)).toEqual(many.subarray(62 * 256, 66 * 256))
    for (const [classIndex, seed, start] of [
      [0, 9, 0],
      [1, 8, 0],
      [1, 9, 1],
    ])
      expect(await draw(classIndex, seed, start, 1)).not.toEqual(many.subarray(0, 256))
    await sampler.close()
  })

  it('is timed by real steps', async () => {
    const { stepSeconds, startSeconds, drawingSeconds } = await measureSteps(kind, {
      images,
      labels,
      options: optionsOf(50),
      ...runtime,
      seconds: 0,
      mostSteps: 5,
    })
    expect(stepSeconds.length).toBeGreaterThanOrEqual(3)
    for (const seconds of [...stepSeconds, startSeconds, drawingSeconds]) expect(seconds).toBeGreaterThan(0)
  })

  it('carries observers with a state of their own: an average of weights and a score of snapshots go on after a stop', async () => {
    const whole = await trained('whole', 14, { observers: [average(kind), scores(kind)] })
    const stop = new AbortController()
    const stopping: Observer = { name: 'stop', onStep: (step) => step === 12 && stop.abort() }
    const first = trained('stopped', 14, { signal: stop.signal, observers: [average(kind), scores(kind), stopping] })
    await expect(first).rejects.toThrow(Interrupted)
    const resumed = await trained('stopped', 14, { observers: [average(kind), scores(kind)] })
    expect(resumed.left).toEqual(whole.left)
    const { observed } = readCheckpoint(resumed.summary.checkpoint, kinds)
    expect(Object.keys(observed).filter((key) => key.startsWith('scores/'))).toEqual(
      expect.arrayContaining(['scores/of-step-4', 'scores/of-step-8', 'scores/of-step-12']),
    )
    const weights = flatten(kind.weightsOf(kind.initialState(optionsOf(14))) as Tree<NDArray>)
    expect(Object.keys(observed).filter((key) => key.startsWith('average/'))).toHaveLength(weights.length)
    // Without them the training itself is the same.
    const bare = await trained('bare', 14)
    expect(bare.left['curves.csv']).toBe(whole.left['curves.csv'])
    expect(bare.left['grid-000014.png']).toBe(whole.left['grid-000014.png'])
  })
})

/** An exponential average of what drawing takes, moved after every step. */
function average(kind: TrainedKind): Observer {
  let averaged: Record<string, NDArray> = {}
  return {
    name: 'average',
    restore(_, saved) {
      averaged = { ...(saved as Record<string, NDArray>) }
    },
    isDue: () => true,
    async onState(_, state) {
      for (const { path: at, leaf } of flatten(kind.weightsOf(state) as Tree<NDArray>)) {
        const before = averaged[at]
        const data = Float32Array.from(leaf.data, (value, i) => (before ? 0.9 * before.data[i] + 0.1 * value : value))
        averaged[at] = ndarray('float32', leaf.shape, data)
      }
    },
    save: () => averaged,
  }
}

/** A number for every fourth step's weights. */
function scores(kind: TrainedKind): Observer {
  let found: Record<string, number> = {}
  return {
    name: 'scores',
    restore(_, saved) {
      found = { ...(saved as Record<string, number>) }
    },
    isDue: (step) => step % 4 === 0,
    async onState(step, state) {
      const [first] = flatten(kind.weightsOf(state) as Tree<NDArray>)
      found[`of-step-${step}`] = Array.from(first.leaf.data).reduce((sum, value) => sum + value, 0)
    },
    save: () => found,
  }
}
