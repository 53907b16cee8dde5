/** An item of a reporting checklist: what a run knows of it, and what only the authors can add. */
import type { Result } from '../../record/result.js'
import { type MethodsTopic, methodsText, type Paragraph } from '../methods-text.js'

export interface ChecklistItem {
  /** As the checklist numbers it. */
  readonly id: string
  /** What the item asks for, in our words. */
  readonly asks: string
  /** Paragraphs of the methods text that answer it. */
  readonly methods?: readonly MethodsTopic[]
  /** What else the run knows; nothing where it returns undefined. */
  readonly run?: (result: Result) => string | undefined
  /** What the authors have to add; absent (or undefined of this result) where the run says it all. */
  readonly authors?: string | ((result: Result) => string | undefined)
}

export interface Checklist {
  readonly id: string
  readonly title: string
  readonly groups: readonly { readonly heading: string; readonly items: readonly ChecklistItem[] }[]
}

/** How far a run answers an item. */
export type Filled = 'by the run' | 'in part' | 'by the authors'

export interface Answer {
  readonly methods: readonly Paragraph[]
  readonly run: string | undefined
  /** For the authors to add. */
  readonly authors: string | undefined
  readonly filled: Filled
}

/** What a result says to an item, and what remains. */
export function answer(item: ChecklistItem, result: Result): Answer {
  const methods = methodsText(result).filter(({ topic }) => item.methods?.includes(topic))
  const run = item.run?.(result)
  const asked = typeof item.authors === 'function' ? item.authors(result) : item.authors
  const missing = [...(asked === undefined ? [] : [asked]), ...methods.flatMap((one) => one.missing ?? [])]
  const authors = missing.length > 0 ? missing.join('; ') : undefined
  const known = methods.length > 0 || run !== undefined
  return { methods, run, authors, filled: !known ? 'by the authors' : authors === undefined ? 'by the run' : 'in part' }
}
