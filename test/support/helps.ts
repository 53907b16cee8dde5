/** Help texts of the command as it is built, many from one process: test/cli/main.test.ts holds that each verb prints its own. */
import { spawnSync } from 'node:child_process'
import { expect } from 'vitest'

const program = new URL('../../dist/cli/program.js', import.meta.url)

/** What `kopt WORDS --help` prints for each; undefined where it ends with a failure. */
export function helpsOf(all: readonly (readonly string[])[]): (string | undefined)[] {
  const print = `
    import { main } from ${JSON.stringify(program)}
    const answers = []
    const write = process.stdout.write
    for (const words of JSON.parse(process.argv[1])) {
      let text = ''
      process.stdout.write = (chunk) => { text += chunk; return true }
      const code = await main([...words, '--help'])
      answers.push(code === 0 ? text : null)
    }
    process.stdout.write = write
    console.log(JSON.stringify(answers))`
  const { stdout, stderr, status } = spawnSync(
    process.execPath,
    ['--no-warnings', '--input-type=module', '-e', print, JSON.stringify(all)],
    { encoding: 'utf8', maxBuffer: 2 ** 26 },
  )
  expect(status, stderr).toBe(0)
  return (JSON.parse(stdout) as (string | null)[]).map((text) => text ?? undefined)
}
