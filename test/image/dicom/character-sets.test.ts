/** Texts in every character set, written by other software and by the standard itself (scripts/golden/character-sets.py). */
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { characterSet } from '../../../src/image/dicom/character-sets.js'

interface Case {
  sets: string[]
  vr: 'PN' | 'LO'
  bytes: string
  text: string
}
const { cases }: { cases: Case[] } = JSON.parse(
  readFileSync(new URL('../../golden/character-sets.json', import.meta.url), 'utf8'),
)
const bytesOf = (hex: string) => new Uint8Array(Buffer.from(hex, 'hex'))
// the two halves of a voiced half-width letter, and the two forms of ¥ and ~, are the same to a reader
const plain = (text: string) => text.normalize('NFKC').replace(/¥/g, '\\').replace(/‾/g, '~').replace(/=+$/, '')

describe('a text', () => {
  it.each(cases.map((one) => [one.sets.join('\\'), one.vr, one] as const))(
    'in %s (%s)',
    (_, __, { sets, vr, bytes, text }) => {
      const set = characterSet(sets)
      expect(plain(set.decode(bytesOf(bytes), vr === 'PN'))).toBe(plain(text))
      expect(set.reads(bytesOf(bytes), vr === 'PN')).toBe(true)
    },
  )

  it.each([
    ['beyond ASCII without a set', [''], [0x4d, 0xfc]],
    ['in no UTF-8', ['ISO_IR 192'], [0x4d, 0xfc, 0x6c]],
    ['in a set that nobody knows', ['ISO_IR 999'], [0xe9]],
    ['behind an escape sequence that nobody knows', ['', 'ISO 2022 IR 87'], [0x1b, 0x2d, 0x5a, 0xe9]],
    ['cut in the middle of a letter', ['', 'ISO 2022 IR 87'], [0x1b, 0x24, 0x42, 0x3b]],
    ['with an escape sequence in UTF-8', ['ISO_IR 192'], [0x1b, 0x24, 0x42, 0x3b, 0x33]],
    ['in a place that its set leaves free', ['ISO_IR 126'], [0xd2]],
  ])('%s can’t be read', (_, sets, bytes) => {
    expect(characterSet(sets).reads(Uint8Array.from(bytes))).toBe(false)
  })

  it('of ASCII reads in any set', () => {
    for (const sets of [[], [''], ['ISO_IR 192'], ['ISO_IR 999'], ['GB18030']])
      expect(characterSet(sets).reads(Buffer.from('Chest pa'))).toBe(true)
  })

  it('is read in spite of how its set is written', () => {
    for (const name of ['ISO_IR 144', 'ISO-IR 144', 'ISO IR 144', 'iso_ir_144', 'ISO 2022 IR 144'])
      expect(characterSet([name]).decode(Uint8Array.of(0xbb, 0xee)), name).toBe('Лю')
  })
})
