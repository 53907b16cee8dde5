import { spawn } from 'node:child_process'
import { existsSync, readFileSync, realpathSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { Interrupted } from '../../src/base/errors.js'
import { type ProgramCall, runProgram } from '../../src/base/program.js'
import { temporaryFolder } from '../support/kopt.js'

let folder: string
let lines: string[]
beforeEach(() => {
  folder = temporaryFolder()
  lines = []
})

/** Leaves its number, and lives until it is ended. */
const endless = `require('fs').writeFileSync(process.argv[1], String(process.pid)); setInterval(() => {}, 1000)`

const call = (script: string, more: readonly string[] = [], changes: Partial<ProgramCall> = {}): ProgramCall => ({
  words: [process.execPath, '-e', script, ...more],
  folder,
  input: '',
  timeoutMs: 20_000,
  onLine: (line, from) => void lines.push(`${from}: ${line}`),
  ...changes,
})

const started: number[] = []
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

/** The number that a process has left, once it is there. */
async function numberIn(file: string): Promise<number> {
  while (!existsSync(file) || readFileSync(file, 'utf8') === '') await pause(20)
  const pid = Number(readFileSync(file, 'utf8'))
  started.push(pid)
  return pid
}

function lives(pid: number): boolean {
  try {
    process.kill(pid, 0)
    // One that nobody has asked for yet still has its number.
    return process.platform !== 'linux' || !/^\d+ \(.*\) Z/s.test(readFileSync(`/proc/${pid}/stat`, 'utf8'))
  } catch {
    return false
  }
}

async function gone(...pids: readonly number[]) {
  for (let waited = 0; waited < 5000 && pids.some(lives); waited += 20) await pause(20)
  expect(pids.filter(lives)).toEqual([])
}

afterEach(() => {
  for (const pid of started.splice(0).filter(lives)) process.kill(pid, 'SIGKILL')
})

test('A program reads what it is told, works in its folder with the words and the environment of the user, and is heard line by line', async () => {
  const script = `
    const [word] = process.argv.slice(1)
    const told = require('fs').readFileSync(0, 'utf8')
    process.stdout.write('one\\r\\ntwo\\rthree\\n\\n' + word + ' ' + told + ' ' + process.cwd() + ' ' + process.env.PATH)
    console.error(Object.keys(process.env).filter((name) => /NODE_CHANNEL|KOPT_COMMAND/.test(name)).length)
    process.exitCode = 3`
  expect(await runProgram(call(script, ['a "b" $HOME *'], { input: 'job' }))).toEqual({ kind: 'ended', code: 3 })
  expect(lines.filter((line) => line.startsWith('output'))).toEqual([
    'output: one',
    'output: two',
    'output: three',
    `output: a "b" $HOME * job ${realpathSync(folder)} ${process.env.PATH}`,
  ])
  expect(lines).toContain('errors: 0')
})

test('A program that reads nothing is told more than a pipe holds, and of a very long line the beginning is heard', async () => {
  const long = `process.stdout.write('x'.repeat(5e6) + '\\nend\\n')`
  expect(await runProgram(call(long, [], { input: 'y'.repeat(1e6) }))).toEqual({ kind: 'ended', code: 0 })
  expect(lines).toEqual([`output: ${'x'.repeat(2000)}`, 'output: end'])
})

test('What does not exist, and what is no program, is not started', async () => {
  const missing = await runProgram({ ...call(''), words: ['kopt-no-such-program'] })
  expect(missing).toMatchObject({ kind: 'not started', code: 'ENOENT' })
  const text = path.join(folder, 'text')
  writeFileSync(text, 'no program')
  expect(await runProgram({ ...call(''), words: [text] })).toMatchObject({ kind: 'not started', code: 'EACCES' })
})

test('A program that is out of time is ended with all that it has started, also what has left its group', async () => {
  const [inside, outside] = [path.join(folder, 'inside'), path.join(folder, 'outside')]
  const script = `
    const { spawn } = require('child_process')
    const [endless, inside, outside] = process.argv.slice(1)
    spawn(process.execPath, ['-e', endless, inside], { stdio: 'inherit' })
    spawn(process.execPath, ['-e', endless, outside], { stdio: 'inherit', detached: true })
    setInterval(() => {}, 1000)`
  const ended = runProgram(call(script, [endless, inside, outside], { timeoutMs: 5000 }))
  const pids = [await numberIn(inside), await numberIn(outside)]
  expect(await ended).toEqual({ kind: 'out of time' })
  // Only Linux tells who has started whom.
  await gone(...(process.platform === 'linux' ? pids : pids.slice(0, 1)))
})

test('What a program leaves running is ended when it has ended itself', async () => {
  const file = path.join(folder, 'pid')
  const script = `
    const { spawn } = require('child_process')
    const [endless, file] = process.argv.slice(1)
    spawn(process.execPath, ['-e', endless, file], { stdio: 'inherit' }).unref()
    const wait = setInterval(() => { if (require('fs').existsSync(file)) clearInterval(wait) }, 20)`
  expect(await runProgram(call(script, [endless, file]))).toEqual({ kind: 'ended', code: 0 })
  await gone(await numberIn(file))
})

test('A stop ends the program, and so does an error of whoever hears it', async () => {
  const file = path.join(folder, 'pid')
  const stop = new AbortController()
  const ended = runProgram(call(endless, [file]), stop.signal)
  const first = await numberIn(file)
  stop.abort()
  await expect(ended).rejects.toThrow(Interrupted)
  await gone(first)
  const onLine = () => {
    throw new Error('the disk is full')
  }
  const talking = `${endless}; console.log('a line')`
  await expect(runProgram(call(talking, [path.join(folder, 'other')], { onLine }))).rejects.toThrow('the disk is full')
  await gone(await numberIn(path.join(folder, 'other')))
})

test('Where the process that has called is killed, the program is ended', async () => {
  const file = path.join(folder, 'pid')
  const built = new URL('../../dist/base/program.js', import.meta.url).href
  const caller = spawn(process.execPath, [
    '--input-type=module',
    '-e',
    `import { runProgram } from ${JSON.stringify(built)}
     await runProgram({ words: ${JSON.stringify([process.execPath, '-e', endless, file])}, folder: ${JSON.stringify(folder)}, input: '', timeoutMs: 60000, onLine() {} })`,
  ])
  const pid = await numberIn(file)
  caller.kill('SIGKILL')
  await gone(pid)
})
