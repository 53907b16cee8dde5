/** A plan as a page shows it: while it is made, and then all that `kopt plan` says. */
import type { Plan } from '../../record/plan.js'
import type { RunRequest } from './run-request.js'

export interface PlanView {
  readonly id: string
  /** What was asked for. */
  readonly request: RunRequest
  readonly state: 'at work' | 'done' | 'failed'
  /** What was told on the way, line by line. */
  readonly lines: readonly string[]
  /** What the command said where it failed. */
  readonly problem: string | null
  /** Null before it is done. */
  readonly plan: Plan | null
}
