/** The checklists that a report fills in. */
import { claim } from './claim.js'
import type { Checklist } from './item.js'
import { tripodAi } from './tripod-ai.js'

export { type Answer, answer, type Checklist, type ChecklistItem, type Filled } from './item.js'

export const checklists: readonly Checklist[] = [claim, tripodAi]
