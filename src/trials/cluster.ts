/**
 * What every cluster is to kopt: somebody who starts `kopt work` on a run's folder, so and so often, and nothing else. What is done
 * stands in the folder; neither accounting nor the output of a job is asked.
 */
import { spawnSync } from 'node:child_process'
import path from 'node:path'
import { z } from 'zod'
import { UserError } from '../base/errors.js'
import { exists, readJson, writeJson } from '../base/files.js'
import { singleQuoted } from '../base/shell-word.js'
import type { RunDirectory } from '../record/run-directory.js'

/** A job that stands in the queue or runs. */
export interface ClusterTask {
  /** `1234_2` */
  readonly id: string
  /** In the cluster's word: RUNNING, qw. */
  readonly state: string
  /** Whether that word means that it runs. */
  readonly runs: boolean
  /** Why it waits, in the cluster's words, where it tells. */
  readonly reason: string
}

/** Whom jobs are asked after. */
export interface ClusterQueue {
  /** For sentences: `Slurm`. */
  readonly name: string
  /** Where what the first job said stands, below the run's folder, if there. */
  readonly firstLog: string | undefined
  /** Jobs that have not ended; undefined where the cluster can't be asked here. */
  tasks(ids: readonly string[]): ClusterTask[] | undefined
  /** Takes jobs from the queue, and ends those that run. */
  cancel(ids: readonly string[]): void
}

/** What a worker has to be given. */
export interface WorkerNeeds {
  readonly threads: number
  /** Cards: 1 or none. */
  readonly gpus: number
}

export interface Cluster extends ClusterQueue {
  /** What its jobs are called again by, from a run's folder. */
  readonly stored: string
  /** Submits the workers of a run; answers the ids of their jobs. Throws a `UserError` with the cluster's own words where it refuses. */
  submit(run: RunDirectory, program: readonly string[], needs: WorkerNeeds): string[]
}

/** The jobs of a run, as its folder names them: the folder may come from anybody. */
export interface StoredJobs {
  readonly cluster: string
  readonly ids: readonly string[]
}

/** An id that is no option of a program's, and nothing to a shell. */
export const jobId = z.string().regex(/^[A-Za-z0-9][\w.[\]@-]{0,99}$/)
const storedJobs: z.ZodType<StoredJobs> = z.object({ cluster: z.string(), ids: z.array(jobId).min(1) })

/** The jobs that work on a run; undefined where none were submitted, or the run has its result. */
export function readJobs(run: Pick<RunDirectory, 'work'>): StoredJobs | undefined {
  const file = jobFile(run)
  return exists(file) ? storedJobs.safeParse(readJson(file)).data : undefined
}

/** Submits the workers of a run, and notes their jobs there. */
export function submitJobs(
  cluster: Cluster,
  run: RunDirectory,
  program: readonly string[],
  needs: WorkerNeeds,
): string[] {
  const ids = cluster.submit(run, program, needs)
  writeJson(jobFile(run), { cluster: cluster.stored, ids } satisfies StoredJobs)
  return ids
}

function jobFile({ work }: Pick<RunDirectory, 'work'>): string {
  return path.join(work, 'jobs.json')
}

export interface JobManners {
  /** How long before its end a job is told of it; 0 where it is not. */
  readonly noticeSeconds: number
  /** The shell's command for a job that was told, and wants to be queued again. */
  readonly again: string
}

/**
 * What a job runs. Told beforehand, kopt has until shortly before the end to come to a checkpoint. Where its computer can't start
 * Node, the words of the loader alone would be of no help.
 */
export function jobScript(words: readonly string[], threads: number, { noticeSeconds, again }: JobManners): string {
  const stopSeconds = Math.ceil(noticeSeconds * 0.8)
  const [node = ''] = words.map(singleQuoted)
  return `#!/bin/bash
node=${node}
if ! said=$("$node" --version 2>&1); then
  said=$(echo "$said" | tail -n 1)
  echo "Node does not start on $(hostname): $said; it has to be at $node on every computer that jobs run on, each with glibc 2.28 or newer: ask for other computers, or put Node and kopt on the shared disk and go on with kopt resume from there" >&2
  exit 2
fi
export KOPT_CORES=\${SLURM_CPUS_PER_TASK:-${threads}}
${stopSeconds > 0 ? `export KOPT_STOP_SECONDS=${stopSeconds}\n` : ''}${words.map(singleQuoted).join(' ')} &
work=$!
trap 'told=1; kill -TERM "$work"' USR1 USR2
trap 'kill -TERM "$work"' TERM
wait "$work"
code=$?
# A signal ends the wait, not the work.
while kill -0 "$work" 2>/dev/null; do wait "$work"; code=$?; done
if [ -n "$told" ] && [ "$code" != 0 ]; then ${again}; fi
exit "$code"
`
}

export interface ProgramAnswer {
  /** Null where it was ended by a signal. */
  readonly code: number | null
  readonly output: string
  readonly errors: string
}

/** Runs a program of the cluster's without a shell; undefined where there is none of that name. */
export function callProgram(words: readonly string[], input = ''): ProgramAnswer | undefined {
  const [program = '', ...others] = words
  const { status, error, stdout, stderr } = spawnSync(program, others, { encoding: 'utf8', input })
  const { code } = (error ?? {}) as NodeJS.ErrnoException
  // One that does not read its input is no worse for it.
  if (error !== undefined && code !== 'EPIPE') {
    if (code === 'ENOENT') return undefined
    throw new UserError(`${program} can't be started: ${error.message}`)
  }
  return { code: status, output: stdout, errors: stderr }
}

/** The same, where it has to be there and to do as it is told. `remedy`: what else could be said to the cluster. */
export function orderProgram(name: string, words: readonly string[], remedy: string, input = ''): string {
  const [program = ''] = words
  const answer = callProgram(words, input)
  if (answer === undefined)
    throw new UserError(`${program} is not to be found here; go to a computer from which jobs are submitted to ${name}`)
  if (answer.code === 0) return answer.output
  const [said = ''] = (answer.errors.trim() || answer.output.trim()).split('\n')
  const plain = said.replace(/^\w+: error: /, '')
  throw new UserError(`${name} refuses: ${plain || `${program} ended with code ${answer.code}`}; ${remedy}`)
}
