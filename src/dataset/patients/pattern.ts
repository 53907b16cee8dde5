/** Patients from the first group of a regular expression that the user gave. */
import vm from 'node:vm'
import { nearest, UserError } from '../../base/errors.js'
import { firstFew, refuse } from '../reader.js'

const maxPatternLength = 200
const patternBudgetMs = 1000

/** Stands before a word or an expression where each place numbers its patients anew. */
export const perPlace = 'place:'

/** The words that `--patient-from` knows besides a regular expression. */
const patientWords = ['folder', 'prefix', 'image', `${perPlace}folder`, `${perPlace}prefix`]

/** What an expression found in a name: its first group, and where that begins. */
export interface Match {
  readonly key: string
  readonly start: number
}

/** The patient of each name. Throws a `UserError` where the expression is none, or does not fit every name. */
export function byPattern(names: readonly string[], pattern: string): Match[] {
  const asked = `--patient-from '${pattern.length > 60 ? `${pattern.slice(0, 60)}...` : pattern}'`
  const form = "give folder, prefix, image, or a regular expression with one group, such as '([^/]+)_[LR]'"
  const meant = nearest(pattern, patientWords)
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
    throw new UserError(
      `${asked} has no group in parentheses that names the patient${meant ? `; is '${meant}' meant?` : ''}; ${form}`,
    )
  }
  const matches = matchWithin(pattern, names, asked)
  const missed = names.filter((_, i) => !matches[i])
  refuse(
    `${asked} does not fit`,
    missed.length === 0 ? [] : [`${missed.length} of ${names.length} names do not match: ${firstFew(missed)}`],
  )
  return matches as Match[]
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
