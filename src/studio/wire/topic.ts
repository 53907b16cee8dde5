/**
 * What the server tells a page by itself: that something has changed, never what it is now. A page asks for what it shows,
 * so that whatever was missed (a sleep, a lost connection, a tab that was opened late) costs nothing.
 */

/** `runs`: the list of runs; `run:ID`, `dataset:ID`: one of them; `datasets`: their list; `queue`: what waits for its turn; `plan:ID`; `decisions:RUN`: what was decided of its synthetic films; `demonstration`. */
export type Topic =
  | 'runs'
  | 'queue'
  | 'demonstration'
  | `plan:${string}`
  | `decisions:${string}`
  | 'datasets'
  | `run:${string}`
  | `dataset:${string}`

/** A message of the event stream. */
export interface Notice {
  readonly changed: readonly Topic[]
}
