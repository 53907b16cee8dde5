/** What a schema expected where it refuses a value, in words. */
import type { z } from 'zod'

/** Completes "NAME: ..." or "NAME is 5, but ...": `expected at least 1`. The schema library's own words where they will do. */
export function expectation(issue: z.core.$ZodIssue): string {
  if (issue.code === 'invalid_type') {
    const names: Record<string, string> = { int: 'a whole number', number: 'a number', boolean: 'true or false' }
    return `expected ${names[issue.expected] ?? issue.expected}`
  }
  if (issue.code === 'invalid_value')
    return `expected ${issue.values.map(String).join(', ')}`.replace(/, ([^,]+)$/, ' or $1')
  if (issue.code === 'invalid_union') {
    if (issue.message !== 'Invalid input') return `expected ${issue.message}`
    const all = issue.errors.flatMap((problems) => problems.map((part) => expectation(part).replace(/^expected /, '')))
    if (all.length > 0) return `expected ${[...new Set(all)].join(', or ')}`
  }
  if (issue.code === 'too_small' && issue.origin === 'number')
    return `expected ${issue.inclusive ? 'at least' : 'more than'} ${issue.minimum}`
  if (issue.code === 'too_big' && issue.origin === 'number')
    return `expected ${issue.inclusive ? 'at most' : 'less than'} ${issue.maximum}`
  if (issue.code === 'not_multiple_of') return `expected a multiple of ${issue.divisor}`
  return issue.code === 'custom' ? `expected ${issue.message}` : issue.message
}
