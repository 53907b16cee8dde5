/** Images that are not read are named, with what to do; written by other software (scripts/golden/other-images.py). */
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { decodeStored } from '../../src/image/codec.js'
import { refusalOf, sniffContent, sniffedBytes } from '../../src/image/content-kind.js'

const golden: {
  tiffs: { name: string; compression: string; file: string }[]
  others: { name: string; file: string }[]
} = JSON.parse(readFileSync(new URL('../golden/other-images.json', import.meta.url), 'utf8'))
const bytesOf = (text: string) => new Uint8Array(Buffer.from(text, 'base64'))
const latin = (text: string) => new Uint8Array(Buffer.from(text.padEnd(sniffedBytes, '\x07'), 'latin1'))

describe('a TIFF', () => {
  it.each(golden.tiffs.map((one) => [one.name, one] as const))(
    'in %s is refused by its compression',
    async (_, one) => {
      await expect(decodeStored(bytesOf(one.file))).rejects.toThrow(
        `is a TIFF in ${one.compression} compression, which is not read: save it with LZW or deflate, for example with magick IN -compress LZW OUT.tif`,
      )
    },
  )
})

describe('an image of another kind', () => {
  it.each(golden.others.map((one, i) => [one.name, i, one] as const))(
    '%s (%i) is refused by its name',
    async (name, _, one) => {
      const bytes = bytesOf(one.file)
      const refusal = /^is an? .*, which is not read: convert it to PNG, for example with \S+ IN OUT\.png$/
      await expect(decodeStored(bytes)).rejects.toThrow(refusal)
      await expect(decodeStored(bytes)).rejects.toThrow(name)
      // its beginning is enough
      expect(refusalOf(sniffContent(bytes.subarray(0, sniffedBytes)))).toMatch(refusal)
    },
  )

  it.each([
    [
      '8BPS\0\x01',
      'is a Photoshop document, which is not read: convert it to PNG, for example with magick IN[0] OUT.png',
    ],
    ['\0\0\0\x18ftypheic\0\0\0\0mif1heic', 'is a HEIC image, as phones take them, which is not read'],
    ['\0\0\0\x18ftypmif1\0\0\0\0mif1avif', 'is an AVIF image, which is not read'],
    ['\0\0\0\x14ftypisom\0\0\0\0avc1', 'is a video, not an image: take its images out'],
    ['\x1f\x8b\x08\0', 'is a gzip archive, not an image: unpack it'],
    ['7z\xbc\xaf\x27\x1c', 'is a 7z archive, not an image: unpack it'],
    ['Rar!\x1a\x07', 'is a RAR archive, not an image: unpack it'],
    ['PK\x03\x04', 'is a zip or npz archive, not an image'],
    ['%PDF-1.7', 'is a PDF document, not an image: take its images out, for example with pdfimages -png IN OUT'],
  ])('%j', (beginning, sentence) => {
    expect(refusalOf(sniffContent(latin(beginning)))).toContain(sentence)
  })

  it.each(['P5 1,normal\nP5 2,ill\n', 'BMI,label\n22,normal\n', 'file,label\nftyp.png,normal\n'])(
    '%j is text',
    (table) => {
      expect(sniffContent(new Uint8Array(Buffer.from(table)))).toBe('text')
    },
  )
})
