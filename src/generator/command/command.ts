/**
 * A program of the user's as a generator: called in every fold with that fold's training films, once for each seed, it learns
 * and draws in one go. What it is handed says `hand-over.ts`; what it may do to us is bounded by `base/program.ts` and by
 * whoever reads the images that it leaves.
 */
import path from 'node:path'
import { z } from 'zod'
import { UserError } from '../../base/errors.js'
import { makeDirectory } from '../../base/files.js'
import { listedPaths } from '../../base/path-schema.js'
import { type ProgramEnd, runProgram } from '../../base/program.js'
import { shownPath } from '../../base/shown-path.js'
import type { CalledKind } from '../contract.js'
import { handOver } from './hand-over.js'
import { ProgramLog } from './log.js'
import { changePath, textOf, wordsOf } from './words.js'

const mostWords = 1000
const listOfWords = `a program and its words, such as "python3 draw.py" or [python3, draw.py]`

/** As text, or as a list of words; always a list where it is worked with. */
const words = z
  .union(
    [
      z.string(),
      z
        .array(z.string())
        .min(1, { error: listOfWords })
        .max(mostWords, { error: `at most ${mostWords} words` }),
    ],
    { error: listOfWords },
  )
  .transform((said, context) => {
    const found = typeof said === 'string' ? wordsOf(said) : said
    const refuse = (message: string) => {
      context.addIssue({ code: 'custom', message, input: said })
      return z.NEVER
    }
    if (found === undefined) return refuse('every quote closed by one of its kind')
    if (found.length > mostWords) return refuse(`at most ${mostWords} words`)
    if ((found[0] ?? '') === '') return refuse(listOfWords)
    return found.some((one) => one.includes('\0')) ? refuse('no zero byte') : found
  })

const options = z.strictObject({
  command: listedPaths(
    words.meta({
      description:
        "Program that makes the images: called in every fold with that fold's training films alone, it reads a line of JSON and fills folders with images. Words between spaces, quotes around words with spaces, no shell.",
    }),
    (text, to) => changePath(text, (place) => (path.isAbsolute(place) ? to(place) : place)),
  ),
  timeoutMinutes: z.number().min(0.01).max(20_160).default(1440).meta({
    description: 'How long one call of the program may take before it is ended.',
    unit: 'minutes',
  }),
})

export type CommandOptions = z.output<typeof options>

export const command: CalledKind = {
  kind: 'command',
  form: 'called',
  name: 'program of its user',
  noun: 'generator',
  about: "A program of yours: called in every fold with that fold's training films alone, it leaves folders of images.",
  againstCopies: 'Have the program draw what is less like single training films',
  options,
  presets: { quick: {}, standard: {}, kong2022: {} },
  lineOf: (given) => textOf(options.parse(given).command),
  makerOf: (given) => makerOf(options.parse(given).command),
  async make(given, job, { onLine, signal }) {
    const { command: line, timeoutMinutes } = options.parse(given)
    const told = await handOver(job, signal)
    const folder = path.join(job.scratch, 'work')
    makeDirectory(folder)
    const log = new ProgramLog(job.log)
    const end = await runProgram(
      {
        words: line,
        folder,
        input: `${JSON.stringify(told)}\n`,
        timeoutMs: timeoutMinutes * 60_000,
        onLine(text, from) {
          log.hear(text, from)
          onLine(text)
        },
      },
      signal,
    )
    const failure = failureOf(end, line, timeoutMinutes)
    if (failure !== undefined) {
      const said = log.last
      const where = said.length > 0 ? `; what it said stands in ${shownPath(job.log)}, at last:` : '; it said nothing'
      throw new UserError(`${failure}${where}`, { lines: said.map((text) => `  ${text}`) })
    }
    return told.classes.map(({ images }) => images)
  },
}

function makerOf(line: readonly string[]): string {
  return `the generator's program (${textOf(line)})`
}

/** What went wrong and what to do about it; undefined where nothing did. */
function failureOf(end: ProgramEnd, line: readonly string[], minutes: number): string | undefined {
  const [program = ''] = line
  const called = makerOf(line)
  switch (end.kind) {
    case 'ended':
      return end.code === 0 ? undefined : `${called} ended with code ${end.code}: mend it`
    case 'killed':
      return `${called} was ended by ${end.signal}: see whether memory ran short, or who ended it`
    case 'out of time':
      return `${called} had not ended after ${minutes} min and was ended: have it do less, or give it longer (generator.timeoutMinutes)`
    case 'not started':
      if (end.code === 'ENOENT')
        return `${called} can't be started: there is no program ${program}; give its path, or see that the system finds it by its name`
      if (end.code === 'EACCES')
        return `${called} can't be started: ${program} is no program, or may not be run; name what runs it, such as python3 ${program}`
      return `${called} can't be started (${end.reason}): see that ${program} is a program of this system`
  }
}
