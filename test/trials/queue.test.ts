/**
 * Work of a run by workers of a queue, on a real Redis that the test starts for itself: it keeps nothing on disk, asks for a password,
 * and speaks TLS on a second port.
 */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { ExecutorContext, TrialExecutor } from '../../src/experiment/work/executor.js'
import type { OfferingQueue } from '../../src/trials/redis-queue.js'
import { runFolder, trialExecutorContract } from '../conformance/trial-executor.js'
import { temporaryFolder } from '../dataset/films-on-disk.js'
import { answersOf } from '../support/answers.js'
import { freePort, runWords, until } from '../support/cluster.js'
import { demoFilms } from '../support/demo-films.js'
import { kopt, koptApart, koptFile } from '../support/kopt.js'
import { need } from '../support/needs.js'
import { bytesOf, comeToTraining } from './tiny-training.js'

const built = (name: string) => import(new URL(`../../dist/${name}.js`, import.meta.url).href)
const { openQueue } = (await built('trials/redis-queue')) as typeof import('../../src/trials/redis-queue.js')
const { offeringExecutor } = (await built('trials/offered')) as typeof import('../../src/trials/offered.js')

const isHere = ['redis-server', 'openssl'].every((name) => spawnSync('which', [name]).status === 0)
const secret = 'Sesame-4711'
const cwd = temporaryFolder()
const certificate = path.join(cwd, 'certificate.pem')
const key = path.join(cwd, 'key.pem')
const [plain, secure] = [await freePort(), await freePort()]
const address = `redis://:${secret}@127.0.0.1:${plain}`
const env = { KOPT_QUEUE: `rediss://:${secret}@127.0.0.1:${secure}`, NODE_EXTRA_CA_CERTS: certificate }

let redis: ChildProcess | undefined
let worker: ChildProcess | undefined
let queue: OfferingQueue
/** What the worker has said. */
let said = ''
/** What the offering side was told. */
const told: string[] = []

function startRedis(): void {
  const ofTls = [
    '--tls-port',
    secure,
    '--tls-cert-file',
    certificate,
    '--tls-key-file',
    key,
    '--tls-ca-cert-file',
    certificate,
  ]
  const words = ['--port', plain, ...ofTls, '--tls-auth-clients', 'no', '--requirepass', secret, '--bind', '127.0.0.1']
  redis = spawn('redis-server', [...words, '--save', '', '--appendonly', 'no'].map(String), { cwd, stdio: 'ignore' })
}

async function end(child: ChildProcess | undefined, signal: NodeJS.Signals): Promise<void> {
  if (!child || child.exitCode !== null) return
  const ended = new Promise((resolve) => child.once('exit', resolve))
  child.kill(signal)
  await ended
}

const queueOpened = async () => {
  for (;;) {
    try {
      return await openQueue(address, (text) => told.push(text))
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 100))
    }
  }
}

beforeAll(async () => {
  if (!isHere) return
  demoFilms(path.join(cwd, 'films'), 12)
  const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=IP:127.0.0.1', '-days', '2', '-nodes']
  const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1']
  spawnSync('openssl', ['req', '-x509', ...curve, ...subject, '-keyout', key, '-out', certificate])
  startRedis()
  queue = await queueOpened()
  worker = spawn(process.execPath, [koptFile, 'work', '--queue'], { cwd, env: { ...process.env, ...env } })
  for (const stream of [worker.stdout, worker.stderr]) stream?.on('data', (text) => (said += text))
  await until(() => said.includes(`waits for work at rediss://127.0.0.1:${secure}; Ctrl-C ends it`))
}, 60_000)

afterAll(async () => {
  queue?.close()
  await end(worker, 'SIGKILL')
  await end(redis, 'SIGKILL')
})

beforeEach((context) => need(context, isHere, 'Redis', 'apt-get install redis-server openssl'))

/** Every trial a unit of its own; the folder of the suite becomes one of a run. */
function offering(context: ExecutorContext): TrialExecutor {
  writeFileSync(path.join(context.runFolder, 'config.yaml'), '')
  return offeringExecutor(queue, { bundleSeconds: 0 })(context)
}

