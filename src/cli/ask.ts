/** A question at the terminal. */
import { createInterface } from 'node:readline'
import type { Shown } from '../base/shown.js'

/**
 * Asks on standard error; undefined where there is no terminal to ask at. An empty answer is a yes, the end of input and
 * Ctrl-C are a no.
 */
export function askAtTerminal(question: Shown): Promise<boolean | undefined> {
  const { stdin, stderr } = process
  if (!stdin.isTTY || !stderr.isTTY) return Promise.resolve(undefined)
  const lines = createInterface({ input: stdin, output: stderr })
  const asked = new Promise<boolean>((resolve) => {
    lines.question(`${question} [Y/n] `, (answer) => resolve(!/^\s*n/i.test(answer)))
    lines.on('close', () => resolve(false))
    lines.on('SIGINT', () => resolve(false))
  })
  return asked.finally(() => lines.close())
}
