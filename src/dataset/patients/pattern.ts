/** Patients from the first group of a regular expression that the user gave. */
import { nearest } from '../../base/errors.js'
import { firstGroups, type Match, shownPattern } from '../name-pattern.js'
import { firstFew, refuse } from '../reader.js'

/** Stands before a word or an expression where each place numbers its patients anew. */
export const perPlace = 'place:'

/** The words that `--patient-from` knows besides a regular expression. */
const patientWords = ['folder', 'prefix', 'image', `${perPlace}folder`, `${perPlace}prefix`]

/** The patient of each name. Throws a `UserError` where the expression is none, or does not fit every name. */
export function byPattern(names: readonly string[], pattern: string): Match[] {
  const meant = nearest(pattern, patientWords)
  const matches = firstGroups(names, pattern, {
    option: '--patient-from',
    group: `names the patient${meant ? `; is '${meant}' meant?` : ''}`,
    form: "give folder, prefix, image, or a regular expression with one group, such as '([^/]+)_[LR]'",
  })
  const missed = names.filter((_, i) => !matches[i])
  refuse(
    `${shownPattern('--patient-from', pattern)} does not fit`,
    missed.length === 0 ? [] : [`${missed.length} of ${names.length} names do not match: ${firstFew(missed)}`],
  )
  return matches as Match[]
}
