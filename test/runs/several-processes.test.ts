/** Several processes at one run, which has outer folds: the bytes of one alone; none of them is needed to the end. */
import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { promisedBy } from '../../scripts/attack/damage.mjs'
import { temporaryFolder } from '../dataset/films-on-disk.js'
import { demoFilms } from '../support/demo-films.js'
import { kopt, koptFile } from '../support/kopt.js'
import { tinyBackboneFile } from '../support/tiny-backbone.js'

const cwd = temporaryFolder()
const at = (...parts: string[]) => path.join(cwd, ...parts)
const backbone = tinyBackboneFile()
const settings = [
  'preset=quick',
  'generator.kind=acgan',
  'generator.steps=12',
  'generator.width=0.05',
  'generator.batchSize=8',
  'image.size=[16, 16]',
  'training.checkpointEvery=4',
  'resampling.folds=3',
  'search.multiples=[1, 2]',
  'search.rivals=none',
  'search.selected=false',
  'search.windowSize=1',
  'compute.threads=1',
  'compute.processes=1',
]
const words = (out: string, ...more: string[]) => [
  'run',
  'films/hospital-a',
  '--backbone',
  backbone,
  '--out',
  out,
  ...[...settings, ...more].flatMap((setting) => ['--set', setting]),
]

beforeAll(() => {
  demoFilms(path.join(cwd, 'films'), 20)
  const { code, stderr } = kopt(words('alone'), { cwd })
  expect(code, stderr).toBe(0)
}, 180_000)

interface Started {
  readonly child: ChildProcess
  readonly ended: Promise<{ code: number | null; stdout: string; stderr: string }>
}

function start(given: readonly string[]): Started {
  const child = spawn(process.execPath, [koptFile, ...given], { cwd, stdio: ['ignore', 'pipe', 'pipe'] })
  const said = { stdout: '', stderr: '' }
  for (const name of ['stdout', 'stderr'] as const)
    child[name].setEncoding('utf8').on('data', (text) => (said[name] += text))
  return { child, ended: new Promise((resolve) => child.on('close', (code) => resolve({ code, ...said }))) }
}

async function until(what: () => boolean): Promise<void> {
  while (!what()) await new Promise((resolve) => setTimeout(resolve, 20))
}

describe('a run', { timeout: 180_000 }, () => {
  it('by three processes, of which the one that began it is killed, comes to the bytes of one alone', async () => {
    const first = start(words('shared'))
    await until(() => existsSync(at('shared', 'work', 'board.json')))
    const others = [start(['work', 'shared', '--json']), start(['work', 'shared', '--json'])]
    const board = JSON.parse(readFileSync(at('shared', 'work', 'board.json'), 'utf8'))
    // One of each fold, and that of the model that is handed over.
    expect(board.map(({ place }: { place: string }) => place)).toEqual([
      'gan',
      'folds/01/gan',
      'folds/02/gan',
      'folds/03/gan',
    ])
    await until(() => existsSync(at('shared', 'gan')))
    first.child.kill('SIGKILL')
    await first.ended
    const answers = await Promise.all(others.map(({ ended }) => ended))
    expect(
      answers.map(({ code }) => code),
      answers.map(({ stderr }) => stderr).join(),
    ).toEqual([0, 0])
    const parts = answers.map(({ stdout }) => JSON.parse(stdout))
    expect(parts.filter(({ led }) => led)).toHaveLength(1)
    expect(parts.find(({ led }) => !led).units).toBeGreaterThan(0)
    const [alone, shared] = [promisedBy(at('alone')), promisedBy(at('shared'))]
    expect(Object.keys(shared)).toEqual(Object.keys(alone))
    expect(Object.keys(alone).filter((file) => alone[file] !== shared[file])).toEqual([])
    expect(existsSync(at('shared', 'work'))).toBe(false)

    const late = kopt(['work', 'shared'], { cwd })
    expect(late).toMatchObject({ code: 0, stdout: 'shared has its result; 0 units of its work were done here\n' })
    const unit = kopt(['work', 'shared', '--unit', 'training-0123456789abcdef'], { cwd })
    expect(unit.code).toBe(2)
    expect(unit.stderr).toContain('shared has no unit training-0123456789abcdef to be done')
  })

  it('says who is at which unit, and is cancelled wherever it is at work, until somebody goes on with it', async () => {
    const leads = start(words('endless', 'generator.steps=1000000'))
    await until(() => existsSync(at('endless', 'work', 'board.json')))
    const helps = start(['work', 'endless'])
    const status = () => JSON.parse(kopt(['status', 'endless', '--json'], { cwd }).stdout)
    const ofUnits = (state: string) => status().units.filter((unit: { state: string }) => unit.state === state)
    await expect.poll(() => ofUnits('at-work').length, { timeout: 60_000 }).toBe(2)
    await expect.poll(() => ofUnits('at-work')[1].progress?.done, { timeout: 60_000 }).toBeGreaterThan(0)
    const { stdout } = kopt(['status', 'endless'], { cwd })
    expect(stdout).toContain('4 units of work: 0 done, 2 at work, 2 waiting')
    expect(stdout).toMatch(/ {2}the generator of the model: process \d+/)
    expect(stdout).toMatch(/ {2}the generator of fold 1: process \d+, \d+ of 1,000,000 steps/)

    const cancel = kopt(['cancel', 'endless'], { cwd })
    expect(cancel).toMatchObject({ code: 0, stdout: 'endless is cancelled; go on with: kopt resume endless\n' })
    const [lead, help] = await Promise.all([leads.ended, helps.ended])
    expect([lead.code, help.code]).toEqual([130, 130])
    expect(lead.stderr).toContain('cancelled; go on with: kopt resume endless')
    expect(help.stderr).toContain('endless was cancelled; go on with: kopt resume endless')
    expect(kopt(['status', 'endless'], { cwd }).stdout).toContain('endless was cancelled, begun')
    const refused = kopt(['work', 'endless'], { cwd })
    expect(refused).toMatchObject({ code: 2, stderr: 'endless was cancelled; go on with: kopt resume endless\n' })

    const again = start(['resume', 'endless'])
    await expect.poll(() => status().state, { timeout: 60_000 }).toBe('running')
    await expect.poll(() => status().cancelled).toBe(false)
    again.child.kill('SIGINT')
    expect((await again.ended).code).toBe(130)
    expect(kopt(['cancel', 'shared'], { cwd })).toMatchObject({
      code: 2,
      stderr: 'shared has its result: there is nothing to cancel\n',
    })
  })
})
