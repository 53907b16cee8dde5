/** An inspection of a dataset as lines for the terminal. */
import type { DatasetInspection } from '../record/inspection.js'
import { inspectionLines } from '../words/inspection-lines.js'

export function inspectionText(facts: DatasetInspection): string[] {
  return inspectionLines(facts).map(({ kind, text }) => {
    if (kind === 'set') return text
    return kind === 'warning' ? `  warning: ${text}` : `  ${text}`
  })
}
