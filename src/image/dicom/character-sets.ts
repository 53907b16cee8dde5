/** Specific Character Set (PS3.3, C.12.1.1.2) to what its texts say. */
import { decodeExtended, type Graphic, hasEscape } from './iso-2022.js'

export interface CharacterSet {
  /**
   * The text of bytes. Read as kindly as can be: bytes beyond ASCII that no set is stated for are taken as Latin 1, what can't be
   * read is U+FFFD.
   * @param name whether it is a person name, whose parts begin in the first set again
   */
  decode(bytes: Uint8Array, name?: boolean): string
  /** Whether the stated sets say what all of the bytes mean. */
  reads(bytes: Uint8Array, name?: boolean): boolean
}

/** Sets of one byte a letter, and what stands for them in the upper half of the code. */
const singleByte: Readonly<Record<string, Graphic>> = {
  '': 'none',
  'ISO_IR 6': 'none',
  'ISO_IR 100': 'latin1',
  'ISO_IR 101': 'iso-8859-2',
  'ISO_IR 109': 'iso-8859-3',
  'ISO_IR 110': 'iso-8859-4',
  'ISO_IR 144': 'iso-8859-5',
  'ISO_IR 127': 'iso-8859-6',
  'ISO_IR 126': 'iso-8859-7',
  'ISO_IR 138': 'iso-8859-8',
  'ISO_IR 148': 'iso-8859-9',
  'ISO_IR 203': 'iso-8859-15',
  'ISO_IR 166': 'windows-874',
  'ISO_IR 13': 'katakana',
  // sets that are reached by escape sequences alone, save where a file begins in one
  'ISO_IR 87': 'none',
  'ISO_IR 159': 'none',
  'ISO_IR 149': 'euc-kr',
  'ISO_IR 58': 'gb2312',
}

/** Sets without code extensions: nothing but themselves. */
const wholeCodes: Readonly<Record<string, string>> = {
  'ISO_IR 192': 'utf-8',
  GB18030: 'gb18030',
  GBK: 'gbk',
}

/** The character set of the values of Specific Character Set. */
export function characterSet(values: readonly string[]): CharacterSet {
  const names = values.map(standardName)
  const codeLabel = names.map((name) => wholeCodes[name]).find((label) => label !== undefined)
  if (codeLabel !== undefined) return wholeCode(codeLabel)
  const known = names.every((name) => name in singleByte)
  const first = singleByte[names[0] ?? ''] ?? 'none'
  const extended = (bytes: Uint8Array, name = false) => decodeExtended(bytes, first, name)
  // the lower half alone, or Japanese Windows' own code where its katakana is stated: both are met in files
  const kind = first === 'katakana' ? 'shift_jis' : 'latin1'
  return {
    decode: (bytes, name) => {
      const text = extended(bytes, name)
      return text.includes(unreadable) && !hasEscape(bytes) && (first === 'none' || first === 'katakana')
        ? new TextDecoder(kind).decode(bytes)
        : text
    },
    reads: (bytes, name) => isAscii(bytes) || (known && !extended(bytes, name).includes(unreadable)),
  }
}

/** What stands where bytes can't be read. */
export const unreadable = '\ufffd'

/** Whether bytes are ASCII without escape sequences, which reads alike in all sets. */
export function isAscii(bytes: Uint8Array): boolean {
  return bytes.every((byte) => byte < 0x80 && byte !== 0x1b)
}

function wholeCode(label: string): CharacterSet {
  const decode = (bytes: Uint8Array) => (hasEscape(bytes) ? decodeExtended(bytes, 'none', false) : plain(bytes))
  const plain = (bytes: Uint8Array) => new TextDecoder(label).decode(bytes)
  return { decode, reads: (bytes) => !hasEscape(bytes) && !plain(bytes).includes(unreadable) }
}

/** A value as the standard writes it: with or without code extensions, and whatever stands between its parts. */
function standardName(value: string): string {
  const name = value.trim().toUpperCase()
  const [, number] = /^ISO[ _-]*(?:2022[ _-]*)?IR[ _-]*(\d+)$/.exec(name) ?? []
  return number === undefined ? name : `ISO_IR ${number}`
}
