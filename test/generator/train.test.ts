import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { Interrupted } from '../../src/base/errors.js'
import { ndarray } from '../../src/base/ndarray.js'
import { Rng } from '../../src/base/random.js'
import { acgan } from '../../src/generator/acgan/acgan.js'
import { type AcganOptions, acganOptions } from '../../src/generator/acgan/options.js'
import { openSampler } from '../../src/generator/sampler.js'
import { type TrainingCare, type TrainingEvent, type TrainingJob, train } from '../../src/generator/train.js'
import { decodeImage } from '../../src/image/codec.js'

let folder: string

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'kopt-gan-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

type Job = TrainingJob<AcganOptions>

const trainAcgan = (job: Job, care?: TrainingCare) => train(acgan, job, care)

/** Ten made films of two classes, 16 x 16 grey, and a GAN of a few channels. */
function job(changes: Partial<Job> = {}, options: Record<string, unknown> = {}): Job {
  const count = 10
  const labels = Int32Array.from({ length: count }, (_, i) => i % 2)
  const rng = new Rng(5)
  return {
    images: ndarray('uint8', [count, 16, 16, 1], rng.bytes(count * 256)),
    labels,
    options: acganOptions({
      classes: ['clear', 'sinusitis'],
      imageSize: [16, 16],
      channels: 1,
      width: 0.02,
      batchSize: 6,
      steps: 4,
      ...options,
    }),
    folder,
    checkpointEvery: 2,
    gridEvery: 3,
    threads: 1,
    device: 'cpu',
    lowering: 'auto',
    ...changes,
  }
}

function contents(of = folder): Record<string, string> {
  return Object.fromEntries(
    readdirSync(of)
      .sort()
      .map((name) => [name, readFileSync(path.join(of, name)).toString('base64')]),
  )
}

