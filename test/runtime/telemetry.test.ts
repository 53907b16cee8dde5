import { Worker } from 'node:worker_threads'
import { expect, test } from 'vitest'
import { silenceTelemetry } from '../../src/runtime/telemetry.js'
import { koptFile } from '../support/kopt.js'

const session = new URL('../runtime/session.js', `file://${koptFile}`)
const telemetry = new URL('../runtime/telemetry.js', `file://${koptFile}`)

/** What a worker thread says when it has run this code. */
function inWorker(code: string, env: NodeJS.ProcessEnv): Promise<unknown> {
  const url = new URL(
    `data:text/javascript,${encodeURIComponent(`import { parentPort } from 'node:worker_threads'\n${code}`)}`,
  )
  return new Promise((resolve, reject) => {
    const worker = new Worker(url, { env })
    worker.once('message', resolve)
    worker.once('error', reject)
  })
}

test('whatever the environment says, the runtime is loaded without its reports', () => {
  const env: NodeJS.ProcessEnv = { ORT_DISABLE_TELEMETRY: '0' }
  silenceTelemetry(env, true)
  expect(env.ORT_DISABLE_TELEMETRY).toBe('1')
})

test('importing the door is enough, so that workers started later find it switched off', async () => {
  await import(session.href)
  expect(process.env.ORT_DISABLE_TELEMETRY).toBe('1')
  const code = `const { silenceTelemetry } = await import(${JSON.stringify(telemetry.href)})\nsilenceTelemetry()\nparentPort.postMessage('loaded')`
  expect(await inWorker(code, { ...process.env })).toBe('loaded')
})

test('a worker thread of a process that never switched it off is refused, with what to do', async () => {
  const code = `const { silenceTelemetry } = await import(${JSON.stringify(telemetry.href)})
    try { silenceTelemetry() } catch (error) { parentPort.postMessage(error.message) }`
  expect(await inWorker(code, { PATH: process.env.PATH })).toMatch(
    /worker thread .*start Node with ORT_DISABLE_TELEMETRY=1/,
  )
})
