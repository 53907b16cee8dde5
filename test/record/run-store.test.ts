import { spawn, spawnSync } from 'node:child_process'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { UserError } from '../../src/base/errors.js'
import { appendLine, writeAtomic } from '../../src/base/files.js'
import { thisProcess } from '../../src/base/process-identity.js'
import { clearLeftOf, createRun, openRun } from '../../src/record/run-store.js'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'kopt-store-'))
  vi.spyOn(process, 'cwd').mockReturnValue(folder)
})
afterEach(() => {
  vi.restoreAllMocks()
  rmSync(folder, { recursive: true, force: true })
})

const begun = (out: string) => {
  const run = createRun(out, 'films')
  writeAtomic(run.directory.config, 'preset: quick\n')
  return run
}

describe('a new run', () => {
  it('gets a folder of its own, however many begin at the same time', { timeout: 60_000 }, async () => {
    const text = `
      import { createRun } from ${JSON.stringify(new URL('../../dist/record/run-store.js', import.meta.url))}
      for (let i = 0; i < 5; i++) console.log(createRun(undefined, 'films').directory.root)
      process.exit(0)`
    const all = await Promise.all(
      Array.from({ length: 4 }, async () => {
        const child = spawn(process.execPath, ['--input-type=module', '-e', text], { cwd: folder })
        let out = ''
        child.stdout.on('data', (chunk) => {
          out += chunk
        })
        await new Promise((resolve) => child.on('close', resolve))
        return out.trim().split('\n')
      }),
    )
    expect(new Set(all.flat()).size).toBe(20)
    expect(readdirSync(path.join(folder, 'runs'))).toHaveLength(20)
  })

  it('takes an empty folder, and no other', () => {
    const out = path.join(folder, 'out')
    mkdirSync(out)
    begun(out).release()
    expect(readdirSync(out)).toEqual(['config.yaml'])
    expect(() => createRun(out, 'films')).toThrow(/already holds a run; add --resume/)
    rmSync(path.join(out, 'config.yaml'))
    writeFileSync(path.join(out, 'notes.txt'), 'mine')
    expect(() => createRun(out, 'films')).toThrow(/is not empty; name a new folder/)
    expect(() => createRun(path.join(out, 'notes.txt'), 'films')).toThrow(/is a file; name a folder/)
    symlinkSync(path.join(folder, 'nowhere'), path.join(folder, 'link'))
    expect(() => createRun(path.join(folder, 'link'), 'films')).toThrow(/is a file; name a folder/)
    expect(readdirSync(out)).toEqual(['notes.txt'])
  })

  it('that is discarded takes its own files with it, and the folders that were made for it', () => {
    const out = path.join(folder, 'deep', 'out')
    const run = begun(out)
    appendLine(run.directory.events, '{}')
    writeAtomic(run.directory.films, 'film\n')
    run.discard()
    expect(readdirSync(folder)).toEqual([])
  })

  it('that is discarded leaves what it has not made, wherever that lies', () => {
    const out = path.join(folder, 'out')
    const run = begun(out)
    writeAtomic(run.directory.films, 'film\n')
    writeFileSync(path.join(out, 'notes.txt'), 'mine')
    writeFileSync(path.join(out, 'private', 'notes.csv'), 'mine')
    symlinkSync(folder, path.join(out, 'link'))
    run.discard()
    expect(readdirSync(out).sort()).toEqual(['link', 'notes.txt', 'private'])
    expect(readdirSync(path.join(out, 'private'))).toEqual(['notes.csv'])
  })

  it('that is discarded leaves a folder that was there before', () => {
    const out = path.join(folder, 'out')
    mkdirSync(out)
    begun(out).discard()
    expect(readdirSync(folder)).toEqual(['out'])
    expect(readdirSync(out)).toEqual([])
  })
})

