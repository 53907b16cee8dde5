/** A run by jobs of a cluster: its folder is laid out here, its work is done there, and it is watched from here as long as one likes. */
import { fileURLToPath } from 'node:url'
import { type Command, Option } from 'commander'
import { builtCommand } from '../base/built.js'
import { capitalised } from '../base/capitalised.js'
import { Interrupted, UserError } from '../base/errors.js'
import { exists } from '../base/files.js'
import { firstFew } from '../base/first-few.js'
import { lockHolder } from '../base/lock-file.js'
import { shellWord } from '../base/shell-word.js'
import { shown } from '../base/shown.js'
import { shownPath } from '../base/shown-path.js'
import type { Config } from '../experiment/config/schema.js'
import { storedConfig } from '../experiment/config/stored.js'
import type { ExperimentRequest } from '../experiment/run/run-experiment.js'
import { gpusOf } from '../experiment/work/training.js'
import { PostedWork } from '../record/posted-work.js'
import { recordedEvents, runStatus } from '../record/read-status.js'
import { openRunDirectory, type RunDirectory } from '../record/run-directory.js'
import { type Cluster, submitJobs, type WorkerNeeds } from '../trials/cluster.js'
import { slurm, slurmOptions } from '../trials/slurm.js'
import { type Submitter, submitter, templateNames, templateValues } from '../trials/submit.js'
import type { Outside } from './command.js'
import { collected, wholeNumber } from './options.js'

export interface ClusterOptions {
  readonly executor?: 'local' | 'slurm' | 'submit' | 'bullmq'
  readonly workers?: number
  readonly slurm?: readonly string[]
  readonly template?: string
  readonly job?: readonly string[]
  readonly detach?: boolean
  readonly print?: boolean
  readonly queue?: string
}

/** Cores of a worker where nothing says how many. */
const coresOfWorker = 4
const workersOfRun = 4

export function clusterOptions(command: Command): Command {
  return command
    .optionsGroup('Cluster:')
    .addOption(
      new Option(
        '--executor <name>',
        'who does the work: this computer, jobs of Slurm, jobs that are submitted as --template says, or this computer and each that takes work from --queue',
      ).choices(['local', 'slurm', 'submit', 'bullmq']),
    )
    .addOption(new Option('--workers <n>', `jobs side by side (default: ${workersOfRun})`).argParser(wholeNumber(1)))
    .option(
      '--slurm <option=value>',
      'passed on to sbatch, such as partition=long, account=abc, time=8:00:00, mem=8G, cpus-per-task=4 (may be repeated)',
      collected,
    )
    .option(
      '--template <name>',
      `how jobs are submitted: ${templateNames.join(', ')}, or a file of your own (docs/scale.md)`,
    )
    .option(
      '--job <name=value>',
      'what stands for {name} in the template, such as time=8:00:00, memory=8G, queue=long, cores=4 (may be repeated)',
      collected,
    )
    .option('--detach', 'submit the jobs and end; kopt status tells how far they are')
    .option('--print', 'lay the folder out and print what --template would have submitted, to be submitted by yourself')
    .option(
      '--queue <address>',
      'for --executor bullmq: a Redis, such as redis://pc1:6379 (default: KOPT_QUEUE in the environment, the place for one with a password)',
    )
}

/** Whether jobs are to do the work. Throws a `UserError` where only jobs could make use of an option. */
export function isForCluster(options: ClusterOptions): boolean {
  const { executor, workers, slurm, template, job, detach, print, queue } = options
  const refuse = (others: Record<string, unknown>, what: string) => {
    const [name] = Object.entries(others).find(([, value]) => value !== undefined) ?? []
    if (name !== undefined) throw new UserError(`--${name} is for ${what}, or leave it out`)
  }
  if (executor !== 'submit') refuse({ template, job, print }, 'jobs by a template; add --executor submit')
  if (executor !== 'slurm') refuse({ slurm }, 'jobs of Slurm; add --executor slurm')
  if (executor !== 'bullmq') refuse({ queue }, 'workers of a queue; add --executor bullmq')
  if (executor === 'slurm' || executor === 'submit') return true
  refuse({ workers, detach }, 'jobs of a cluster; add --executor slurm or --executor submit')
  return false
}

/** What `--print` prints. */
export interface PrintedJob {
  readonly runFolder: string
  readonly job: string
}

/** Lays a run out, or opens it, and says what would be submitted for it. */
export async function printJob(request: ExperimentRequest, options: ClusterOptions): Promise<PrintedJob> {
  const { cluster, cores } = submitterOf(options)
  let job = ''
  const run = await handedOver(request, cores, (run, needs) => {
    job = cluster.describe(run, program, needs)
  })
  return { runFolder: run.root, job }
}

