/**
 * The program `kopt`: which verb is meant, its help, what a failure looks like and the exit code.
 * 0 done; 1 our bug; 2 the user's mistake; 130 interrupted.
 */
import { Command, CommanderError, Option } from 'commander'
import { Interrupted, nearest, UserError } from '../base/errors.js'
import { type Shown, shown, shownJson, shownLine, shownLines } from '../base/shown.js'
import { version } from '../base/version.js'
import { askAtTerminal, askForLine } from './ask.js'
import type { Outside, Verb } from './command.js'
import { settleDevice } from './device.js'
import { type Failure, failureDocument } from './failure.js'
import { guardStreams } from './streams.js'
import { openTerminal } from './terminal.js'

/** The verb that speaks of all others. */
const ofAllVerbs = 'completion'

/** Every verb in the order of the help, with its line there. */
const verbs: Record<string, { summary: string; load: () => Promise<Verb> }> = {
  start: { summary: 'a first run on your films, question by question', load: () => import('./commands/start.js') },
  run: { summary: 'how many synthetic films to add, and whether they help', load: () => import('./commands/run.js') },
  resume: { summary: 'go on with a run that was stopped', load: () => import('./commands/resume.js') },
  serve: { summary: 'predictions over HTTP, for other programs', load: () => import('./commands/serve.js') },
  studio: { summary: 'the whole job on a page in the browser', load: () => import('./commands/studio.js') },
  work: { summary: 'take part in a run, on this machine or another', load: () => import('./commands/work.js') },
  cancel: { summary: 'stop a run, wherever it is at work', load: () => import('./commands/cancel.js') },
  status: { summary: 'whether a run is at work, and how far it is', load: () => import('./commands/status.js') },
  list: { summary: 'the runs of a folder, with their verdicts', load: () => import('./commands/list.js') },
  clean: {
    summary: 'what a run folder holds, by size, and what may be removed',
    load: () => import('./commands/clean.js'),
  },
  plan: {
    summary: 'before a run: how long it takes, and what it could show',
    load: () => import('./commands/plan.js'),
  },
  inspect: { summary: 'what a dataset or a film holds, and its problems', load: () => import('./commands/inspect.js') },
  manifest: {
    summary: 'a manifest from files and a spreadsheet of labels',
    load: () => import('./commands/manifest.js'),
  },
  crop: { summary: 'patches from annotated rectangles', load: () => import('./commands/crop.js') },
  gan: { summary: 'the generator alone: train it, draw from it', load: () => import('./commands/gan.js') },
  search: { summary: 'the stop rule on scores of your own', load: () => import('./commands/search.js') },
  evaluate: {
    summary: 'statistics on scores of your own, or a run on more films',
    load: () => import('./commands/evaluate.js'),
  },
  backbone: {
    summary: 'feature extractors: list, add from a file of weights, check a file',
    load: () => import('./commands/backbone.js'),
  },
  quality: { summary: 'are synthetic films good, are they copies', load: () => import('./commands/quality.js') },
  features: {
    summary: 'the features that a backbone gives films, as .npy',
    load: () => import('./commands/features.js'),
  },
  report: { summary: 'the report again, from what a run left', load: () => import('./commands/report.js') },
  predict: { summary: 'probabilities of films by a finished run', load: () => import('./commands/predict.js') },
  export: {
    summary: 'the model of a run with its papers, to be handed on',
    load: () => import('./commands/export.js'),
  },
  deidentify: {
    summary: 'DICOM files without what identifies the patient',
    load: () => import('./commands/deidentify.js'),
  },
  'demo-data': {
    summary: 'a demonstration cohort of two hospitals (drawn films), as files',
    load: () => import('./commands/demo-data.js'),
  },
  schema: { summary: 'JSON Schema of what kopt reads and writes', load: () => import('./commands/schema.js') },
  docs: { summary: 'the documents as pages, without a network', load: () => import('./commands/docs.js') },
  [ofAllVerbs]: { summary: 'a script that completes words in a shell', load: () => import('./commands/completion.js') },
}

const about = `How many synthetic films should be added to a small set of radiographs, and do they help at all?

Start with:
  kopt start FOLDER      a first run on your films, question by question
  kopt demo-data films   no films at hand? This draws some, of two hospitals`

