/**
 * A program that a user has named, run to its end without a shell. Whatever ends the call (the program itself, its time, a
 * stop, the death of this process), nothing that the program has started stays behind.
 */
import { fork } from 'node:child_process'
import type { Readable } from 'node:stream'
import { StringDecoder } from 'node:string_decoder'
import { fileURLToPath } from 'node:url'
import { builtModule } from './built.js'
import { Interrupted, WorkerLost } from './errors.js'
import { endTree } from './process-tree.js'

export interface HeldProgram {
  /** The program and what it is told, each as the system takes it. */
  readonly words: readonly string[]
  /** Where it works. */
  readonly folder: string
}

export interface ProgramCall extends HeldProgram {
  /** What it finds on its standard input, and then the end of that. */
  readonly input: string
  /** At most 2^31 - 1. */
  readonly timeoutMs: number
  /** Hears each line of its output and of its errors; of a very long one the beginning. */
  readonly onLine: (line: string, from: ProgramStream) => void
}

export type ProgramStream = 'output' | 'errors'

export type ProgramEnd =
  | { readonly kind: 'ended'; readonly code: number }
  | { readonly kind: 'killed'; readonly signal: string }
  /** `code`: the system's word for the cause, such as ENOENT. */
  | { readonly kind: 'not started'; readonly code: string; readonly reason: string }
  | { readonly kind: 'out of time' }

/** Characters of a line that are heard. */
const longestLine = 2000
/** For the last lines of a program that is gone: what left its group may hold the pipes for ever. */
const lastLinesMs = 500

/** Rejects with `Interrupted` on the signal, and with what `onLine` throws; the program is gone by then, too. */
export function runProgram(
  { input, timeoutMs, onLine, ...held }: ProgramCall,
  signal?: AbortSignal,
): Promise<ProgramEnd> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(new Interrupted())
    const holder = fork(fileURLToPath(builtModule('base/program-process')), [], {
      // A group of its own: what ends ours by force leaves it there to end the program.
      detached: true,
      execArgv: [],
      stdio: ['pipe', 'pipe', 'pipe', 'ipc'],
    })
    const { stdin, stdout, stderr } = holder
    let settled = false
    /** Ends what still lives, hears it out, and settles. */
    const end = (settle: () => void) => {
      if (settled) return
      settled = true
      clearTimeout(timer)
      signal?.removeEventListener('abort', interrupt)
      if (holder.pid !== undefined) endTree(holder.pid)
      const leave = () => {
        clearTimeout(patience)
        for (const stream of [stdin, stdout, stderr]) stream?.destroy()
        settle()
      }
      const patience = setTimeout(leave, lastLinesMs)
      if (holder.pid === undefined) leave()
      else holder.once('close', leave)
    }
    const fail = (error: unknown) => end(() => reject(error))
    const interrupt = () => fail(new Interrupted())
    const timer = setTimeout(() => end(() => resolve({ kind: 'out of time' })), timeoutMs)
    signal?.addEventListener('abort', interrupt)
    holder.on('message', (message) => end(() => resolve(message as ProgramEnd)))
    holder.on('error', fail)
    holder.on('exit', () => fail(new WorkerLost('the process that watches over a program has ended before it')))
    const hear = (stream: Readable | null, from: ProgramStream) =>
      linesOf(stream, (line) => {
        try {
          onLine(line, from)
        } catch (error) {
          fail(error)
        }
      })
    hear(stdout, 'output')
    hear(stderr, 'errors')
    // A program need not read what it is told.
    stdin?.on('error', () => {})
    stdin?.end(input)
    holder.send(held, (error) => {
      if (error) fail(error)
    })
  })
}

/** Lines end with \n, \r\n or the \r of a line that is written over. */
function linesOf(stream: Readable | null, onLine: (line: string) => void): void {
  const decoder = new StringDecoder('utf8')
  let rest = ''
  const take = (text: string) => {
    const lines = (rest + text).split(/\r\n|[\r\n]/)
    // Past its limit the end of a line is not held in memory either.
    rest = (lines.pop() ?? '').slice(0, longestLine)
    for (const line of lines) if (line.trim() !== '') onLine(line.slice(0, longestLine))
  }
  stream?.on('data', (bytes: Buffer) => take(decoder.write(bytes)))
  stream?.on('end', () => take(`${decoder.end()}\n`))
}
