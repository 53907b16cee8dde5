/** Whether a configuration asks for an arm of selected synthetic images, and what stands against it. */
import type { Config } from './schema.js'

export function selectionAsked({
  search,
  backbone,
}: Pick<Config, 'search' | 'backbone'>): 'no' | 'features-are-trained' | 'inner-folds' | 'yes' {
  if (!search.selected) return 'no'
  if (search.selectOn === 'inner') return 'inner-folds'
  return backbone.unfreeze === 'none' ? 'yes' : 'features-are-trained'
}
