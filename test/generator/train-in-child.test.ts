import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ndarray } from '../../src/base/ndarray.js'
import { Rng } from '../../src/base/random.js'
import { acgan } from '../../src/generator/acgan/acgan.js'
import { type AcganOptions, acganOptions } from '../../src/generator/acgan/options.js'
import { type TrainingEvent, train } from '../../src/generator/train.js'
import type { NamedTrainingJob } from '../../src/generator/train-in-child.js'

// A child runs what was built.
const built = new URL('../../dist/generator/train-in-child.js', import.meta.url).href
const { trainInChild } = (await import(built)) as typeof import('../../src/generator/train-in-child.js')

let folder: string

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'kopt-gan-child-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

function job(name: string, steps: number): NamedTrainingJob & { readonly options: AcganOptions } {
  return {
    kind: 'acgan',
    images: ndarray('uint8', [8, 16, 8, 3], new Rng(2).bytes(8 * 16 * 8 * 3)),
    labels: Int32Array.of(0, 1, 2, 0, 1, 2, 0, 1),
    options: acganOptions({
      classes: ['a', 'b', 'c'],
      imageSize: [16, 8],
      width: 0.02,
      batchSize: 5,
      dropout: 0.3,
      steps,
    }),
    folder: path.join(folder, name),
    checkpointEvery: 10,
    gridEvery: 1000,
    threads: 1,
    device: 'cpu',
    lowering: 'auto',
  }
}

const bytesOf = (name: string) =>
  readdirSync(path.join(folder, name))
    .sort()
    .map((file) => [file, readFileSync(path.join(folder, name, file)).toString('base64')])

describe('trainInChild', () => {
  it('trains to the same bytes as in this process, and passes events on', async () => {
    const events: TrainingEvent[] = []
    const { seconds: _, stepsPerSecond: _rate, ...summary } = await trainInChild(job('child', 3), (e) => events.push(e))
    const here = await train(acgan, job('here', 3))
    expect(summary).toMatchObject({ steps: 3, parameters: here.parameters })
    expect(bytesOf('child')).toEqual(bytesOf('here'))
    expect(events.map(({ type }) => type)).toContain('progress')
    expect(events.at(-1)).toMatchObject({ type: 'progress', step: 3 })
  })

  it('is stopped at once, killed, and goes on to the same bytes', async () => {
    const stop = new AbortController()
    const stopped = trainInChild(
      job('stopped', 24),
      (event) => {
        if (event.type === 'curve' && event.step >= 10) stop.abort()
      },
      stop.signal,
    )
    await expect(stopped).rejects.toThrow('interrupted')
    await trainInChild(job('stopped', 24))
    await train(acgan, job('here', 24))
    expect(bytesOf('stopped')).toEqual(bytesOf('here'))
  })

  it("hands the child's refusal on as it is", async () => {
    const wrong = { ...job('wrong', 3), labels: new Int32Array(8) }
    await expect(trainInChild(wrong)).rejects.toMatchObject({
      name: 'UserError',
      message: expect.stringContaining("class 'b' has no image"),
    })
  })
})
