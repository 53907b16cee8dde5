/** Options and arguments that several verbs share: their parsers, their words, and the worked examples below a help text. */
import { type Command, InvalidArgumentError, Option } from 'commander'
import { UserError } from '../base/errors.js'

/** A whole number of at least `least`, for `new Option(...).argParser`. */
export function wholeNumber(least: number): (text: string) => number {
  return (text) => {
    const value = Number(text)
    if (Number.isSafeInteger(value) && value >= least && text.trim() !== '') return value
    throw new InvalidArgumentError(`a whole number of at least ${least} was expected`)
  }
}

export function anyNumber(text: string): number {
  const value = Number(text)
  if (Number.isFinite(value) && text.trim() !== '') return value
  throw new InvalidArgumentError('a number was expected')
}

/** A share between 0 and 1, both excluded. */
export function share(text: string): number {
  const value = anyNumber(text)
  if (value > 0 && value < 1) return value
  throw new InvalidArgumentError('a share between 0 and 1 was expected; 5 % is 0.05')
}

/** `56x56` or `56`: height and width in pixels. */
export function pixelSize(text: string): [number, number] {
  const [, height, width = height] = /^(\d{1,4})(?:x(\d{1,4}))?$/i.exec(text) ?? []
  if (Number(height) > 0 && Number(width) > 0) return [Number(height), Number(width)]
  throw new InvalidArgumentError('HEIGHTxWIDTH in pixels was expected, for example 56x56')
}

/** An option that may be given several times. */
export function collected(text: string, before: readonly string[] = []): string[] {
  return [...before, text]
}

/** `NAME=PATH`, given several times; a name stands once. */
export function namedPaths(text: string, before: Record<string, string> = {}): Record<string, string> {
  const at = text.indexOf('=')
  if (at < 1 || at === text.length - 1) {
    throw new InvalidArgumentError('NAME=PATH was expected, for example hospital-b=films/hospital-b')
  }
  const name = text.slice(0, at)
  if (Object.hasOwn(before, name)) throw new InvalidArgumentError(`${name} is given twice; give each set its own name`)
  return { ...before, [name]: text.slice(at + 1) }
}

/** `FILE` for the dataset itself, `NAME=FILE` for an external set; given several times. */
export function roiFiles(text: string, before: Record<string, string> = {}): Record<string, string> {
  const [, name = 'internal', file = text] = /^([^=/\\]+)=(.+)$/.exec(text) ?? []
  if (Object.hasOwn(before, name)) throw new InvalidArgumentError(`regions of ${name} are given twice; give one file`)
  return { ...before, [name]: file }
}

/** For verbs that take one dataset. */
export function roiOption(): Option {
  return new Option(
    '--roi <file>',
    'regions of interest: a CSV, LabelMe, COCO, VIA or W3C annotation file (or a folder of them)',
  )
}

export function keepPatientIdsOption(): Option {
  return new Option('--keep-patient-ids', 'write patient ids as they are, not as hashes under your key')
}

export function yesOption(): Option {
  return new Option('--yes', 'begin without asking, also where it takes more than an hour')
}

export function whenDoneOption(): Option {
  return new Option(
    '--when-done <command>',
    'a program that is started when the run has finished or failed, with the verdict or the reason as its last word',
  )
}

export function seedOption(): Option {
  return new Option('--seed <n>', 'seed of everything that is drawn').argParser(wholeNumber(0))
}

/** Throws a `UserError` unless the name is one of a page. */
export function requirePageName(file: string): void {
  if (!/\.html?$/i.test(file)) throw new UserError(`--out ${file} should end in .html, for example page.html`)
}

/** Worked examples at the end of a help text: a line that says what for, and the command. */
export function examples(command: Command, list: readonly (readonly [purpose: string, line: string])[]): Command {
  const body = list.map(([purpose, line]) => `  # ${purpose}\n  ${line}`).join('\n\n')
  return command.addHelpText('after', `\nExamples:\n${body}`)
}
