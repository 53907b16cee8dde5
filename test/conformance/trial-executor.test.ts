import { readdirSync, readFileSync } from 'node:fs'
import { describe } from 'vitest'
import type { ExecutorContext, TrialExecutor } from '../../src/experiment/work/executor.js'
import { trialExecutorContract } from './trial-executor.js'

// A child runs what was built.
const built = new URL('../../dist/trials/local.js', import.meta.url).href
const { localExecutor } = (await import(built)) as typeof import('../../src/trials/local.js')
const entrance = new URL('../../dist/index.js', import.meta.url).href
const { Interrupted, runFolderSource, unitRunner } = (await import(entrance)) as typeof import('../../src/index.js')

/** Children of this process that do units; Linux tells. */
function children(): number[] {
  return readdirSync('/proc').flatMap((name) => {
    try {
      const parent = Number(/^PPid:\s*(\d+)/m.exec(readFileSync(`/proc/${name}/status`, 'utf8'))?.[1])
      const words = readFileSync(`/proc/${name}/cmdline`, 'utf8')
      return parent === process.pid && words.includes('trials/work.js') ? [Number(name)] : []
    } catch {
      return []
    }
  })
}

/** What a program that uses the library would write to do its trials in its own process. */
function ownExecutor({ runFolder }: ExecutorContext): TrialExecutor {
  const runUnit = unitRunner(runFolderSource(runFolder))
  return {
    async run(units, { onOutcome, signal }) {
      for (const unit of units) {
        if (signal?.aborted) throw new Interrupted()
        await onOutcome(await runUnit(unit))
      }
    },
    async close() {},
  }
}

const workers = process.platform === 'linux' ? children : undefined

describe('the contract of an executor', { timeout: 120_000 }, () => {
  trialExecutorContract({ name: 'one child process', make: localExecutor, processes: 1, workers })
  trialExecutorContract({ name: 'two child processes', make: localExecutor, processes: 2, workers })
  trialExecutorContract({ name: 'an executor of a program of its own', make: ownExecutor, processes: 1 })
})
