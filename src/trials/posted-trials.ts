/** Trials that are posted in the run's folder, a bundle a unit, for whoever sees it. */
import { InternalError } from '../base/errors.js'
import { readBytes, removeFile, writeAtomic } from '../base/files.js'
import type { TrialOutcome, Unit, UnitOutcome } from '../experiment/work/unit.js'
import { type PostedWork, unitId } from '../record/posted-work.js'
import type { RunDirectory } from '../record/run-directory.js'
import type { PostedUnit } from '../record/unit.js'
import { localExecutor } from './local.js'

export interface PostedTrials {
  readonly unit: PostedUnit
  readonly content: { readonly trials: readonly Unit[] }
}

export function postedTrials(trials: readonly Unit[]): PostedTrials {
  const content = { trials }
  return { unit: { id: unitId('trials', content), kind: 'trials', trials: trials.length }, content }
}

/** Posted trials as their file says; undefined where that is missing or damaged. Who does them looks at each. */
export function readTrials(posted: PostedWork, unit: PostedUnit): PostedTrials | undefined {
  const content = posted.content(unit) as Partial<PostedTrials['content']> | undefined
  return Array.isArray(content?.trials) ? postedTrials(content.trials) : undefined
}

/** Does a bundle in a process of its own, which writes nothing. */
export async function doTrials(
  { root }: RunDirectory,
  trials: readonly Unit[],
  onOutcome: (outcome: UnitOutcome) => void | Promise<void>,
  signal: AbortSignal | undefined,
): Promise<void> {
  const executor = localExecutor({ runFolder: root, processes: 1 })
  try {
    await executor.run(trials, { onOutcome, signal })
  } finally {
    await executor.close()
  }
}

interface TrialsLeft {
  readonly outcomes: readonly { readonly id: string; readonly trial: TrialOutcome; readonly hasTop?: true }[]
}

/** Does a bundle and leaves its outcomes to whoever holds the run. For the holder of its lease. */
export async function performTrials(
  run: RunDirectory,
  posted: PostedWork,
  { unit, content }: PostedTrials,
  signal?: AbortSignal,
): Promise<void> {
  const outcomes = new Map<string, UnitOutcome>()
  await doTrials(run, content.trials, (outcome) => void outcomes.set(outcome.id, outcome), signal)
  const left = content.trials.map(({ id }, i) => {
    const outcome = outcomes.get(id)
    if (!outcome) throw new InternalError(`a bundle of trials ended without ${id}`)
    if (outcome.top) writeAtomic(topFile(posted, unit, i), outcome.top)
    return { id, trial: outcome.trial, ...(outcome.top && { hasTop: true as const }) }
  })
  posted.writeDone(unit, { outcomes: left } satisfies TrialsLeft)
}

/** What another process has left of a bundle; undefined where it is not done. Whoever asked for the trials looks at each. */
export function leftOfTrials(posted: PostedWork, unit: PostedUnit): UnitOutcome[] | undefined {
  const left = posted.done(unit) as Partial<TrialsLeft> | undefined
  if (!Array.isArray(left?.outcomes)) return undefined
  return left.outcomes.map(({ id, trial, hasTop }, i) => ({
    id,
    trial,
    ...(hasTop && { top: readBytes(topFile(posted, unit, i)) }),
  }))
}

/** Takes bundles back, with what was left of them. */
export function withdrawTrials(posted: PostedWork, bundles: readonly PostedTrials[]): void {
  posted.withdraw(bundles.map(({ unit }) => unit))
  for (const { unit, content } of bundles) for (const at of content.trials.keys()) removeFile(topFile(posted, unit, at))
}

function topFile(posted: PostedWork, unit: PostedUnit, trial: number): string {
  return posted.fileBeside(unit, `${trial}.safetensors`)
}
