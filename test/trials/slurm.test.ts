/**
 * A run by jobs of a real Slurm, which the test starts for itself: munged, slurmctld and slurmd of one node with two processors, all
 * below a temporary folder.
 */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import os from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it, type TestContext } from 'vitest'
import { promisedBy } from '../../scripts/attack/damage.mjs'
import { temporaryFolder } from '../dataset/films-on-disk.js'
import { kopt } from '../support/kopt.js'
import { need } from '../support/needs.js'
import { tinyBackboneFile } from '../support/tiny-backbone.js'

const cwd = temporaryFolder()
const at = (...parts: string[]) => path.join(cwd, ...parts)
const env = { SLURM_CONF: at('slurm.conf') }
const isHere = ['sbatch', 'slurmctld', 'slurmd', 'munged'].every((name) => spawnSync('which', [name]).status === 0)
const canStart = isHere && process.getuid?.() === 0
const daemons: ChildProcess[] = []

const needSlurm = (context: TestContext) =>
  need(context, canStart, 'Slurm', 'apt-get install slurm-wlm munge, and run the tests as root, who may start it')

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as { port: number }
  await new Promise((resolve) => server.close(resolve))
  return port
}

function daemon(name: string, ...words: string[]) {
  daemons.push(spawn(name, words, { cwd, env: { ...process.env, ...env }, stdio: 'ignore' }))
}

const slurm = (name: string, ...words: string[]) =>
  spawnSync(name, words, { encoding: 'utf8', env: { ...process.env, ...env } }).stdout.trim()

async function until(what: () => boolean): Promise<void> {
  while (!what()) await new Promise((resolve) => setTimeout(resolve, 200))
}

const backbone = tinyBackboneFile()
const settings = [
  'preset=quick',
  'generator.kind=acgan',
  'generator.width=0.05',
  'generator.batchSize=8',
  'generator.steps=3000',
  'image.size=[16, 16]',
  'training.checkpointEvery=3000',
  'training.gridEvery=3000',
  'search.multiples=[1]',
  'search.rivals=none',
  'search.selected=false',
  'compute.threads=1',
  'compute.processes=1',
].flatMap((setting) => ['--set', setting])
const words = (out: string, ...more: string[]) => [
  'run',
  'films/hospital-a',
  '--backbone',
  backbone,
  '--out',
  out,
  ...settings,
  ...more,
]
const bySlurm = ['--executor', 'slurm', '--slurm', 'cpus-per-task=1', '--slurm', 'time=30', '--detach', '--workers']

beforeAll(async () => {
  expect(kopt(['demo-data', 'films', '--patients', '12'], { cwd }).code).toBe(0)
  if (!canStart) return
  for (const folder of ['munge', 'state', 'spool']) mkdirSync(at(folder), { mode: 0o700 })
  writeFileSync(at('munge', 'key'), Buffer.alloc(128, 7), { mode: 0o600 })
  const host = os.hostname().split('.')[0]
  const [controller, node] = [await freePort(), await freePort()]
  writeFileSync(
    env.SLURM_CONF,
    `ClusterName=test
SlurmctldHost=${host}(127.0.0.1)
SlurmctldPort=${controller}
SlurmdPort=${node}
SlurmUser=root
AuthType=auth/munge
AuthInfo=socket=${at('munge', 'socket')}
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
AccountingStorageType=accounting_storage/none
JobAcctGatherType=jobacct_gather/none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
MpiDefault=none
ReturnToService=2
KillWait=5
SchedulerParameters=sched_interval=1,batch_sched_delay=0
StateSaveLocation=${at('state')}
SlurmdSpoolDir=${at('spool')}
SlurmctldPidFile=${at('slurmctld.pid')}
SlurmdPidFile=${at('slurmd.pid')}
SlurmctldLogFile=${at('slurmctld.log')}
SlurmdLogFile=${at('slurmd.log')}
NodeName=${host} NodeAddr=127.0.0.1 CPUs=2 State=UNKNOWN
PartitionName=debug Nodes=ALL Default=YES MaxTime=INFINITE State=UP
`,
  )
  const ofMunge = ['socket', 'key-file', 'log-file', 'pid-file', 'seed-file'].map(
    (name) => `--${name}=${at('munge', name.replace('-file', ''))}`,
  )
  daemon('munged', '--foreground', '--force', '--num-threads=1', ...ofMunge)
  await until(() => existsSync(at('munge', 'socket')))
  daemon('slurmctld', '-D')
  daemon('slurmd', '-D', '-N', host)
  await until(() => slurm('sinfo', '-h', '-o', '%T') === 'idle')
}, 120_000)

afterAll(async () => {
  if (daemons.length > 0) slurm('scancel', '--user=root')
  for (const each of daemons.reverse()) {
    const ended = new Promise((resolve) => each.once('exit', resolve))
    if (each.exitCode === null && each.kill('SIGTERM')) await ended
  }
}, 60_000)

