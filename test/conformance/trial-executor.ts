/**
 * What every executor promises (src/experiment/work/executor.ts), as a suite that each is put through. Units are real trainings
 * on real files of a run folder, and what does them is the real thing.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { fromNumbers } from '../../src/base/ndarray.js'
import { Rng } from '../../src/base/random.js'
import { runFolderSource } from '../../src/experiment/work/content-source.js'
import type { ExecutorContext, TrialExecutor, UnitEffects } from '../../src/experiment/work/executor.js'
import { unitRunner } from '../../src/experiment/work/run-unit.js'
import type { TrialUnit, UnitOutcome } from '../../src/experiment/work/unit.js'
import { RunDirectory } from '../../src/record/run-directory.js'
import { Seals } from '../../src/record/seals.js'
import { temporaryFolder } from '../support/kopt.js'

export interface ExecutorUnderTest {
  readonly name: string
  readonly make: (context: ExecutorContext) => TrialExecutor
  readonly processes: number
  /** Process ids of its workers at this moment; left out where it works in the process that calls it. */
  readonly workers?: () => number[]
}

/** A run folder with a matrix of 40 cases of two features, and trials on it, each of some tens of milliseconds. */
export function runFolder() {
  const directory = new RunDirectory(temporaryFolder())
  const seals = new Seals(directory)
  const rng = new Rng(3)
  const labels = Array.from({ length: 40 }, (_, i) => i % 2)
  const values = labels.flatMap((label) => [label + rng.normal(), rng.normal()])
  const file = directory.featureMatrix('train')
  seals.writeNpy(file, fromNumbers('float32', [40, 2], values))
  const matrix = seals.recorded(file) as string
  const rowsWith = (label: number) => labels.flatMap((each, row) => (each === label ? [row] : []))
  const units = (count: number, steps = 2000): TrialUnit[] =>
    Array.from({ length: count }, (_, k) => ({
      kind: 'trial',
      id: `trial ${k}`,
      arm: 'OD',
      k,
      repeat: 1,
      outputs: 1,
      training: [
        { matrix, rows: rowsWith(0), label: 0 },
        { matrix, rows: rowsWith(1), label: 1 },
        { matrix, rows: { from: 1, count: 1 + (k % 7) * 2 }, label: 1 },
      ],
      selection: { matrix, rows: 'all', labels },
      metric: { name: 'auc' },
      standardiseBy: k % 2 === 0 ? { matrix, rows: 'all' } : null,
      head:
        k % 5 === 4
          ? { kind: 'logistic' }
          : { kind: 'adam', learningRate: 0.01, batchSize: 4, epochs: 200, steps, seed: k },
    }))
  return { root: directory.root, matrixFile: file, units }
}

/** Steps of a training that lasts until it is killed or stopped. */
const endless = 2_000_000

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

/** Waits for workers, and gives those that are none of `before`. */
async function newWorkers(workers: () => number[], before: readonly number[] = []): Promise<number[]> {
  for (;;) {
    const found = workers().filter((pid) => !before.includes(pid))
    if (found.length > 0) return found
    await pause(10)
  }
}