describe('a run that somebody is at work in', () => {
  it('is refused with who, since when and what to do, and is free afterwards', () => {
    const out = path.join(folder, 'out')
    const run = begun(out)
    const sentence = new RegExp(
      `^another kopt is at work in out: kopt run, process ${process.pid}, since 2\\d{3}-.+; wait until it has ended, or stop it \\(Ctrl-C where it runs, or kill ${process.pid}\\)$`,
    )
    expect(() => openRun(out, 'resume')).toThrow(UserError)
    expect(() => openRun(out, 'resume')).toThrow(sentence)
    expect(() => createRun(out, 'films')).toThrow(sentence)
    run.release()
    openRun(out, 'report').release()
    expect(readdirSync(out)).toEqual(['config.yaml'])
  })

  it('on another machine is free after it was silent for two minutes', () => {
    const out = path.join(folder, 'out')
    begun(out).release()
    const lock = path.join(out, 'run.lock')
    const content = { id: 'x', pid: 77, host: 'ward-3\u001b[31m', doing: 'kopt run', since: '2026-11-29T20:00:00Z' }
    writeFileSync(lock, JSON.stringify({ ...content, boot: 'b', space: 's', started: '5' }))
    expect(() => openRun(out, 'resume')).toThrow(
      /kopt run on ward-331m, process 77, since 2026-11-.+, its last sign of life was \d s ago; wait until it has ended, or stop it there; after 2 minutes without a sign of life the folder is free; if it is no longer running, remove out\/run\.lock$/,
    )
    utimesSync(lock, Date.now() / 1000 - 130, Date.now() / 1000 - 130)
    openRun(out, 'resume').release()
    expect(existsSync(lock)).toBe(false)
  })
})

describe('what a kill left of files that were being written', () => {
  it('is cleared, but never behind a link, and never a file of the user', () => {
    const out = path.join(folder, 'out')
    const elsewhere = path.join(folder, 'elsewhere')
    begun(out).release()
    mkdirSync(path.join(out, 'trials'))
    mkdirSync(elsewhere)
    const half = 'a.json.123-0a1b2c3d.tmp'
    for (const place of [path.join(out, 'trials'), elsewhere]) writeFileSync(path.join(place, half), 'x')
    for (const name of ['notes.1.tmp', 'mine.tmp']) writeFileSync(path.join(out, name), 'mine')
    symlinkSync(elsewhere, path.join(out, 'mine'))
    symlinkSync(path.join(elsewhere, half), path.join(out, 'b.json.7-0a1b2c3d.tmp'))
    openRun(out, 'resume').release()
    expect(readdirSync(path.join(out, 'trials'))).toEqual([])
    expect(readFileSync(path.join(elsewhere, half), 'utf8')).toBe('x')
    expect(readdirSync(out).sort()).toEqual(['config.yaml', 'mine', 'mine.tmp', 'notes.1.tmp', 'trials'])
  })

  it('is not opened where a folder or file of its own is a link to another place', () => {
    const elsewhere = path.join(folder, 'elsewhere')
    mkdirSync(elsewhere)
    for (const place of ['tables', 'events.jsonl', 'private', path.join('model', 'heads'), path.join('folds', '01')]) {
      const out = path.join(folder, `run-${place.replaceAll(path.sep, '-')}`)
      begun(out).release()
      const link = path.join(out, place)
      mkdirSync(path.dirname(link), { recursive: true })
      rmSync(link, { recursive: true, force: true })
      symlinkSync(elsewhere, link)
      expect(() => openRun(out, 'report'), place).toThrow(/is a link to another place, and what lies there would be/)
      expect(existsSync(path.join(out, 'run.lock'))).toBe(false)
    }
    expect(readdirSync(elsewhere)).toEqual([])
  })
})

describe('what killed processes leave of themselves', () => {
  const left = ['run.lock.removal', 'run.lock.17-0123abcd.tmp', 'run.lock.removal.17-0123abcd.tmp']
  const leave = (root: string, names: readonly string[], text = '{}') => {
    for (const name of names) writeFileSync(path.join(root, name), text)
  }
  const lockOf = (pid: number) =>
    JSON.stringify({ ...thisProcess(), pid, id: 'other', doing: 'kopt run', since: '2026-11-29T20:00:00.000Z' })

  it('while they asked for the lock goes with who holds it, and nothing else does', () => {
    const { directory, release } = begun(path.join(folder, 'out'))
    leave(directory.root, [...left, 'run.locksmith'])
    release()
    expect(readdirSync(directory.root).toSorted()).toEqual(['config.yaml', 'run.locksmith'])
  })

  it('of a run that has its result is cleared, unless another process is at work there', () => {
    const { directory, release } = begun(path.join(folder, 'out'))
    writeAtomic(directory.stopped, '{}')
    release()
    const held = openRun(directory.root, 'resume')
    leave(directory.root, left)
    const before = readdirSync(directory.root, { recursive: true })
    clearLeftOf(directory)
    expect(readdirSync(directory.root, { recursive: true })).toEqual(before)
    held.release()

    const gone = spawnSync(process.execPath, ['-e', '']).pid
    leave(directory.root, ['run.lock'], lockOf(gone))
    clearLeftOf(directory)
    expect(readdirSync(directory.root, { recursive: true }).toSorted()).toEqual(['config.yaml', 'private'])
  })
})
