/**
 * What a verb of the command line is: a name for the overview, and a module that defines its arguments and its action,
 * loaded when the verb is called. A verb touches the outside through `Outside` alone.
 */
import type { Command } from 'commander'
import type { EventSink } from '../record/events.js'

/** What a command touches; tests may hand in their own. */
export interface Outside {
  /** One line, or a whole document, on standard output. */
  print(text: string): void
  /** One line on standard error: progress, warnings, remarks. */
  note(text: string): void
  /** Events of a run as a progress display, on standard error. */
  readonly show: EventSink
  /** Fires on Ctrl-C from the first call on; before, Ctrl-C ends the process at once. */
  interruption(): AbortSignal
}

/** The module of a verb. */
export interface Verb {
  define(command: Command, outside: Outside): void
}
