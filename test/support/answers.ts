/**
 * What the program as it is built answers to many commands, from one process: a process each would take a third of a second. For
 * refusals and help texts; what a command does on its way to an end, and to a signal, is seen in a process of its own.
 */
import { spawnSync } from 'node:child_process'
import { expect } from 'vitest'
import type { Answer } from './kopt.js'

const program = new URL('../../dist/programs/cli-program.js', import.meta.url)

const answering = `
  import { main } from ${JSON.stringify(program)}
  process.setMaxListeners(0)
  const streams = [process.stdout, process.stderr]
  const writes = streams.map((stream) => stream.write)
  const answers = []
  for (const words of JSON.parse(process.argv[1])) {
    const texts = ['', '']
    streams.forEach((stream, i) => {
      stream.write = (chunk) => {
        texts[i] += chunk
        return true
      }
    })
    const code = await main(words)
    answers.push({ code, stdout: texts[0], stderr: texts[1] })
  }
  streams.forEach((stream, i) => {
    stream.write = writes[i]
  })
  console.log(JSON.stringify(answers))`

export function answersOf(commands: readonly (readonly string[])[], { cwd }: { cwd?: string } = {}): Answer[] {
  const words = ['--no-warnings', '--input-type=module', '-e', answering, JSON.stringify(commands)]
  const { stdout, stderr, status } = spawnSync(process.execPath, words, { cwd, encoding: 'utf8', maxBuffer: 2 ** 26 })
  expect(status, stderr).toBe(0)
  const answers: Answer[] = JSON.parse(stdout)
  expect(answers).toHaveLength(commands.length)
  return answers
}
