/** Numbers written as texts (DS and IS, PS3.5, 6.2), also as files write them wrongly. */

export interface ReadNumber {
  readonly value: number
  /** How it was read, where it is not written as the standard asks. */
  readonly how?: string
}

/** The finite number of a text: with a decimal comma, or before a unit, too; undefined where there is none. */
export function numberIn(text: string): ReadNumber | undefined {
  const [, digits, unit] = /^([-+]?(?:\d+[.,]?\d*|[.,]\d+)(?:[eE][-+]?\d+)?)(\s*[A-Za-z%µ/]*)$/.exec(text.trim()) ?? []
  if (digits === undefined) return undefined
  const value = Number(digits.replace(',', '.'))
  // a zero before x is no number before a unit: 0x1F
  if (!Number.isFinite(value) || (unit !== '' && /^[-+]?0+$/.test(digits))) return undefined
  return digits.includes(',') || unit !== '' ? { value, how: String(value) } : { value }
}

/** What to know of the texts of an element that are no numbers, or not written as such; one sentence for each. */
export function notesOfNumbers(keyword: string, texts: readonly string[]): string[] {
  return texts.flatMap((text) => {
    const read = numberIn(text)
    // letters are not shown: a text in the place of a number may be anything
    const shown = /^[\d.,+\-eE ]{1,24}$/.test(text) ? ` '${text}'` : ''
    if (read === undefined) return text === '' ? [] : [`${keyword}${shown} is no number: left aside`]
    return read.how === undefined ? [] : [`${keyword}${shown} is not written as a number: read as ${read.how}`]
  })
}