/** Who watches over the program from another process. */
export interface Supervision {
  /** Calls when the program is to stop. */
  onStop(listener: () => void): void
  /** Takes what is to be said where the program has to be ended by force. */
  ifForced(words: Shown): void
  /** Takes how many milliseconds the program may take to stop, where that is more than a moment. */
  mayTake(milliseconds: number): void
}

/** Does what the words say; answers the exit code. */
export async function main(args: readonly string[], supervision?: Supervision): Promise<number> {
  explainUncaught()
  const asked = (flag: string) => args.slice(0, [...args, '--'].indexOf('--')).includes(flag)
  const json = asked('--json')
  const terminal = openTerminal(process.stderr, process.env, { quiet: asked('--quiet'), verbose: asked('--verbose') })
  let interruption: AbortController | undefined
  let answered = false
  let stopping = shown`stopping ... (Ctrl-C again ends at once; what is on disk can be resumed either way)`
  const answer = (text: Shown) => {
    answered = true
    process.stdout.write(`${text}\n`)
  }
  const outside: Outside = {
    result: (facts, words) => answer(json ? shownJson(facts) : typeof words === 'string' ? words : words()),
    note: terminal.note,
    announce: terminal.insist,
    show(event) {
      if (event.type === 'run-started') supervision?.ifForced(shown`stopped; go on with: kopt resume ${event.run}`)
      terminal.show(event)
    },
    confirm(question) {
      terminal.close()
      return asked('--quiet') ? Promise.resolve(undefined) : askAtTerminal(question)
    },
    ask(question) {
      terminal.close()
      return askForLine(question)
    },
    interruption(stop) {
      interruption ??= new AbortController()
      if (stop) {
        stopping = stop.words
        supervision?.mayTake(stop.withinMs)
      }
      return interruption.signal
    },
  }
  const tell = (failure: Failure) => {
    terminal.close()
    for (const line of failure.lines) terminal.insist(line)
    // One document: where results were printed, what is wrong stands in them and on standard error.
    if (json && !answered) answer(shownJson(failureDocument(failure)))
  }
  supervision?.onStop(() => {
    if (interruption === undefined) {
      tell(interrupted(undefined))
      process.exit(130)
    }
    if (interruption.signal.aborted) return
    terminal.insist(stopping)
    interruption.abort(new Interrupted())
  })
  let at = 'kopt'
  try {
    const program = await build(args, outside)
    const called = calledCommand(program, args)
    at = pathOf(called)
    await program.parseAsync([...args], { from: 'user' })
    return 0
  } catch (error) {
    const stopped = error instanceof Interrupted || (interruption?.signal.aborted && !(error instanceof UserError))
    const failure = stopped ? interrupted(error) : failureOf(error, at)
    if (failure === undefined) return 0
    tell(failure)
    return failure.code
  } finally {
    terminal.close()
  }
}

/** The program with every verb's name; the called verb alone is loaded and complete. */
async function build(args: readonly string[], outside: Outside): Promise<Command> {
  const program = new Command('kopt')
    .description(about)
    .version(version, '-v, --version', 'print the version')
    .helpOption('-h, --help', 'print help')
    .helpCommand('help [verb]', 'print the help of a verb')
    .addOption(
      new Option('--json', 'print one JSON document on standard output, and nothing else there; failures, too'),
    )
    .addOption(new Option('--quiet', 'no progress and no remarks on standard error: results and errors only'))
    .addOption(new Option('--verbose', 'more on standard error: every trial, and the curves of a training'))
    .configureHelp({ showGlobalOptions: true, visibleGlobalOptions: everywhere, commandDescription: ofParagraphs })
    .configureOutput({ outputError: () => {} })
    .exitOverride()
    .hook('preAction', (_, command) => settleDevice(command, outside))
    .addHelpText(
      'after',
      '\nExit codes: 0 done, 1 a fault of kopt, 2 something for you to mend, 130 stopped on request.\nResearch use only. kopt VERB --help shows worked examples.',
    )
  const [first, second] = args.filter((word) => !everywhereFlags.includes(word))
  const called = first === 'help' ? second : first
  for (const [name, { summary, load }] of Object.entries(verbs)) {
    const command = program.command(name).summary(summary)
    if (name === called || called === ofAllVerbs) (await load()).define(command, outside)
    for (const each of [command, ...command.commands]) each.configureOutput({ outputError: () => {} }).exitOverride()
  }
  if (called === undefined) program.action(() => program.outputHelp())
  return program
}

