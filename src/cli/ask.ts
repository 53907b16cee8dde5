/** A question at the terminal. */
import { createInterface } from 'node:readline'
import type { Shown } from '../base/shown.js'

/** A line that was typed; that nobody is there to type one; that Ctrl-C or the end of input came in its place. */
export type Typed = { readonly line: string } | 'nobody' | 'ended'

/** Asks on standard error. */
export function askForLine(question: Shown): Promise<Typed> {
  const { stdin, stderr } = process
  if (!stdin.isTTY || !stderr.isTTY) return Promise.resolve('nobody')
  const lines = createInterface({ input: stdin, output: stderr })
  const asked = new Promise<Typed>((resolve) => {
    lines.question(question, (line) => resolve({ line }))
    lines.on('close', () => resolve('ended'))
    lines.on('SIGINT', () => resolve('ended'))
  })
  return asked.finally(() => lines.close())
}

/** Undefined where there is no terminal to ask at. An empty answer is a yes, the end of input and Ctrl-C are a no. */
export async function askAtTerminal(question: Shown): Promise<boolean | undefined> {
  const typed = await askForLine(`${question} [Y/n] ` as Shown)
  if (typed === 'nobody') return undefined
  return typed !== 'ended' && !/^\s*n/i.test(typed.line)
}
