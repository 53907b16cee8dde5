/** A question at the terminal. */
import { createInterface } from 'node:readline'
import { Interrupted } from '../base/errors.js'
import type { Shown } from '../base/shown.js'

/**
 * Asks on standard error; undefined where there is no terminal to ask at. An empty answer is a yes, the end of input a no.
 * Throws `Interrupted` on Ctrl-C.
 */
export function askAtTerminal(question: Shown): Promise<boolean | undefined> {
  const { stdin, stderr } = process
  if (!stdin.isTTY || !stderr.isTTY) return Promise.resolve(undefined)
  const lines = createInterface({ input: stdin, output: stderr })
  const asked = new Promise<boolean>((resolve, reject) => {
    lines.question(`${question} [Y/n] `, (answer) => resolve(!/^\s*n/i.test(answer)))
    lines.on('close', () => resolve(false))
    lines.on('SIGINT', () => reject(new Interrupted()))
  })
  return asked.finally(() => lines.close())
}
