/** Blinded readings as a page shows them: which films are synthetic stays with the server until the last one is judged. */
import type { ReadersResult } from '../../readers/readers-together.js'

export interface ReadingView {
  readonly id: string
  readonly run: string
  readonly reader: string
  readonly round: 1 | 2
  readonly films: number
  /** Films that were judged: the first so many of the order. */
  readonly judged: number
  /** Before a second round: films with what they are, by number. */
  readonly examples: readonly { readonly number: number; readonly synthetic: boolean }[]
}

export interface ReadingsView {
  readonly going: readonly ReadingView[]
  /** Of those that are complete. */
  readonly result: ReadersResult
  /** The command that gives the figures again; null where none is complete. */
  readonly command: string | null
}
