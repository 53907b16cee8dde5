import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import path from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import type { SearchData } from '../../../src/experiment/cohort/film-set.js'
import { prepareData } from '../../../src/experiment/stages/prepare-data.js'
import { checkpointFile, readCheckpoint } from '../../../src/generator/checkpoint.js'
import type { TrainingSummary } from '../../../src/generator/train.js'
import { type TinyWork, tinyWork } from '../tiny-work.js'

// A child runs what was built.
const built = new URL('../../../dist/experiment/stages/train-gan.js', import.meta.url).href
const { trainGans, trainGansOfFolds } = (await import(
  built
)) as typeof import('../../../src/experiment/stages/train-gan.js')

const steps = 6
const set = [
  `generator.steps=${steps}`,
  'generator.width=0.02',
  'generator.batchSize=4',
  'training.checkpointEvery=2',
  'training.gridEvery=6',
]

async function trainable(...more: string[]): Promise<TinyWork & { readonly data: SearchData }> {
  const work = await tinyWork({ set: [...set, ...more] })
  return { ...work, data: (await prepareData(work.context)).search }
}

/** What lies in a folder and below it, by its path there. */
function filesIn(folder: string): Record<string, string> {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort()
  const files = names.filter((name) => statSync(path.join(folder, name)).isFile())
  return Object.fromEntries(files.map((name) => [name, readFileSync(path.join(folder, name), 'base64')]))
}

const threadsOf = (folder: string) => readCheckpoint(checkpointFile(folder, steps)).origin.threads

describe('training three GANs on two threads', () => {
  const seeds = 3
  let work: Awaited<ReturnType<typeof trainable>>
  let summaries: TrainingSummary[]
  let left: Record<string, string>
  beforeAll(async () => {
    work = await trainable(`training.seeds=${seeds}`)
    summaries = await trainGans({ ...work.context, threads: 2 }, work.data)
    left = filesIn(work.context.directory.gan)
  })

  it('leaves checkpoints, sheets and curves of each, under seal', () => {
    const { directory } = work.context
    const ofEach = ['checkpoint-000004.safetensors', 'checkpoint-000006.safetensors', 'curves.csv', 'grid-000006.png']
    for (const gan of [1, 2, 3]) {
      const folder = directory.ganOf(gan)
      expect(readdirSync(folder).filter((name) => !name.startsWith('seed-'))).toEqual(expect.arrayContaining(ofEach))
      const { seals } = work.goOn()
      for (const name of readdirSync(folder).filter((name) => !name.startsWith('seed-')))
        expect(seals.holds(path.join(folder, name)), `${gan}/${name}`).toBe(true)
    }
    expect(summaries.map(({ steps: done, checkpoint }) => [done, checkpoint])).toEqual(
      Array(seeds).fill([steps, 'checkpoint-000006.safetensors']),
    )
  })

  it('gives each a seed of its own, the run’s to the first', () => {
    const seedOf = (gan: number) =>
      readCheckpoint(checkpointFile(work.context.directory.ganOf(gan), steps)).origin.options.seed
    expect(seedOf(1)).toBe(work.context.config.seed)
    expect(new Set([1, 2, 3].map(seedOf)).size).toBe(seeds)
    expect(
      new Set([1, 2, 3].map((gan) => readFileSync(path.join(work.context.directory.ganOf(gan), 'curves.csv'), 'utf8')))
        .size,
    ).toBe(seeds)
  })

  it('has two side by side on a thread each, and the odd one on both', () => {
    expect([1, 2, 3].map((gan) => threadsOf(work.context.directory.ganOf(gan)))).toEqual([1, 1, 2])
  })

  it('tells of all as one piece of work to its end, and of the curves of the first', () => {
    const told = work.events.flatMap((event) =>
      event.type === 'progress' && event.stage === 'train-gan' ? [event] : [],
    )
    expect(told.every(({ total, unit }) => total === seeds * steps && unit === 'steps')).toBe(true)
    expect(told.map(({ done }) => done)).toEqual(told.map(({ done }) => done).toSorted((a, b) => a - b))
    expect(told.at(-1)?.done).toBe(seeds * steps)
    const rows = readFileSync(work.context.directory.ganCurves, 'utf8').trim().split('\n').slice(1)
    const curves = work.events.flatMap((event) => (event.type === 'training-curve' ? [event] : []))
    expect(curves.map(({ step }) => step)).toEqual(rows.map((row) => Number(row.split(',')[0])))
  })

  it('is done once: a run that goes on has the same summaries, and touches nothing', async () => {
    const written = () => statSync(checkpointFile(work.context.directory.gan, steps)).mtimeMs
    const before = written()
    expect(await trainGans({ ...work.goOn(), threads: 2 }, work.data)).toEqual(summaries)
    expect(work.events.at(-1)).toMatchObject({ type: 'stage-finished', stage: 'train-gan', skipped: true })
    expect(written()).toBe(before)
  })

  it('goes on after a stop to the same bytes', async () => {
    // Alone, on one thread, the first of three is the same.
    const { context, data, goOn } = await trainable()
    const stop = new AbortController()
    const emit: typeof context.emit = (event) => {
      if (event.type === 'progress' && event.stage === 'train-gan' && event.done >= 4) stop.abort()
    }
    await expect(trainGans({ ...context, emit, signal: stop.signal }, data)).rejects.toThrow('interrupted')
    expect(existsSync(context.directory.stage('train-gan'))).toBe(false)
    await trainGans(goOn(), data)
    const first = Object.entries(left).filter(([name]) => !name.startsWith('seed-'))
    expect(filesIn(context.directory.gan)).toEqual(Object.fromEntries(first))
  })
})

