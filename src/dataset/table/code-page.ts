/**
 * Which code page a text is in that is not UTF-8, from the words it would hold. A code page that can't give the bytes is out;
 * of the others each is charged, in bits, for what its words would be made of: letters that no language of it uses, letters
 * of two scripts in one word, signs amidst letters, capitals after small ones. Where two are nearly as likely, none is taken.
 */
import { ownValue } from '../../base/own-value.js'
import { type Alphabet, codePages, type WideCodePage, wideCodePages } from './alphabets.js'

export interface Reading {
  readonly encoding: string
  /** A word as this code page would have it. */
  readonly sample: string
}

/** So many bits must the second lie behind. */
const margin = 6
/** Bits a character beyond which nobody's language is read. */
const implausible = 9
const mostBytes = 65_536
const mostWords = 4000

/** The readings of the bytes, the likeliest first: one where it is decided, several where it is not, none where no code page fits. */
export function readingsOf(bytes: Uint8Array): Reading[] {
  const sample = linesWithLetters(bytes)
  const candidates = [...Object.keys(codePages), ...Object.keys(wideCodePages)].flatMap((encoding) => {
    const text = decoded(sample, encoding)
    if (text === undefined) return []
    const words = wordsOf(text)
    const letters = words.reduce((sum, word) => sum + [...word].filter((char) => char > '\x7f').length, 0)
    const wide = ownValue(wideCodePages, encoding)
    const narrow = ownValue(codePages, encoding)
    const cost = wide ? wideCost(words, encoding, wide) : narrow ? narrowCost(words, narrow) : Number.POSITIVE_INFINITY
    if (cost > implausible * letters + margin) return []
    return [{ encoding, text, cost, sample: words.find((word) => [...word].length > 1) ?? words[0] ?? '' }]
  })
  candidates.sort((a, b) => a.cost - b.cost)
  const [best] = candidates
  if (best === undefined) return []
  const rivals = candidates.filter(({ cost, text }) => cost - best.cost < margin && text !== best.text)
  const different = [...new Map([best, ...rivals].map((reading) => [reading.text, reading])).values()]
  return different.map(({ encoding, sample: word }) => ({ encoding, sample: word }))
}

/** Different lines that hold more than ASCII. A line feed is no part of a character in any of the code pages. */
function linesWithLetters(bytes: Uint8Array): Uint8Array {
  const lines = new Set<string>()
  let size = 0
  for (let start = 0; start < bytes.length && size < mostBytes; ) {
    const end = bytes.indexOf(0x0a, start)
    const line = bytes.subarray(start, end < 0 ? bytes.length : end)
    start = end < 0 ? bytes.length : end + 1
    if (line.length > mostBytes || !line.some((byte) => byte > 0x7f)) continue
    const text = Buffer.from(line).toString('latin1')
    if (lines.has(text)) continue
    lines.add(text)
    size += line.length + 1
  }
  return Buffer.from([...lines].join('\n'), 'latin1')
}

function decoded(bytes: Uint8Array, encoding: string): string | undefined {
  try {
    const text = new TextDecoder(encoding, { fatal: true }).decode(bytes)
    // controls of the upper half, private characters: in no table
    return /[\u0080-\u009f\p{Co}\p{Cn}\ufffd]/u.test(text) ? undefined : text
  } catch {
    return undefined
  }
}

/** Different runs of letters and of signs beyond ASCII that hold more than ASCII. */
function wordsOf(text: string): string[] {
  const words = new Set<string>()
  for (const [word] of text.matchAll(/(?:[A-Za-z]|(?![\u00a0\u3000])\P{ASCII})+/gu)) {
    if (/\P{ASCII}/u.test(word)) words.add(word.slice(0, 64))
    if (words.size >= mostWords) break
  }
  return [...words]
}

const scripts = [
  /\p{Script=Latin}/u,
  /\p{Script=Cyrillic}/u,
  /\p{Script=Thai}/u,
  /\p{Script=Greek}/u,
  /\p{Script=Hebrew}/u,
  /\p{Script=Arabic}/u,
]
const foreign = 12

/** Bits of the words in the language that they fit best. */
function narrowCost(words: readonly string[], { alphabets, later }: { alphabets: readonly Alphabet[]; later: number }) {
  const structure = words.reduce((sum, word) => sum + structureCost(word), 0)
  return later + structure + Math.min(...alphabets.map((alphabet) => languageCost(words, alphabet)))
}

