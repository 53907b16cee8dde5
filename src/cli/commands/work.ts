/** `kopt work`: take part in a run, beside other processes on this machine and on others that see its folder. */
import type { Command } from 'commander'
import { UserError } from '../../base/errors.js'
import { counted } from '../../base/format.js'
import { shown } from '../../base/shown.js'
import { shownPath } from '../../base/shown-path.js'
import type { Outside } from '../command.js'
import { examples } from '../options.js'
import { serve } from '../queue.js'

export function define(command: Command, outside: Outside): void {
  const { result, show, interruption } = outside
  command
    .description(
      'Does work of a run until it has its result: any number of these, on this machine and on others that see the folder,\n' +
        'do a run together, to the files that one alone would leave. Start one for each training that a machine can bear side by\n' +
        'side; each may be stopped or killed at any moment, and started again, and others take over what it was at.',
    )
    .argument('[run]', 'run folder, such as the one that kopt run has named')
    .option('--unit <id>', 'do this one unit of work and end; kopt status RUN --json names them')
    .option(
      '--queue [address]',
      'in place of a run: do work of every run that is offered in this Redis, such as redis://pc1:6379, until stopped (default: KOPT_QUEUE in the environment)',
    )
    .action(async (run: string | undefined, { unit, queue }: { unit?: string; queue?: string | true }) => {
      if (queue !== undefined) {
        if (run !== undefined || unit !== undefined)
          throw new UserError('--queue is in place of a run: the queue says of which runs work waits; leave one out')
        const { units } = await serve(queue === true ? undefined : queue, outside)
        result({ units }, shown`${counted(units, 'unit')} of work ${units === 1 ? 'was' : 'were'} done here`)
        return
      }
      if (run === undefined)
        throw new UserError(
          'name the run whose work is to be done, or a queue of work: kopt work RUN, kopt work --queue ADDRESS',
        )
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
    [
      'On each computer of a lab, for whatever run is begun with --executor bullmq',
      'kopt work --queue redis://pc1:6379',
    ],
  ])
}
