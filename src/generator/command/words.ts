/**
 * A command line in one text: words stand between spaces; what stands between quotes, single or double, belongs to one word
 * with its spaces. Nothing else means anything: no shell reads it, so there are no variables, patterns, pipes or backslashes.
 */

const word = /(?:[^\s"']|"[^"]*"|'[^']*')+/g

/** Undefined where a quote is not closed. */
export function wordsOf(text: string): string[] | undefined {
  const words = text.match(word) ?? []
  // What is no part of a word is a space, or a quote without its other half.
  if (/\S/.test(text.replaceAll(word, ''))) return undefined
  return words.map((found) => found.replaceAll(/"([^"]*)"|'([^']*)'/g, (_, double, single) => double ?? single))
}

/** One text that reads as these words. */
export function textOf(words: readonly string[]): string {
  return words.map(quoted).join(' ')
}

/** A word with the path changed that it is or, behind an option's name and `=`, ends with; `to` is asked of either. */
export function changePath(text: string, to: (place: string) => string): string {
  const [, option = '', place = ''] = /^(-[^=/\\]*=)?(.*)$/s.exec(text) ?? []
  return `${option}${to(place)}`
}

function quoted(text: string): string {
  if (text !== '' && !/[\s"']/.test(text)) return text
  // A word with quotes of both kinds is put together from parts.
  return text === ''
    ? '""'
    : (text.match(/[^"]+|"+/g) ?? []).map((part) => (part.startsWith('"') ? `'${part}'` : `"${part}"`)).join('')
}
