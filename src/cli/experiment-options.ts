/** What an experiment is told, as options: the same for running it and for planning it. */
import { type Command, Option } from 'commander'
import { presetNames } from '../experiment/config/schema.js'
import {
  backboneOption,
  collected,
  namedPaths,
  patientFromOption,
  positiveOption,
  roiFilesOption,
  seedOption,
} from './options.js'

/** Adds the dataset, and the options under "Data:" and "Experiment:". */
export function experimentOptions(command: Command): Command {
  return command
    .argument(
      '[dataset]',
      'folder with one folder per class, or a CSV manifest (file,label[,patient][,split][,roi][,exclude])',
    )
    .optionsGroup('Data:')
    .option('--external <name=path>', "another hospital's films, scored once at the end (may be repeated)", namedPaths)
    .addOption(positiveOption())
    .addOption(patientFromOption())
    .addOption(roiFilesOption())
    .option('--skip-unreadable', 'go on without files that are no whole image; they are counted in the report')
    .optionsGroup('Experiment:')
    .addOption(new Option('--preset <name>', `values to start from: ${presetNames.join(', ')} (default: standard)`))
    .option('--config <file>', 'YAML with any of the keys of `kopt schema config` (- for standard input)')
    .option('--set <key=value>', 'one value of the configuration, such as gan.steps=6000 (may be repeated)', collected)
    .addOption(backboneOption())
    .addOption(seedOption())
}