const jobOf = (run: string) => JSON.parse(readFileSync(at(run, 'work', 'slurm.json'), 'utf8')).job as string
const status = (run: string) => JSON.parse(kopt(['status', run, '--json'], { cwd, env }).stdout)
const logsOf = (run: string) =>
  readdirSync(at(run, 'private'))
    .filter((name) => name.endsWith('.log'))
    .map((name) => readFileSync(at(run, 'private', name), 'utf8'))
    .join()

describe('a run by jobs of Slurm', { timeout: 240_000 }, () => {
  it('leaves a checkpoint when its time is nearly up, is queued again, and comes to the bytes of one without', async (context) => {
    needSlurm(context)
    const submitted = kopt(words('ours', ...bySlurm, '1'), { cwd, env })
    expect(submitted.code, submitted.stderr).toBe(0)
    expect(submitted.stdout).toContain('How far it is: kopt status ours')
    const job = jobOf('ours')
    const steps = () => status('ours').units[0]?.progress?.done ?? 0
    await expect.poll(steps, { timeout: 60_000, interval: 200 }).toBeGreaterThan(0)
    expect(kopt(['status', 'ours'], { cwd, env }).stdout).toContain(`jobs of Slurm: ${job}, 1 running, 0 not`)
    expect(slurm('scontrol', 'show', 'job', job)).toMatch(/TimeLimit=00:30:00[\s\S]*CPUs\/Task=1/)

    slurm('scancel', '--signal=USR1', '--batch', job)
    await expect.poll(() => status('ours').slurm.tasks[0]?.state, { timeout: 30_000 }).toBe('PENDING')
    const [checkpoint] = readdirSync(at('ours', 'gan')).filter((name) => name.startsWith('checkpoint-'))
    expect(Number(checkpoint?.slice(11, 17))).toBeGreaterThan(0)
    expect(Number(checkpoint?.slice(11, 17))).toBeLessThan(3000)
    // Slurm lets a job that comes again wait for two minutes.
    slurm('scontrol', 'update', `JobId=${job}_1`, 'StartTime=now')
    await expect
      .poll(() => status('ours').state, { timeout: 120_000, interval: 500, message: logsOf('ours') })
      .toBe('finished')
    await expect.poll(() => existsSync(at('ours', 'work')), { timeout: 20_000 }).toBe(false)

    const alone = kopt(words('alone'), { cwd })
    expect(alone.code, alone.stderr).toBe(0)
    const [ours, byOne] = [promisedBy(at('ours')), promisedBy(at('alone'))]
    const files = Object.keys(ours).filter((name) => !/^private\/slurm-\d+\.log$/.test(name))
    expect(files).toEqual(Object.keys(byOne))
    expect(files.filter((name) => ours[name] !== byOne[name])).toEqual([])
  })

  it('is cancelled with its jobs, those that wait among them', async (context) => {
    needSlurm(context)
    expect(kopt(words('cancelled', ...bySlurm, '3', '--set', 'generator.steps=1000000'), { cwd, env }).code).toBe(0)
    const job = jobOf('cancelled')
    await expect.poll(() => status('cancelled').units.length, { timeout: 60_000 }).toBe(1)
    expect(
      status('cancelled')
        .slurm.tasks.map(({ state }: { state: string }) => state)
        .toSorted(),
    ).toEqual(['PENDING', 'RUNNING', 'RUNNING'])
    const cancel = kopt(['cancel', 'cancelled'], { cwd, env })
    expect(cancel).toMatchObject({ code: 0, stdout: expect.stringContaining('cancelled is cancelled; go on with') })
    await expect.poll(() => slurm('squeue', '-h', '-j', job), { timeout: 30_000 }).toBe('')
    expect(kopt(['status', 'cancelled'], { cwd, env }).stdout).toContain(`jobs of Slurm: ${job}, none of which is left`)
  })

  it('that Slurm refuses is told in its words, and leaves no folder', (context) => {
    needSlurm(context)
    const { code, stderr } = kopt(words('refused', ...bySlurm, '1', '--slurm', 'partition=nosuch'), { cwd, env })
    expect(code).toBe(2)
    expect(stderr).toContain('Slurm refuses: invalid partition specified: nosuch')
    expect(existsSync(at('refused'))).toBe(false)
  })
})

describe('jobs of a cluster', () => {
  it.each([
    ['where there is none', words('none', ...bySlurm, '2'), 'sbatch is not to be found here'],
    [
      'with what is no option',
      words('none', ...bySlurm, '2', '--slurm', 'fast'),
      '--slurm fast: OPTION=VALUE was expected',
    ],
    ['with an option of kopt’s own', words('none', ...bySlurm, '2', '--slurm', 'array=1-9'), 'kopt sets array itself'],
    [
      'that are not asked for',
      words('none', '--workers', '2'),
      '--workers is for jobs of a cluster; add --executor slurm',
    ],
  ])('are refused %s', (_, given, sentence) => {
    const { code, stderr } = kopt(given, { cwd, env: { PATH: '/nowhere' } })
    expect(code).toBe(2)
    expect(stderr).toContain(sentence)
    expect(existsSync(at('none'))).toBe(false)
  })
})
