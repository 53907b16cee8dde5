/**
 * A text that says how jobs are given to a cluster: the job's own script or description, as its users know it, in which `{name}`
 * stands for what differs from run to run, and lines beginning with `#kopt` say how it is submitted, asked after and cancelled.
 */
import { UserError } from '../base/errors.js'

export interface JobTemplate {
  /** Words of the commands, the first of which is a program. */
  readonly submit: readonly string[]
  readonly ask: readonly string[] | undefined
  readonly cancel: readonly string[] | undefined
  /** In what `submit` answers its first group is the job's id. */
  readonly id: RegExp
  /** Matches a line of what `ask` answers for each job that has not ended; its first group is the cluster's word for its state. */
  readonly left: string | undefined
  /** Matches such a word of a job that runs. */
  readonly runs: RegExp | undefined
  /** Matches what `ask` says, failing, of jobs that have ended. */
  readonly gone: RegExp | undefined
  readonly noticeSeconds: number
  /** Places that have to be given a value. */
  readonly needs: readonly string[]
  /** What is handed to `submit` on its standard input. */
  readonly body: string
}

const keys = ['submit', 'id', 'ask', 'left', 'runs', 'gone', 'cancel', 'notice', 'needs'] as const
type Key = (typeof keys)[number]

const mostCharacters = 20_000

/** @param where for sentences: the file. Throws a `UserError` for a text that says less or other than it must. */
export function parseTemplate(text: string, where: string): JobTemplate {
  const refuse = (problem: string) => new UserError(`${where}: ${problem}`)
  if (text.length > mostCharacters) throw refuse(`a template of at most ${mostCharacters} characters was expected`)
  const said = new Map<Key, string>()
  const body: string[] = []
  for (const [i, line] of text.split(/\r?\n/).entries()) {
    const order = /^#kopt\b(.*)$/.exec(line)
    if (!order) {
      body.push(line)
      continue
    }
    const [, key = '', value = ''] = /^\s+(\w+):\s*(.*?)\s*$/.exec(order[1] ?? '') ?? []
    const known = keys.find((each) => each === key)
    if (known === undefined || value === '')
      throw refuse(`line ${i + 1}: "#kopt KEY: VALUE" was expected, KEY one of ${keys.join(', ')}`)
    if (said.has(known)) throw refuse(`line ${i + 1}: ${known} is given twice`)
    said.set(known, value)
  }
  const needed = (key: Key, what: string) => {
    const value = said.get(key)
    if (value === undefined) throw refuse(`a line "#kopt ${key}: ..." is missing: ${what}`)
    return value
  }
  const words = (key: Key) => said.get(key)?.split(/\s+/)
  const expression = (key: Key) => {
    const value = said.get(key)
    try {
      return value === undefined ? undefined : new RegExp(value, 'm')
    } catch (error) {
      throw refuse(`${key}: ${(error as Error).message}`)
    }
  }
  const id = new RegExp(needed('id', 'a regular expression whose first group is the id in what submit answers'), 'm')
  needed('submit', 'the command that reads the job on its standard input, such as qsub')
  const left = said.get('left')
  if ((said.get('ask') === undefined) !== (left === undefined))
    throw refuse(
      'ask and left belong together: a command, and a regular expression for its lines on jobs that have not ended',
    )
  expression('left')
  const notice = said.get('notice') ?? '0'
  if (!/^\d{1,4}$/.test(notice)) throw refuse(`notice: seconds were expected, not "${notice}"`)
  const places = placeholders(body.join('\n'))
  if (!places.includes('script') && !places.includes('folder'))
    throw refuse(
      '{script} has to stand in it, the file that each job runs with /bin/bash, or {folder} behind kopt work',
    )
  const missing = words('needs')?.find((name) => !places.includes(name))
  if (missing !== undefined) throw refuse(`needs: {${missing}} stands nowhere in it`)
  return {
    submit: words('submit') ?? [],
    ask: words('ask'),
    cancel: words('cancel'),
    id,
    left,
    runs: expression('runs'),
    gone: expression('gone'),
    noticeSeconds: Number(notice),
    needs: words('needs') ?? [],
    body: body.join('\n'),
  }
}

/** `{word}`, but not the `${word}` of a shell. */
const placeholder = /(?<!\$)\{([a-z][a-z_]*)\}/g

export function placeholders(text: string): string[] {
  return [...text.matchAll(placeholder)].map(([, name = '']) => name)
}

/** What nothing reads anything into: no shell, no list of paths, no line of directives. */
const plain = /^[\p{L}\p{N}/._+=@:,%-]+$/u

export type Values = Readonly<Record<string, string>>

/** Throws a `UserError` for a value that a shell, or a cluster, could take for more than a word. */
export function requirePlain(values: Values, what: (name: string) => string): void {
  for (const [name, value] of Object.entries(values)) {
    const [other] = [...value].filter((letter) => !plain.test(letter))
    if (value === '') throw new UserError(`${what(name)} has no value`)
    if (other !== undefined)
      throw new UserError(
        `${what(name)}: ${JSON.stringify(other)} in ${JSON.stringify(value)} may mean something to a cluster; only letters, digits and / . _ + = @ : , % - are passed on`,
      )
  }
}

/** The job with its values; a line that names what has none is left out, so that the cluster's own default holds. */
export function filled(text: string, values: Values): string {
  return text
    .split('\n')
    .filter((line) => placeholders(line).every((name) => Object.hasOwn(values, name)))
    .map((line) => line.replaceAll(placeholder, (_, name: string) => values[name] as string))
    .join('\n')
}
