/** A process that outlives the one that has started it: a terminal that is closed, a Ctrl-C, a server that is ended. */
import { spawn } from 'node:child_process'
import { closeSync, openSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { builtCommand } from './built.js'
import { writeError } from './files.js'
import { fateOf, isHere, type ProcessIdentity, processOf } from './process-identity.js'

export interface LastingOptions {
  /** Where it works. */
  readonly folder: string
  /** Files that take its standard output and its errors; what stood in them is gone. */
  readonly output: string
  readonly errors: string
  /** Called when it has ended, as long as this process is there to see it. */
  readonly onEnd: () => void
}

/** Starts `kopt` with these words, by this very Node and without a shell; undefined where the system would not. */
export function startKopt(
  words: readonly string[],
  { folder, output, errors, onEnd }: LastingOptions,
): ProcessIdentity | undefined {
  const files: number[] = []
  try {
    for (const file of [output, errors]) files.push(openForWriting(file))
    const child = spawn(process.execPath, [fileURLToPath(builtCommand()), ...words], {
      cwd: folder,
      // A group of its own, which no signal of a terminal reaches.
      detached: true,
      stdio: ['ignore', ...files],
      windowsHide: true,
    })
    child.on('error', () => {})
    child.on('exit', onEnd)
    child.unref()
    return child.pid === undefined ? undefined : processOf(child.pid)
  } finally {
    for (const file of files) closeSync(file)
  }
}

/** Asks it to end, as Ctrl-C does, where it is still that process. */
export function askToEnd(identity: ProcessIdentity): void {
  if (fateOf(identity) === 'gone' || !isHere(identity)) return
  try {
    process.kill(identity.pid, 'SIGINT')
  } catch {
    // gone in this moment
  }
}

function openForWriting(file: string): number {
  try {
    return openSync(file, 'w', 0o600)
  } catch (error) {
    throw writeError(file, error)
  }
}
