/** A program of the user's that is started when a long run has ended: a note on the screen, a mail, a message. */
import { Interrupted, UserError } from '../base/errors.js'
import { type ProgramEnd, runProgram } from '../base/program.js'
import { type Shown, shown } from '../base/shown.js'
import { wordsOf } from '../generator/command/words.js'

const longestMs = 60_000

export interface RunEnd {
  readonly outcome: 'finished' | 'failed'
  /** The run's folder. */
  readonly run: string
  /** The verdict, or what went wrong. */
  readonly text: string
}

/**
 * The words of a command line. Throws a `UserError` where it has none, or a quote is not closed: before the hours, not after them.
 */
export function whenDoneWords(line: string): string[] {
  const words = wordsOf(line)
  if (words === undefined) throw new UserError(`--when-done ${line}: a quote is not closed`)
  if (words.length === 0) throw new UserError('--when-done needs a program, such as "notify-send kopt"')
  return words
}

/**
 * Starts the program with the text as its last word, and all as JSON on its standard input; no shell reads the line. What becomes of
 * it changes nothing for the run.
 *
 * @param note told where it did not go well
 */
export async function tellWhenDone(words: readonly string[], end: RunEnd, note: (text: Shown) => void): Promise<void> {
  const call = {
    words: [...words, end.text],
    folder: process.cwd(),
    input: `${JSON.stringify(end)}\n`,
    timeoutMs: longestMs,
    onLine: () => {},
  }
  try {
    const failure = failureOf(await runProgram(call))
    if (failure !== undefined) note(shown`warning: --when-done ${words.join(' ')}: ${failure}`)
  } catch (error) {
    if (!(error instanceof Interrupted)) throw error
  }
}

function failureOf(end: ProgramEnd): string | undefined {
  switch (end.kind) {
    case 'ended':
      return end.code === 0 ? undefined : `it ended with exit code ${end.code}`
    case 'killed':
      return `it was ended by ${end.signal}`
    case 'not started':
      return `it can't be started (${end.reason})`
    case 'out of time':
      return `it had not ended after ${longestMs / 1000} s`
  }
}
