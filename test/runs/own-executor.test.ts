/** A run whose trials are done by an executor of the program that calls it: files and result are those of the default one. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, expect, it } from 'vitest'
import type { ExecutorContext, TrialExecutor } from '../../src/index.js'
import { demoFilms } from '../support/demo-films.js'

// Generators train in children, which run what was built.
const built = new URL('../../dist/programs/index.js', import.meta.url).href
const { Interrupted, run, runFolderSource, unitRunner } = (await import(built)) as typeof import('../../src/index.js')

const work = mkdtempSync(path.join(tmpdir(), 'kopt-own-executor-'))
afterAll(() => rmSync(work, { recursive: true, force: true }))

const set = [
  'preset=quick',
  'image.size=[16, 16]',
  'gan.steps=4',
  'gan.width=0.05',
  'gan.batchSize=16',
  'search.multiples=whole',
  'search.kMax=2',
  'search.rivals=none',
  'search.selected=false',
  'search.windowSize=1',
  'backbone.inputSize=[32, 32]',
]

it('An executor of a program of its own does the trials, and leaves the bytes that the default one leaves', {
  timeout: 240_000,
}, async () => {
  demoFilms(path.join(work, 'films'), 24)
  const request = { dataset: path.join(work, 'films', 'hospital-a'), set }
  const byDefault = path.join(work, 'default')
  await run({ ...request, out: byDefault })

  const done: string[] = []
  let closed = 0
  const executor = ({ runFolder, processes }: ExecutorContext): TrialExecutor => {
    expect(runFolder).toBe(path.join(work, 'own'))
    expect(processes).toBeGreaterThan(0)
    const runUnit = unitRunner(runFolderSource(runFolder))
    return {
      async run(units, { onOutcome, signal }) {
        for (const unit of units) {
          if (signal?.aborted) throw new Interrupted()
          // A unit holds nothing that text could not carry to another machine, and no place of this one.
          const text = JSON.stringify(unit)
          expect(text).not.toContain(work)
          done.push(unit.id)
          await onOutcome(await runUnit(JSON.parse(text)))
        }
      },
      async close() {
        closed++
        throw new Error('the queue is away')
      },
    }
  }
  const warned: string[] = []
  await run(
    { ...request, out: path.join(work, 'own') },
    { executor, onEvent: (event) => event.type === 'warning' && warned.push(event.text) },
  )
  expect(closed).toBe(1)
  expect(warned).toContain('the executor did not close: the queue is away; nothing of the run is lost')

  const files = (out: string, folder: string) => readdirSync(path.join(out, folder)).toSorted()
  expect(done).toHaveLength(files(byDefault, 'trials').length)
  for (const folder of ['trials', 'scores']) {
    expect(files(path.join(work, 'own'), folder)).toEqual(files(byDefault, folder))
    for (const name of files(byDefault, folder)) {
      const bytes = (out: string) => readFileSync(path.join(work, out, folder, name))
      expect(bytes('own').equals(bytes('default')), `${folder}/${name}`).toBe(true)
    }
  }
  const result = (out: string) => {
    const {
      seconds: _,
      gan,
      generator,
      ...rest
    } = JSON.parse(readFileSync(path.join(work, out, 'result.json'), 'utf8'))
    const timeless = { seconds: null, stepsPerSecond: null }
    return {
      ...rest,
      gan: { ...gan, ...timeless },
      generator: { ...generator, training: { ...generator.training, ...timeless } },
    }
  }
  expect(result('own')).toEqual(result('default'))
})
