/** `kopt plan`: what a run would do and could show, before any hours are spent on it. */
import type { Command } from 'commander'
import { requireOwnPage, writePage } from '../../base/output.js'
import { shown, shownLines } from '../../base/shown.js'
import { shownPath } from '../../base/shown-path.js'
import type { ExperimentRequest } from '../../experiment/run/run-experiment.js'
import { planMark, renderPlan } from '../../report/plan-page.js'
import type { Outside } from '../command.js'
import { deviceOption } from '../config-options.js'
import { experimentOptions } from '../experiment-options.js'
import { examples, requirePageName } from '../options.js'
import { planText } from '../plan-text.js'

type PlanOptions = Omit<ExperimentRequest, 'dataset' | 'configFile' | 'out'> & {
  out?: string
  config?: string
}

export function define(command: Command, { result, note, show, interruption }: Outside): void {
  experimentOptions(command)
    .description(
      'In about two minutes and without a generator: what a run with the same options would do and how long it would take\n' +
        'here, how the films fall into sets, the smallest gain that the test films could show, and what more real films\n' +
        'would bring. Of the test films nothing but their number is used.',
    )
    .optionsGroup('Plan:')
    .option('--out <file.html>', 'the same as a page with figures; no film, no patient and no path is in it')
    .addOption(deviceOption())
    .action(async (dataset: string | undefined, { config, out, ...request }: PlanOptions) => {
      if (out !== undefined) {
        requirePageName(out)
        requireOwnPage('--out', out, planMark)
      }
      const { planExperiment } = await import('../../experiment/plan/plan-experiment.js')
      const { requestedConfig } = await import('../../experiment/config/request.js')
      const asked = requestedConfig({ ...request, dataset, configFile: config })
      const plan = await planExperiment(asked, { onEvent: show, signal: interruption() })
      if (out !== undefined) {
        writePage('--out', out, planMark, renderPlan(plan))
        note(shown`Page: ${shownPath(out)}`)
      }
      result(plan, () => shownLines(planText(plan)))
    })
  examples(command, [
    ['Is a run worth its time?', 'kopt plan films/ours --patient-from prefix'],
    ['The same as a page, to talk it over', 'kopt plan films/ours --patient-from prefix --out plan.html'],
    [
      'How long would a longer generator with five folds take?',
      'kopt plan films/ours --set generator.steps=20000 --set resampling.folds=5',
    ],
  ])
}
