/** What every executor of trials promises, held by each of them. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { fromNumbers } from '../../src/base/ndarray.js'
import { encodeNpy } from '../../src/base/npy.js'
import { Rng } from '../../src/base/random.js'
import type { TrialOutcome, TrialSpec } from '../../src/experiment/work/executor.js'
import { temporaryFolder } from '../support/kopt.js'

// A child runs what was built.
const built = new URL('../../dist/trials/child-process-executor.js', import.meta.url).href
const { childProcessExecutor } = (await import(built)) as typeof import('../../src/trials/child-process-executor.js')

const executors = [
  ['one child process', childProcessExecutor({ processes: 1 })],
  ['two child processes', childProcessExecutor({ processes: 2 })],
] as const

/** Trials on 40 cases of two features; each takes some tens of milliseconds. */
function trials(count: number): TrialSpec[] {
  const matrix = path.join(temporaryFolder(), 'features.npy')
  const rng = new Rng(3)
  const labels = Array.from({ length: 40 }, (_, i) => i % 2)
  writeFileSync(
    matrix,
    encodeNpy(
      fromNumbers(
        'float32',
        [40, 2],
        labels.flatMap((label) => [label + rng.normal(), rng.normal()]),
      ),
    ),
  )
  const rowsOf = (label: number) => labels.flatMap((own, row) => (own === label ? [row] : []))
  return Array.from({ length: count }, (_, k) => ({
    id: `trial ${k}`,
    arm: 'OD',
    k,
    repeat: 1,
    outputs: 1,
    training: [0, 1].map((label) => ({ matrix, rows: rowsOf(label), label })),
    selection: { matrix, rows: labels.map((_, row) => row), labels },
    standardiseBy: null,
    head: { kind: 'adam', learningRate: 0.01, batchSize: 4, epochs: 200, steps: 2000, seed: k },
  }))
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

/** Children of this process that run trials; Linux tells. */
function children(): number[] {
  if (process.platform !== 'linux') return []
  return readdirSync('/proc').flatMap((name) => {
    try {
      const parent = Number(/^PPid:\s*(\d+)/m.exec(readFileSync(`/proc/${name}/status`, 'utf8'))?.[1])
      const words = readFileSync(`/proc/${name}/cmdline`, 'utf8')
      return parent === process.pid && words.includes('child-process-entry') ? [Number(name)] : []
    } catch {
      return []
    }
  })
}

const uncaught: unknown[] = []
const note = (error: unknown) => void uncaught.push(error)
beforeEach(() => {
  uncaught.length = 0
  process.on('uncaughtException', note).on('unhandledRejection', note)
})
afterEach(() => {
  process.off('uncaughtException', note).off('unhandledRejection', note)
  expect(uncaught).toEqual([])
})

describe.each(executors)('trials in %s', (_, executor) => {
  /** Runs, and says how it ended and how much was told until then; nothing may come, or live, after that. */
  async function ended(specs: TrialSpec[], onOutcome: (outcome: TrialOutcome) => void, signal?: AbortSignal) {
    const told: string[] = []
    const tell = (outcome: TrialOutcome) => {
      told.push(outcome.id)
      return onOutcome(outcome)
    }
    const error = await executor.run(specs, tell, signal).then(
      () => undefined,
      (error: Error) => error,
    )
    expect(children()).toEqual([])
    const count = told.length
    await pause(300)
    expect(told).toHaveLength(count)
    return { error, told }
  }

  it('are each told once, and none starts nothing', async () => {
    const { error, told } = await ended(trials(5), () => {})
    expect(error).toBeUndefined()
    expect(told.sort()).toEqual(['trial 0', 'trial 1', 'trial 2', 'trial 3', 'trial 4'])
    expect(await ended([], () => {})).toEqual({ error: undefined, told: [] })
  })

  it('end with the error of who is told, thrown or promised', async () => {
    const own = new Error('the disk of the listener is full')
    const thrown = await ended(trials(40), () => {
      throw own
    })
    expect(thrown).toEqual({ error: own, told: [thrown.told[0]] })
    const promised = await ended(trials(40), async () => {
      await pause(1)
      throw own
    })
    expect(promised.error).toBe(own)
    expect(promised.told.length).toBeLessThan(40)
  })

  it('end all with the first that fails', async () => {
    const specs = trials(40)
    const missing = path.join(path.dirname(specs[0].selection.matrix), 'none.npy')
    specs[1] = { ...specs[1], selection: { ...specs[1].selection, matrix: missing } }
    const { error, told } = await ended(specs, () => {})
    expect(error).toMatchObject({ name: 'UserError', message: expect.stringContaining('none.npy does not exist') })
    expect(told.length).toBeLessThan(39)
    const wrong = trials(40)
    wrong[1] = { ...wrong[1], training: [] }
    expect((await ended(wrong, () => {})).error).toMatchObject({ name: 'InternalError' })
  })

  it('end on the signal', async () => {
    const stop = new AbortController()
    const { error, told } = await ended(trials(40), () => stop.abort(), stop.signal)
    expect(error).toMatchObject({ name: 'Interrupted' })
    expect(told).toHaveLength(1)
    expect((await ended(trials(2), () => {}, stop.signal)).error).toMatchObject({ name: 'Interrupted' })
  })
})
