/** `kopt status`: one run as another process sees it, from its folder; with --watch until it ends. */
import path from 'node:path'
import type { Command } from 'commander'
import { UserError } from '../../base/errors.js'
import { exists, fileSize, readText } from '../../base/files.js'
import { firstFew } from '../../base/first-few.js'
import { shownLines } from '../../base/shown.js'
import { shownPath } from '../../base/shown-path.js'
import { runStatus } from '../../record/read-status.js'
import { latestRun, RunDirectory } from '../../record/run-directory.js'
import { watchRun } from '../../record/watch-run.js'
import { type ClusterTask, readJobs, type StoredJobs } from '../../trials/cluster.js'
import { queueOf } from '../../trials/queue-of.js'
import { ownTemplate } from '../../trials/submit.js'
import { statusLines } from '../../words/run-status.js'
import { templateAgainOption } from '../cluster.js'
import type { Outside } from '../command.js'
import { examples } from '../options.js'

interface Jobs extends StoredJobs {
  /** Null where the cluster can't be asked from here. */
  readonly tasks: readonly ClusterTask[] | null
}

function jobsOf(folder: string, template: string | undefined): Jobs | undefined {
  const jobs = readJobs(new RunDirectory(folder))
  return jobs && { ...jobs, tasks: queueOf(jobs, template)?.tasks(jobs.ids) ?? null }
}

function jobLines(folder: string, jobs: Jobs | undefined, template: string | undefined): string[] {
  if (!jobs) return []
  const { tasks } = jobs
  const queue = queueOf(jobs, template)
  const named = `jobs of ${queue?.name ?? 'a cluster'}: ${firstFew(jobs.ids, 4)}`
  if (tasks === null)
    return [
      `${named} (${jobs.cluster === ownTemplate && template === undefined ? 'name their template with --template to have the cluster asked' : "the cluster can't be asked here"})`,
    ]
  if (tasks.length === 0) return [`${named}, none of which is left`, ...lastSaid(folder, queue?.firstLog)]
  const running = tasks.filter(({ runs }) => runs).length
  const reasons = [...new Set(tasks.filter(({ runs }) => !runs).map(({ state, reason }) => reason || state))]
  return [
    `${named}, ${running} running, ${tasks.length - running} not${reasons.length > 0 ? ` (${reasons.join(', ')})` : ''}`,
  ]
}

const maxLogBytes = 1_000_000

/** The last line of what the first job said: why there is none any more, mostly. */
function lastSaid(folder: string, log: string | undefined): string[] {
  const file = path.join(folder, log ?? '')
  if (log === undefined || !exists(file) || fileSize(file) > maxLogBytes) return []
  const line = readText(file, maxLogBytes).trimEnd().split('\n').at(-1)
  return line ? [`the first of them said last: ${line} (${shownPath(file)})`] : []
}

export function define(command: Command, { result, show }: Outside): void {
  command
    .description(
      'Says whether a run is at work, how far it is, and why it stopped: from its folder alone, on any machine that sees it.',
    )
    .argument('[run]', 'run folder (default: the last one begun in runs)')
    .option('--watch', 'show its progress until it ends; Ctrl-C stops the watching, not the run')
    .addOption(templateAgainOption())
    .action(async (run: string | undefined, { watch, template }: { watch?: boolean; template?: string }) => {
      const folder = run ?? latestRun()
      if (folder === undefined)
        throw new UserError('there is no run in the folder runs here; name one: kopt status RUN')
      if (watch) for await (const event of watchRun(folder)) show(event)
      const status = runStatus(folder)
      const jobs = jobsOf(folder, template)
      result(
        { ...status, ...(jobs && { jobs }) },
        shownLines([...statusLines(status, shownPath(folder)), ...jobLines(folder, jobs, template)]),
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
