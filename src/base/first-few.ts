import { shortened } from './shortened.js'

/** The first few of many names, each shortened, and how many more there are: 'a, b, c ... and 12 more'. */
export function firstFew(names: readonly string[], few = 3): string {
  const shown = names
    .slice(0, few)
    .map((name) => shortened(name))
    .join(', ')
  return names.length > few ? `${shown} ... and ${names.length - few} more` : shown
}
