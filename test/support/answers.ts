/**
 * What the program as it is built answers to commands, from one process for all of a test file (scripts/answering.mjs). What it does
 * with signals, streams, a terminal and standard input, and whatever a test kills, is seen through `koptApart` of kopt.ts.
 */
import { fileURLToPath } from 'node:url'
import { MessageChannel, receiveMessageOnPort, Worker } from 'node:worker_threads'

export interface Answer {
  code: number | null
  stdout: string
  stderr: string
}

export interface Surroundings {
  cwd?: string
  env?: Record<string, string>
}

const answering = fileURLToPath(new URL('../../scripts/answering.mjs', import.meta.url))

/** A thread that starts the process and hands it commands: who waits for an answer, as tests do, hears no message meanwhile. */
const handing = `
  const { spawn } = require('node:child_process')
  const { workerData } = require('node:worker_threads')
  const { port, answers, answering } = workerData
  let child
  let waiting = false
  const answer = (message) => {
    if (!waiting) return
    waiting = false
    port.postMessage(message)
    Atomics.add(answers, 0, 1)
    Atomics.notify(answers, 0)
  }
  port.on('message', (command) => {
    waiting = true
    if (child === undefined) {
      child = spawn(process.execPath, ['--no-warnings', answering], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
      child.on('message', answer)
      child.on('exit', (code, signal) => {
        child = undefined
        answer({ code, stdout: '', stderr: 'the process that answers has ended: ' + (signal ?? code) })
      })
    }
    child.send(command, (error) => error && answer({ code: null, stdout: '', stderr: String(error) }))
  })`

interface Command {
  words: readonly string[]
  cwd: string
  env: NodeJS.ProcessEnv
}

let ask: ((command: Command) => Answer) | undefined

function startAnswering(): (command: Command) => Answer {
  const answers = new Int32Array(new SharedArrayBuffer(4))
  const { port1, port2: port } = new MessageChannel()
  new Worker(handing, { eval: true, workerData: { port, answers, answering }, transferList: [port] }).unref()
  port1.unref()
  let asked = 0
  return (command) => {
    port1.postMessage(command)
    Atomics.wait(answers, 0, asked++)
    return receiveMessageOnPort(port1)?.message
  }
}

/** What the command with these words answers. */
export function kopt(words: readonly string[], { cwd = process.cwd(), env = {} }: Surroundings = {}): Answer {
  ask ??= startAnswering()
  return ask({ words, cwd, env: { ...process.env, ...env } })
}

export function answersOf(commands: readonly (readonly string[])[], surroundings?: Surroundings): Answer[] {
  return commands.map((words) => kopt(words, surroundings))
}
