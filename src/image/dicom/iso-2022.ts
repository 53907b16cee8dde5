/**
 * Texts with code extensions (ISO/IEC 2022 as PS3.5, 6.1.2.5 and PS3.3, C.12.1.1.2 use it): escape sequences choose the sets
 * that the lower and the upper half of the code stand for.
 */

/** What the upper half of the code may hold: a decoder's label, half-width katakana, or nothing. */
export type Graphic = 'none' | 'katakana' | (string & {})
/** The lower half: ASCII (and its Japanese sister), or one of two sets of two bytes a letter. */
type Lower = 'ascii' | 'jis-x-0208' | 'jis-x-0212'

/** By the characters behind ESC. */
const lowerSets: ReadonlyMap<string, Lower> = new Map([
  ['(B', 'ascii'],
  ['(J', 'ascii'],
  ['$B', 'jis-x-0208'],
  ['$@', 'jis-x-0208'],
  ['$(B', 'jis-x-0208'],
  ['$(@', 'jis-x-0208'],
  ['$(D', 'jis-x-0212'],
])
const upperSets: ReadonlyMap<string, Graphic> = new Map([
  [')I', 'katakana'],
  ['-A', 'latin1'],
  ['-B', 'iso-8859-2'],
  ['-C', 'iso-8859-3'],
  ['-D', 'iso-8859-4'],
  ['-L', 'iso-8859-5'],
  ['-G', 'iso-8859-6'],
  ['-F', 'iso-8859-7'],
  ['-H', 'iso-8859-8'],
  ['-M', 'iso-8859-9'],
  ['-b', 'iso-8859-15'],
  ['-T', 'windows-874'],
  ['$)C', 'euc-kr'],
  ['$)A', 'gb2312'],
])

const escapeCode = 0x1b
const lost = '\ufffd'
/** Tab, line feed, form feed, carriage return and the value delimiter end what an escape sequence said. */
const ends = new Set([0x09, 0x0a, 0x0c, 0x0d, 0x5c])
const endsOfNameParts = new Set([...ends, 0x5e, 0x3d])

export function hasEscape(bytes: Uint8Array): boolean {
  return bytes.includes(escapeCode)
}

/**
 * The text of bytes; U+FFFD for what can't be read.
 * @param first what the upper half holds before any escape sequence
 * @param name whether `^` and `=` end what an escape sequence said, as in person names
 */
export function decodeExtended(bytes: Uint8Array, first: Graphic, name: boolean): string {
  const ending = name ? endsOfNameParts : ends
  let text = ''
  let [lower, upper]: [Lower, Graphic] = ['ascii', first]
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  for (let at = 0; at < bytes.length; ) {
    const byte = view.getUint8(at)
    if (byte === escapeCode) {
      const sequence = sequenceAt(bytes, at + 1)
      if (!lowerSets.has(sequence) && !upperSets.has(sequence)) text += lost
      lower = lowerSets.get(sequence) ?? lower
      upper = upperSets.get(sequence) ?? upper
      at += 1 + sequence.length
      continue
    }
    const run = bytes.subarray(at, at + lengthOfRun(bytes.subarray(at), byte, lower))
    if (byte >= 0x80) text += decodeUpper(run, upper)
    else if (byte > 0x20 && byte < 0x7f && lower !== 'ascii') text += decodeLower(run, lower)
    else {
      text += String.fromCharCode(...run)
      if (run.some((each) => ending.has(each))) [lower, upper] = ['ascii', first]
    }
    at += run.length
  }
  return text
}

function sequenceAt(bytes: Uint8Array, at: number): string {
  const [a, b, c] = [...bytes.subarray(at, at + 3)].map((byte) => String.fromCharCode(byte))
  if (a === '$' && (b === '(' || b === ')')) return c === undefined ? a + b : a + b + c
  return b === undefined ? (a ?? '') : a + b
}

/** How many bytes from the first on are of its half and kind; ASCII and control characters go one by one. */
function lengthOfRun(bytes: Uint8Array, first: number, lower: Lower): number {
  const upperHalf = first >= 0x80
  const isAlike = (byte: number) => (upperHalf ? byte >= 0x80 : byte > 0x20 && byte < 0x7f)
  if (!upperHalf && (lower === 'ascii' || !isAlike(first))) return 1
  const end = bytes.findIndex((byte) => !isAlike(byte))
  return end < 0 ? bytes.length : end
}

function decodeUpper(run: Uint8Array, upper: Graphic): string {
  if (upper === 'none') return lost.repeat(run.length)
  if (upper !== 'katakana') return new TextDecoder(upper).decode(run)
  return [...run]
    .map((byte) => (byte > 0xa0 && byte < 0xe0 ? String.fromCodePoint(0xff61 + byte - 0xa1) : lost))
    .join('')
}

/** Two bytes a letter, by way of EUC, which writes them in the upper half (JIS X 0212 behind 8F). */
function decodeLower(run: Uint8Array, lower: Lower): string {
  const extra = lower === 'jis-x-0212' ? [0x8f] : []
  const letters = [...run].flatMap((byte, i) => (i % 2 === 0 ? [...extra, byte | 0x80] : [byte | 0x80]))
  return new TextDecoder('euc-jp').decode(Uint8Array.from(letters))
}
