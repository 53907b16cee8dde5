/** What happens where standard output or standard error can't be written: a reader that is gone, a full disk. */
import { shown } from '../base/shown.js'

/**
 * A reader of the output that has seen enough (`kopt ... | head`) is no failure. Any other output that can't be written is
 * told on standard error, with exit code 2. Where standard error itself can't be written the work goes on without it.
 */
export function guardStreams(): void {
  process.stderr.on('error', () => {})
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(process.exitCode ?? 0)
    process.stderr.write(`${shown`the output can't be written: ${reasonOf(error)}`}\n`)
    process.exit(2)
  })
}

function reasonOf({ code, message }: NodeJS.ErrnoException): string {
  if (code === 'ENOSPC' || code === 'EDQUOT') return 'the disk is full; free some space, or send the output elsewhere'
  return message
}
