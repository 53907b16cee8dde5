#!/usr/bin/env node
/**
 * The command `kopt`: which verb is meant, its help, what a failure looks like and the exit code.
 * 0 done; 1 our bug; 2 the user's mistake; 130 interrupted.
 */
import { Command, CommanderError } from 'commander'
import { Interrupted, nearest, UserError } from '../base/errors.js'
import { version } from '../base/version.js'
import type { Outside, Verb } from './command.js'
import { openTerminal } from './terminal.js'

/** Every verb in the order of the help, with its line there. */
const verbs: Record<string, { summary: string; load: () => Promise<Verb> }> = {
  run: { summary: 'how much synthetic data to add, and whether it helps', load: () => import('./commands/run.js') },
  resume: { summary: 'go on with a run that was stopped', load: () => import('./commands/resume.js') },
  plan: { summary: 'before the hours: how long, and what it could show', load: () => import('./commands/plan.js') },
  inspect: { summary: 'what a dataset or a film holds, and its problems', load: () => import('./commands/inspect.js') },
  manifest: {
    summary: 'a manifest from files and a spreadsheet of labels',
    load: () => import('./commands/manifest.js'),
  },
  crop: { summary: 'patches from annotated rectangles', load: () => import('./commands/crop.js') },
  gan: { summary: 'the generator alone: train it, draw from it', load: () => import('./commands/gan.js') },
  search: { summary: 'the stop rule on scores from anywhere', load: () => import('./commands/search.js') },
  evaluate: {
    summary: 'statistics on scores from anywhere, or a run on more films',
    load: () => import('./commands/evaluate.js'),
  },
  backbone: {
    summary: 'feature extractors: list, add from a file of weights, check a file',
    load: () => import('./commands/backbone.js'),
  },
  quality: { summary: 'are synthetic images good, are they copies', load: () => import('./commands/quality.js') },
  features: { summary: 'frozen features of a dataset, as .npy', load: () => import('./commands/features.js') },
  report: { summary: 'the report again, from what a run left', load: () => import('./commands/report.js') },
  predict: { summary: 'probabilities of films by a finished run', load: () => import('./commands/predict.js') },
  deidentify: {
    summary: 'DICOM files without what tells who the patient is',
    load: () => import('./commands/deidentify.js'),
  },
  'demo-data': { summary: 'a made cohort of two hospitals, as files', load: () => import('./commands/demo-data.js') },
  schema: { summary: 'JSON Schema of what kopt reads and writes', load: () => import('./commands/schema.js') },
}

const about = `How many generated images should be added to a small radiograph training set, and do they help at all?

Start with:
  kopt demo-data films        writes a made cohort of two hospitals
  kopt run films/hospital-a --preset quick`

async function main(args: readonly string[]): Promise<number> {
  const terminal = openTerminal(process.stderr, process.env)
  let interruption: AbortController | undefined
  const outside: Outside = {
    print: (text) => void process.stdout.write(`${text}\n`),
    note: terminal.note,
    show: terminal.show,
    interruption() {
      interruption ??= abortOnInterrupt(terminal.note)
      return interruption.signal
    },
  }
  let at = 'kopt'
  try {
    const program = await build(args, outside)
    const called = calledCommand(program, args)
    at = pathOf(called)
    await program.parseAsync([...args], { from: 'user' })
    return 0
  } catch (error) {
    terminal.close()
    if (interruption?.signal.aborted && !(error instanceof UserError)) {
      const message = error instanceof Interrupted ? error.message : 'interrupted'
      terminal.note(message)
      return 130
    }
    return explain(error, at, terminal.note)
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
    .configureHelp({ showGlobalOptions: false })
    .configureOutput({ outputError: () => {} })
    .exitOverride()
    .addHelpText('after', '\nResearch use only. kopt VERB --help shows worked examples.')
  const called = args[0] === 'help' ? args[1] : args[0]
  for (const [name, { summary, load }] of Object.entries(verbs)) {
    const command = program.command(name).summary(summary)
    if (name === called) (await load()).define(command, outside)
    for (const each of [command, ...command.commands]) each.configureOutput({ outputError: () => {} }).exitOverride()
  }
  if (called === undefined || (args[0] === 'help' && called === undefined)) program.action(() => program.outputHelp())
  return program
}

/** The deepest command that the words name, for messages. */
function calledCommand(program: Command, args: readonly string[]): Command {
  let command = program
  for (const word of args) {
    const next = command.commands.find((each) => each.name() === word)
    if (!next) break
    command = next
  }
  return command
}

function pathOf(command: Command): string {
  return command.parent ? `${pathOf(command.parent)} ${command.name()}` : command.name()
}

/** Says what went wrong and returns the exit code. */
function explain(error: unknown, at: string, note: (text: string) => void): number {
  if (error instanceof CommanderError) {
    if (error.exitCode === 0) return 0
    // A verb of verbs, called alone, has printed its help.
    if (error.code !== 'commander.help') note(`${at}: ${usageProblem(error)}`)
    return 2
  }
  if (error instanceof UserError) {
    note(error.message)
    return 2
  }
  const { message, stack } = error instanceof Error ? error : new Error(String(error))
  note(message.startsWith('internal:') ? message : `internal: ${message}`)
  if (stack)
    note(
      stack
        .split('\n')
        .filter((line) => line.startsWith('    at '))
        .slice(0, 12)
        .join('\n'),
    )
  note(
    `This is a fault of kopt ${version} (Node ${process.versions.node}, ${process.platform}); please report it with the lines above.`,
  )
  return 1
}

/** Commander's message as one sentence, with the nearest name and where to look. */
function usageProblem(error: CommanderError): string {
  const [first, hint] = error.message.replace(/^error: /, '').split('\n')
  const choices = /^(.+)\. Allowed choices are (.+)\.$/.exec(first)
  const known = choices?.[2].split(', ') ?? (error.code === 'commander.unknownCommand' ? Object.keys(verbs) : [])
  const word = /'([^']+)'/.exec(first)?.[1] ?? ''
  const like = /\(Did you mean (.+)\?\)/.exec(hint ?? '')?.[1] ?? nearest(word, known)
  const said = choices
    ? `${choices[1]} (there are ${choices[2]})`
    : first.replace(/\.$/, '').replace(' is invalid. ', ' is invalid: ')
  return `${said}${like ? `; did you mean ${like}?` : ''}`
}

/** Ctrl-C asks the work to stop at a good place; a second one ends the process. */
function abortOnInterrupt(note: (text: string) => void): AbortController {
  const controller = new AbortController()
  const stop = () => {
    if (controller.signal.aborted) process.exit(130)
    note('stopping ... (Ctrl-C again ends at once; what is on disk can be resumed either way)')
    controller.abort(new Interrupted())
  }
  process.on('SIGINT', stop)
  process.on('SIGTERM', stop)
  return controller
}

// A reader that has seen enough (`kopt ... | head`) is no failure.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(process.exitCode ?? 0)
    throw error
  })
}

// What fails outside of the awaited work, such as a full disk while an event is kept, is explained all the same.
process.on('uncaughtException', (error) => {
  process.exit(explain(error, 'kopt', (text) => void process.stderr.write(`${text}\n`)))
})

process.exitCode = await main(process.argv.slice(2))
