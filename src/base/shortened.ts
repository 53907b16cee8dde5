/** Text from outside in a message: never more of it than a line holds. */
import { count } from './format.js'

/** The text, or its beginning and its length where it has more than `most` characters. */
export function shortened(text: string, most = 80): string {
  if (text.length <= most) return text
  // half of a pair is no character
  const beginning = text.slice(0, most).replace(/[\uD800-\uDBFF]$/, '')
  return `${beginning}... (${count(text.length)} characters)`
}
