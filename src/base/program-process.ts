/**
 * The process between kopt and a program that a user has named (`program.ts`): it leads a group of its own, starts the program
 * in it, and ends the group when its parent is gone, whatever ended that. It does no work, so that it always hears.
 */
import { spawn } from 'node:child_process'
import { endTree } from './process-tree.js'
import type { HeldProgram, ProgramEnd } from './program.js'

const answer = (end: ProgramEnd) => void process.send?.(end)

process.on('disconnect', () => {
  endTree(process.pid)
  process.exit(0)
})

process.once('message', (message) => {
  const { words, folder } = message as HeldProgram
  const [program = '', ...others] = words
  try {
    const started = spawn(program, others, { cwd: folder, stdio: 'inherit', windowsHide: true })
    started.on('error', notStarted)
    started.on('exit', (code, signal) =>
      answer(code === null ? { kind: 'killed', signal: signal ?? 'a signal' } : { kind: 'ended', code }),
    )
  } catch (error) {
    // such as words that are too many for the system
    notStarted(error as NodeJS.ErrnoException)
  }
})

function notStarted({ code = '', message }: NodeJS.ErrnoException): void {
  answer({ kind: 'not started', code, reason: message })
}
