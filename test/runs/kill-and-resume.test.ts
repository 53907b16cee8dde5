import { spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { beforeAll, describe, expect, it } from 'vitest'
import { runWords } from '../../scripts/attack/smallest-run.mjs'
import { Rng } from '../../src/base/random.js'

const kopt = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url))
const work = mkdtempSync(path.join(tmpdir(), 'kopt-kill-'))
const cohorts = path.join(work, 'films')
const films = path.join(cohorts, 'hospital-a')

// Beside the smallest settings: folds, with two GANs in each and suspected copies left out of their pools.
const repeated = [
  'gan.steps=30',
  'gan.checkpointEvery=10',
  'gan.seeds=2',
  'search.repeats=1',
  'resampling.folds=3',
  'synthetic.excludeCopies=true',
]

function start(out: string, more: readonly string[], resume = false) {
  const hospitals = { inside: films, outside: path.join(cohorts, 'hospital-b') }
  const args = resume ? ['resume', out] : runWords(hospitals, out, more)
  return spawn(process.execPath, [kopt, ...args], { stdio: ['ignore', 'pipe', 'pipe'] })
}

function ended(child: ReturnType<typeof spawn>): Promise<{ code: number | null; stderr: string }> {
  let stderr = ''
  child.stderr?.on('data', (chunk) => {
    stderr += chunk
  })
  child.stdout?.resume()
  return new Promise((resolve) => child.on('close', (code) => resolve({ code, stderr })))
}

/** Every file that resuming promises to reproduce, with times taken out. */
function promised(run: string): Record<string, string> {
  const out: Record<string, string> = {}
  const visit = (folder: string) => {
    for (const name of readdirSync(path.join(run, folder)).sort()) {
      const file = path.join(folder, name)
      if (statSync(path.join(run, file)).isDirectory()) {
        // Markers of stages hold their times.
        if (name !== 'state') visit(file)
      } else if (name === 'outcome.json') {
        const { seconds: _, ...outcome } = JSON.parse(readFileSync(path.join(run, file), 'utf8'))
        out[file] = JSON.stringify(outcome)
      } else out[file] = readFileSync(path.join(run, file)).toString('base64')
    }
  }
  for (const folder of ['gan', 'scores', 'trials', 'model', 'pool', 'folds'].filter((name) =>
    existsSync(path.join(run, name)),
  ))
    visit(folder)
  const result = JSON.parse(readFileSync(path.join(run, 'result.json'), 'utf8'))
  delete result.seconds
  delete result.gan.seconds
  delete result.gan.stepsPerSecond
  delete result.generator.training.seconds
  delete result.generator.training.stepsPerSecond
  out['result.json'] = JSON.stringify(result)
  return out
}

beforeAll(() => {
  const made = spawnSync(process.execPath, [kopt, 'demo-data', cohorts, '--patients', '24'], { encoding: 'utf8' })
  expect(made.status, made.stderr).toBe(0)
}, 300_000)

describe.each([
  { name: 'a run', more: [] as string[] },
  { name: 'a run of folds with several GANs each', more: repeated },
])('$name that is killed', ({ name, more }) => {
  it('goes on to the same bytes, whenever it was killed', { timeout: 900_000 }, async () => {
    const whole = path.join(work, `whole of ${name}`)
    const first = await ended(start(whole, more))
    expect(first.code, first.stderr).toBe(0)
    const rng = new Rng(20_261_123)
    const { mtimeMs: begun } = statSync(path.join(whole, 'config.yaml'))
    const { mtimeMs: done } = statSync(path.join(whole, 'result.json'))
    const out = path.join(work, `killed ${name}`)
    const begunAlready = () => existsSync(path.join(out, 'config.yaml'))
    for (let kill = 0; kill < 5; kill++) {
      const child = start(out, more, begunAlready())
      const end = ended(child)
      await new Promise((resolve) => setTimeout(resolve, 400 + rng.uniform() * (done - begun) * 0.6))
      child.kill('SIGKILL')
      await end
    }
    const { code, stderr } = await ended(start(out, more, begunAlready()))
    expect(code, stderr).toBe(0)
    expect(promised(out)).toEqual(promised(whole))
  })
})

describe('a run that is interrupted', () => {
  it('stops cleanly on Ctrl-C and says how to go on', async () => {
    const out = path.join(work, 'interrupted')
    const child = start(out, [])
    const end = ended(child)
    while (!existsSync(path.join(out, 'private', 'prepared.json')))
      await new Promise((resolve) => setTimeout(resolve, 50))
    child.kill('SIGINT')
    const { code, stderr } = await end
    expect(code).toBe(130)
    expect(stderr).toMatch(/kopt resume /)
  }, 300_000)
})