describe('training a GAN', () => {
  it('that can’t be is refused in its own words, and the stage is not done', async () => {
    const { context, data } = await trainable()
    const films = data.train.films.map((film) => ({ ...film, classIndex: 0 }))
    await expect(trainGans(context, { ...data, train: { ...data.train, films } })).rejects.toMatchObject({
      name: 'UserError',
      message: expect.stringContaining("class 'sinusitis' has no image; add films of it, or leave the class out"),
    })
    expect(context.seals.holds(context.directory.stage('train-gan'))).toBe(false)
  })
})

describe('training the GANs of folds', () => {
  const ofFolds = ({ context, data }: Awaited<ReturnType<typeof trainable>>, from = context) =>
    [1, 2].map((number) => ({ context: { ...from, directory: context.directory.fold(number) }, data: () => data }))

  it('has two folds side by side, counts half of what each took, and trains none again', async () => {
    const work = await trainable()
    const context = { ...work.context, threads: 2 }
    const seconds = await trainGansOfFolds(context, ofFolds(work, context))
    const folders = [1, 2].map((number) => context.directory.fold(number))
    expect(folders.map(({ gan }) => threadsOf(gan))).toEqual([1, 1])
    const took = folders.map((fold) => JSON.parse(readFileSync(fold.stage('train-gan'), 'utf8')).seconds)
    expect(seconds).toEqual(took.map((all) => all / 2))
    const later = { ...work.goOn(), threads: 2 }
    const data = () => {
      throw new Error('asked for films')
    }
    expect(
      await trainGansOfFolds(
        later,
        ofFolds(work, later).map((fold) => ({ ...fold, data })),
      ),
    ).toEqual(seconds)
  })

  it.each([
    ['several', 'training.seeds=2'],
    ['none', 'synthetic.from=made'],
  ])('is left to each fold where it has %s', async (_, setting) => {
    const { context } = await tinyWork({ set: [setting] })
    const data = () => {
      throw new Error('asked for films')
    }
    const folds = [1, 2].map((number) => ({ context: { ...context, directory: context.directory.fold(number) }, data }))
    expect(await trainGansOfFolds(context, folds)).toEqual([0, 0])
    expect(existsSync(folds[0].context.directory.gan)).toBe(false)
  })
})
