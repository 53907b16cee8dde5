/** The queue as a page shows it: what is at work for it, what waits for its turn, and what could not be begun. */

export interface QueueEntry {
  readonly id: string
  /** The dataset's name, or that of the run that is gone on with. */
  readonly name: string
  readonly doing: 'begin' | 'resume'
  readonly state: 'waiting' | 'at work' | 'failed'
  /** Id of its run; null before it has one. */
  readonly run: string | null
  /** What the command said where it failed. */
  readonly problem: string | null
  /** What types the same on the command line. */
  readonly command: string
}

export interface QueueView {
  /** In the order in which they are begun. */
  readonly entries: readonly QueueEntry[]
  /** Names of runs at work on this computer that were not begun from here: the queue waits for them, too. */
  readonly waitsFor: readonly string[]
}
