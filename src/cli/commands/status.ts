/** `kopt status`: one run as another process sees it, from its folder; with --watch until it ends. */
import type { Command } from 'commander'
import { UserError } from '../../base/errors.js'
import { shownLines } from '../../base/shown.js'
import { shownPath } from '../../base/shown-path.js'
import { runStatus } from '../../record/read-status.js'
import { latestRun, RunDirectory } from '../../record/run-directory.js'
import { watchRun } from '../../record/watch-run.js'
import { type SlurmTask, slurmJob, slurmTasks } from '../../trials/slurm.js'
import { statusLines } from '../../words/run-status.js'
import type { Outside } from '../command.js'
import { examples } from '../options.js'

interface Jobs {
  readonly job: string
  /** Null where Slurm can't be asked from here. */
  readonly tasks: readonly SlurmTask[] | null
}

function jobsOf(folder: string): Jobs | undefined {
  const job = slurmJob(new RunDirectory(folder))
  return job === undefined ? undefined : { job, tasks: slurmTasks(job) ?? null }
}

function jobLines(jobs: Jobs | undefined): string[] {
  if (!jobs) return []
  const { job, tasks } = jobs
  if (tasks === null) return [`jobs of Slurm: ${job} (squeue can't be asked here)`]
  if (tasks.length === 0) return [`jobs of Slurm: ${job}, none of which is left`]
  const running = tasks.filter(({ state }) => state === 'RUNNING').length
  const reasons = [...new Set(tasks.filter(({ state }) => state === 'PENDING').map(({ reason }) => reason))]
  const others = tasks.length - running
  return [
    `jobs of Slurm: ${job}, ${running} running, ${others} not${reasons.length > 0 ? ` (${reasons.join(', ')})` : ''}`,
  ]
}

export function define(command: Command, { result, show }: Outside): void {
  command
    .description(
      'Says whether a run is at work, how far it is, and why it stopped: from its folder alone, on any machine that sees it.',
    )
    .argument('[run]', 'run folder (default: the last one begun in runs)')
    .option('--watch', 'show its progress until it ends; Ctrl-C stops the watching, not the run')
    .action(async (run: string | undefined, { watch }: { watch?: boolean }) => {
      const folder = run ?? latestRun()
      if (folder === undefined)
        throw new UserError('there is no run in the folder runs here; name one: kopt status RUN')
      if (watch) for await (const event of watchRun(folder)) show(event)
      const status = runStatus(folder)
      const jobs = jobsOf(folder)
      result(
        { ...status, ...(jobs && { slurm: jobs }) },
        shownLines([...statusLines(status, shownPath(folder)), ...jobLines(jobs)]),
      )
    })
  examples(command, [
    ['The last run begun here', 'kopt status'],
    [
      'A run on another computer, seen through a shared folder, until it ends',
      'kopt status /shared/runs/0003-ours --watch',
    ],
  ])
}
