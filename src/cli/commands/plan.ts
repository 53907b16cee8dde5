/** `kopt plan`: what a run would do and could show, before any hours are spent on it. */
import { type Command, Option } from 'commander'
import type { ExperimentRequest } from '../../experiment/run.js'
import type { Outside } from '../command.js'
import { experimentOptions } from '../experiment-options.js'
import { devices, examples, jsonOption } from '../options.js'
import { planText } from '../plan-text.js'

type PlanOptions = Omit<ExperimentRequest, 'dataset' | 'configFile'> & { config?: string; json?: boolean }

export function define(command: Command, { print, show, interruption }: Outside): void {
  experimentOptions(command)
    .description(
      'In about two minutes and without a generator: what a run with the same options would do and how long it would take\n' +
        'here, how the films fall into sets, the smallest gain that the test films could show, and what more real films\n' +
        'would bring. Of the test films nothing but their number is used. Nothing is written.',
    )
    .optionsGroup('Plan:')
    .addOption(new Option('--device <name>', 'where networks run').choices(devices))
    .addOption(jsonOption())
    .action(async (dataset: string | undefined, { config, json, ...request }: PlanOptions) => {
      const { planExperiment } = await import('../../experiment/plan/plan.js')
      const { requestedConfig } = await import('../../experiment/run.js')
      const asked = requestedConfig({ ...request, dataset, configFile: config })
      const plan = await planExperiment(asked, { onEvent: show, signal: interruption() })
      print(json ? JSON.stringify(plan) : planText(plan))
    })
  examples(command, [
    ['Is a run worth the hours?', 'kopt plan films/ours --patient-from prefix'],
    [
      'How long would a longer generator with five folds take?',
      'kopt plan films/ours --set gan.steps=20000 --set resampling.folds=5',
    ],
  ])
}
