/**
 * A conversation at the terminal: what is found is said, what only the user knows is asked, with a proposal where there is one, and
 * every answer can be given as an option too. Where nobody is there to answer, what is missing is collected and told at once.
 */
import { Interrupted, UserError } from '../../base/errors.js'
import { type Shown, shown, shownLine, shownLines } from '../../base/shown.js'
import type { Outside } from '../command.js'

export interface Choice {
  readonly value: string
  /** What it means, for eyes. */
  readonly words: string
}

export interface Question {
  readonly text: string
  readonly choices: readonly Choice[]
  /** The value of a choice that Enter takes; absent: nothing can be proposed. */
  readonly proposal?: string
  /** What answers it on the command line, such as `--positive`. */
  readonly option: string
  /** That answer, where it was given. */
  readonly given: string | undefined
  /** What else than a choice may be typed: 'an expression'; absent: nothing. */
  readonly orTyped?: string
  /** What is wrong with an answer that is none of the choices; undefined where it can be used. */
  readonly problemOf?: (typed: string) => string | undefined
}

export class Guide {
  readonly #outside: Outside
  readonly #takesProposals: boolean
  readonly #missing: string[] = []

  /** @param takesProposals whether proposals are taken without asking */
  constructor(outside: Outside, takesProposals: boolean) {
    this.#outside = outside
    this.#takesProposals = takesProposals
  }

  /** A line, or a paragraph. */
  say(...lines: readonly string[]): void {
    for (const line of lines) this.#outside.note(shownLine(line))
  }

  /** A step begins. */
  step(title: string): void {
    this.say('', `== ${title}`)
  }

  /** The command that does what comes next. */
  showCommand(line: string): void {
    this.say('', `  $ ${line}`, '')
  }

  /** The answer: as it was given, typed or proposed. Where nobody answers, one that stands for it until `settle`. */
  async decide(question: Question): Promise<string> {
    const { text, choices, proposal, option, given } = question
    if (given !== undefined) return given
    if (this.#takesProposals && proposal !== undefined) {
      this.say(`${text} ${wordsOf(choices, proposal)} (proposed)`)
      return proposal
    }
    for (;;) {
      const typed = this.#takesProposals ? undefined : await this.#ask(promptFor(question))
      if (typed === undefined) break
      const answer = answerTo(question, typed.trim())
      const problem = answer === undefined || isChoice(question, answer) ? undefined : question.problemOf?.(answer)
      if (problem !== undefined) {
        this.say(problem)
        continue
      }
      if (answer !== undefined) return answer
      this.say(
        `'${typed.trim()}' is none of the answers; type a number${proposal === undefined ? '' : ', or press Enter'}.`,
      )
    }
    this.#missing.push(`${text} ${option} ${choices.map(({ value }) => quoted(value)).join(' | ')}`)
    const standIn = proposal ?? choices[0]?.value
    if (standIn === undefined) this.settle()
    return standIn as string
  }

  /** Whether to go on; where nobody answers, yes. */
  async confirm(question: string): Promise<boolean> {
    if (this.#takesProposals) return true
    const typed = await this.#ask(shown`${question} [Y/n] `)
    return typed === undefined || !/^\s*n/i.test(typed)
  }

  /** Whether something is wanted that need not be; where nobody answers, it is not. */
  async choose(question: string): Promise<boolean> {
    const typed = this.#takesProposals ? undefined : await this.#ask(shown`${question} [y/N] `)
    return typed !== undefined && /^\s*y/i.test(typed)
  }

  /** Throws a `UserError` with everything that nobody has answered. */
  settle(): void {
    if (this.#missing.length === 0) return
    const how = this.#takesProposals
      ? 'nothing can be proposed for it; give'
      : 'nobody is at a terminal to answer; give these, or --yes to take what is proposed'
    throw new UserError(`kopt start needs to know more, and ${how}:`, {
      lines: this.#missing.map((line) => `  - ${line}`),
    })
  }

  async #ask(question: Shown): Promise<string | undefined> {
    const typed = await this.#outside.ask(question)
    if (typed === 'nobody') return undefined
    if (typed === 'ended') throw new Interrupted()
    return typed.line
  }
}

function promptFor({ text, choices, proposal, orTyped }: Question): Shown {
  const lines = choices.map(({ value, words }, i) => `  ${i + 1}  ${words}${value === proposal ? '   (proposed)' : ''}`)
  const typed = orTyped === undefined ? '' : `, or ${orTyped}`
  const enter =
    proposal === undefined ? '' : `, or Enter for ${choices.findIndex(({ value }) => value === proposal) + 1}`
  return `${shownLines(['', text, ...lines, `Number${typed}${enter}: `])}` as Shown
}

function answerTo({ choices, proposal, orTyped }: Question, typed: string): string | undefined {
  if (typed === '') return proposal
  // A number means one of the choices, also where another text would do.
  if (/^\d{1,3}$/.test(typed)) return choices[Number(typed) - 1]?.value
  const named = choices.find(({ value }) => value.toLowerCase() === typed.toLowerCase())?.value
  if (named !== undefined || orTyped !== undefined) return named ?? typed
  const begun = choices.filter(({ value }) => value.toLowerCase().startsWith(typed.toLowerCase()))
  return begun.length === 1 ? begun[0]?.value : undefined
}

function isChoice({ choices }: Question, answer: string): boolean {
  return choices.some(({ value }) => value === answer)
}

function wordsOf(choices: readonly Choice[], value: string): string {
  return choices.find((choice) => choice.value === value)?.words ?? value
}

function quoted(value: string): string {
  return /^[\w./:-]+$/.test(value) ? value : `'${value}'`
}
