/**
 * Workers of a run as jobs of Slurm: one array. Before a job's time is up, and where it is preempted, it leaves a checkpoint and is
 * put in the queue again.
 */
import path from 'node:path'
import { UserError } from '../base/errors.js'
import { makePrivateDirectory } from '../base/files.js'
import { type Cluster, type ClusterQueue, callProgram, jobScript, orderProgram } from './cluster.js'

export interface SlurmRequest {
  /** Jobs side by side. */
  readonly workers: number
  /** Options of sbatch by their long names, passed on as they are: partition, account, time, mem, cpus-per-task, gres ... */
  readonly options: Readonly<Record<string, string>>
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

const again = `scontrol requeue "\${SLURM_ARRAY_JOB_ID}_\${SLURM_ARRAY_TASK_ID}"`

const remedy = 'pass on what it asks for with --slurm OPTION=VALUE'

/** As `gres`, which every Slurm knows, unless cards are asked for in another way. */
function cardsOf(gpus: number, options: SlurmRequest['options']): Record<string, string> {
  const asked = Object.keys(options).some(
    (name) => name === 'gres' || name.startsWith('gpus') || name.startsWith('tres'),
  )
  return gpus === 0 || asked ? {} : { gres: `gpu:${gpus}` }
}

export const slurmQueue: ClusterQueue = {
  name: 'Slurm',
  firstLog: 'private/slurm-1.log',
  tasks(ids) {
    const answer = callProgram(['squeue', '-h', '-r', '-j', ids.join(','), '-o', '%i|%T|%r'])
    if (answer === undefined) return undefined
    if (answer.code !== 0) return /Invalid job id/i.test(answer.errors) ? [] : undefined
    return answer.output
      .split('\n')
      .filter((line) => line.includes('|'))
      .map((line) => {
        const [id = '', state = '', reason = ''] = line.split('|')
        return { id, state, reason, runs: state === 'RUNNING' }
      })
  },
  cancel(ids) {
    orderProgram('Slurm', ['scancel', ...ids], 'end its jobs with scancel')
  },
}

export function slurm({ workers, options }: SlurmRequest): Cluster {
  return {
    ...slurmQueue,
    stored: 'slurm',
    submit(run, program, { threads, gpus }) {
      makePrivateDirectory(run.private)
      const words = [
        '--parsable',
        `--job-name=kopt-${path.basename(run.root)}`,
        `--array=1-${workers}`,
        `--output=${path.join(run.private, 'slurm-%a.log')}`,
        '--open-mode=append',
        `--signal=B:USR1@${noticeSeconds}`,
        '--requeue',
        ...Object.entries({ 'cpus-per-task': String(threads), ...cardsOf(gpus, options), ...options }).map(
          ([name, value]) => `--${name}=${value}`,
        ),
      ]
      const script = jobScript([...program, 'work', run.root], threads, { noticeSeconds, again })
      const [job = ''] = orderProgram('Slurm', ['sbatch', ...words], remedy, script)
        .trim()
        .split(';')
      return [job]
    },
  }
}
