/**
 * What a verb of the command line is: a name for the overview, and a module that defines its arguments and its action,
 * loaded when the verb is called. A verb touches the outside through `Outside` alone.
 */
import type { Command } from 'commander'
import type { Shown } from '../base/shown.js'
import type { EventSink } from '../record/events.js'
import type { Typed } from './ask.js'

/** What a command touches; tests may hand in their own. */
export interface Outside {
  /** What the verb found, once, when all it leaves on disk is there: as words on standard output, or with --json as `facts`. */
  result(facts: unknown, words: Shown | (() => Shown)): void
  /** One line on standard error: progress, warnings, remarks. Not with --quiet. */
  note(text: Shown): void
  /** A line on standard error that --quiet does not hide: something is about to leave this computer. */
  announce(text: Shown): void
  /** Events of a run as a progress display, on standard error. Not with --quiet. */
  readonly show: EventSink
  /** Asks a question that is answered by yes or no; undefined where nobody is there to answer. */
  confirm(question: Shown): Promise<boolean | undefined>
  /** Asks for a line at the terminal. */
  ask(question: Shown): Promise<Typed>
  /** Fires on Ctrl-C and TERM; a verb that never asks for it is ended at once. What is not done a moment later is ended by force. */
  interruption(stop?: LongStop): AbortSignal
}

/** A verb that takes longer to stop in good order, and what is said meanwhile. */
export interface LongStop {
  readonly withinMs: number
  readonly words: Shown
}

/** The module of a verb. */
export interface Verb {
  define(command: Command, outside: Outside): void
}
