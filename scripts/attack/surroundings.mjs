/** What the attacks stand on: kopt as a process, a cohort, and how its answers are judged. */
import { fork, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

const program = fileURLToPath(new URL('../../dist/programs/cli-main.js', import.meta.url))
const answering = fileURLToPath(new URL('../answering.mjs', import.meta.url))

export function temporaryFolder() {
  return mkdtempSync(path.join(tmpdir(), 'kopt-attack-'))
}

/** Numbers in [0, 1) from a seed (mulberry32). */
export function drawFrom(seed) {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
}

/**
 * Starts kopt in a process group of its own. `end` resolves with `{ code, signal, stdout, stderr, seconds }`; a process that
 * is still there after `limit` seconds is killed with its children, and `late` says so.
 */
export function start(words, { cwd, env = {}, limit = 900 } = {}) {
  const begun = performance.now()
  const child = spawn(process.execPath, [program, ...words], {
    cwd,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, CI: '1', ...env },
  })
  const texts = { stdout: '', stderr: '' }
  for (const name of ['stdout', 'stderr']) {
    child[name].setEncoding('utf8')
    child[name].on('data', (chunk) => {
      if (texts[name].length < 2 ** 24) texts[name] += chunk
    })
  }
  let late = false
  const timer = setTimeout(() => {
    late = true
    killGroup(child)
  }, limit * 1000)
  const end = new Promise((resolve) => {
    child.on('close', (code, signal) => {
      clearTimeout(timer)
      resolve({ code, signal, late, ...texts, seconds: (performance.now() - begun) / 1000 })
    })
  })
  return { child, end }
}

export function kopt(words, options) {
  return start(words, options).end
}

/**
 * Many commands in one process (scripts/answering.mjs): `ask` answers as `kopt` does. A process that ends over a command has no exit
 * code; the next command gets a new one.
 */
export function oneProcess() {
  let child
  return {
    ask(words, { cwd = process.cwd() } = {}) {
      child ??= fork(answering, { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] })
      const asked = child
      return new Promise((resolve) => {
        const done = (answer) => {
          asked.off('message', done)
          asked.off('exit', died)
          resolve(answer)
        }
        const died = (_, signal) => {
          child = undefined
          done({ code: null, signal, stdout: '', stderr: '' })
        }
        asked.on('message', done)
        asked.on('exit', died)
        asked.send({ words, cwd, env: { ...process.env, CI: '1' } })
      })
    },
    async close() {
      if (child === undefined) return
      const ended = once(child, 'exit')
      child.disconnect()
      await ended
    },
  }
}

/** Kills a process with all that it started. */
export function killGroup(child) {
  try {
    process.kill(-child.pid, 'SIGKILL')
  } catch {
    // gone already
  }
}

/** Whether anything of a killed process's group is still at work. */
export function groupLives(child) {
  try {
    process.kill(-child.pid, 0)
    return true
  } catch {
    return false
  }
}

export const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms))

/** Two hospitals below `folder`; returns them. */
export async function cohort(folder, patients = 24) {
  const { code, stderr } = await kopt(['demo-data', 'films', '--patients', String(patients)], { cwd: folder })
  if (code !== 0) throw new Error(`no cohort: ${stderr}`)
  return { inside: path.join(folder, 'films', 'hospital-a'), outside: path.join(folder, 'films', 'hospital-b') }
}

/** Names whose contents differ, or that only one of them has. */
export function differences(a, b) {
  return [...new Set([...Object.keys(a), ...Object.keys(b)])].filter((name) => a[name] !== b[name])
}

/** Whether an answer is what kopt promises for what it can't do: exit code 2, a sentence, no stack trace. */
export function isSentence({ code, stderr }) {
  return code === 2 && stderr.trim() !== '' && !/internal:|^ {4}at /m.test(stderr)
}

/** The first lines of an answer, for messages. */
export function answerText({ code, signal, late, stderr }) {
  const how = late ? 'did not end' : signal ? `died of ${signal}` : `exit code ${code}`
  return `${how}: ${stderr.trim().split('\n').slice(-4).join(' / ').slice(0, 400)}`
}
