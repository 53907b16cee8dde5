/** `kopt resume`: go on with a run that was stopped or killed; the same as `run ... --out RUN --resume`. */
import { type Command, Option } from 'commander'
import { UserError } from '../../base/errors.js'
import type { ExperimentRequest } from '../../experiment/run/run-experiment.js'
import { latestRun } from '../../record/run-directory.js'
import { clusterOptions } from '../cluster.js'
import type { Outside } from '../command.js'
import { backboneOption, roiFilesOption } from '../config-options.js'
import { examples, namedPaths, whenDoneOption, wholeNumber, yesOption } from '../options.js'
import { mannersOf, type RunManners, runAndShow } from './run.js'

type Places = Pick<ExperimentRequest, 'dataset' | 'external' | 'roi' | 'synthetic' | 'generator' | 'backbone'>

export function define(command: Command, outside: Outside): void {
  command
    .description(
      'Goes on with a run that was stopped or killed, to the result that an uninterrupted run would have had.',
    )
    .argument('[run]', 'run folder (default: the last one begun in runs)')
    .addOption(yesOption())
    .addOption(whenDoneOption())
    .option(
      '--generator <command>',
      'the program that makes the images, again: it is started only where it is named here',
    )
    .addOption(
      new Option(
        '--steps <n>',
        'fewer steps of the generator, for one whose training failed: those of its last sound checkpoint',
      ).argParser(wholeNumber(1)),
    )
    .optionsGroup('Where films have moved (they must be the same, which is checked):')
    .option('--dataset <films>', 'where the dataset lies now')
    .option('--external <name=path>', 'where the films of an external set lie now (may be repeated)', namedPaths)
    .addOption(roiFilesOption())
    .option('--synthetic <folder>', 'where the images made elsewhere lie now')
    .addOption(backboneOption())
  clusterOptions(command).action((run: string | undefined, given: Places & RunManners & { steps?: number }) => {
    const [manners, { steps, ...places }] = mannersOf(given)
    const out = run ?? latestRun()
    if (out === undefined)
      throw new UserError(
        'there is no run in the folder runs here; go to where it was begun, or name the run: kopt resume RUN',
      )
    const set = steps === undefined ? {} : { set: [`generator.steps=${steps}`] }
    return runAndShow({ ...places, ...set, out, resume: true }, outside, manners)
  })
  examples(command, [
    ['The last run begun here', 'kopt resume'],
    ['A run by its folder', 'kopt resume runs/0003-ours'],
    ['A run whose images a program makes', "kopt resume runs/0003-ours --generator 'python3 draw.py'"],
    ['A run whose generator diverged: take it as it was at step 1000', 'kopt resume runs/0003-ours --steps 1000'],
    ['A run whose films have moved', 'kopt resume runs/0003-ours --dataset /archive/films/ours'],
  ])
}
