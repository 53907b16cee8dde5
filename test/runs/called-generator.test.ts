/** A program of the user's in a generator's place, from the command line: whose it must be, and how it ends. */
import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { beforeAll, expect, it } from 'vitest'
import { demoFilms } from '../support/demo-films.js'
import { generatorProgram } from '../support/generator-program.js'
import { kopt, koptFile } from '../support/kopt.js'
import { tinyBackboneFile } from '../support/tiny-backbone.js'

const cwd = mkdtempSync(path.join(tmpdir(), 'kopt-called-'))
const pidFile = path.join(cwd, 'pid')
const settings = [
  'preset=quick',
  'image.size=[16, 16]',
  'search.kMax=2',
  'search.windowSize=1',
  'search.repeats=1',
  'search.rivals=none',
  'resampling.folds=0',
]
const words = ['films/hospital-a', '--backbone', tinyBackboneFile(), ...settings.flatMap((one) => ['--set', one])]
const line = 'node program.mjs'

beforeAll(() => {
  demoFilms(path.join(cwd, 'films'), 14)
  // Says where it is called, then waits until it is ended, but for the second time.
  generatorProgram(
    cwd,
    `const place = ${JSON.stringify(pidFile)}
     if (fs.existsSync(place)) { console.log('for the second time'); fill() }
     else { fs.writeFileSync(place, String(process.pid)); console.log('secret'); setInterval(() => {}, 1000) }`,
  )
})

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

function lives(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return process.platform !== 'linux' || !/^\d+ \(.*\) Z/s.test(readFileSync(`/proc/${pid}/stat`, 'utf8'))
  } catch {
    return false
  }
}

it('A configuration file names no program by itself', () => {
  writeFileSync(
    path.join(cwd, 'theirs.yaml'),
    `generator:\n  kind: command\n  command: [node, -e, "process.exit(7)"]\n`,
  )
  const refused = kopt(['run', ...words, '--config', 'theirs.yaml', '--out', 'theirs'], { cwd })
  expect(refused.code).toBe(2)
  expect(refused.stderr).toMatch(
    /the configuration asks for a program \(node -e process\.exit\(7\)\), and kopt starts no program that was not named on its own command line.*add: --generator 'node -e process\.exit\(7\)'/,
  )
  expect(existsSync(path.join(cwd, 'theirs'))).toBe(false)
  const both = kopt(['run', ...words, '--generator', line, '--synthetic', 'films/hospital-b'], { cwd })
  expect([both.code, both.stderr]).toEqual([2, expect.stringContaining('give one of the two')])
})

it('A plan counts the calls and says that their time is not known', () => {
  const { code, stdout, stderr } = kopt(['plan', ...words, '--generator', line, '--json'], { cwd })
  expect(code, stderr).toBe(0)
  const plan = JSON.parse(stdout)
  expect(plan.work).toMatchObject({ calls: 1, gans: 0 })
  expect(plan.warnings.join()).toContain("how long the generator's program takes is not known")
  expect(existsSync(pidFile)).toBe(false)
})

it('A kill of kopt ends the program; going on takes its name again, and comes to a result', async () => {
  const run = spawn(process.execPath, [koptFile, 'run', ...words, '--generator', line, '--out', 'run'], {
    cwd,
    stdio: 'ignore',
  })
  while (!existsSync(pidFile) || readFileSync(pidFile, 'utf8') === '') await pause(50)
  const pid = Number(readFileSync(pidFile, 'utf8'))
  expect(lives(pid)).toBe(true)
  run.kill('SIGKILL')
  for (let waited = 0; waited < 10_000 && lives(pid); waited += 50) await pause(50)
  expect(lives(pid)).toBe(false)

  const foreign = kopt(['resume', 'run'], { cwd })
  expect(foreign.code).toBe(2)
  expect(foreign.stderr).toMatch(
    /run goes on with a program that its folder names \(node .*program\.mjs\).*If you trust it: kopt resume run --generator 'node .*program\.mjs'/,
  )
  const other = kopt(['resume', 'run', '--generator', 'node other.mjs'], { cwd })
  expect([other.code, other.stderr]).toEqual([
    2,
    expect.stringContaining('run was begun with other values (generator.command'),
  ])

  const { code, stderr } = kopt(['resume', 'run', '--generator', line], { cwd })
  expect(code, stderr).toBe(0)
  const at = (...parts: string[]) => readFileSync(path.join(cwd, 'run', ...parts), 'utf8')
  expect(JSON.parse(at('result.json')).synthetic.source).toBe('called')
  for (const file of ['config.yaml', 'result.json', 'events.jsonl', 'methods.md', 'report.html']) {
    expect(at(file), file).not.toContain(cwd)
    expect(at(file), file).not.toMatch(/secret|for the second time/)
  }
  expect(at('private', 'call-1.log')).toBe('for the second time\n')
  expect(at('report.html')).toContain('A program of the user made the synthetic films')
  expect(at('report.html')).toContain('Made by a program of the user.')
}, 180_000)