describe('train', () => {
  it('leaves the newest two checkpoints, grids and curves, and says what it does', async () => {
    const events: TrainingEvent[] = []
    const summary = await trainAcgan(job({}, { steps: 21 }), { onEvent: (event) => events.push(event) })
    expect(readdirSync(folder).sort()).toEqual([
      'checkpoint-000020.safetensors',
      'checkpoint-000021.safetensors',
      'curves.csv',
      ...[3, 6, 9, 12, 15, 18, 21].map((step) => `grid-${String(step).padStart(6, '0')}.png`),
    ])
    const rows = readFileSync(path.join(folder, 'curves.csv'), 'utf8').trim().split('\n')
    expect(rows[0]).toBe('step,discriminator,generator,realAccuracy,fakeAccuracy,classAccuracy')
    expect(rows.slice(1).map((row) => row.split(',').length)).toEqual([6, 6, 6])
    expect(rows.slice(1).map((row) => Number(row.split(',')[0]))).toEqual([10, 20, 21])
    expect(events.at(-1)).toMatchObject({ type: 'progress', step: 21, steps: 21, secondsLeft: 0 })
    expect(events.filter((event) => event.type === 'curve')).toHaveLength(3)
    expect(summary).toMatchObject({ steps: 21, checkpoint: path.join(folder, 'checkpoint-000021.safetensors') })
    expect(summary.stepsPerSecond).toBeGreaterThan(0)
    const grid = await decodeImage(readFileSync(path.join(folder, 'grid-000021.png')))
    expect([grid.width, grid.height]).toEqual([8 * 18 - 2, 2 * 18 - 2])
  })

  it('goes on to the same bytes after a stop', async () => {
    const whole = path.join(folder, 'whole')
    const stopped = path.join(folder, 'stopped')
    const options = { steps: 14 }
    await trainAcgan(job({ folder: whole, checkpointEvery: 5 }, options))
    const stop = new AbortController()
    const first = trainAcgan(job({ folder: stopped, checkpointEvery: 5 }, options), {
      signal: stop.signal,
      observers: [{ name: 'stop', onStep: (step) => step === 12 && stop.abort() }],
    })
    await expect(first).rejects.toThrow(Interrupted)
    expect(readFileSync(path.join(stopped, 'curves.csv'), 'utf8').trim().split('\n')).toHaveLength(2)
    await trainAcgan(job({ folder: stopped, checkpointEvery: 5 }, options))
    expect(contents(stopped)).toEqual(contents(whole))
  })

  it('goes on where more steps are asked for', async () => {
    const whole = path.join(folder, 'whole')
    const grown = path.join(folder, 'grown')
    await trainAcgan(job({ folder: whole }))
    await trainAcgan(job({ folder: grown }, { steps: 2 }))
    const summary = await trainAcgan(job({ folder: grown }))
    const name = 'checkpoint-000004.safetensors'
    expect(readFileSync(path.join(grown, name)).equals(readFileSync(path.join(whole, name)))).toBe(true)
    expect(summary.checkpoint).toBe(path.join(grown, name))
    await expect(trainAcgan(job({ folder: grown }, { steps: 3 }))).rejects.toThrow(/has 4 steps behind it, but 3/)
  })

  it('does nothing where everything is done', async () => {
    await trainAcgan(job())
    const before = contents()
    const summary = await trainAcgan(job())
    expect(summary).toMatchObject({ steps: 4, stepsPerSecond: 0 })
    expect(contents()).toEqual(before)
  })

  it('goes on from the older checkpoint where the newest is damaged, and says so', async () => {
    await trainAcgan(job())
    const before = contents()
    const newest = path.join(folder, 'checkpoint-000004.safetensors')
    const bytes = readFileSync(newest)
    bytes[bytes.length - 5] ^= 1
    writeFileSync(newest, bytes)
    const events: TrainingEvent[] = []
    await trainAcgan(job(), { onEvent: (event) => events.push(event) })
    expect(events[0]).toMatchObject({ type: 'warning', text: expect.stringMatching(/000004.*checksum.*from step 2/s) })
    expect(contents()).toEqual(before)
  })

  it('begins anew where no checkpoint is whole, and says so', async () => {
    await trainAcgan(job({ checkpointEvery: 4 }))
    const before = contents()
    const only = path.join(folder, 'checkpoint-000004.safetensors')
    writeFileSync(only, readFileSync(only).subarray(0, 3000))
    const events: TrainingEvent[] = []
    await trainAcgan(job({ checkpointEvery: 4 }), { onEvent: (event) => events.push(event) })
    expect(events[0]).toMatchObject({
      type: 'warning',
      text: expect.stringMatching(/000004\.safetensors is not a whole safetensors file.*training begins anew/s),
    })
    expect(contents()).toEqual(before)
  })

  it('goes on from no checkpoint under the name of another', async () => {
    await trainAcgan(job())
    const before = contents()
    const [older, newest] = [2, 4].map((step) => path.join(folder, `checkpoint-00000${step}.safetensors`))
    writeFileSync(newest, readFileSync(older))
    const events: TrainingEvent[] = []
    await trainAcgan(job(), { onEvent: (event) => events.push(event) })
    expect(events[0]).toMatchObject({ type: 'warning', text: expect.stringMatching(/of step 2, but its name says 4/) })
    expect(contents()).toEqual(before)
  })

  it.each([
    ['removed', undefined],
    ['emptied', ''],
    ['changed', 'step,discriminator,generator,realAccuracy,fakeAccuracy,classAccuracy\n4,9,9,9,9,9\n'],
  ])('makes curves.csv again where it was %s', async (_, content) => {
    await trainAcgan(job())
    const before = contents()
    const file = path.join(folder, 'curves.csv')
    if (content === undefined) rmSync(file)
    else writeFileSync(file, content)
    await trainAcgan(job())
    expect(contents()).toEqual(before)
  })

  it.each([
    ['other options', {}, { learningRate: 0.001 }, /learningRate 0\.0002, now 0\.001/],
    ['other threads', { threads: 2 }, {}, /threads 1, now 2/],
    ['another lowering', { lowering: 'gather' as const }, {}, /lowering "auto", now "gather"/],
    ['other images', { labels: Int32Array.from({ length: 10 }, (_, i) => (i + 1) % 2) }, {}, /other training images/],
  ])('refuses to go on with %s', async (_, changes, options, message) => {
    await trainAcgan(job({ checkpointEvery: 4 }))
    await expect(trainAcgan(job(changes, options))).rejects.toThrow(message)
  })

  it('stops with a remedy where losses are no numbers any more', async () => {
    await expect(trainAcgan(job({}, { initDeviation: 1e30 }))).rejects.toThrow(
      /diverged at step 1: .*NaN.*lower learningRate \(0\.0002 now\)/,
    )
  })

  it('refuses a class without images', async () => {
    await expect(trainAcgan(job({ labels: new Int32Array(10) }))).rejects.toThrow(/class 'sinusitis' has no image/)
  })
})

describe('a sampler', () => {
  it('draws an image from checkpoint, seed, class and index alone', async () => {
    const { checkpoint } = await trainAcgan(job())
    const sampler = await openSampler(checkpoint, { threads: 1 })
    expect(sampler.images).toEqual({ classes: ['clear', 'sinusitis'], imageSize: [16, 16], channels: 1 })
    const draw = (classIndex: number, seed: number, start: number, count: number) =>
      sampler.draw({ classIndex, seed, start, count })
    const many = await draw(1, 9, 0, 130)
    expect(many.shape).toEqual([130, 16, 16, 1])
    const some = await draw(1, 9, 60, 10)
    expect(some.data).toEqual(many.data.subarray(60 * 256, 70 * 256))
    expect(await draw(1, 9, 129, 1).then(({ data }) => data)).toEqual(many.data.subarray(129 * 256))
    expect((await draw(1, 9, 5, 0)).shape).toEqual([0, 16, 16, 1])
    expect(await draw(0, 9, 0, 1).then(({ data }) => data)).not.toEqual(many.data.subarray(0, 256))
    expect(await draw(1, 8, 0, 1).then(({ data }) => data)).not.toEqual(many.data.subarray(0, 256))
    await sampler.close()
  })

  it('refuses what is no checkpoint', async () => {
    const file = path.join(folder, 'notes.safetensors')
    writeFileSync(file, 'hello there')
    await expect(openSampler(file)).rejects.toThrow(/notes\.safetensors is not a whole safetensors file/)
    await expect(openSampler(path.join(folder, 'none'))).rejects.toThrow(/none does not exist/)
  })
})
