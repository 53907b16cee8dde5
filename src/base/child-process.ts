/**
 * Long blocking work in a child process of its own: one typed job in, typed messages out.
 * The parent stays responsive and can stop the child; a child whose parent is gone ends itself, whatever it is at.
 */
import { type ChildProcess, fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { builtModule } from './built.js'
import { guarded } from './callback.js'
import { InternalError, Interrupted, UserError, WorkerLost } from './errors.js'
import { stopSignals } from './stop-time.js'
import { startThread } from './thread.js'

type Envelope<Message, Result> =
  | { kind: 'message'; message: Message }
  | { kind: 'result'; result: Result }
  /** `code`: the system's word for the cause, such as ENOSPC. */
  | { kind: 'error'; name: string; text: string; code?: string }

/**
 * Runs `entry` (a module that calls `serveChild`) with one job.
 * Resolves with the job's result; rejects with the child's `UserError`, with `WorkerLost` where the child ended without an
 * answer, and with what `onMessage` throws. When it has settled the child is gone, and `onMessage` is not called any more.
 * `lastMs`: how long the child may take to end by itself once the signal fires; default: it is ended at once.
 * `onStart`: is given what tells the child something while it works.
 */
export function runInChild<Job, Message, Result>(
  entry: URL,
  job: Job,
  onMessage: (message: Message) => void,
  signal?: AbortSignal,
  { lastMs = 0, onStart }: { readonly lastMs?: number; readonly onStart?: (tell: (told: string) => void) => void } = {},
): Promise<Result> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(new Interrupted())
    const child = startChild(entry)
    const listener = guarded(onMessage)
    let settled = false
    const settle = (action: () => void) => {
      if (settled) return
      settled = true
      signal?.removeEventListener('abort', interrupt)
      clearTimeout(forced)
      action()
    }
    /** What stopped the child, where it did not end by itself. */
    let cause: { error: unknown } | undefined
    const stop = (error: unknown) => {
      cause ??= { error }
      child.kill('SIGKILL')
    }
    let forced: NodeJS.Timeout | undefined
    const interrupt = () => {
      if (lastMs === 0) return stop(new Interrupted())
      cause ??= { error: new Interrupted() }
      forced = setTimeout(() => child.kill('SIGKILL'), lastMs)
      tell(stopWord)
    }
    const tell = (told: string) => {
      if (child.connected) child.send(told, () => {})
    }
    signal?.addEventListener('abort', interrupt)
    listener.failed.addEventListener('abort', () => stop(listener.failed.reason))

    let result: { value: Result } | undefined
    child.on('message', (raw) => {
      const envelope = raw as Envelope<Message, Result>
      if (cause) return
      if (envelope.kind === 'result') result = { value: envelope.result }
      else if (envelope.kind === 'error') cause = { error: errorOf(envelope) }
      else {
        try {
          listener.tell(envelope.message)
        } catch {
          // heard through its signal
        }
      }
    })
    child.on('error', (error) => settle(() => reject(cause ? cause.error : error)))
    child.on('exit', (code, exitSignal) => {
      const how = exitSignal ? `signal ${exitSignal}` : `code ${code}`
      const end = async () => {
        await listener.settled()
        settle(() => {
          if (cause) reject(cause.error)
          else if (result) resolve(result.value)
          else reject(new WorkerLost(`a worker process ended with ${how}; was memory short?`))
        })
      }
      // The child's last words may still be on their way: the channel closes behind them.
      if (child.connected) child.once('disconnect', () => setImmediate(end))
      else setImmediate(end)
    })
    child.send(job as never, (error) => {
      if (error) stop(new WorkerLost(`a worker process could not be given its work: ${error.message}`))
    })
    onStart?.(tell)
  })
}

/** What a child is told that may end by itself. */
const stopWord = 'stop'

function startChild(entry: URL): ChildProcess {
  return fork(fileURLToPath(entry), [String(process.pid)], {
    env: childEnvironment(),
    execArgv: memoryLimits(),
    serialization: 'advanced',
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  })
}

type Answer<Result> = Extract<Envelope<never, Result>, { kind: 'result' | 'error' }> & { readonly number: number }

interface Waiting<Result> {
  readonly resolve: (result: Result) => void
  readonly reject: (error: unknown) => void
}

/**
 * A child process that answers many jobs, for work that is short and comes again: started by the first one, and anew after it
 * has ended, whatever ended it. While nothing is asked of it, it keeps no program alive.
 */
export class AnsweringChild<Job, Result> {
  readonly #entry: URL
  readonly #waiting = new Map<number, Waiting<Result>>()
  #child: ChildProcess | undefined
  #asked = 0

  /** @param entry a module that calls `serveJobs` */
  constructor(entry: URL) {
    this.#entry = entry
  }

  /** Starts the child, where it is not there, so that the next job does not wait for that. */
  prepare(): void {
    this.#child ??= this.#start()
  }

