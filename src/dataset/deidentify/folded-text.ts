/**
 * Texts made comparable: without case, accents, widths of letters, kinds of kana; Müller, MUELLER and Muller have a form in common.
 */

const letters: Readonly<Record<string, string>> = {
  ß: 'ss',
  ø: 'o',
  ł: 'l',
  đ: 'd',
  ð: 'd',
  þ: 'th',
  æ: 'ae',
  œ: 'oe',
  ı: 'i',
  ς: 'σ',
  ё: 'е',
}
const digraphs: Readonly<Record<string, string>> = { ä: 'ae', ö: 'oe', ü: 'ue', å: 'aa', ø: 'oe' }

/** The forms of a text, one or two: accents dropped, and written out as German and Danish do (ü: ue). */
export function foldedForms(text: string): string[] {
  const lower = text.normalize('NFC').toLowerCase()
  const dropped = fold(lower)
  const writtenOut = fold(lower.replace(/[äöüåø]/g, (letter) => digraphs[letter] ?? letter))
  return writtenOut === dropped ? [dropped] : [dropped, writtenOut]
}

function fold(lower: string): string {
  return lower
    .replace(/[ßøłđðþæœıςё]/g, (letter) => letters[letter] ?? letter)
    .normalize('NFKD')
    .replace(/\p{Mn}/gu, '')
    .normalize('NFC')
    .toLowerCase()
    .replace(/[\u3041-\u3096]/g, (kana) => String.fromCharCode(kana.charCodeAt(0) + 0x60))
}

/** Runs of letters and digits. */
export function wordsOf(text: string): string[] {
  return text.match(/[\p{L}\p{N}]+/gu) ?? []
}

/** Whether a word is in a script that leaves no spaces between words, so that a name may stand within others. */
export function isSpaceless(word: string): boolean {
  return /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u.test(
    word,
  )
}

/** Digits without leading zeros. */
export function withoutLeadingZeros(digits: string): string {
  return digits.replace(/^0+(?=\p{N})/u, '')
}

/** Runs of letters and of digits, the latter without leading zeros, each between bars: 'PAT-007' is '|pat|7|'. */
export function barred(folded: string): string {
  const runs = folded.match(/\p{L}+|\p{N}+/gu) ?? []
  return `|${runs.map(withoutLeadingZeros).join('|')}|`
}

/** Letters and digits alone; with `spaces` one space for any. */
export function squeezed(text: string, spaces: boolean): string {
  return text.replace(spaces ? /[^\p{L}\p{N}\s]+/gu : /[^\p{L}\p{N}]+/gu, '')
}
