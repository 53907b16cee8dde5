/** What the schema refuses, in words: the place, what was expected, what came; of an unknown key the nearest known one. */
import type { z } from 'zod'
import { nearest } from '../../base/errors.js'
import { expectation } from '../../base/expectation.js'
import { keysAt } from './schema.js'

/** A sentence for each problem of an issue. `spelled`: places that the user called by another name. */
export function issueWords(issue: z.core.$ZodIssue, spelled: ReadonlyMap<string, string> = new Map()): string[] {
  // Which of a list is meant says the value.
  const named = issue.path.filter((key) => typeof key !== 'number').join('.')
  const place = spelled.get(named) ?? named
  if (issue.code === 'unrecognized_keys') {
    const known = Object.keys(keysAt(issue.path))
    return issue.keys.map((key) => {
      // Keys of every kind are known there.
      if (known.includes(key))
        return `${place}.${key} is an option of another kind than ${place}.kind asks for; leave it out`
      const near = nearest(key, known)
      const remedy = near
        ? `did you mean ${[place, near].filter(Boolean).join('.')}?`
        : `known there: ${known.join(', ')}`
      return `key ${[place, key].filter(Boolean).join('.')} is not known; ${remedy}`
    })
  }
  const value = 'input' in issue && issue.input !== undefined ? `, got ${JSON.stringify(issue.input)}` : ''
  return [`${place}: ${expectation(issue)}${value}${nearestChoice(issue)}`]
}

/** Where one of some words was expected and another came: the nearest of them. */
function nearestChoice(issue: z.core.$ZodIssue): string {
  if (issue.code !== 'invalid_value' || typeof issue.input !== 'string') return ''
  const near = nearest(
    issue.input,
    issue.values.filter((value) => typeof value === 'string'),
  )
  return near ? `; did you mean ${near}?` : ''
}
