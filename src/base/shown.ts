/**
 * Text that may be put before eyes. Names of files, classes and patients come from anywhere: what would steer a terminal
 * (escape sequences), turn the direction of reading, or begin a line that looks like one of ours is written out instead
 * ('\x1b', '\n', '\u202e'), and a line has an end. The type says that a text has been through here; only this file makes it.
 */

declare const cleaned: unique symbol
/** A text without what a terminal obeys; its line breaks are ours. */
export type Shown = string & { readonly [cleaned]: true }

/** Characters of a line. No sentence of ours is near it; a cell of a table or a name made to harm may be megabytes. */
const longestLine = 4000
/** Characters of something inserted into a sentence. Paths of any system stay whole in practice. */
const longestPart = 1000

/**
 * Controls of both sets (with ESC and the one-byte CSI and OSC), line and paragraph separators, marks and overrides of the
 * direction of reading, annotation marks, invisible tags, half surrogates.
 */
const unshown = /[\p{Cc}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufff9-\ufffb\u{e0000}-\u{e007f}]|[\ud800-\udfff]/gu

/** One line: what is no visible character is written out, and past 4,000 characters only their number is given. */
export function shownLine(text: string, most = longestLine): Shown {
  const characters = [...text.slice(0, 2 * most)]
  const rest = text.length - characters.slice(0, most).join('').length
  const cut = rest > 0 ? `${characters.slice(0, most).join('')} ... (and ${rest} more characters)` : text
  return cut.replace(unshown, writtenOut) as Shown
}

/** Several lines, each as `shownLine`. */
export function shownLines(lines: readonly string[]): Shown {
  return lines.map((line) => shownLine(line)).join('\n') as Shown
}

/** Template tag for one line: whatever stands between `${` and `}` is cleaned unless it was before. */
export function shown(strings: TemplateStringsArray, ...values: (string | number)[]): Shown {
  return shownLine(
    strings.map((string, i) => string + (i < values.length ? shownLine(String(values[i]), longestPart) : '')).join(''),
  )
}

/** JSON of a value, of any length: what `shownLine` writes out is escaped, which programs read back as it was. */
export function shownJson(value: unknown, indent?: number): Shown {
  const escaped = (character: string) =>
    character === '\n' && indent !== undefined
      ? character
      : Array.from({ length: character.length }, (_, i) => unit(character, i)).join('')
  return JSON.stringify(value, null, indent).replace(unshown, escaped) as Shown
}

function writtenOut(character: string): string {
  const short = new Map([
    ['\n', '\\n'],
    ['\r', '\\r'],
    ['\t', '\\t'],
  ]).get(character)
  if (short !== undefined) return short
  const code = character.codePointAt(0) as number
  if (code < 256) return `\\x${code.toString(16).padStart(2, '0')}`
  return code > 0xffff ? `\\u{${code.toString(16)}}` : `\\u${code.toString(16).padStart(4, '0')}`
}

function unit(character: string, at: number): string {
  return `\\u${character.charCodeAt(at).toString(16).padStart(4, '0')}`
}
