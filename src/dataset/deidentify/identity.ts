/**
 * What tells who a patient is, as texts: their names, numbers and birth date, wherever the file states them, and whether another
 * text holds any of them. Long ones count within other words, short ones as words of their own; of a script without spaces
 * between words, every one counts within others.
 */
import type { DataSet } from '../../image/dicom/data-set.js'
import { ImageProblem } from '../../image/raster.js'
import { barred, foldedForms, isSpaceless, squeezed, withoutLeadingZeros, wordsOf } from './folded-text.js'
import { otherReadings } from './readings.js'

/** How a text is to be read: `free` texts hold words, `codes` terms of a list, in which a letter alone is no initial. */
export type TextKind = 'free' | 'code'

/** Patient's name, other names, birth name, mother's birth name; responsible person. */
const nameTags = [0x0010_0010, 0x0010_1001, 0x0010_1005, 0x0010_1060, 0x0010_2297]
/** Patient id, other ids, medical record locator, accession number, admission id. */
const numberTags = [0x0010_0020, 0x0010_1000, 0x0010_1090, 0x0008_0050, 0x0038_0010]
const birthDateTag = 0x0010_0030

/** No name where they stand beside one: `von der Leyen` is looked for as Leyen, while `Du^Fu` and `Le^Mai` are looked for whole. */
const besideNames = new Set(
  'dr md phd prof mr mrs ms miss sir jr sr ii iii iv herr frau von van der den del della de da di dos das la al el bin ibn bint zu zum zur und and of the'.split(
    ' ',
  ),
)

const mostParts = 5000
const mostBytes = 4096

export class Identity {
  /** Within any text. */
  readonly #within = new Set<string>()
  /** Words of their own. */
  readonly #words = new Set<string>()
  /** Single letters of scripts with spaces. */
  readonly #letters = new Set<string>()
  /** Numbers of four and more characters, letters and digits alone. */
  readonly #numbers = new Set<string>()
  /** The same of six and more, and dates. */
  readonly #longNumbers = new Set<string>()
  /** Numbers of one or two digits: words of their own, `7` and `007`, but not `C7`. */
  readonly #counts = new Set<string>()
  /** Other numbers as `barred` texts. */
  readonly #barred = new Set<string>()

  /**
   * Takes in what the elements of a data set state; the items of its sequences are for the caller to hand in. Throws an
   * `ImageProblem` where it is more than a film states.
   */
  take(dataSet: DataSet): void {
    for (const tag of nameTags) for (const name of readingsOf(dataSet, tag)) this.#takeName(name)
    for (const tag of numberTags) for (const number of readingsOf(dataSet, tag)) this.#takeNumber(number)
    for (const date of readingsOf(dataSet, birthDateTag)) this.#takeDate(date)
    // each is looked for in every text
    if (this.#within.size + this.#barred.size > mostParts) {
      throw new ImageProblem('states more names and numbers of patients than any film does')
    }
  }

