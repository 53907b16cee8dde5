/** Runs side by side. */
import type { RunSummary } from './run.js'

export interface ComparedRun extends Pick<RunSummary, 'id' | 'name' | 'state'> {
  /** How it stands; what it found, of what and in what time, in the words of the report. One that has not finished found nothing. */
  readonly facts: readonly { readonly label: string; readonly text: string }[]
  /** Every value that it was made with, by its key and as typed, with names in place of paths; null where that can't be read. */
  readonly settings: Readonly<Record<string, string>> | null
}
