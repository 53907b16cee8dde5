/**
 * The text of a table: UTF-8, UTF-16 with or without a mark at its beginning, or a code page as spreadsheets in much of the
 * world still write it. What can't be decided is asked, never guessed.
 */
import { UserError } from '../../base/errors.js'
import { shortened } from '../../base/shortened.js'
import { readingsOf } from './code-page.js'

export interface TableText {
  readonly text: string
  /** Where the code page was found by what the words would be: which, and a word of it. */
  readonly found?: { readonly encoding: string; readonly sample: string }
}

const remedy = "save it as 'CSV UTF-8'"

/** Names that systems use and the decoder does not know. */
const alsoCalled: Readonly<Record<string, string>> = {
  cp932: 'shift_jis',
  cp936: 'gb18030',
  cp949: 'euc-kr',
  cp950: 'big5',
  cp874: 'windows-874',
  ansi: 'windows-1252',
}

/**
 * Decodes a table. Throws a `UserError` where the bytes are no text, or may be several.
 * @param encoding of tables that are not UTF-8, as the user names it; without, it is found
 */
export function decodeTable(bytes: Uint8Array, file: string, encoding?: string): TableText {
  if (encoding !== undefined) return { text: decodeAs(bytes, file, encoding) }
  const marked = withMark(bytes, file)
  if (marked !== undefined) return { text: marked }
  const wide = utf16WithoutMark(bytes)
  if (wide !== undefined) return { text: wide }
  if (bytes.includes(0)) throw new UserError(`${file} is no text (it holds zero bytes); a table is saved as CSV UTF-8`)
  const utf8 = strict(bytes, 'utf-8')
  if (utf8 !== undefined) return { text: utf8 }
  refuseMixture(bytes, file)
  const readings = readingsOf(bytes)
  const [best] = readings
  const name = `, or name the right one, such as --encoding ${best?.encoding ?? 'windows-1252'}`
  if (best === undefined) {
    throw new UserError(`${file} is not UTF-8, and no known code page makes words of it; ${remedy}${name}`)
  }
  if (readings.length > 1) {
    const ways = readings.slice(0, 4).map((one) => `${one.encoding} ('${shortened(one.sample, 24)}')`)
    throw new UserError(`${file} is not UTF-8, and its letters may be ${ways.join(' or ')}; ${remedy}${name}`)
  }
  const text = strict(bytes, best.encoding)
  if (text === undefined) {
    throw new UserError(`${file} is not UTF-8; most of it is ${best.encoding}, but not all; ${remedy}`)
  }
  return { text, found: { encoding: best.encoding, sample: shortened(best.sample, 24) } }
}

function decodeAs(bytes: Uint8Array, file: string, encoding: string): string {
  const label = Object.hasOwn(alsoCalled, encoding.toLowerCase()) ? alsoCalled[encoding.toLowerCase()] : encoding
  let decoder: InstanceType<typeof TextDecoder>
  try {
    decoder = new TextDecoder(label, { fatal: true })
  } catch {
    throw new UserError(
      `--encoding ${shortened(encoding, 40)} is no encoding that is known; such are utf-8, windows-1252, shift_jis, gb18030, big5, euc-kr; or ${remedy}`,
    )
  }
  // one name holds for all tables of a dataset, of which some may be UTF-8
  const utf8 = bytes.some((byte) => byte > 0x7f) && !bytes.includes(0) ? strict(bytes, 'utf-8') : undefined
  if (utf8 !== undefined) return utf8
  try {
    return decoder.decode(bytes)
  } catch {
    throw new UserError(`${file} is not ${shortened(encoding, 40)}: it holds bytes that mean nothing there; ${remedy}`)
  }
}

function strict(bytes: Uint8Array, encoding: string): string | undefined {
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes)
  } catch {
    return undefined
  }
}

/** Text that begins with a byte order mark. */
function withMark(bytes: Uint8Array, file: string): string | undefined {
  const starts = (...mark: number[]) => mark.every((byte, i) => bytes[i] === byte)
  const encoding =
    starts(0xff, 0xfe, 0, 0) || starts(0, 0, 0xfe, 0xff)
      ? 'UTF-32'
      : starts(0xff, 0xfe)
        ? 'utf-16le'
        : starts(0xfe, 0xff)
          ? 'utf-16be'
          : starts(0xef, 0xbb, 0xbf)
            ? 'utf-8'
            : undefined
  if (encoding === undefined) return undefined
  const text = encoding === 'UTF-32' ? undefined : strict(bytes, encoding)
  if (text !== undefined) return text
  const what =
    encoding === 'UTF-32' ? 'is in UTF-32, which is not read' : `says that it is ${encoding}, but not all of it is`
  throw new UserError(`${file} ${what}; ${remedy}`)
}

/** The commas, tabs and line ends of any table have a zero as their other byte. */
function utf16WithoutMark(bytes: Uint8Array): string | undefined {
  let even = 0
  let odd = 0
  for (const [i, byte] of bytes.entries()) {
    if (byte !== 0) continue
    if (i % 2 === 0) even++
    else odd++
  }
  if (even + odd === 0 || bytes.length % 2 !== 0) return undefined
  const text = strict(bytes, odd > even ? 'utf-16le' : 'utf-16be')
  return text === undefined || text.includes('\0') || /\p{Cn}/u.test(text) || !/[\r\n,;\t]/.test(text)
    ? undefined
    : text
}

/** Rows of UTF-8 beside others come of files that were joined: no one code page is right for them. */
function refuseMixture(bytes: Uint8Array, file: string): void {
  let [utf8, other, row, first] = [0, 0, 0, 0]
  for (let start = 0; start < bytes.length; ) {
    const end = bytes.indexOf(0x0a, start)
    const line = bytes.subarray(start, end < 0 ? bytes.length : end)
    start = end < 0 ? bytes.length : end + 1
    row++
    if (!line.some((byte) => byte > 0x7f)) continue
    if (strict(line, 'utf-8') !== undefined) utf8++
    else {
      other++
      if (first === 0) first = row
    }
  }
  if (utf8 > other) {
    throw new UserError(
      `${file} is UTF-8 in ${utf8} of its lines, but not in ${other}, such as line ${first}: perhaps two files were joined; ${remedy}`,
    )
  }
}
