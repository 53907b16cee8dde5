/** `kopt work`: take part in a run, beside other processes on this machine and on others that see its folder. */
import type { Command } from 'commander'
import { counted } from '../../base/format.js'
import { shown } from '../../base/shown.js'
import { shownPath } from '../../base/shown-path.js'
import type { Outside } from '../command.js'
import { examples } from '../options.js'

export function define(command: Command, { result, show, interruption }: Outside): void {
  command
    .description(
      'Does work of a run until it has its result: any number of these, on this machine and on others that see the folder,\n' +
        'do a run together, to the files that one alone would leave. Start one for each training that a machine can bear side by\n' +
        'side; each may be stopped or killed at any moment, and started again, and others take over what it was at.',
    )
    .argument('<run>', 'run folder, such as the one that kopt run has named')
    .option('--unit <id>', 'do this one unit of work and end; kopt status RUN --json names them')
    .action(async (run: string, { unit }: { unit?: string }) => {
      const { work } = await import('../../index.js')
      const { runFolder, ...part } = await work(run, { onEvent: show, signal: interruption(), unit })
      const folder = shownPath(runFolder)
      result(
        { runFolder: folder, ...part },
        unit === undefined
          ? part.led
            ? shown`${folder} has its result, to which it was led from here`
            : shown`${folder} has its result; ${counted(part.units, 'unit')} of its work ${part.units === 1 ? 'was' : 'were'} done here`
          : shown`the unit is done${part.units === 0 ? ', and was before' : ''}`,
      )
    })
  examples(command, [
    ['In each of several terminals, on each computer that sees the folder', 'kopt work /shared/runs/0003-ours'],
  ])
}
