/**
 * A run by jobs of a real Slurm, which the test starts for itself: munged, slurmctld and slurmd of one node with two processors, all
 * below a temporary folder.
 */
import { spawnSync } from 'node:child_process'
import { copyFileSync, existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it, type TestContext } from 'vitest'
import { promisedBy } from '../../scripts/attack/damage.mjs'
import { temporaryFolder } from '../dataset/films-on-disk.js'
import { Daemons, freePort, runWords, until } from '../support/cluster.js'
import { demoFilms } from '../support/demo-films.js'
import { kopt, koptFile } from '../support/kopt.js'
import { need } from '../support/needs.js'

const cwd = temporaryFolder()
const at = (...parts: string[]) => path.join(cwd, ...parts)
const env = { SLURM_CONF: at('slurm.conf') }
const isHere = ['sbatch', 'slurmctld', 'slurmd', 'munged'].every((name) => spawnSync('which', [name]).status === 0)
const canStart = isHere && process.getuid?.() === 0
const daemons = new Daemons(cwd, env)

const needSlurm = (context: TestContext) =>
  need(context, canStart, 'Slurm', 'apt-get install slurm-wlm munge, and run the tests as root, who may start it')

const slurm = (name: string, ...words: string[]) =>
  spawnSync(name, words, { encoding: 'utf8', env: { ...process.env, ...env } }).stdout.trim()

const bySlurm = ['--executor', 'slurm', '--slurm', 'cpus-per-task=1', '--slurm', 'time=30', '--detach', '--workers']

