/** `kopt cancel`: stop a run with all that is at work on it, on whichever computer. */
import type { Command } from 'commander'
import { shown } from '../../base/shown.js'
import { shownPath } from '../../base/shown-path.js'
import { cancelRun } from '../../trials/cancel.js'
import { templateAgainOption } from '../cluster.js'
import type { Outside } from '../command.js'
import { examples } from '../options.js'

export function define(command: Command, { result, interruption }: Outside): void {
  command
    .description(
      'Stops a run: a file in its folder asks every process at work on it, on whichever computer, to stop as on Ctrl-C, within\n' +
        'seconds; a network disk may tell them half a minute late. What is done stays; kopt resume goes on.',
    )
    .argument('<run>', 'run folder')
    .addOption(templateAgainOption())
    .action(async (run: string, { template }: { template?: string }) => {
      const { runFolder, stillAtWork } = await cancelRun(run, { template, signal: interruption() })
      const folder = shownPath(runFolder)
      const names = stillAtWork.map(({ host, pid, here }) => (here ? `process ${pid}` : `process ${pid} on ${host}`))
      result(
        { runFolder: folder, stillAtWork },
        names.length === 0
          ? shown`${folder} is cancelled; go on with: kopt resume ${folder}`
          : shown`${folder} is cancelled; not stopped yet: ${names.join(', ')}`,
      )
    })
  examples(command, [['A run that several computers are at', 'kopt cancel /shared/runs/0003-ours']])
}
