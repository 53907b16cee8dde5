/** Whose a run folder is: one writer at a time, nothing of the user's removed, words that are true. */
import { spawn, spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { demoFilms } from '../support/demo-films.js'
import { kopt, koptFile } from '../support/kopt.js'
import { need } from '../support/needs.js'

const work = mkdtempSync(path.join(tmpdir(), 'kopt-folder-'))
const films = path.join(work, 'films', 'hospital-a')
const settings = [
  'preset=quick',
  'image.size=[16, 16]',
  'gan.steps=400',
  'gan.width=0.05',
  'gan.batchSize=16',
  'search.multiples=whole',
  'search.kMax=2',
  'search.rivals=none',
  'search.selected=false',
  'search.windowSize=1',
  'backbone.inputSize=[32, 32]',
].flatMap((setting) => ['--set', setting])

const endless = ['--set', 'gan.steps=1000000']

/** A run in a process of its own; resolves when it trains. */
async function training(out: string) {
  const child = spawn(process.execPath, [koptFile, 'run', films, '--out', out, ...settings, ...endless], {
    stdio: 'ignore',
  })
  const ended = new Promise<number | null>((resolve) => child.on('close', resolve))
  while (!existsSync(path.join(out, 'gan'))) await new Promise((resolve) => setTimeout(resolve, 50))
  return { ended }
}

beforeAll(() => {
  demoFilms(path.join(work, 'films'), 24)
}, 60_000)
afterAll(() => rmSync(work, { recursive: true, force: true }))

describe('a run folder that somebody works in', () => {
  it('is refused to every other writer, and a kill gives it back at once', { timeout: 300_000 }, async () => {
    const out = path.join(work, 'busy')
    const { ended } = await training(out)
    const sentence =
      /another kopt is at work in .*busy: kopt run, process \d+, since .+; wait until it has ended, or stop it/
    for (const words of [
      ['resume', out],
      ['run', films, '--out', out, ...settings],
      ['run', films, '--out', out, ...settings, ...endless, '--resume'],
      ['evaluate', out, path.join(work, 'films', 'hospital-b')],
      ['report', out],
      ['report', out, '--share'],
    ]) {
      const { code, stdout, stderr } = kopt(words)
      expect({ code, stdout }, words.join(' ')).toEqual({ code: 2, stdout: '' })
      expect(stderr, words.join(' ')).toMatch(sentence)
    }
    // The process that holds it is one that the command has begun.
    process.kill(JSON.parse(readFileSync(path.join(out, 'run.lock'), 'utf8')).pid, 'SIGKILL')
    expect(await ended).toBe(130)
    expect(existsSync(path.join(out, 'run.lock'))).toBe(true)
    const { code, stderr } = kopt(['report', out])
    expect({ code, stderr }).toMatchObject({ code: 2, stderr: expect.stringContaining('has no result yet') })
    expect(readdirSync(out).filter((name) => /lock|tmp/.test(name))).toEqual([])
    expect(readdirSync(work).filter((name) => /lock|tmp/.test(name))).toEqual([])
  })
})

describe('a run that fails before it has its films', () => {
  const broken = path.join(work, 'broken')
  beforeAll(() => {
    for (const name of ['healthy', 'sick']) {
      mkdirSync(path.join(broken, name), { recursive: true })
      writeFileSync(path.join(broken, name, '1.png'), 'no film')
    }
  })

  it('leaves nothing but its message', () => {
    const { code, stderr } = kopt(['run', broken, '--positive', 'sick'], { cwd: work })
    expect(code, stderr).toBe(2)
    expect(existsSync(path.join(work, 'runs'))).toBe(false)
  })

  it('leaves an empty folder that was there', () => {
    const out = path.join(work, 'mine')
    mkdirSync(out)
    expect(kopt(['run', broken, '--positive', 'sick', '--out', out]).code).toBe(2)
    expect(readdirSync(out)).toEqual([])
  })
})

describe('a full disk', () => {
  /** kopt in a place that holds so much; the shell's lines come after it, and see the place. */
  function onSmallDisk(size: string, words: readonly string[], after: string) {
    const place = mkdtempSync(path.join(tmpdir(), 'kopt-small-'))
    const line = `mount -t tmpfs -o size=${size} none ${place} && { "$@"; code=$?; ${after}; exit $code; }`
    const all = [
      '-rm',
      'sh',
      '-c',
      line,
      'sh',
      process.execPath,
      koptFile,
      ...words.map((word) => word.replace('HERE', place)),
    ]
    const { status, stdout, stderr } = spawnSync('unshare', all, {
      encoding: 'utf8',
      env: { ...process.env, PLACE: place },
    })
    rmSync(place, { recursive: true })
    return { code: status, stdout, stderr }
  }
  const canMount =
    process.platform === 'linux' && spawnSync('unshare', ['-rm', 'mount', '-t', 'tmpfs', 'none', '/mnt']).status === 0

  it('before the films are there takes the folder away again, and says nothing of resuming', (context) => {
    need(context, canMount, 'unshare with the right to mount', 'run the tests where user namespaces are allowed')
    const words = ['run', films, '--out', 'HERE/run', ...settings]
    const { code, stdout, stderr } = onSmallDisk('16k', words, 'ls $PLACE')
    expect(code, stderr).toBe(2)
    expect(stderr).toMatch(/can't be written: the disk is full; free some space$/m)
    expect(stdout).toBe('')
  })

  it('later on leaves the run, and says how to go on', (context) => {
    need(context, canMount, 'unshare with the right to mount', 'run the tests where user namespaces are allowed')
    const words = ['run', films, '--out', 'HERE/run', ...settings]
    const { code, stdout, stderr } = onSmallDisk('200k', words, 'ls $PLACE/run')
    expect(code, stderr).toBe(2)
    expect(stderr).toMatch(/can't be written: the disk is full; free some space, then go on with: kopt resume .+run$/m)
    expect(stdout).toMatch(/config\.yaml/)
    expect(stdout).not.toMatch(/run\.lock/)
  }, 120_000)
})

describe('a warning about films', () => {
  it('names the external set that it is about', { timeout: 120_000 }, async () => {
    const copy = path.join(work, 'with-columns')
    for (const hospital of ['hospital-a', 'hospital-b']) {
      const folder = path.join(copy, hospital)
      cpSync(path.join(work, 'films', hospital), folder, { recursive: true })
      const manifest = path.join(folder, 'manifest.csv')
      const [header, ...rows] = readFileSync(manifest, 'utf8').trim().split('\n')
      writeFileSync(manifest, [`${header},sex`, ...rows.map((row) => `${row},F`)].join('\n'))
    }
    const out = path.join(work, 'warned')
    const external = `b=${path.join(copy, 'hospital-b')}`
    const words = ['run', path.join(copy, 'hospital-a'), '--external', external, '--out', out, ...settings]
    const { code, stderr } = kopt([...words, '--set', 'gan.steps=20'])
    expect(code, stderr).toBe(0)
    const sentence = 'the column sex of manifest.csv is not used'
    expect(stderr.split('\n')).toEqual(expect.arrayContaining([sentence, `b: ${sentence}`]))
  })
})