describe('a queue', { timeout: 120_000 }, () => {
  trialExecutorContract({ name: 'workers of a queue', make: offering, processes: 1 })

  it('is lost in the middle, and nothing of the run with it; workers go on once it is there again', async () => {
    const { root, units } = runFolder()
    const executor = offering({ runFolder: root, processes: 1 })
    const done: string[] = []
    await executor.run(units(8), {
      onOutcome: async ({ id }) => {
        done.push(id)
        if (done.length === 1) await end(redis, 'SIGKILL')
      },
    })
    expect(done.toSorted()).toEqual(units(8).map(({ id }) => id))
    await until(() => told.length > 0 && said.includes('is lost'))
    startRedis()
    await until(() => told.length > 1 && said.includes('is there again'))
    expect(told).toEqual([
      `the queue at redis://127.0.0.1:${plain} is lost; it is looked for until it is there again`,
      `the queue at redis://127.0.0.1:${plain} is there again`,
    ])
    said = ''
    await executor.run(units(12), { onOutcome() {} })
    expect(said).toMatch(/trials-[0-9a-f]{16} of \S+ is done/)
    await executor.close()
  })

  it('gives a training to a worker, to the bytes of one that the run does itself', async () => {
    const [alone, offered] = [await comeToTraining(), await comeToTraining()]
    await alone.train()
    const executor = offering({ runFolder: offered.context.run.root, processes: 1 })
    await until(() => offered.posted.done(offered.unit) !== undefined)
    await executor.close()
    expect(bytesOf(offered.context.run)).toEqual(bytesOf(alone.context.run))
  })

  it('is used by kopt run over TLS, and its password stands in no output and no file', () => {
    const set = [
      '--set',
      'generator.steps=10',
      '--set',
      'training.checkpointEvery=10',
      '--set',
      'training.gridEvery=10',
    ]
    const { code, stdout, stderr } = koptApart(runWords('ours', ...set, '--executor', 'bullmq'), { cwd, env })
    expect(code, stderr).toBe(0)
    const wrong = kopt(['work', '--queue', address.replace('4711', '4712')], { cwd })
    expect(wrong).toMatchObject({ code: 2, stdout: '' })
    expect(wrong.stderr).toBe(
      `no queue at redis://127.0.0.1:${plain}: it asks for another password; put it in the address, best in the environment: KOPT_QUEUE=redis://:PASSWORD@HOST:6379\n`,
    )
    const files = readdirSync(path.join(cwd, 'ours'), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => readFileSync(path.join(entry.parentPath, entry.name), 'latin1'))
    expect([stdout, stderr, wrong.stderr, said, ...files].filter((text) => text.includes('Sesame'))).toEqual([])
  })

  it('of a folder that its worker does not see leaves the work to others, and says so once', async () => {
    said = ''
    for (const unit of ['training-1', 'training-2']) await queue.offer({ run: '/nowhere/ours', unit })
    await queue.offer({ run: '/nowhere/theirs', unit: 'training-1' })
    await until(() => said.includes('/nowhere/theirs'))
    expect(said.match(/work of \/nowhere\/ours is offered, a folder that this computer does not see/g)).toHaveLength(1)
  })
})

describe('the address of a queue', () => {
  it('is refused where it is missing, none, or nobody is there, and nothing is repeated that may be secret', () => {
    const refused: readonly (readonly [string[], string])[] = [
      [['work', '--queue'], 'the address of the queue is missing: --queue redis://HOST:6379, or KOPT_QUEUE'],
      [['work', '--queue', 'http://:Sesame@pc1'], 'the address of the queue is none: redis://HOST:6379 was expected'],
      [['work', '--queue', 'redis://:Sesame@127.0.0.1:1'], 'no queue at redis://127.0.0.1:1: connect ECONNREFUSED'],
      [['work', 'ours', '--queue', 'redis://pc1'], '--queue is in place of a run'],
      [['work'], 'name the run whose work is to be done, or a queue of work'],
      [['run', 'films', '--queue', 'redis://pc1'], '--queue is for workers of a queue; add --executor bullmq'],
    ]
    for (const [i, { code, stderr }] of answersOf(refused.map(([words]) => words)).entries()) {
      expect(code).toBe(2)
      expect(stderr).toContain(refused[i][1])
      expect(stderr).not.toContain('Sesame')
    }
  })
})