const everywhereFlags = ['--json', '--quiet', '--verbose']

/** The options of every verb that its help lists. */
function everywhere(command: Command): Option[] {
  const root = command.parent?.parent ?? command.parent
  return (root?.options ?? []).filter(({ long }) => everywhereFlags.includes(long ?? ''))
}

/** A description as its paragraphs, each to be wrapped to the terminal: line ends of the source are none of the help's. */
function ofParagraphs(command: Command): string {
  return command.description().replace(/(?<!\n)\n(?![\n ])/g, ' ')
}

/** The deepest command that the words name, for messages. */
function calledCommand(program: Command, args: readonly string[]): Command {
  let command = program
  for (const word of args.filter((each) => !everywhereFlags.includes(each))) {
    const next = command.commands.find((each) => each.name() === word)
    if (!next) break
    command = next
  }
  return command
}

function pathOf(command: Command): string {
  return command.parent ? `${pathOf(command.parent)} ${command.name()}` : command.name()
}

function interrupted(error: unknown): Failure {
  const message = shownLine(error instanceof Interrupted ? error.message : 'interrupted')
  return { kind: 'interrupted', code: 130, message, lines: [message] }
}

/** What went wrong; undefined where nothing did (a help text was asked for). */
function failureOf(error: unknown, at: string): Failure | undefined {
  if (error instanceof CommanderError) {
    if (error.exitCode === 0) return undefined
    const message = shownLine(`${at}: ${usageProblem(error)}`)
    // A verb of verbs, called alone, has printed its help.
    return { kind: 'user', code: 2, message, lines: error.code === 'commander.help' ? [] : [message] }
  }
  if (error instanceof UserError) {
    const message = shownLines(error.message.split('\n'))
    return { kind: 'user', code: 2, message, lines: [message] }
  }
  const { message: text, stack = '' } = error instanceof Error ? error : new Error(String(error))
  const message = shownLine(text.startsWith('internal:') ? text : `internal: ${text}`)
  const calls = stack.split('\n').filter((line) => line.startsWith('    at '))
  const report = shown`This is a fault of kopt ${version} (Node ${process.versions.node}, ${process.platform}); please report it with the lines above.`
  return {
    kind: 'internal',
    code: 1,
    message,
    lines: [message, ...calls.slice(0, 12).map((line) => shownLine(line)), report],
  }
}

/** Commander's message as one sentence, with the nearest name and where to look. */
function usageProblem(error: CommanderError): string {
  if (error.code === 'commander.help') return 'name what is to be done; kopt --help lists the verbs'
  const [first = '', hint = ''] = error.message.replace(/^error: /, '').split('\n')
  const needed = /^required option '(.+)' not specified$/.exec(first)?.[1]
  if (needed) return `it needs ${needed}`
  const [, wrong, choices] = /^(.+)\. Allowed choices are (.+)\.$/.exec(first) ?? []
  const known = choices?.split(', ') ?? (error.code === 'commander.unknownCommand' ? Object.keys(verbs) : [])
  const word = /'([^']+)'/.exec(first)?.[1] ?? ''
  const like = /\(Did you mean (.+)\?\)/.exec(hint)?.[1] ?? nearest(word, known)
  const said = wrong
    ? `${wrong.replace(/^command-argument value ('.*') is invalid for argument '(.+)'$/, 'argument <$2> $1 is invalid')} (there are ${choices})`
    : first.replace(/\.$/, '').replace(' is invalid. ', ' is invalid: ')
  return `${said}${like ? `; did you mean ${like}?` : ''}`
}

/** What fails outside of the awaited work is explained all the same. */
function explainUncaught(): void {
  guardStreams()
  process.on('uncaughtException', (error) => {
    const failure = failureOf(error, 'kopt')
    for (const line of failure?.lines ?? []) process.stderr.write(`${line}\n`)
    process.exit(failure?.code ?? 0)
  })
}
