/** Runs as another process sees them: begun, watched, interrupted, killed and gone on with by processes of their own. */
import { spawn } from 'node:child_process'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { runStatus } from '../../src/record/read-status.js'
import { listRuns } from '../../src/record/run-list.js'
import type { RecordedEvent } from '../../src/record/run-status.js'
import { watchRun } from '../../src/record/watch-run.js'
import { demoFilms } from '../support/demo-films.js'
import { kopt, koptFile } from '../support/kopt.js'
import { tinyBackboneFile } from '../support/tiny-backbone.js'
import { tinySettings } from '../support/tiny-finished-run.js'

const cwd = mkdtempSync(path.join(tmpdir(), 'kopt-status-'))
const backbone = tinyBackboneFile()
const runs = path.join(cwd, 'runs')

/** Starts a run that takes some seconds. */
function begin(name: string, steps = 600) {
  const settings = [...tinySettings, `gan.steps=${steps}`, 'gan.checkpointEvery=500', 'gan.gridEvery=500']
  const words = ['run', 'films/hospital-a', '--preset', 'quick', '--backbone', backbone, '--out', `runs/${name}`]
  const child = spawn(process.execPath, [koptFile, ...words, ...settings.flatMap((setting) => ['--set', setting])], {
    cwd,
    detached: true,
    stdio: 'ignore',
  })
  const end = new Promise<number | null>((resolve) => child.on('close', resolve))
  return { child, end, root: path.join(runs, name) }
}

/** Watches until an event is as wanted. */
async function seen(root: string, wanted: (event: RecordedEvent) => boolean): Promise<RecordedEvent> {
  const end = performance.now() + 120_000
  while (performance.now() < end) {
    if (existsSync(path.join(root, 'config.yaml')))
      for await (const event of watchRun(root, { everyMs: 50 })) if (wanted(event)) return event
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  throw new Error('never seen')
}

beforeAll(() => {
  demoFilms(path.join(cwd, 'films'), 12)
}, 60_000)
afterAll(() => rmSync(cwd, { recursive: true, force: true }))

describe('a run seen from its folder', { timeout: 240_000 }, () => {
  it('is at work with its stage, then stopped with its reason, then finished with its verdict; watching ends with it', async () => {
    const { child, end, root } = begin('first')
    const progress = await seen(
      root,
      ({ type, ...rest }) => type === 'progress' && 'stage' in rest && rest.stage === 'train-gan',
    )
    expect(progress).toMatchObject({ type: 'progress', stage: 'train-gan', total: 600, unit: 'steps' })
    const running = runStatus(root)
    expect(running).toMatchObject({ state: 'running', name: 'first', cause: null, verdict: null })
    expect(running.holder).toMatchObject({ doing: 'kopt run', here: true })
    expect(running.silentFor).toBeLessThan(60)
    expect(running.progress?.stage).toBe('train-gan')

    child.kill('SIGINT')
    expect(await end).toBe(130)
    const stopped = runStatus(root)
    expect(stopped).toMatchObject({ state: 'stopped', holder: null, cause: { how: 'interrupted' } })
    expect(stopped.progress?.stage).toBe('train-gan')
    expect(kopt(['status', root]).stdout).toMatch(
      /first was stopped by whoever ran it[\s\S]*training the generator[\s\S]*go on with: kopt resume/,
    )

    const resumed = kopt(['resume', root], { cwd })
    expect(resumed.code, resumed.stderr).toBe(0)
    expect(resumed.stderr).not.toMatch(/damaged|missing/)
    const finished = runStatus(root)
    const { verdict } = JSON.parse(readFileSync(path.join(root, 'result.json'), 'utf8'))
    expect(finished).toMatchObject({ state: 'finished', progress: null, cause: null, verdict })
    expect(existsSync(path.join(root, 'state/progress.json'))).toBe(false)
    expect(existsSync(path.join(root, 'private/stopped.json'))).toBe(false)

    const told: RecordedEvent[] = []
    for await (const event of watchRun(root)) told.push(event)
    expect(told.filter(({ type }) => type === 'run-started')).toHaveLength(2)
    expect(told.at(-1)?.type).toBe('run-finished')
    expect(finished.begun).toBe(told[0].at)
  })

  it('was killed where nobody is at work and it left no reason', async () => {
    const { child, end, root } = begin('killed')
    await seen(root, ({ type }) => type === 'progress')
    process.kill(-(child.pid as number), 'SIGKILL')
    await end
    // The process at work ends after the one that was started.
    await expect
      .poll(() => runStatus(root), { timeout: 30_000 })
      .toMatchObject({ state: 'stopped', holder: null, silentFor: null, cause: null })
    expect(kopt(['status', root]).stdout).toContain('it was killed or its computer was switched off')
  })

  it('is told as far as it can be read, whatever lies in its folder', () => {
    const root = path.join(runs, 'killed')
    const files = {
      'events.jsonl':
        'null\n7\n{"type":"run-started"}\n{"type":"note","at":"x","text":"\\u001b[2J"}\n{"type":"trial","at":1}\n',
      'state/progress.json': '{"type":"progress","stage":"no such stage","done":null}',
      'private/stopped.json': 'no JSON',
    }
    for (const [name, text] of Object.entries(files)) writeFileSync(path.join(root, name), text)
    expect(runStatus(root)).toMatchObject({ state: 'stopped', begun: 'x', progress: null, cause: null })
    const watched = kopt(['status', root, '--watch'])
    expect(watched).toMatchObject({ code: 0, stderr: '\\x1b[2J\n' })
    expect(watched.stdout).toContain('it was killed or its computer was switched off')
  })

  it('is listed beside the others; other folders are passed over, damaged ones are said to be', () => {
    mkdirSync(path.join(runs, 'no-run'))
    mkdirSync(path.join(runs, 'odd'))
    writeFileSync(path.join(runs, 'odd', 'config.yaml'), 'seed: 1\n')
    writeFileSync(path.join(runs, 'odd', 'result.json'), '{"schemaVersion": 9}\n')
    const list = listRuns(runs)
    expect(list.map(({ name, state }) => [name, state])).toEqual([
      ['first', 'finished'],
      ['killed', 'stopped'],
      ['odd', 'damaged'],
    ])
    expect(list[2].problem).toMatch(
      /result\.json was written by a later kopt in form 9, .* use that version for this run/,
    )
    const { stdout, code } = kopt(['list', runs])
    expect(code).toBe(0)
    expect(stdout).toMatch(/first {3}finished {2}no verdict/)
    expect(kopt(['list', path.join(cwd, 'nowhere')])).toMatchObject({ code: 2 })
    expect(kopt(['list', path.join(runs, 'first')])).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/first is itself a run: kopt status .*first; name the folder that it lies in/),
    })
  })

  it('has a lock that is none, and is damaged or stopped beside runs that are whole', () => {
    mkdirSync(path.join(runs, 'odd', 'run.lock'))
    const huge = path.join(runs, 'killed', 'run.lock')
    writeFileSync(huge, '')
    truncateSync(huge, 3 * 2 ** 30)
    utimesSync(huge, 0, 0)
    const list = listRuns(runs)
    expect(list.map(({ name, state }) => [name, state])).toEqual([
      ['first', 'finished'],
      ['killed', 'stopped'],
      ['odd', 'damaged'],
    ])
    expect(list[2].problem).toMatch(/run\.lock is in the way; remove it/)
    rmSync(huge)
  })
})
