/** `kopt list`: the runs of a folder, each with its verdict or how far it is. */
import type { Command } from 'commander'
import { shown, shownLines } from '../../base/shown.js'
import { listRuns } from '../../record/run-list.js'
import { statusInBrief } from '../../words/run-status.js'
import type { Outside } from '../command.js'
import { examples } from '../options.js'

export function define(command: Command, { result }: Outside): void {
  command
    .description('Lists the runs of a folder: which are at work, how far they are, and what the finished ones found.')
    .argument('[folder]', 'folder that holds runs (default: runs)')
    .action((folder: string | undefined) => {
      const runs = listRuns(folder)
      const width = Math.max(0, ...runs.map(({ name }) => name.length))
      const lines = runs.map((run) =>
        `${run.name.padEnd(width)}  ${run.state.padEnd(8)}  ${statusInBrief(run)}`.trimEnd(),
      )
      result(
        runs,
        lines.length > 0 ? shownLines(lines) : shown`no run in ${folder ?? 'runs'} yet; kopt run DATASET begins one`,
      )
    })
  examples(command, [
    ['The runs that were begun here', 'kopt list'],
    ['Those of another folder, for a script', 'kopt list /data/studies --json'],
  ])
}
