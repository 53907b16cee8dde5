/** `kopt start`: a first run on films of one's own, question by question; every step is a command that is shown. */
import type { Command } from 'commander'
import { Interrupted, throwProblems, UserError } from '../../base/errors.js'
import { koptCommand } from '../../base/shell-word.js'
import { shown } from '../../base/shown.js'
import { openDataset } from '../../dataset/open.js'
import { resolvePositive } from '../../dataset/positive.js'
import { requestedConfig } from '../../experiment/config/request.js'
import type { ExperimentRequest } from '../../experiment/run/run-experiment.js'
import { inspectDataset } from '../../inspection/inspect-dataset.js'
import { presetWords } from '../../words/presets.js'
import { trapMeanings } from '../../words/traps.js'
import type { Outside } from '../command.js'
import { configOption, encodingOption, patientFromOption, positiveOption } from '../config-options.js'
import { filmReading } from '../film-reading.js'
import { type ClassAnswers, settleClasses } from '../guide/classes.js'
import { goneOnWith, runsOf } from '../guide/earlier-runs.js'
import { Guide } from '../guide/guide.js'
import { settlePatients } from '../guide/patients.js'
import { inspectionText } from '../inspection-text.js'
import { collected, examples, namedPaths } from '../options.js'
import { planText } from '../plan-text.js'
import { runAndShow } from './run.js'

interface Options extends ClassAnswers {
  readonly patientFrom?: string
  readonly positive?: string
  readonly preset?: string
  readonly external?: Record<string, string>
  readonly set?: readonly string[]
  readonly out?: string
  readonly new?: boolean
  readonly plan: boolean
  readonly yes?: boolean
}

export function define(command: Command, outside: Outside): void {
  command
    .description(
      'Leads through a first run: looks at the films, asks what only you can know (with a proposal that Enter takes), says what was\n' +
        'found, and shows each command before it is done, so that the next run can be typed. Every answer can be given as an option;\n' +
        '--yes takes all proposals. Stopped at any point and started again, it goes on where it was.',
    )
    .argument('<films>', 'the folder of the films, or a manifest')
    .optionsGroup('Answers:')
    .option(
      '--labels <where>',
      'what says the class: folders, names (of the files), or the file of a spreadsheet saved as CSV',
    )
    .option('--label-column <name>', 'of a spreadsheet: the column with the classes')
    .option(
      '--match <field>',
      'of a spreadsheet: what joins its rows to films, name or a DICOM element (kopt manifest)',
    )
    .option('--key-column <name>', 'of a spreadsheet: the column with that')
    .option('--patient-column <name>', 'of a spreadsheet: the column with the patients, or none')
    .option('--label-from <expression>', 'of names: a regular expression whose first group is the class')
    .addOption(encodingOption())
    .addOption(patientFromOption())
    .addOption(positiveOption())
    .addOption(configOption('--preset <name>', 'preset'))
    .option('--yes', 'take what is proposed, without asking')
    .optionsGroup('Run:')
    .addOption(configOption('--external <name=path>', 'external', ' (may be repeated)').argParser(namedPaths))
    .option('--set <key=value>', 'one value of the configuration (may be repeated)', collected)
    .option('--no-plan', 'begin without the plan, which takes about two minutes')
    .option('--out <folder>', 'run folder (default: the next numbered one in runs)')
    .option('--new', 'begin a new run, also where an earlier one of these films can be gone on with')
    .action((films: string, options: Options) => start(films, options, outside))
  examples(command, [
    ['Films in one folder per class', 'kopt start films/ours'],
    [
      'Without a terminal: the proposals, and what can not be proposed',
      'kopt start films/ours --positive sinusitis --yes',
    ],
    [
      'A spreadsheet beside the films',
      'kopt start export --labels export/list.csv --label-column Befund --patient-from prefix --positive krank --preset standard',
    ],
    ['Go on, wherever it was', 'kopt start films/ours'],
  ])
}

async function start(films: string, options: Options, outside: Outside): Promise<void> {
  const guide = new Guide(outside, options.yes === true)
  let request: ExperimentRequest | undefined
  try {
    request = await settled(films, options, guide, outside)
  } catch (error) {
    if (!(error instanceof Interrupted)) throw error
    throw new Interrupted(`stopped; nothing was left half done. Go on with: ${koptCommand('start', films)}`)
  }
  if (request !== undefined) await runAndShow(request, outside, { yes: true })
}