  /** Rejects with the child's `UserError`, and with `WorkerLost` where the child ended without an answer. */
  ask(job: Job): Promise<Result> {
    this.#child ??= this.#start()
    const child = this.#child
    const number = this.#asked++
    return new Promise((resolve, reject) => {
      this.#waiting.set(number, { resolve, reject })
      child.ref()
      child.channel?.ref()
      child.send({ number, job }, (error) => {
        if (error) this.#end(child, `could not be given its work: ${error.message}`)
      })
    })
  }

  /** Ends the child; the next job starts another. */
  close(): void {
    if (this.#child) this.#end(this.#child, 'was ended')
  }

  #start(): ChildProcess {
    const child = startChild(this.#entry)
    child.on('message', (raw) => {
      const answer = raw as Answer<Result>
      const waiting = this.#waiting.get(answer.number)
      this.#waiting.delete(answer.number)
      if (this.#waiting.size === 0) {
        child.unref()
        child.channel?.unref()
      }
      if (answer.kind === 'result') waiting?.resolve(answer.result)
      else waiting?.reject(errorOf(answer))
    })
    child.on('error', (error) => this.#end(child, `failed: ${error.message}`))
    child.on('exit', (code, signal) => this.#end(child, `ended with ${signal ? `signal ${signal}` : `code ${code}`}`))
    return child
  }

  #end(child: ChildProcess, how: string): void {
    if (this.#child !== child) return
    this.#child = undefined
    child.kill('SIGKILL')
    const waiting = [...this.#waiting.values()]
    this.#waiting.clear()
    for (const { reject } of waiting) reject(new WorkerLost(`a worker process ${how}; was memory short?`))
  }
}

function errorOf({ name, text, code }: Extract<Envelope<never, never>, { kind: 'error' }>): Error {
  if (name !== 'UserError') return new InternalError(text)
  const error = UserError.again(text)
  if (code !== undefined) error.cause = { code }
  return error
}

/**
 * The environment of a child: this one's, and on Linux large pages for large memory where the kernel gives them on request
 * (glibc from 2.35; others ignore the word). A training step takes 0.91 to 0.95 of the time with them.
 */
export function childEnvironment(): NodeJS.ProcessEnv {
  if (process.platform !== 'linux') return process.env
  return { GLIBC_TUNABLES: 'glibc.malloc.hugetlb=1', ...process.env }
}

/** Of the words that Node was started with those that hold for children; others (--eval, --input-type) do not. */
function memoryLimits(): string[] {
  return process.execArgv.filter((word) => word.startsWith('--max-'))
}

/**
 * The child's side: takes one job, answers, ends. The signal fires where it is given a moment to end by itself; `onTold` hears
 * what else it is told meanwhile.
 */
export function serveChild<Job, Message, Result>(
  work: (job: Job, send: (message: Message) => void, signal: AbortSignal) => Promise<Result> | Result,
  onTold: (told: string) => void = () => {},
): void {
  leaveSignalsToParent()
  endWithParent(Number(process.argv[2]))
  const post = (envelope: Envelope<Message, Result>) =>
    new Promise<void>((done) => process.send?.(envelope, undefined, {}, () => done()))
  const stop = new AbortController()
  process.once('message', async (job) => {
    process.on('message', (told: string) => (told === stopWord ? stop.abort() : onTold(told)))
    try {
      const result = await work(job as Job, (message) => void post({ kind: 'message', message }), stop.signal)
      await post({ kind: 'result', result })
    } catch (error) {
      await post(envelopeOf(error))
    }
    process.exit(0)
  })
}

/** The side of an `AnsweringChild`: answers jobs as they come until its parent is gone. */
export function serveJobs<Job, Result>(work: (job: Job) => Promise<Result>): void {
  leaveSignalsToParent()
  endWithParent(Number(process.argv[2]))
  process.on('message', async (raw) => {
    const { number, job } = raw as { number: number; job: Job }
    const envelope = await work(job).then((result) => ({ kind: 'result' as const, result }), envelopeOf)
    process.send?.({ number, ...envelope })
  })
}

function envelopeOf(error: unknown): Extract<Envelope<never, never>, { kind: 'error' }> {
  const { name, message, stack, cause } = error as Error
  const code = (cause as NodeJS.ErrnoException | undefined)?.code
  return { kind: 'error', name, text: name === 'UserError' ? message : (stack ?? message), code }
}

/** Ctrl-C, and what stops a whole group of processes, reaches every one of them; the parent decides what happens. */
function leaveSignalsToParent(): void {
  for (const signal of stopSignals) process.on(signal, () => {})
}

/** Ends this process when its parent is gone; a thread looks after that, since native code may keep the main one for ever. */
export function endWithParent(parent: number): void {
  process.on('disconnect', () => process.exit(0))
  startThread(builtModule('base/parent-watch-thread'), { parent })
}
