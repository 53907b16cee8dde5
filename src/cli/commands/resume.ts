/** `kopt resume`: go on with a run that was stopped or killed; the same as `run ... --out RUN --resume`. */
import type { Command } from 'commander'
import { UserError } from '../../base/errors.js'
import { latestRun } from '../../record/run-directory.js'
import type { Outside } from '../command.js'
import { examples, yesOption } from '../options.js'
import { runAndShow } from './run.js'

export function define(command: Command, outside: Outside): void {
  command
    .description(
      'Goes on with a run that was stopped or killed, to the result that an uninterrupted run would have had.',
    )
    .argument('[run]', 'run folder (default: the last one begun in runs)')
    .addOption(yesOption())
    .action((run: string | undefined, { yes }: { yes?: boolean }) => {
      const out = run ?? latestRun()
      if (out === undefined) throw new UserError('there is no run in the folder runs; name the run: kopt resume RUN')
      return runAndShow({ out, resume: true }, outside, yes)
    })
  examples(command, [
    ['The last run begun here', 'kopt resume'],
    ['A run by its folder', 'kopt resume runs/0003-ours'],
  ])
}
