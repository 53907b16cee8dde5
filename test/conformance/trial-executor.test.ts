import { type ChildProcess, spawn } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { describe } from 'vitest'
import type { ExecutorContext, TrialExecutor } from '../../src/experiment/work/executor.js'
import { trialExecutorContract } from './trial-executor.js'

// A child runs what was built.
const built = new URL('../../dist/trials/local.js', import.meta.url).href
const { localExecutor } = (await import(built)) as typeof import('../../src/trials/local.js')
const sharedFile = new URL('../../dist/trials/shared.js', import.meta.url).href
const { sharedExecutor } = (await import(sharedFile)) as typeof import('../../src/trials/shared.js')
const entrance = new URL('../../dist/index.js', import.meta.url).href
const { Interrupted, runFolderSource, unitRunner } = (await import(entrance)) as typeof import('../../src/index.js')

/** Children of this process that do units; Linux tells. */
function children(): number[] {
  return readdirSync('/proc').flatMap((name) => {
    try {
      const parent = Number(/^PPid:\s*(\d+)/m.exec(readFileSync(`/proc/${name}/status`, 'utf8'))?.[1])
      const words = readFileSync(`/proc/${name}/cmdline`, 'utf8')
      return parent === process.pid && words.includes('trials-work-process.js') ? [Number(name)] : []
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

/** Every trial a unit of its own, posted in the run's folder. */
const posting = (context: ExecutorContext) => sharedExecutor(context, { bundleSeconds: 0 })

/** The same beside another process, that does what is posted: what `kopt work` does on another machine. */
function besideAnother(context: ExecutorContext): TrialExecutor {
  const modules = ['trials/take-part', 'record/posted-work', 'record/run-directory'].map(
    (name) => new URL(`../../dist/${name}.js`, import.meta.url).href,
  )
  const script = `
    const [{ doWaiting }, { PostedWork }, { RunDirectory }] = await Promise.all(${JSON.stringify(modules)}.map((name) => import(name)))
    const run = new RunDirectory(process.argv[1])
    const effects = { onEvent() {}, signal: new AbortController().signal }
    for (;;) if (!(await doWaiting(run, new PostedWork(run), effects))) await new Promise((resolve) => setTimeout(resolve, 20))`
  const executor = posting(context)
  let helper: ChildProcess | undefined
  return {
    async run(units, effects) {
      helper ??= spawn(process.execPath, ['--input-type=module', '-e', script, context.runFolder], { stdio: 'inherit' })
      await executor.run(units, effects)
    },
    async close() {
      await executor.close()
      if (!helper) return
      const ended = new Promise((resolve) => helper?.once('exit', resolve))
      helper.kill('SIGKILL')
      await ended
    },
  }
}

const workers = process.platform === 'linux' ? children : undefined

describe('the contract of an executor', { timeout: 120_000 }, () => {
  trialExecutorContract({ name: 'one child process', make: localExecutor, processes: 1, workers })
  trialExecutorContract({ name: 'two child processes', make: localExecutor, processes: 2, workers })
  trialExecutorContract({ name: 'units in the folder', make: posting, processes: 1, workers })
  trialExecutorContract({ name: 'units in the folder, beside another process', make: besideAnother, processes: 1 })
  trialExecutorContract({ name: 'an executor of a program of its own', make: ownExecutor, processes: 1 })
})
