/**
 * The process that a user sees, while a second one works. Native code and long computations hear no signal: what does not
 * stop in good order within a moment is ended by force, which costs a run nothing that is on disk.
 */
import { fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { builtModule } from '../base/built.js'
import { type Shown, shown, shownJson } from '../base/shown.js'
import { stopSeconds, stopSignals } from '../base/stop-time.js'
import { type Failure, failureDocument } from './failure.js'

/** How long the work may take to stop in good order; every verb ends within two seconds of a signal. */
const graceMs = stopSeconds === undefined ? 1200 : 1000 * stopSeconds
/** Signals that come so close together are one: npm and others pass on what the terminal has sent to all. */
const oneSignalMs = 300

/** What the second process says: words for the case that it is ended by force, that it was asked to stop itself, and how long that may take. */
export type FromWork = { readonly ifForced: Shown } | { readonly stop: true } | { readonly graceMs: number }

/** Runs the program with these words in a second process; answers the exit code. */
export function supervise(args: readonly string[], { json }: { json: boolean }): Promise<number> {
  const work = fork(fileURLToPath(builtModule('cli/work-process')), [...args], {
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
    env: { ...process.env, KOPT_COMMAND_PID: String(process.pid) },
  })
  let forced = shown`interrupted`
  let grace = graceMs
  let stoppedAt: number | undefined
  let timer: NodeJS.Timeout | undefined
  const end = () => void work.kill('SIGKILL')
  const stop = () => {
    if (stoppedAt !== undefined) return
    stoppedAt = performance.now()
    timer = setTimeout(end, grace)
    if (work.connected) work.send('stop', () => {})
  }
  const onSignal = () => {
    if (stoppedAt !== undefined && performance.now() - stoppedAt > oneSignalMs) end()
    else stop()
  }
  for (const signal of stopSignals) process.on(signal, onSignal)
  work.on('message', (message: FromWork) => {
    if ('stop' in message) stop()
    else if ('graceMs' in message) grace = message.graceMs
    else forced = message.ifForced
  })
  return new Promise((resolve) => {
    const ended = (failure: Failure) => {
      for (const line of failure.lines) process.stderr.write(`${line}\n`)
      if (json) process.stdout.write(`${shownJson(failureDocument(failure))}\n`)
      resolve(failure.code)
    }
    work.on('error', ({ message }) => {
      const text = shown`internal: a second process could not be started: ${message}`
      ended({ kind: 'internal', code: 1, message: text, lines: [text] })
    })
    work.on('exit', (code, signal) => {
      clearTimeout(timer)
      for (const signal of stopSignals) process.off(signal, onSignal)
      if (code !== null) return resolve(code)
      ended(stoppedAt === undefined ? endedBy(signal ?? '', forced) : endOf('interrupted', 130, forced))
    })
  })
}

/** The work was ended, and not from here. */
function endedBy(signal: string, forced: Shown): Failure {
  if (!['SIGKILL', 'SIGTERM', 'SIGINT', 'SIGHUP', 'SIGQUIT'].includes(signal)) {
    return endOf('internal', 1, shown`internal: the work broke off (${signal}); please report it`)
  }
  return endOf(
    'interrupted',
    130,
    shown`ended from outside (${signal}), by someone or because memory ran short`,
    forced,
  )
}

function endOf(kind: Failure['kind'], code: Failure['code'], message: Shown, ...more: readonly Shown[]): Failure {
  return { kind, code, message, lines: [message, ...more] }
}