/** The suite for one executor. */
export function trialExecutorContract({ name, make, processes, workers }: ExecutorUnderTest): void {
  describe(`trials by ${name}`, () => {
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

    /** Runs, and says how it ended and what was told until then; nothing may come, or live, after that. */
    async function ended(
      root: string,
      units: readonly TrialUnit[],
      { onOutcome = () => {}, signal }: Partial<UnitEffects> = {},
    ) {
      const executor = make({ runFolder: root, processes })
      const told: UnitOutcome[] = []
      const tell = (outcome: UnitOutcome) => {
        told.push(outcome)
        return onOutcome(outcome)
      }
      const error = await executor.run(units, { onOutcome: tell, signal }).then(
        () => undefined,
        (error: Error) => error,
      )
      await executor.close()
      expect(workers?.() ?? []).toEqual([])
      const count = told.length
      await pause(300)
      expect(told).toHaveLength(count)
      return { error, told, ids: told.map(({ id }) => id) }
    }

    it('are each done and told once, to the bytes of the plain way, and none starts nothing', async () => {
      const { root, units } = runFolder()
      const given = units(12)
      const { error, told } = await ended(root, given)
      expect(error).toBeUndefined()
      const source = runFolderSource(root)
      const plain = await Promise.all(given.map((unit) => unitRunner(source)(unit)))
      const sorted = told.toSorted((a, b) => a.trial.k - b.trial.k)
      expect(sorted.map((outcome) => JSON.stringify(outcome))).toEqual(plain.map((outcome) => JSON.stringify(outcome)))
      expect(await ended(root, [])).toMatchObject({ error: undefined, told: [] })
    })

    it('go on from call to call', async () => {
      const { root, units } = runFolder()
      const executor = make({ runFolder: root, processes })
      const told: string[] = []
      const given = units(4)
      for (const unit of given) await executor.run([unit], { onOutcome: ({ id }) => void told.push(id) })
      await executor.close()
      expect(told).toEqual(given.map(({ id }) => id))
    })

    it('end with the error of who is told, thrown or promised', async () => {
      const { root, units } = runFolder()
      const mistake = new Error('the disk of the listener is full')
      const thrown = await ended(root, units(40), {
        onOutcome: () => {
          throw mistake
        },
      })
      expect(thrown.error).toBe(mistake)
      expect(thrown.told).toHaveLength(1)
      const promised = await ended(root, units(40), {
        onOutcome: async () => {
          await pause(1)
          throw mistake
        },
      })
      expect(promised.error).toBe(mistake)
      expect(promised.told.length).toBeLessThan(40)
    })

    it('end all with the first that fails for good: our fault, or a damaged file', async () => {
      const { root, units } = runFolder()
      const wrong = units(40)
      wrong[1] = { ...wrong[1], training: [] }
      const fault = await ended(root, wrong)
      expect(fault.error).toMatchObject({ name: 'InternalError', message: expect.stringContaining('nothing to train') })
      expect(fault.told.length).toBeLessThan(39)

      const unknown = units(40)
      const nothing = { ...unknown[1].selection, matrix: '0'.repeat(64) }
      unknown[1] = { ...unknown[1], selection: nothing }
      expect((await ended(root, unknown)).error).toMatchObject({ name: 'InternalError' })

      // Of another run: who has read a matrix before it was damaged may still do trials with it.
      const other = runFolder()
      const bytes = Buffer.from(readFileSync(other.matrixFile))
      bytes[bytes.length - 1] ^= 1
      writeFileSync(other.matrixFile, bytes)
      const damaged = await ended(other.root, other.units(4))
      expect(damaged.error).toMatchObject({ name: 'UserError' })
      expect(damaged.error?.message).toMatch(new RegExp(`${path.basename(other.matrixFile)} is damaged.*kopt resume`))
      expect(damaged.told).toEqual([])
    })

    it('end on the signal', async () => {
      const { root, units } = runFolder()
      const stop = new AbortController()
      const { error, told } = await ended(root, units(40), { onOutcome: () => stop.abort(), signal: stop.signal })
      expect(error).toMatchObject({ name: 'Interrupted' })
      expect(told).toHaveLength(1)
      expect((await ended(root, units(2), { signal: stop.signal })).error).toMatchObject({ name: 'Interrupted' })
    })

    if (workers) {
      it('are done once though a worker is killed, whatever it had done by then', async () => {
        const { root, units } = runFolder()
        const given = units(12)
        let killed = 0
        const { error, ids } = await ended(root, given, {
          onOutcome: () => {
            const [pid] = workers()
            if (killed === 3 || pid === undefined) return
            killed++
            process.kill(pid, 'SIGKILL')
          },
        })
        expect(error).toBeUndefined()
        expect(killed).toBe(3)
        expect(ids.toSorted()).toEqual(given.map(({ id }) => id).toSorted())
      })

      it('are begun again where the worker is lost twice at one unit, and given up when it is lost three times', async () => {
        const { root, units } = runFolder()
        const [long] = units(1, 60_000)
        const twice = ended(root, [long])
        const first = await newWorkers(workers)
        for (const pid of first) process.kill(pid, 'SIGKILL')
        const second = await newWorkers(workers, first)
        for (const pid of second) process.kill(pid, 'SIGKILL')
        const { error, ids } = await twice
        expect(error).toBeUndefined()
        expect(ids).toEqual([long.id])

        const [never] = units(1, endless)
        const given = ended(root, [never])
        const seen: number[] = []
        for (let time = 1; time <= 3; time++) {
          const found = await newWorkers(workers, seen)
          seen.push(...found)
          for (const pid of found) process.kill(pid, 'SIGKILL')
        }
        expect(await given).toMatchObject({ error: { name: 'WorkerLost' }, told: [] })
      })

      it('end on the signal though they are in the middle of one', async () => {
        const { root, units } = runFolder()
        const stop = new AbortController()
        const run = ended(root, units(3, endless), { signal: stop.signal })
        await newWorkers(workers)
        stop.abort()
        expect(await run).toMatchObject({ error: { name: 'Interrupted' }, told: [] })
      })
    }
  })
}
