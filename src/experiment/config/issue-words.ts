/** What the schema refuses, in words: the place, what was expected, what came; of an unknown key the nearest known one. */
import type { z } from 'zod'
import { nearest } from '../../base/errors.js'
import { type configSchema, keysAt } from './schema.js'

type Issue = z.ZodSafeParseError<z.input<typeof configSchema>>['error']['issues'][number]

/** A sentence for each problem of an issue. `spelled`: places that the user called by another name. */
export function issueWords(issue: Issue, spelled: ReadonlyMap<string, string> = new Map()): string[] {
  // Which of a list is meant says the value.
  const named = issue.path.filter((key) => typeof key !== 'number').join('.')
  const place = spelled.get(named) ?? named
  if (issue.code === 'unrecognized_keys') {
    const known = Object.keys(keysAt(issue.path))
    return issue.keys.map((key) => {
      const near = nearest(key, known)
      const remedy = near
        ? `did you mean ${[place, near].filter(Boolean).join('.')}?`
        : `known there: ${known.join(', ')}`
      return `key ${[place, key].filter(Boolean).join('.')} is not known; ${remedy}`
    })
  }
  const value = 'input' in issue && issue.input !== undefined ? `, got ${JSON.stringify(issue.input)}` : ''
  return [`${place}: ${expectation(issue)}${value}`]
}

/** What was expected; the schema library's own words where they will do. */
function expectation(issue: Issue): string {
  if (issue.code === 'invalid_type') {
    const names: Record<string, string> = { int: 'a whole number', number: 'a number', boolean: 'true or false' }
    return `expected ${names[issue.expected] ?? issue.expected}`
  }
  if (issue.code === 'invalid_value')
    return `expected ${issue.values.map(String).join(', ')}`.replace(/, ([^,]+)$/, ' or $1')
  if (issue.code === 'invalid_union') {
    const all = issue.errors.flatMap((one) => one.map((part) => expectation(part).replace(/^expected /, '')))
    if (all.length > 0) return `expected ${[...new Set(all)].join(', or ')}`
  }
  if (issue.code === 'too_small' && issue.origin === 'number')
    return `expected ${issue.inclusive ? 'at least' : 'more than'} ${issue.minimum}`
  if (issue.code === 'too_big' && issue.origin === 'number')
    return `expected ${issue.inclusive ? 'at most' : 'less than'} ${issue.maximum}`
  if (issue.code === 'not_multiple_of') return `expected a multiple of ${issue.divisor}`
  return issue.code === 'custom' ? `expected ${issue.message}` : issue.message
}