beforeAll(async () => {
  demoFilms(at('films'), 12)
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
PartitionName=short Nodes=ALL MaxTime=5 State=UP
`,
  )
  const ofMunge = ['socket', 'key-file', 'log-file', 'pid-file', 'seed-file'].map(
    (name) => `--${name}=${at('munge', name.replace('-file', ''))}`,
  )
  daemons.start('munged', '--foreground', '--force', '--num-threads=1', ...ofMunge)
  await until(() => existsSync(at('munge', 'socket')))
  daemons.start('slurmctld', '-D')
  daemons.start('slurmd', '-D', '-N', host)
  await until(() => slurm('sinfo', '-h', '-p', 'debug', '-o', '%T') === 'idle')
}, 120_000)

afterAll(async () => {
  if (daemons.any) slurm('scancel', '--user=root')
  await daemons.stop()
}, 60_000)

const jobOf = (run: string) => daemons.jobsOf(run)[0]
const status = (run: string) => daemons.status(run)

describe('a run by jobs of Slurm', { timeout: 240_000 }, () => {
  it('leaves a checkpoint when its time is nearly up, is queued again, and comes to the bytes of one without', async (context) => {
    needSlurm(context)
    const submitted = kopt(runWords('ours', ...bySlurm, '1'), { cwd, env })
    expect(submitted.code, submitted.stderr).toBe(0)
    expect(submitted.stdout).toContain('How far it is: kopt status ours')
    const job = jobOf('ours')
    await expect.poll(() => daemons.steps('ours'), { timeout: 60_000, interval: 200 }).toBeGreaterThan(0)
    expect(kopt(['status', 'ours'], { cwd, env }).stdout).toContain(`jobs of Slurm: ${job}, 1 running, 0 not`)
    expect(slurm('scontrol', 'show', 'job', job)).toMatch(/TimeLimit=00:30:00[\s\S]*CPUs\/Task=1/)

    slurm('scancel', '--signal=USR1', '--batch', job)
    await expect.poll(() => slurm('squeue', '-h', '-o', '%T'), { timeout: 30_000 }).toBe('PENDING')
    const [checkpoint] = readdirSync(at('ours', 'gan')).filter((name) => name.startsWith('checkpoint-'))
    expect(Number(checkpoint?.slice(11, 17))).toBeGreaterThan(0)
    expect(Number(checkpoint?.slice(11, 17))).toBeLessThan(1200)
    // Slurm lets a job that comes again wait for two minutes; one that comes within the second in which it ended is refused by its computer.
    slurm('scontrol', 'update', `JobId=${job}_1`, 'StartTime=now+3')
    const state = () => slurm('squeue', '-h', '-o', '%T')
    await expect.poll(state, { timeout: 60_000, interval: 500 }).toBe('RUNNING')
    await expect
      .poll(() => daemons.hasFinished('ours'), { timeout: 120_000, interval: 200, message: daemons.logsOf('ours') })
      .toBe(true)

    const alone = kopt(runWords('alone'), { cwd })
    expect(alone.code, alone.stderr).toBe(0)
    const [ours, byOne] = [promisedBy(at('ours')), promisedBy(at('alone'))]
    const files = Object.keys(ours).filter((name) => !/^private\/slurm-\d+\.log$/.test(name))
    expect(files).toEqual(Object.keys(byOne))
    expect(files.filter((name) => ours[name] !== byOne[name])).toEqual([])
  })

  it('outlives a computer that fails, and is cancelled with its jobs, those that wait among them', async (context) => {
    needSlurm(context)
    expect(kopt(runWords('cancelled', ...bySlurm, '3', '--set', 'generator.steps=1000000'), { cwd, env }).code).toBe(0)
    const job = jobOf('cancelled')
    await expect.poll(() => daemons.steps('cancelled'), { timeout: 60_000 }).toBeGreaterThan(0)
    expect(
      status('cancelled')
        .jobs.tasks.map(({ state }: { state: string }) => state)
        .toSorted(),
    ).toEqual(['PENDING', 'RUNNING', 'RUNNING'])
    const node = `NodeName=${slurm('sinfo', '-h', '-p', 'debug', '-o', '%n')}`
    slurm('scontrol', 'update', node, 'State=DOWN', 'Reason=test')
    const running = () => slurm('squeue', '-h', '-r', '-j', job, '-t', 'RUNNING').split('\n').filter(Boolean).length
    await expect.poll(running, { timeout: 30_000 }).toBe(0)
    slurm('scontrol', 'update', node, 'State=RESUME')
    await expect.poll(running, { timeout: 60_000 }).toBeGreaterThan(0)
    const cancel = kopt(['cancel', 'cancelled'], { cwd, env })
    expect(cancel).toMatchObject({ code: 0, stdout: expect.stringContaining('cancelled is cancelled; go on with') })
    await expect.poll(() => slurm('squeue', '-h', '-j', job), { timeout: 30_000 }).toBe('')
    expect(kopt(['status', 'cancelled'], { cwd, env }).stdout).toContain(`jobs of Slurm: ${job}, none of which is left`)
  })

  it('that Slurm refuses is told in its words, and leaves no folder', (context) => {
    needSlurm(context)
    const { code, stderr } = kopt(runWords('refused', ...bySlurm, '1', '--slurm', 'partition=nosuch'), { cwd, env })
    expect(code).toBe(2)
    expect(stderr).toContain('Slurm refuses: invalid partition specified: nosuch')
    // This Slurm has no cards, which a run on CUDA asks it for.
    const cards = kopt(runWords('refused', ...bySlurm, '1', '--device', 'cuda'), { cwd, env })
    expect(cards.code).toBe(2)
    expect(cards.stderr).toContain('Slurm refuses: Invalid generic resource (gres) specification')
    // No array has more than a thousand jobs where its administrator did not say otherwise.
    const many = kopt(runWords('refused', ...bySlurm, '2000'), { cwd, env })
    expect(many.code).toBe(2)
    expect(many.stderr).toContain('Slurm refuses: Batch job submission failed: Invalid job array specification')
    expect(existsSync(at('refused'))).toBe(false)
  })

  it('that asks for more time than its partition gives waits, and its status says for what', async (context) => {
    needSlurm(context)
    const { code, stderr } = kopt(runWords('long', ...bySlurm, '1', '--slurm', 'partition=short'), { cwd, env })
    expect(code, stderr).toBe(0)
    await expect
      .poll(() => kopt(['status', 'long'], { cwd, env }).stdout, { timeout: 30_000 })
      .toContain(`jobs of Slurm: ${jobOf('long')}, 0 running, 1 not (PartitionTimeLimit)`)
    expect(kopt(['cancel', 'long'], { cwd, env }).code).toBe(0)
  })

  it.for([
    ['is absent', undefined, 'No such file or directory'],
    [
      'finds too old a C library',
      '#!/bin/sh\necho "$0: /lib/libc.so.6: version \'GLIBC_2.28\' not found (required by $0)" >&2\nexit 1\n',
      "version 'GLIBC_2.28' not found",
    ],
  ])('on a computer where Node %s ends at once, and the status says why', async ([name, program, reason], context) => {
    needSlurm(context)
    const node = at(`node ${name}`)
    copyFileSync(process.execPath, node)
    const run = `without-${program === undefined ? 'node' : 'libc'}`
    const submitted = spawnSync(node, [koptFile, ...runWords(run, ...bySlurm, '1', '--slurm', 'begin=now+1hour')], {
      cwd,
      encoding: 'utf8',
      env: { ...process.env, ...env },
    })
    expect(submitted.status, submitted.stderr).toBe(0)
    rmSync(node)
    if (program !== undefined) writeFileSync(node, program, { mode: 0o755 })
    const job = jobOf(run)
    slurm('scontrol', 'update', `JobId=${job}`, 'StartTime=now')
    await expect.poll(() => slurm('squeue', '-h', '-j', job), { timeout: 60_000 }).toBe('')
    const { stdout } = kopt(['status', run], { cwd, env })
    expect(stdout).toContain(`jobs of Slurm: ${job}, none of which is left`)
    expect(stdout).toMatch(/said last: Node does not start on \S+: /)
    expect(stdout).toContain(reason)
    expect(stdout).toContain(
      `it has to be at ${node} on every computer that jobs run on, each with glibc 2.28 or newer`,
    )
    expect(stdout).toContain(`(${run}/private/slurm-1.log)`)
  })
})

describe('jobs of a cluster', () => {
  it.each([
    ['where there is none', runWords('none', ...bySlurm, '2'), 'sbatch is not to be found here'],
    [
      'with what is no option',
      runWords('none', ...bySlurm, '2', '--slurm', 'fast'),
      '--slurm fast: OPTION=VALUE was expected',
    ],
    [
      'with an option of kopt’s own',
      runWords('none', ...bySlurm, '2', '--slurm', 'array=1-9'),
      'kopt sets array itself',
    ],
    [
      'that are not asked for',
      runWords('none', '--workers', '2'),
      '--workers is for jobs of a cluster; add --executor slurm or --executor submit, or leave it out',
    ],
  ])('are refused %s', (_, given, sentence) => {
    const { code, stderr } = kopt(given, { cwd, env: { PATH: '/nowhere' } })
    expect(code).toBe(2)
    expect(stderr).toContain(sentence)
    expect(existsSync(at('none'))).toBe(false)
  })
})