function languageCost(words: readonly string[], { letters, last = '', inner = '' }: Alphabet): number {
  const ranks = new Map([...letters].map((letter, rank) => [letter, rank]))
  let cost = 0
  for (const word of words) {
    const chars = [...word]
    chars.forEach((char, i) => {
      if (char <= '\x7f' || !/[\p{L}\p{M}]/u.test(char)) return
      const small = char === 'İ' ? 'i' : char.toLowerCase()
      const rank = ranks.get(small)
      cost += rank === undefined ? foreign : 1 + Math.log2(rank + 2)
      const misplaced = (last.includes(small) && i < chars.length - 1) || (inner.includes(small) && i === 0)
      if (rank !== undefined && misplaced && !(i === 0 && chars.length === 1)) cost += 6
    })
  }
  return cost
}

/** Bits for what no word of any alphabet looks like. */
function structureCost(word: string): number {
  let cost = 0
  const chars = [...word]
  chars.forEach((char, i) => {
    if (char <= '\x7f' || /[\p{L}\p{M}]/u.test(char)) return
    const [before, after] = [chars[i - 1], chars[i + 1]]
    const opening = /[\p{Pi}‚„¿¡]/u.test(char)
    if (before !== undefined && (after !== undefined || opening)) cost += /[’·]/.test(char) ? 5 : 14
    else if (before === undefined && after === undefined) cost += 5
    else cost += opening || /[\p{Pf}\p{Pd}…°±×€£™®©]/u.test(char) || (/[²³]/.test(char) && before === 'm') ? 5 : 12
  })
  const letters = chars.filter((char) => /\p{L}/u.test(char))
  const used = scripts.filter((script) => chars.some((char) => script.test(char)))
  if (used.length > 1) cost += 20
  if (/\p{Ll}\p{Lu}/u.test(word)) cost += 8
  // a mark that has no letter before it
  if (/^[\p{M}\u0e30-\u0e3a\u0e45-\u0e4e]/u.test(word)) cost += 12
  if (letters.length > 0 && used[0] === scripts[0]) {
    const accented = letters.filter((letter) => letter > '\x7f').length
    if (letters.length > 2 && accented > 0.6 * letters.length) cost += 10
    cost += 4 * (word.match(/(?<=\P{ASCII})\P{ASCII}/gu)?.length ?? 0)
    if (letters.length > 2 && !/[aeiouyæøœı]/.test(word.normalize('NFD').toLowerCase())) cost += 8
  }
  return cost
}

const usualOf = new Map<string, ReadonlySet<string>>()

/** The characters of a code page's usual rows, as the decoder has them. */
function usualCharacters(encoding: string, { usual }: WideCodePage): ReadonlySet<string> {
  const known = usualOf.get(encoding)
  if (known !== undefined) return known
  const decoder = new TextDecoder(encoding)
  const made = new Set<string>()
  for (const [first, last, from, to] of usual) {
    for (let lead = first; lead <= last; lead++) {
      for (let trail = from; trail <= to; trail++) {
        const char = decoder.decode(Uint8Array.of(lead, trail))
        if ([...char].length === 1 && char !== '\ufffd') made.add(char)
      }
    }
  }
  usualOf.set(encoding, made)
  return made
}

function wideCost(words: readonly string[], encoding: string, page: WideCodePage): number {
  const everyday = new Set(page.everyday)
  const usual = usualCharacters(encoding, page)
  let cost = page.later
  for (const word of words) {
    const halfKana = /^[\uff61-\uff9f]{3,}$/.test(word)
    for (const char of word) {
      if (char <= '\x7f') continue
      if (everyday.has(char)) cost += 5
      else if (usual.has(char)) cost += 10
      else if (/[\uff61-\uff9f]/.test(char)) cost += halfKana ? 6 : 14
      else if (/[\uff01-\uff5e\u3001-\u3011\u30fb\u30fc]/.test(char)) cost += 8
      else cost += 18
    }
    // a small letter on either side: no word of such a script
    if (/[a-z]\P{ASCII}{1,2}[a-z]/u.test(word)) cost += 14
    if (/\p{Script=Hangul}/u.test(word) && /\p{Script=Han}/u.test(word)) cost += 12
  }
  return cost
}
