import { spawn, spawnSync } from 'node:child_process'
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import { builtModule } from '../../src/base/built.js'
import { UserError } from '../../src/base/errors.js'
import { LockedError, silentMs, takeLock, withLock } from '../../src/base/lock-file.js'
import { thisProcess } from '../../src/base/process-identity.js'
import { startThread } from '../../src/base/thread.js'

const built = (module: string) => JSON.stringify(new URL(`../../dist/base/${module}.js`, import.meta.url))
const linux = process.platform === 'linux'

let folder: string
let file: string
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'kopt-lock-'))
  file = path.join(folder, 'run.lock')
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const options = { doing: 'kopt run', waitMs: 0, beats: false }

/** The lock of a holder who is as this process, but for what is given. */
function leaveLock(other: Partial<ReturnType<typeof thisProcess>>, silentFor = 0): void {
  const content = { ...thisProcess(), id: 'other', doing: 'kopt resume', since: '2026-11-29T20:00:00.000Z', ...other }
  writeFileSync(file, `${JSON.stringify(content)}\n`)
  const then = Date.now() / 1000 - silentFor
  utimesSync(file, then, then)
}

/** A process of its own, until it has said its first line. */
async function script(text: string, ...words: string[]) {
  const child = spawn(process.execPath, ['--input-type=module', '-e', text, ...words], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const ended = new Promise<number | null>((resolve) => child.on('close', (code) => resolve(code)))
  await new Promise((resolve) => child.stdout.once('data', resolve))
  return { child, ended }
}

describe('a lock', () => {
  it('is taken by one whose draft is cleared away as if it had been killed', { timeout: 60_000 }, async () => {
    const text = `
      import { takeLock } from ${built('lock-file')}
      const options = { doing: 'kopt work', waitMs: 0, beats: false }
      console.log('begun')
      for (let i = 0; i < 50; i++) takeLock(process.argv[1], options).release()`
    const { ended } = await script(text, file)
    let over = false
    void ended.then(() => {
      over = true
    })
    let cleared = 0
    while (!over) {
      for (const name of readdirSync(folder).filter((name) => name.endsWith('.tmp'))) {
        rmSync(path.join(folder, name), { force: true })
        cleared++
      }
      await new Promise(setImmediate)
    }
    expect(await ended).toBe(0)
    expect(cleared).toBeGreaterThan(0)
  })

  it('is for one at a time, says who has it, and leaves nothing behind', () => {
    const lock = takeLock(file, options)
    expect(() => takeLock(file, options)).toThrow(LockedError)
    try {
      takeLock(file, options)
    } catch (error) {
      expect((error as LockedError).holder).toMatchObject({ pid: process.pid, here: true, doing: 'kopt run' })
    }
    expect(readdirSync(folder)).toEqual(['run.lock'])
    lock.release()
    expect(readdirSync(folder)).toEqual([])
    takeLock(file, options).release()
  })

  it('waits for a holder that is about to end', () => {
    leaveLock({})
    const child = spawn('sh', ['-c', `sleep 0.3; rm ${file}`])
    takeLock(file, { ...options, waitMs: 20_000 }).release()
    child.kill()
  })

  it('of a process that was killed is taken over at once', async () => {
    const { child, ended } = await script(
      `import { takeLock } from ${built('lock-file')}
       takeLock(process.argv[1], { doing: 'x', waitMs: 0 })
       console.log('taken')
       setInterval(() => {}, 1000)`,
      file,
    )
    expect(() => takeLock(file, options)).toThrow(LockedError)
    child.kill('SIGKILL')
    await ended
    takeLock(file, options).release()
    expect(readdirSync(folder)).toEqual([])
  })

  it.runIf(linux)('of a process whose number was given to another is taken over', () => {
    leaveLock({ started: '1' })
    takeLock(file, options).release()
  })

  it.runIf(linux)('of a process that has ended, but that nobody has asked for, is taken over', async () => {
    // The shell's child ends; what the shell has become never asks for it.
    const shell = spawn('sh', ['-c', 'sleep 0.2 & echo $!; exec sleep 60 >/dev/null'])
    onTestFinished(() => void shell.kill())
    const stdout = String(await new Promise((resolve) => shell.stdout.once('data', resolve)))
    await new Promise((resolve) => setTimeout(resolve, 1000))
    const fields = readFileSync(`/proc/${Number(stdout)}/stat`, 'utf8')
      .split(') ')[1]
      .split(' ')
    expect(fields[0]).toBe('Z')
    leaveLock({ pid: Number(stdout), started: fields[19] })
    takeLock(file, options).release()
  })

  it.each([
    ['another machine', { host: 'elsewhere' }],
    ['a container', { space: 'pid:[1]' }],
    ['before the machine was started again', { boot: 'before' }],
  ])('of %s is taken over after it was silent for long, and not before', (_, other) => {
    leaveLock({ ...other, pid: 1 }, silentMs / 1000 - 5)
    expect(() => takeLock(file, options)).toThrow(LockedError)
    leaveLock({ ...other, pid: 1 }, silentMs / 1000 + 5)
    takeLock(file, options).release()
    expect(readdirSync(folder)).toEqual([])
  })

  it('that is damaged is somebody’s until it is old', () => {
    writeFileSync(file, '{"id":')
    expect(() => takeLock(file, options)).toThrow(LockedError)
    utimesSync(file, 1000, 1000)
    takeLock(file, options).release()
  })

  it('is refused where something else is in its way', () => {
    mkdirSync(file)
    expect(() => takeLock(file, options)).toThrow(new UserError(`${file} is in the way; remove it`))
    rmSync(file, { recursive: true })
    symlinkSync(path.join(folder, 'nowhere'), file)
    expect(() => takeLock(file, options)).toThrow(/is in the way; remove it/)
    if (!linux) return
    rmSync(file)
    spawnSync('mkfifo', [file])
    expect(() => takeLock(file, options)).toThrow(/is in the way; remove it/)
  })

  it('keeps many processes apart, although each finds one that a killed process left', {
    timeout: 60_000,
  }, async () => {
    const counter = path.join(folder, 'counter')
    writeFileSync(counter, '0')
    leaveLock({ pid: 2 ** 22 + 1, started: 'then' })
    const text = `
      import { readFileSync, writeFileSync } from 'node:fs'
      import { withLock } from ${built('lock-file')}
      console.log('ready')
      const [file, counter] = process.argv.slice(1)
      const options = { doing: 'x', waitMs: 30000 }
      for (let i = 0; i < 25; i++)
        withLock(file, options, () => writeFileSync(counter, String(Number(readFileSync(counter, 'utf8')) + 1)))
      // The next one is never given back.
      withLock(file, options, () => process.kill(process.pid, 'SIGKILL'))`
    const all = await Promise.all(Array.from({ length: 6 }, () => script(text, file, counter)))
    await Promise.all(all.map(({ ended }) => ended))
    expect(readFileSync(counter, 'utf8')).toBe('150')
    withLock(file, options, () => {})
    expect(readdirSync(folder)).toEqual(['counter'])
  })
})

describe('the heartbeat', () => {
  it('goes on while the main thread is busy, and ends where the lock is another’s', async () => {
    leaveLock({}, 60)
    const thread = startThread(builtModule('base/heartbeat-thread'), { file, id: 'other', everyMs: 20 })
    const lost = new Promise((resolve) => thread.once('message', resolve))
    await new Promise((resolve) => thread.once('online', resolve))
    const content = readFileSync(file, 'utf8')
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1500)
    expect(Date.now() - statSync(file).mtimeMs).toBeLessThan(1000)
    expect(readFileSync(file, 'utf8')).toBe(content)
    rmSync(file)
    writeFileSync(file, content.replace('"other"', '"mine"'))
    expect(await lost).toBe('lost')
    await thread.terminate()
  })
})