const program = [process.execPath, fileURLToPath(builtCommand())]

const coresOf = (asked: string | undefined) => (asked === undefined ? coresOfWorker : wholeNumber(1)(asked))

/** The cluster that is asked for, and how many cores a worker is to have where the run does not say. */
function clusterOf(options: ClusterOptions): { cluster: Cluster; cores: number } {
  const { executor, workers = workersOfRun, slurm: words = [] } = options
  if (executor !== 'slurm') return submitterOf(options)
  const said = slurmOptions(words)
  return { cluster: slurm({ workers, options: said }), cores: coresOf(said['cpus-per-task']) }
}

function submitterOf({ workers = workersOfRun, template, job = [] }: ClusterOptions): {
  cluster: Submitter
  cores: number
} {
  if (template === undefined)
    throw new UserError(
      `--executor submit needs a template: --template with one of ${templateNames.join(', ')}, or with a file of your own`,
    )
  const { cores, ...values } = templateValues(job)
  return { cluster: submitter({ template, workers, values }), cores: coresOf(cores) }
}

/** For verbs that ask after a run's jobs. */
export function templateAgainOption(): Option {
  return new Option(
    '--template <file>',
    'the template that the jobs were submitted with, where it was a file of your own',
  )
}

/** Begins a run, or goes on with it, by jobs; answers its folder once it has its result, or at once with `detach`. */
export async function runOnCluster(
  request: ExperimentRequest,
  options: ClusterOptions,
  outside: Outside,
): Promise<string> {
  const { cluster, cores } = clusterOf(options)
  let jobs: readonly string[] = []
  const submit = (run: RunDirectory, needs: WorkerNeeds) => {
    jobs = submitJobs(cluster, run, program, needs)
  }
  const run = await handedOver(request, cores, submit)
  const folder = shownPath(run.root)
  const { workers = workersOfRun } = options
  const count = workers === 1 ? 'a worker' : `${workers} workers`
  outside.note(shown`${capitalised(cluster.name)} has jobs for ${count} of ${folder}: ${firstFew(jobs, 4)}`)
  if (!options.detach) await untilDone(run, { cluster, jobs, again: againWords(options) }, outside)
  return run.root
}

/** A new run, or one that is gone on with, once its jobs are submitted. */
async function handedOver(
  request: ExperimentRequest,
  cores: number,
  submit: (run: RunDirectory, needs: WorkerNeeds) => void,
): Promise<RunDirectory> {
  const submitLaidOut = (run: RunDirectory) => submit(run, needsOf(storedConfig(run, 'to give its work to jobs')))
  if (!request.resume) {
    const { layOut } = await import('../experiment/run/run-experiment.js')
    return layOut(request, () => cores, submitLaidOut)
  }
  const { out, resume: _, ...others } = request
  if (Object.values(others).some((value) => value !== undefined))
    throw new UserError(
      'jobs go on with a run as it stands; where its films have moved, or a training failed, say so to kopt resume here, without --executor',
    )
  const directory = openRunDirectory(out as string)
  new PostedWork(directory).allow()
  submitLaidOut(directory)
  return directory
}

function needsOf({ compute: { threads, device } }: Config): WorkerNeeds {
  return { threads, gpus: gpusOf(device) }
}

const lookEveryMs = 1000

interface WatchedJobs {
  readonly cluster: Cluster
  readonly jobs: readonly string[]
  /** What submits jobs again, behind `kopt resume RUN`. */
  readonly again: string
}

function againWords({ executor, template }: ClusterOptions): string {
  return executor === 'slurm' ? '--executor slurm' : `--executor submit --template ${shellWord(template ?? '')}`
}

/** Shows what the run tells. Throws why it ended without a result; who stops watching stops nothing else. */
async function untilDone(run: RunDirectory, { cluster, jobs, again }: WatchedJobs, outside: Outside): Promise<void> {
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
    const tasks = cluster.tasks(jobs)
    for (const event of recordedEvents(run).slice(told)) {
      told++
      outside.show(event)
    }
    const { progress, cause, cancelled } = runStatus(run.root)
    if (progress) outside.show(progress)
    if (exists(run.result) && exists(run.report) && !exists(run.work) && lockHolder(run.lock) === undefined) return
    if (tasks?.length === 0) {
      if (cancelled) throw new Interrupted(`${folder} was cancelled; go on with: kopt resume ${folder} ${again}`)
      throw new UserError(
        `${cause ? cause.text : 'the jobs have ended without a result'}; ${cluster.firstLog === undefined ? 'the cluster itself tells what they said' : `what they said stands in ${folder}/${cluster.firstLog} and those beside it`}`,
      )
    }
    await new Promise((resolve) => setTimeout(resolve, lookEveryMs))
  }
}
