/**
 * Which class is looked for. Sensitivity and specificity swap where this is wrong, so it is guessed from a short,
 * printed list of names for its absence, and asked for otherwise.
 */
import { nearest, UserError } from '../base/errors.js'

/** Names that mean "nothing found"; as whole words, in any case. '0' only as the whole name. */
const negativeNames = ['normal', 'healthy', 'negative', 'control', 'no ...', '0'] as const

const negativeWords = new Set(['normal', 'healthy', 'negative', 'control', 'controls', 'no'])

function saysNothingFound(label: string): boolean {
  if (label.trim() === '0') return true
  const words = label.toLowerCase().split(/[^\p{L}\p{N}]+/u)
  return words.some((word) => negativeWords.has(word)) && !words.includes('not') && !words.includes('non')
}

/**
 * The positive class: the one asked for, or of two classes the one beside a name on the list; null with more than two,
 * where each class is looked for. Throws a `UserError` that names the classes where neither settles it.
 */
export function resolvePositive(classes: readonly string[], asked?: string): string | null {
  if (classes.length > 2) {
    if (asked === undefined) return null
    throw new UserError(
      `--positive '${asked}': there are ${classes.length} classes (${classes.join(', ')}), and each is compared with the rest; leave --positive out, or leave out the films of the others to compare two`,
    )
  }
  if (asked !== undefined) {
    const found =
      classes.find((label) => label === asked) ?? classes.find((label) => label.toLowerCase() === asked.toLowerCase())
    if (found !== undefined) return found
    const like = nearest(asked, classes)
    const hint = like === undefined ? '' : `; is '${like}' meant?`
    throw new UserError(`--positive '${asked}' is none of the classes (${classes.join(', ')})${hint}`)
  }
  const [positive, ...others] = classes.filter((label) => !saysNothingFound(label))
  if (positive !== undefined && others.length === 0 && classes.length === 2) return positive
  const choices = classes.map((label) => `--positive ${/^[\w.-]+$/.test(label) ? label : `'${label}'`}`).join(' or ')
  throw new UserError(
    `which class is the one that is looked for (the disease)? Their names (${classes.join(', ')}) do not tell, for ` +
      `only ${negativeNames.join(', ')} are taken to mean that it is absent: type ${choices}`,
  )
}
