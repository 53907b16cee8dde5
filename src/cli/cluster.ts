/** A run by jobs of a cluster: its folder is laid out here, its work is done there, and it is watched from here as long as one likes. */
import { fileURLToPath } from 'node:url'
import { type Command, Option } from 'commander'
import { Interrupted, UserError } from '../base/errors.js'
import { exists } from '../base/files.js'
import { lockHolder } from '../base/lock-file.js'
import { shown } from '../base/shown.js'
import { shownPath } from '../base/shown-path.js'
import { storedConfig } from '../experiment/config/stored.js'
import type { ExperimentRequest } from '../experiment/run/run-experiment.js'
import { PostedWork } from '../record/posted-work.js'
import { recordedEvents, runStatus } from '../record/read-status.js'
import { openRunDirectory, type RunDirectory } from '../record/run-directory.js'
import { slurmOptions, slurmTasks, submitSlurm } from '../trials/slurm.js'
import type { Outside } from './command.js'
import { collected, wholeNumber } from './options.js'

export interface ClusterOptions {
  readonly executor?: 'local' | 'slurm'
  readonly workers?: number
  readonly slurm?: readonly string[]
  readonly detach?: boolean
}

/** Cores of a worker where nothing says how many. */
const coresOfWorker = 4
const workersOfRun = 4

export function clusterOptions(command: Command): Command {
  return command
    .optionsGroup('Cluster:')
    .addOption(
      new Option('--executor <name>', 'who does the work: this computer, or jobs of Slurm').choices(['local', 'slurm']),
    )
    .addOption(
      new Option('--workers <n>', `jobs of Slurm side by side (default: ${workersOfRun})`).argParser(wholeNumber(1)),
    )
    .option(
      '--slurm <option=value>',
      'passed on to sbatch, such as partition=long, account=abc, time=8:00:00, mem=8G, cpus-per-task=4 (may be repeated)',
      collected,
    )
    .option('--detach', 'submit the jobs and end; kopt status tells how far they are')
}

/** Whether jobs are to do the work. Throws a `UserError` where only jobs could make use of an option. */
export function isForCluster({ executor, workers, slurm, detach }: ClusterOptions): boolean {
  if (executor === 'slurm') return true
  const [name] = Object.entries({ workers, slurm, detach }).find(([, value]) => value !== undefined) ?? []
  if (name !== undefined)
    throw new UserError(`--${name} is for jobs of a cluster; add --executor slurm, or leave it out`)
  return false
}

/** Begins a run, or goes on with it, by jobs; answers its folder once it has its result, or at once with `detach`. */
export async function runOnCluster(
  request: ExperimentRequest,
  { workers = workersOfRun, slurm = [], detach }: ClusterOptions,
  outside: Outside,
): Promise<string> {
  const options = slurmOptions(slurm)
  const asked = options['cpus-per-task']
  const cores = asked === undefined ? coresOfWorker : wholeNumber(1)(asked)
  const program = [process.execPath, fileURLToPath(new URL('./main.js', import.meta.url))]
  let job = ''
  const submit = (run: RunDirectory, threads: number) => {
    job = submitSlurm(run, program, { workers, options: { 'cpus-per-task': String(threads), ...options } })
  }
  const run = await handedOver(request, cores, submit)
  const folder = shownPath(run.root)
  outside.note(shown`Slurm has ${workers === 1 ? 'a job' : `${workers} jobs`} for ${folder}: ${job}`)
  if (!detach) await untilDone(run, job, outside)
  return run.root
}

/** A new run, or one that is gone on with, once its jobs are submitted. */
async function handedOver(
  request: ExperimentRequest,
  cores: number,
  submit: (run: RunDirectory, threads: number) => void,
): Promise<RunDirectory> {
  if (!request.resume) {
    const { layOut } = await import('../experiment/run/run-experiment.js')
    return layOut(request, () => cores, submit)
  }
  const { out, resume: _, ...others } = request
  if (Object.values(others).some((value) => value !== undefined))
    throw new UserError(
      'jobs go on with a run as it stands; where its films have moved, or a training failed, say so to kopt resume here, without --executor',
    )
  const directory = openRunDirectory(out as string)
  new PostedWork(directory).allow()
  submit(directory, storedConfig(directory, 'to go on with it').compute.threads)
  return directory
}

const lookEveryMs = 1000

/** Shows what the run tells. Throws why it ended without a result; who stops watching stops nothing else. */
async function untilDone(run: RunDirectory, job: string, outside: Outside): Promise<void> {
  const signal = outside.interruption()
  const folder = shownPath(run.root)
  let told = 0
  for (;;) {
    if (signal.aborted) {
      throw new Interrupted(
        `no longer watched, and at work as before: kopt status ${folder} --watch; kopt cancel ${folder} stops it`,
      )
    }
    // Asked before the folder is looked at: what the last job leaves stands there by then.
    const tasks = slurmTasks(job)
    for (const event of recordedEvents(run).slice(told)) {
      told++
      outside.show(event)
    }
    const { progress, cause, cancelled } = runStatus(run.root)
    if (progress) outside.show(progress)
    if (exists(run.result) && exists(run.report) && !exists(run.work) && lockHolder(run.lock) === undefined) return
    if (tasks?.length === 0) {
      if (cancelled)
        throw new Interrupted(`${folder} was cancelled; go on with: kopt resume ${folder} --executor slurm`)
      throw new UserError(
        `${cause ? cause.text : 'the jobs have ended without a result'}; what they said stands in ${folder}/private/slurm-1.log and those beside it`,
      )
    }
    await new Promise((resolve) => setTimeout(resolve, lookEveryMs))
  }
}
