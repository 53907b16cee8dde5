/** An item of a reporting checklist: what a run knows of it, and what only the authors can add. */
import type { Result } from '../../record/result.js'
import type { MethodsTopic } from '../methods-text.js'

export interface ChecklistItem {
  /** As the checklist numbers it. */
  readonly id: string
  /** What the item asks for, in our words. */
  readonly asks: string
  /** Paragraphs of the methods text that answer it. */
  readonly methods?: readonly MethodsTopic[]
  /** What else the run knows; nothing where it returns undefined. */
  readonly run?: (result: Result) => string | undefined
  /** What the authors have to add; absent where the run says it all. */
  readonly authors?: string
}

export interface Checklist {
  readonly id: string
  readonly title: string
  readonly groups: readonly { readonly heading: string; readonly items: readonly ChecklistItem[] }[]
}

/** How far a run answers an item. */
export type Filled = 'by the run' | 'in part' | 'by the authors'

export function filled(item: ChecklistItem, result: Result): Filled {
  const known = (item.methods?.length ?? 0) > 0 || item.run?.(result) !== undefined
  if (!known) return 'by the authors'
  return item.authors === undefined ? 'by the run' : 'in part'
}