/** Everything before the hours; undefined where there is nothing to run. */
async function settled(
  films: string,
  options: Options,
  guide: Guide,
  outside: Outside,
): Promise<ExperimentRequest | undefined> {
  const earlier = runsOf(films)
  const before = await goneOnWith(earlier, options.new === true, guide, outside)
  if (before !== undefined) return before === 'nothing' ? undefined : before

  const { encoding, external, set, out } = options
  await settleClasses(films, options, guide)
  const cohort = openDataset(films, { encoding })
  const patientFrom = await settlePatients(cohort, options.patientFrom, guide)
  const positive = await settlePositive(cohort.classes, options.positive, guide)
  const preset = await settlePreset(
    earlier.some(({ state }) => state === 'finished'),
    options.preset,
    guide,
  )
  guide.settle()
  const request: ExperimentRequest = {
    dataset: films,
    ...(external && { external }),
    ...(encoding !== undefined && { encoding }),
    ...(patientFrom !== undefined && { patientFrom }),
    ...(positive !== undefined && { positive }),
    preset,
    ...(set && { set }),
  }
  // What is wrong with the request itself is said before films are read.
  requestedConfig(request)
  if (!(await inspected(films, request, guide, outside))) return stoppedBefore('plan', request, outside)
  if (options.plan && !(await planned(request, guide, outside))) return stoppedBefore('run', request, outside)
  guide.step('The run')
  guide.showCommand(commandOf('run', request, out))
  return { ...request, ...(out !== undefined && { out }) }
}

async function settlePositive(
  classes: readonly string[],
  given: string | undefined,
  guide: Guide,
): Promise<string | undefined> {
  guide.step('What is looked for')
  if (classes.length > 2 || given !== undefined) {
    const positive = resolvePositive(classes, given)
    if (positive === null) guide.say(`There are ${classes.length} classes; each is told from all others.`)
    return given
  }
  try {
    guide.say(
      `The positive class, the one that is looked for: ${resolvePositive(classes)} (the other is called by a word for nothing found).`,
    )
    return undefined
  } catch (error) {
    if (!(error instanceof UserError)) throw error
  }
  return guide.decide({
    text: 'Which class is looked for? Sensitivity is the share of its films that are found.',
    choices: classes.map((name) => ({ value: name, words: name })),
    option: '--positive',
    given: undefined,
  })
}

async function settlePreset(hasRun: boolean, given: string | undefined, guide: Guide): Promise<string> {
  guide.step('How thorough the run is')
  return guide.decide({
    text: 'Which preset?',
    choices: Object.entries(presetWords).map(([name, words]) => ({ value: name, words: `${name}: ${words}` })),
    proposal: hasRun ? 'standard' : 'quick',
    option: '--preset',
    given,
  })
}

/** The films, looked at; false where the user would rather mend them first. Throws a `UserError` where they can't be used. */
async function inspected(films: string, request: ExperimentRequest, guide: Guide, outside: Outside): Promise<boolean> {
  const { external, patientFrom, encoding } = request
  guide.step('The films, looked at')
  guide.showCommand(commandOf('inspect', { dataset: films, external, encoding, patientFrom }))
  const reading = filmReading(outside.show)
  const { facts } = await inspectDataset(films, {
    external,
    patientFrom,
    encoding,
    ...reading,
    signal: outside.interruption(),
  })
  reading.done()
  guide.say(...inspectionText(facts))
  throwProblems(`${films} can't be used as it is`, facts.problems)
  const meanings = trapMeanings(facts)
  if (meanings.length === 0) return true
  guide.say('', 'What that means:', ...meanings.map((text) => `  ${text}`))
  return guide.confirm('Go on with the films as they are?')
}

async function planned(request: ExperimentRequest, guide: Guide, outside: Outside): Promise<boolean> {
  guide.step('The plan: how long it takes here, and what it can show (about two minutes)')
  guide.showCommand(commandOf('plan', request))
  const { planExperiment } = await import('../../experiment/plan/plan-experiment.js')
  const plan = await planExperiment(requestedConfig(request), { onEvent: outside.show, signal: outside.interruption() })
  guide.say(...planText(plan))
  return guide.confirm('Begin? It can be stopped at any moment, and goes on from there.')
}

/** The user stops here of their own accord: no failure. */
function stoppedBefore(verb: 'plan' | 'run', request: ExperimentRequest, { result }: Outside): undefined {
  const line = commandOf(verb, request)
  result(
    { next: line },
    shown`Nothing was begun. When you are ready: ${line}, or ${koptCommand('start', request.dataset ?? '')} again`,
  )
  return undefined
}

/** The command that does the same. */
function commandOf(
  verb: 'inspect' | 'plan' | 'run',
  { dataset = '', external = {}, encoding, patientFrom, positive, preset, set = [] }: ExperimentRequest,
  out?: string,
): string {
  const named = { 'patient-from': patientFrom, positive, encoding, preset, out }
  return koptCommand(
    verb,
    dataset,
    ...Object.entries(external).flatMap(([name, place]) => ['--external', `${name}=${place}`]),
    ...Object.entries(named).flatMap(([name, value]) => (value === undefined ? [] : [`--${name}`, value])),
    ...set.flatMap((value) => ['--set', value]),
  )
}
