/** Blinded readings as a page shows them: which films are synthetic stays with the server until the last one is judged. */
import type { ReaderResult } from '../../readers/reading-result.js'

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
  readonly done: readonly (ReaderResult & { readonly id: string })[]
  /** The command that gives the figures of the latest one again; null where none is done. */
  readonly command: string | null
}
