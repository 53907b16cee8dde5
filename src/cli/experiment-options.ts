/** What an experiment is told, as options: the same for running it and for planning it. */
import type { Command } from 'commander'
import {
  backboneOption,
  configOption,
  encodingOption,
  patientFromOption,
  positiveOption,
  roiFilesOption,
} from './config-options.js'
import { collected, namedPaths, wholeNumber } from './options.js'

/** Adds the dataset, and the options under "Data:" and "Experiment:". */
export function experimentOptions(command: Command): Command {
  return command
    .argument(
      '[dataset]',
      'folder with one folder per class, or a CSV manifest (file,label[,patient][,split][,roi][,exclude])',
    )
    .optionsGroup('Data:')
    .addOption(configOption('--external <name=path>', 'external', ' (may be repeated)').argParser(namedPaths))
    .addOption(positiveOption())
    .addOption(patientFromOption())
    .addOption(roiFilesOption())
    .addOption(encodingOption())
    .addOption(configOption('--skip-unreadable', 'skipUnreadable'))
    .optionsGroup('Experiment:')
    .addOption(configOption('--preset <name>', 'preset', ' (default: standard)'))
    .option('--config <file>', 'YAML with any of the keys of `kopt schema config` (- for standard input)')
    .option(
      '--set <key=value>',
      'one value of the configuration, such as generator.steps=6000 (may be repeated)',
      collected,
    )
    .addOption(backboneOption())
    .addOption(configOption('--generator <command>', 'generator.command'))
    .addOption(configOption('--seed <n>', 'seed').argParser(wholeNumber(0)))
}