  #takeName(name: string): void {
    for (const group of name.split('=')) {
      for (const form of foldedForms(group)) {
        const parts = form.split('^').map((part, i) => namesOf(wordsOf(part), i > 2))
        for (const [i, words] of parts.entries()) for (const word of words) this.#takeWord(word, i < 2)
        // written without a space between them, in either order
        const words = parts.flat()
        for (const [i, word] of words.entries()) {
          for (const other of words.slice(i + 1, i + 4)) {
            if (word.length + other.length < 4) continue
            this.#within.add(word + other)
            this.#within.add(other + word)
          }
        }
      }
    }
  }

  #takeWord(word: string, main: boolean): void {
    if (isSpaceless(word) || word.length >= 4) this.#within.add(word)
    else if (word.length >= 2) this.#words.add(word)
    else if (main) this.#letters.add(word)
  }

  #takeNumber(number: string): void {
    for (const form of foldedForms(number)) {
      const core = withoutLeadingZeros(squeezed(form, false))
      if (core === '') continue
      if (/^\p{N}{1,2}$/u.test(core)) this.#counts.add(core)
      else this.#barred.add(barred(form))
      // the digits of PAT-0012345 are written without the letters too; shorter ones are years
      const digits = (form.match(/\p{N}+/gu) ?? []).map(withoutLeadingZeros).filter((run) => run.length > 4)
      for (const one of [core, ...digits]) {
        if (one.length >= 4) this.#numbers.add(one)
        if (one.length >= 6) this.#longNumbers.add(one)
      }
    }
  }

  #takeDate(date: string): void {
    const [, year = '', month = '', day] = /^(\d{4})\.?(\d{2})\.?(\d{2})$/.exec(date) ?? []
    if (day === undefined) return
    for (const form of [year + month + day, day + month + year, month + day + year]) this.#longNumbers.add(form)
  }

  /** Whether a text holds any of it. */
  isIn(text: string, kind: TextKind): boolean {
    const camel = text.match(/\p{Lu}\p{Ll}+/gu) ?? []
    return foldedForms(text).some(
      (form) =>
        this.#namedIn(form, kind) ||
        this.#numberedIn(form) ||
        camel.some((word) => this.#words.has(word.toLowerCase())),
    )
  }

  /** Whether a number is the patient's; ids of fewer than four digits are not told from counts and settings. */
  isNumber(text: string): boolean {
    return this.#numbers.has(withoutLeadingZeros(text.trim().replace(/\.0*$/, '')))
  }

  /** Whether a UID holds a number of the patient's as one of its parts, or a long one within. */
  isInUid(uid: string): boolean {
    const parts = new Set(uid.split('.'))
    return [...this.#numbers].some((number) => parts.has(number) || (number.length >= 6 && uid.includes(number)))
  }

  /** Whether a text that may be read in a wrong way holds a part too long to stand there by chance. */
  isPlainlyIn(text: string): boolean {
    return foldedForms(text).some((form) => {
      const words = new Set(wordsOf(form))
      const long = [...this.#within, ...this.#longNumbers, ...this.#numbers]
      return (
        long.some((part) => part.length >= (isSpaceless(part) ? 2 : 4) && form.includes(part)) || this.#threeIn(words)
      )
    })
  }

  #threeIn(words: ReadonlySet<string>): boolean {
    return [...this.#words].some((word) => word.length === 3 && words.has(word))
  }

  #namedIn(form: string, kind: TextKind): boolean {
    const runs = [...wordsOf(form), ...(form.match(/\p{L}+/gu) ?? [])]
    if (runs.some((word) => this.#words.has(word) || (kind === 'free' && this.#letters.has(word)))) return true
    for (const part of this.#within) {
      // terms of a list are long words of their own: MONOCHROME2 is not Mono
      if (kind === 'code' && part.length < 6 && !isSpaceless(part) ? runs.includes(part) : form.includes(part))
        return true
    }
    return false
  }

  #numberedIn(form: string): boolean {
    // 1.5 and 2.0.1 are one number or version each
    const plain = form.replace(/(?<![\p{L}\p{N}])\p{N}{1,3}(?:[.,]\p{N}{1,3})+(?![\p{L}\p{N}])/gu, ' ')
    if (wordsOf(plain).some((word) => this.#counts.has(withoutLeadingZeros(word)))) return true
    const [whole, plainly] = [barred(form), barred(plain)]
    for (const number of this.#barred) if ((isOneRun(number) ? plainly : whole).includes(number)) return true
    const chunks = squeezed(form, true)
    for (const number of this.#numbers) if (chunks.includes(number)) return true
    const solid = squeezed(form, false)
    for (const number of this.#longNumbers) if (solid.includes(number)) return true
    return false
  }
}

function isOneRun(barredNumber: string): boolean {
  return barredNumber.indexOf('|', 1) === barredNumber.length - 1
}

/** The texts of an element; in all codes that its bytes may be in, where its own character set can't read them. */
function readingsOf(dataSet: DataSet, tag: number): string[] {
  const bytes = dataSet.rawBytes({ tag })
  if (bytes.length > mostBytes) throw new ImageProblem(`states a name or number of a patient in ${bytes.length} bytes`)
  const stated = dataSet.characterSet.decode(bytes, true)
  const readings = dataSet.characterSet.reads(bytes, true)
    ? [stated]
    : [stated, ...otherReadings(bytes).map(({ text }) => text)]
  return readings.flatMap((text) => text.split('\\'))
}

/** The names among the words of a part of a name. */
function namesOf(words: readonly string[], isTitle: boolean): string[] {
  const names = words.filter((word) => !besideNames.has(word))
  return names.length > 0 || isTitle ? names : [...words]
}
