/** A run as a line of the list. */
import type { RunStatus } from '../../../record/run-status.js'
import { statusInBrief } from '../../../words/run-status.js'
import type { RunSummary } from '../../wire/run.js'
import { idOf } from '../workplace.js'

export function runSummary(status: RunStatus): RunSummary {
  const { folder, name, state, begun, verdict } = status
  const gain =
    verdict && verdict.low !== null && verdict.high !== null ? { low: verdict.low, high: verdict.high } : null
  return { id: idOf(folder), name, state, begun, brief: statusInBrief(status), benefit: verdict?.benefit ?? null, gain }
}
