/** TERM and INT end every verb within two seconds, whatever it is at, and nothing of it lives on. */
import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { encodePng } from '../../src/image/codec.js'
import { demoFilms } from '../support/demo-films.js'
import { endless } from '../support/endless-model.js'
import { koptFile } from '../support/kopt.js'
import { tinyBackboneFile } from '../support/tiny-backbone.js'
import { tinyRun } from './tiny-run.js'

const linux = process.platform === 'linux'
const cwd = path.dirname(tinyBackboneFile())

/** Processes whose words name the test's folder, or that a given one has begun; Linux tells. */
function living(): string[] {
  if (!linux) return []
  return readdirSync('/proc').flatMap((pid) => {
    try {
      const own = readFileSync(`/proc/${pid}/environ`, 'utf8').includes(`KOPT_TEST_FOLDER=${cwd}\0`)
      return own && !/^\S+ \(.*\) Z/s.test(readFileSync(`/proc/${pid}/stat`, 'utf8')) ? [pid] : []
    } catch {
      return []
    }
  })
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

async function until(met: () => boolean): Promise<void> {
  while (!met()) await pause(20)
}

/** A process that was about to begin when its parent was killed ends when it has begun. */
async function gone(): Promise<void> {
  for (let waited = 0; waited < 4000 && living().length > 0; waited += 20) await pause(20)
  expect(living()).toEqual([])
}

function start(words: readonly string[]) {
  const env = { ...process.env, KOPT_TEST_FOLDER: cwd }
  const child = spawn(process.execPath, [koptFile, ...words], { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] })
  let [stdout, stderr] = ['', '']
  child.stdout.on('data', (chunk) => {
    stdout += chunk
  })
  child.stderr.on('data', (chunk) => {
    stderr += chunk
  })
  const ended = new Promise<number | null>((resolve) => child.on('close', resolve))
  return { child, ended, said: () => ({ stdout, stderr }) }
}

/** Seconds from the signal to the end of the process that got it, and its code. */
async function stopped(
  { child, ended }: { child: ChildProcess; ended: Promise<number | null> },
  signal: NodeJS.Signals,
) {
  const begun = performance.now()
  child.kill(signal)
  const code = await ended
  return { code, seconds: (performance.now() - begun) / 1000 }
}

/** Seconds of processor time that a process has taken. */
function busy(pid: string): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /s, '')
    .split(' ')
  return (Number(fields[11]) + Number(fields[12])) / 100
}

const small = [
  'preset=quick',
  'image.size=[16, 16]',
  'search.kMax=2',
  'search.rivals=none',
  'search.selected=false',
  'search.windowSize=1',
]
const films = ['films/hospital-a']
const set = small.flatMap((setting) => ['--set', setting])

beforeAll(async () => {
  demoFilms(path.join(cwd, 'films'), 12)
  writeFileSync(path.join(cwd, 'endless.onnx'), endless(readFileSync(tinyBackboneFile()), 'features'))
  await tinyRun(cwd)
  const model = path.join(cwd, 'run', 'model', 'classifier.onnx')
  writeFileSync(path.join(cwd, 'classifier.onnx'), endless(readFileSync(model), 'probability'))
  const data = new Uint8Array(64)
  writeFileSync(path.join(cwd, 'film.png'), await encodePng({ width: 8, height: 8, channels: 1, bitDepth: 8, data }))
}, 60_000)

describe('a model that never answers', () => {
  it.each([
    ['features', 'SIGTERM', [...films, '--backbone', 'endless.onnx', '--out', 'features.npy']],
    ['predict', 'SIGINT', ['classifier.onnx', 'film.png']],
    ['predict', 'SIGTERM', ['classifier.onnx', 'film.png', '--json']],
    ['run', 'SIGINT', [...films, '--backbone', 'endless.onnx', '--out', 'stuck', ...set]],
    ['plan', 'SIGTERM', [...films, '--backbone', 'endless.onnx', ...set]],
    ['backbone', 'SIGTERM', ['add', 'stuck', '--from', 'endless.onnx']],
  ] as const)('ends %s on %s', { timeout: 60_000 }, async (verb, signal, words) => {
    const one = start([verb, ...words])
    // Until the work has been at it for longer than it takes to get there.
    if (linux) await until(() => living().some((pid) => busy(pid) > 2))
    else await pause(5000)
    const { code, seconds } = await stopped(one, signal)
    const { stdout, stderr } = one.said()
    expect(code, stderr).toBe(130)
    expect(seconds).toBeLessThan(2)
    expect(stderr).toMatch(verb === 'run' ? /^stopped; go on with: kopt resume stuck$/m : /^interrupted$/m)
    if (words.some((word) => word === '--json')) expect(JSON.parse(stdout).error).toMatchObject({ exitCode: 130 })
    await pause(400)
    expect(living()).toEqual([])
  })

  it('is gone when its parent is killed', { timeout: 60_000 }, async () => {
    const one = start(['predict', 'classifier.onnx', 'film.png'])
    if (linux) await until(() => living().some((pid) => busy(pid) > 2))
    else await pause(5000)
    one.child.kill('SIGKILL')
    await gone()
    await one.ended
  })
})

describe('a run that trains', () => {
  const words = [
    'run',
    ...films,
    '--backbone',
    'tiny.onnx',
    ...set,
    '--set',
    'gan.steps=100000',
    '--set',
    'gan.width=0.05',
  ]
  const training = async (out: string) => {
    const one = start([...words, '--out', out])
    await until(() => existsSync(path.join(cwd, out, 'gan', 'curves.csv')))
    return one
  }

  it.each(['SIGINT', 'SIGTERM'] as const)(
    'ends on %s in good order: its lock is gone',
    { timeout: 60_000 },
    async (signal) => {
      const one = await training(signal)
      const { code, seconds } = await stopped(one, signal)
      const { stderr } = one.said()
      expect(code, stderr).toBe(130)
      expect(seconds).toBeLessThan(2)
      expect(stderr).toContain(`stopped; go on with: kopt resume ${signal}\n`)
      expect(existsSync(path.join(cwd, signal, 'run.lock'))).toBe(false)
      await pause(400)
      expect(living()).toEqual([])
    },
  )

  it('leaves no process behind, whichever of them is killed', { timeout: 120_000 }, async () => {
    const one = await training('killed')
    one.child.kill('SIGKILL')
    await gone()
    await one.ended
    if (!linux) return
    rmSync(path.join(cwd, 'killed'), { recursive: true })
    const other = await training('killed')
    const second = living().filter((pid) => readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('work-process'))
    process.kill(Number(second[0]), 'SIGKILL')
    expect(await other.ended).toBe(130)
    expect(other.said().stderr).toMatch(
      /^ended from outside \(SIGKILL\)[\s\S]+stopped; go on with: kopt resume killed$/m,
    )
    await gone()
  })
})

describe('a verb that hears no signal of its own', () => {
  it('ends all the same', { timeout: 60_000 }, async () => {
    const rows = Array.from({ length: 300_000 }, (_, i) => `${i % 2},${(i * 7919) % 10007},p${i % 9001}`)
    writeFileSync(path.join(cwd, 'scores.csv'), `label,score,patient\n${rows.join('\n')}\n`)
    const one = start(['evaluate', 'scores.csv'])
    await pause(1500)
    const { code, seconds } = await stopped(one, 'SIGINT')
    expect({ code, ...one.said() }).toEqual({ code: 130, stdout: '', stderr: 'interrupted\n' })
    expect(seconds).toBeLessThan(2)
  })
})
