/**
 * Workers of a run as jobs of Slurm: one array, each task of which is `kopt work` on the run's folder. Slurm starts them and nothing
 * else: what is done stands in the folder, and neither accounting nor the output of a job is asked. Before a job's time is up, and
 * where it is preempted, it leaves a checkpoint and is put in the queue again.
 */
import { spawnSync } from 'node:child_process'
import path from 'node:path'
import { z } from 'zod'
import { UserError } from '../base/errors.js'
import { exists, makePrivateDirectory, readJson, writeJson } from '../base/files.js'
import { forShell } from '../experiment/config/resume-line.js'
import type { RunDirectory } from '../record/run-directory.js'

export interface SlurmRequest {
  /** Jobs side by side. */
  readonly workers: number
  /** Options of sbatch by their long names, passed on as they are: partition, account, time, mem, cpus-per-task, gres ... */
  readonly options: Readonly<Record<string, string>>
}

/** A job that stands in the queue or runs. */
export interface SlurmTask {
  /** `1234_2` */
  readonly id: string
  /** In Slurm's word: RUNNING, PENDING. */
  readonly state: string
  /** Why it waits, in Slurm's words. */
  readonly reason: string
}

/** Options of sbatch that are kopt's. */
const taken = [
  'array',
  'output',
  'error',
  'open-mode',
  'signal',
  'requeue',
  'no-requeue',
  'parsable',
  'wrap',
  'job-name',
]

/** From `OPTION=VALUE` texts. Throws a `UserError` for what is no option of sbatch's, or kopt's own. */
export function slurmOptions(texts: readonly string[]): Record<string, string> {
  const options: Record<string, string> = {}
  for (const text of texts) {
    const [, name, value] = /^([a-z][a-z-]*)=(.+)$/.exec(text) ?? []
    if (name === undefined || value === undefined)
      throw new UserError(`--slurm ${text}: OPTION=VALUE was expected, for example --slurm partition=long`)
    if (taken.includes(name)) throw new UserError(`--slurm ${text}: kopt sets ${name} itself; leave it out`)
    options[name] = value
  }
  return options
}

/** Seconds before its time is up at which a job is told. */
const noticeSeconds = 120

/** Submits the workers of a run; answers the id of their array. Throws a `UserError` with Slurm's own words where it refuses. */
export function submitSlurm(run: RunDirectory, program: readonly string[], { workers, options }: SlurmRequest): string {
  makePrivateDirectory(run.private)
  const words = [
    '--parsable',
    `--job-name=kopt-${path.basename(run.root)}`,
    `--array=1-${workers}`,
    `--output=${path.join(run.private, 'slurm-%a.log')}`,
    '--open-mode=append',
    `--signal=B:USR1@${noticeSeconds}`,
    '--requeue',
    ...Object.entries(options).map(([name, value]) => `--${name}=${value}`),
  ]
  const [job = ''] = slurm('sbatch', words, script([...program, 'work', run.root]))
    .trim()
    .split(';')
  writeJson(jobFile(run), { job })
  return job
}

/** Told beforehand, kopt has until shortly before the end to come to a checkpoint. */
function script(words: readonly string[]): string {
  return `#!/bin/bash
export KOPT_STOP_SECONDS=${noticeSeconds - 20}
${words.map(forShell).join(' ')} &
work=$!
trap 'again=1; kill -TERM "$work"' USR1
trap 'kill -TERM "$work"' TERM
wait "$work"
code=$?
# A signal ends the wait, not the work.
while kill -0 "$work" 2>/dev/null; do wait "$work"; code=$?; done
if [ -n "$again" ]; then scontrol requeue "\${SLURM_ARRAY_JOB_ID}_\${SLURM_ARRAY_TASK_ID}"; fi
exit "$code"
`
}

/** The array that works on a run; undefined where none was submitted, or the run has its result. */
export function slurmJob(run: Pick<RunDirectory, 'work'>): string | undefined {
  const file = jobFile(run)
  if (!exists(file)) return undefined
  return z.object({ job: z.string().regex(/^\d+$/) }).safeParse(readJson(file)).data?.job
}

function jobFile({ work }: Pick<RunDirectory, 'work'>): string {
  return path.join(work, 'slurm.json')
}

/** Jobs of an array that have not ended; undefined where Slurm can't be asked here. */
export function slurmTasks(job: string): SlurmTask[] | undefined {
  const { status, stdout, stderr } = spawnSync('squeue', ['-h', '-r', '-j', job, '-o', '%i|%T|%r'], {
    encoding: 'utf8',
  })
  if (status !== 0) return /Invalid job id/i.test(stderr ?? '') ? [] : undefined
  return stdout
    .split('\n')
    .filter((line) => line.includes('|'))
    .map((line) => {
      const [id = '', state = '', reason = ''] = line.split('|')
      return { id, state, reason }
    })
}

/** Takes the jobs of an array from the queue, and ends those that run. */
export function cancelSlurm(job: string): void {
  slurm('scancel', [job], '')
}

function slurm(name: string, words: readonly string[], input: string): string {
  const { status, error, stdout, stderr } = spawnSync(name, [...words], { encoding: 'utf8', input })
  if ((error as NodeJS.ErrnoException | undefined)?.code === 'ENOENT')
    throw new UserError(`${name} is not to be found here; go to a computer from which jobs are submitted to Slurm`)
  if (status === 0) return stdout
  const said =
    stderr
      .trim()
      .split('\n')[0]
      ?.replace(/^\w+: error: /, '') ?? ''
  throw new UserError(
    `Slurm refuses: ${said || `${name} ended with code ${status}`}; pass on what it asks for with --slurm OPTION=VALUE`,
  )
}
