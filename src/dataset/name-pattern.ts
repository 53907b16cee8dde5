/** What the first group of a regular expression that the user gave finds in names: patients, classes. */
import vm from 'node:vm'
import { UserError } from '../base/errors.js'

const maxPatternLength = 200
const patternBudgetMs = 1000

/** What an expression found in a name: its first group, and where that begins. */
export interface Match {
  readonly key: string
  readonly start: number
}

/** How an expression is asked for. */
export interface AskedPattern {
  readonly option: string
  /** Completes "no group in parentheses that ...". */
  readonly group: string
  /** What is to be given, as a sentence's end. */
  readonly form: string
}

/** What the first group finds in each name; undefined where it finds nothing. Throws a `UserError` where the expression is none. */
export function firstGroups(
  names: readonly string[],
  pattern: string,
  { option, group, form }: AskedPattern,
): (Match | undefined)[] {
  const asked = shownPattern(option, pattern)
  if (pattern.length > maxPatternLength) {
    throw new UserError(`${asked} has ${pattern.length} characters, at most ${maxPatternLength} are read; ${form}`)
  }
  let groups: number
  try {
    groups = (new RegExp(`${pattern}|`).exec('')?.length ?? 1) - 1
  } catch (error) {
    throw new UserError(`${asked} is no regular expression (${(error as Error).message}); ${form}`)
  }
  if (groups < 1) {
    throw new UserError(`${asked} has no group in parentheses that ${group}; ${form}`)
  }
  return matchWithin(pattern, names, asked)
}

export function shownPattern(option: string, pattern: string): string {
  return `${option} '${pattern.length > 60 ? `${pattern.slice(0, 60)}...` : pattern}'`
}

/** The first group of each name. A pattern that backtracks without end is stopped and refused. */
function matchWithin(pattern: string, names: readonly string[], asked: string): (Match | undefined)[] {
  const code =
    'names.map((name) => expression.exec(name)).map((found) => found?.[1] && { key: found[1], start: found.indices[1][0] })'
  try {
    return vm.runInNewContext(
      code,
      { names: [...names], expression: new RegExp(pattern, 'd') },
      { timeout: patternBudgetMs },
    )
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_SCRIPT_EXECUTION_TIMEOUT') throw error
    throw new UserError(`${asked} takes too long on these names; avoid a repeat inside a repeat, such as (a+)+`)
  }
}
