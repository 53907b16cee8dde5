/**
 * What docs/scale.md tells a lab to type, typed: its commands come from the page, in as many shells as it has computers. Other than there are the
 * names of folders, host and port, and `kopt run` is given the settings of a run that is short.
 */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { singleQuoted } from '../../src/base/shell-word.js'
import { temporaryFolder } from '../dataset/films-on-disk.js'
import { freePort, runWords, until } from '../support/cluster.js'
import { demoFilms } from '../support/demo-films.js'
import { koptFile } from '../support/kopt.js'
import { need } from '../support/needs.js'

const root = path.resolve(import.meta.dirname, '..', '..')
const page = readFileSync(path.join(root, 'docs', 'scale.md'), 'utf8')
const cwd = temporaryFolder()
const port = String(await freePort())
const isHere = spawnSync('which', ['redis-server']).status === 0

/** Blocks of a section, a list of lines each. */
function blocksOf(heading: string): string[][] {
  const [, section = ''] = page.split(new RegExp(`^#+ ${heading}$`, 'm'))
  const [own = ''] = section.split(/^#+ /m)
  return [...own.matchAll(/```sh\n(.*?)```/gs)].map(([, block = '']) => block.trim().split('\n'))
}

/** As it stands on the page, for the folders, the host and the port that there are here. */
const here = (line: string) =>
  line
    .replaceAll('/shared/', `${cwd}/`)
    .replaceAll(/(?<!\/)films\/ours/g, `${cwd}/films/ours`)
    .replaceAll('pc1', '127.0.0.1')
    .replaceAll('6379', port)

const shells: ChildProcess[] = []

/** A shell of its own, as on a computer of its own; `done`: its exit code and what was said on both streams. */
function type(...lines: string[]) {
  const env = { ...process.env, PATH: `${path.join(cwd, 'bin')}:${process.env.PATH}` }
  const shell = spawn('bash', ['-c', lines.map(here).join('\n')], { cwd, env, detached: true })
  shells.push(shell)
  let said = ''
  for (const stream of [shell.stdout, shell.stderr]) stream.on('data', (text) => (said += text))
  const done = new Promise<{ code: number | null; said: string }>((resolve) =>
    shell.once('close', (code) => resolve({ code, said })),
  )
  return { shell, done, said: () => said }
}

beforeAll(() => {
  demoFilms(path.join(cwd, 'drawn'), 12)
  mkdirSync(path.join(cwd, 'films'))
  spawnSync('cp', ['-r', path.join(cwd, 'drawn', 'hospital-a'), path.join(cwd, 'films', 'ours')])
  mkdirSync(path.join(cwd, 'bin'))
  const words = runWords('', '--set', 'generator.steps=200')
  const short = words.slice(words.indexOf('--set')).map(singleQuoted).join(' ')
  const backbone = singleQuoted(words[words.indexOf('--backbone') + 1] ?? '')
  const kopt = `${singleQuoted(process.execPath)} ${singleQuoted(koptFile)}`
  const text = `#!/bin/sh\n[ "$1" = run ] && { shift; exec ${kopt} run --backbone ${backbone} ${short} "$@"; }\nexec ${kopt} "$@"\n`
  writeFileSync(path.join(cwd, 'bin', 'kopt'), text)
  chmodSync(path.join(cwd, 'bin', 'kopt'), 0o755)
})

afterAll(() => {
  for (const { pid, exitCode } of shells) if (pid !== undefined && exitCode === null) process.kill(-pid, 'SIGKILL')
})

/** The first line begins a run, and the others help, each in a shell of its own, as soon as its folder is there. */
async function typedTogether([first = '', ...others]: string[], run: string): Promise<void> {
  const leads = type(first)
  await until(() => existsSync(path.join(cwd, run, 'work', 'board.json')) || leads.shell.exitCode !== null)
  const helps = others.map((line) => type(line))
  for (const { done } of [leads, ...helps]) expect(await done).toMatchObject({ code: 0 })
  expect(existsSync(path.join(cwd, run, 'report.html'))).toBe(true)
}

describe('what the page tells to type', { timeout: 120_000 }, () => {
  it('on one workstation', async () => {
    const [block = [], ...others] = blocksOf('One workstation')
    expect(others).toEqual([])
    await typedTogether(block, 'ours')
  })

  it('on three PCs with a shared folder', async () => {
    const [block = [], ...others] = blocksOf('Three PCs in our lab and a shared folder')
    expect(others).toEqual([])
    const [run = '', work = ''] = block
    await typedTogether([run, work, work], 'runs/ours')
  })

  describe('once and for all, with a queue', () => {
    beforeEach((context) => need(context, isHere, 'Redis', 'apt-get install redis-server'))

    it('on the computer of the queue, on each that works, and where a run is begun', async () => {
      const [queue = [], worker = [], begin = []] = blocksOf('Once and for all, with a queue')
      const [install, ...serve] = queue
      expect(install).toBe('apt-get install redis-server')
      const [peers = '', ...waits] = worker
      const { peerDependencies } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'))
      for (const [, name = '', major] of peers.matchAll(/ (\w+)@(\d+)/g))
        expect(peerDependencies[name]).toMatch(new RegExp(`^\\^?${major}\\b`))
      const redis = type(...serve)
      await until(() => redis.said().includes('Ready to accept connections'))
      const workers = [type(...waits), type(...waits)]
      await until(() => workers.every(({ said }) => said().includes('waits for work')))
      const ours = begin.map((line) => line.replace('runs/ours', 'runs/queued'))
      expect(await type(...ours).done).toMatchObject({ code: 0 })
      expect(existsSync(path.join(cwd, 'runs', 'queued', 'report.html'))).toBe(true)
      for (const { shell } of workers) if (shell.pid !== undefined) process.kill(-shell.pid, 'SIGINT')
      for (const { done } of workers) expect((await done).said).toContain('waits for work')
    })
  })
})
