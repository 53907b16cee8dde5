/** Text in the encodings of the world, made by Python's codecs: read right or asked about, never read wrongly. */
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { decodeTable } from '../../../src/dataset/table/text.js'

interface Golden {
  cases: { language: string; codec: string; hex: string; text: string }[]
}
const file = path.resolve(import.meta.dirname, '..', '..', 'golden', 'table-encodings.json')
const { cases } = JSON.parse(readFileSync(file, 'utf8')) as Golden
const bytesOf = (hex: string) => Uint8Array.from(Buffer.from(hex, 'hex'))

/** What so few words leave in doubt. */
const inDoubt = new Set([
  'Czech, one letter cp1250',
  'Russian capitals koi8_r',
  'Greek capitals cp1253',
  'signs and one loan word cp1252',
  'Japanese left, right euc_jp',
  'Chinese yes, no gb18030',
])

describe('a table that is not UTF-8', () => {
  it.each(cases.map((one) => [`${one.language} ${one.codec}`, one] as const))(
    'is read as %s',
    (name, { hex, text }) => {
      if (inDoubt.has(name)) {
        expect(() => decodeTable(bytesOf(hex), 'list.csv')).toThrow(
          /^list.csv is not UTF-8, and its letters may be .* or .*; save it as 'CSV UTF-8', or name the right one, such as --encoding /,
        )
        return
      }
      const { text: read, found } = decodeTable(bytesOf(hex), 'list.csv')
      expect(read).toBe(text)
      expect(text).toContain(found?.sample)
    },
  )

  it('is read as the user says, or refused where that can not be', () => {
    const { hex, text } = cases.find(({ language }) => language === 'Chinese yes, no') as Golden['cases'][number]
    for (const name of ['gb18030', 'GBK', 'cp936']) expect(decodeTable(bytesOf(hex), 'f', name).text).toBe(text)
    expect(() => decodeTable(bytesOf(hex), 'f', 'klingon')).toThrow(/--encoding klingon is no encoding/)
    expect(() => decodeTable(bytesOf(hex), 'f', 'utf-8')).toThrow(/f is not utf-8: it holds bytes/)
  })

  it('is refused where two files were joined, and where it is no text', () => {
    const joined = Buffer.concat([Buffer.from('a,Müller\nb,Größe\n', 'utf8'), Buffer.from('c,Müller\n', 'latin1')])
    expect(() => decodeTable(joined, 'f')).toThrow(
      /UTF-8 in 2 of its lines, but not in 1, such as line 3: perhaps two files/,
    )
    expect(() => decodeTable(Uint8Array.of(65, 0, 0, 66, 200, 10), 'f')).toThrow(/is no text \(it holds zero bytes\)/)
  })
})

describe('UTF-16', () => {
  const text = 'file\tlabel\nä.png\t正常\n一.png\tsinusitis\n'
  const little = Buffer.from(text, 'utf16le')
  const big = Buffer.from(little).swap16()
  it.each([
    ['little endian', little],
    ['big endian', big],
    ['little endian with a mark', Buffer.concat([Buffer.from([0xff, 0xfe]), little])],
    ['big endian with a mark', Buffer.concat([Buffer.from([0xfe, 0xff]), big])],
  ])('%s is read', (_, bytes) => {
    expect(decodeTable(bytes, 'f').text).toBe(text)
  })

  it('cut within a character, and UTF-32, are refused with what to do', () => {
    const cut = Buffer.concat([Buffer.from([0xff, 0xfe]), little.subarray(0, 21)])
    expect(() => decodeTable(cut, 'f')).toThrow(
      /says that it is utf-16le, but not all of it is; save it as 'CSV UTF-8'/,
    )
    expect(() => decodeTable(Uint8Array.of(0xff, 0xfe, 0, 0, 65, 0, 0, 0), 'f')).toThrow(
      /is in UTF-32, which is not read/,
    )
  })
})
