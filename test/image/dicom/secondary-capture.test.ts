/** Secondary captures as other software reads them (scripts/golden/secondary-capture.py). */
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { hashBytes } from '../../../src/base/hash.js'
import { readDicomHeader } from '../../../src/image/dicom/header.js'
import { secondaryCapture } from '../../../src/image/dicom/secondary-capture.js'
import { readStoredValues } from '../../../src/image/dicom/stored-values.js'
import { decodeFilm } from '../../../src/image/film.js'
import { lettered } from '../../../src/image/lettering.js'
import type { Raster } from '../../../src/image/raster.js'

interface Golden {
  readonly lines: readonly string[]
  readonly model: string
  readonly cases: readonly {
    readonly film: string
    readonly elements: Readonly<Record<string, string>>
    readonly refersTo: string
    /** Of the pixels: rows, columns and samples. */
    readonly shape: readonly number[]
    readonly pixels: string
  }[]
}
const golden: Golden = JSON.parse(readFileSync(new URL('../../golden/secondary-capture.json', import.meta.url), 'utf8'))
const { lines, model } = golden

async function captured(film: Uint8Array, text = lines) {
  const picture = lettered((await decodeFilm(film)).raster, text)
  return readDicomHeader(secondaryCapture(readDicomHeader(film), 1, picture, { text: text.join('; '), model }))
}

describe('a secondary capture', () => {
  it.each(golden.cases)('is read by others as it was written ($shape)', async (expected) => {
    const film = new Uint8Array(Buffer.from(expected.film, 'base64'))
    const capture = await captured(film)
    const found = Object.keys(expected.elements).map((name) => {
      const tag = Number.parseInt(name, 16)
      const isNumber = tag >>> 16 === 0x0028 && ![0x0004, 0x0301, 0x2110].includes(tag & 0xffff)
      const value = isNumber
        ? capture.dataSet.number({ tag, vr: 'US' })
        : capture.dataSet.texts({ tag, vr: vrOf(tag) }).join('\\')
      return [name, String(value ?? '')]
    })
    expect(Object.fromEntries(found)).toEqual(expected.elements)
    const [source] = capture.dataSet.items({ tag: 0x0008_2112 })
    expect(source.text({ tag: 0x0008_1155, vr: 'UI' })).toBe(expected.refersTo)
    const { data, format } = await readStoredValues(capture)
    expect([format.rows, format.columns, ...(format.samples > 1 ? [format.samples] : [])]).toEqual(expected.shape)
    expect(hashBytes(data as Uint8Array)).toBe(expected.pixels)
  })

  it('hides nothing of the film, and is the same image for the same words alone', async () => {
    const film = new Uint8Array(Buffer.from(golden.cases[0].film, 'base64'))
    const [once, again, other] = [await captured(film), await captured(film), await captured(film, ['Other words'])]
    const { raster } = await decodeFilm(film)
    const { data } = await readStoredValues(once)
    const below = data.slice(data.length - raster.data.length)
    expect([...below]).toEqual(Array.from(raster.data, (value) => Math.floor((value * 255) / 65_535 + 0.5)))
    expect(Buffer.compare(once.bytes, again.bytes)).toBe(0)
    expect(once.facts.seriesUid).toBe(other.facts.seriesUid)
    expect(once.facts.sopInstanceUid).not.toBe(other.facts.sopInstanceUid)
    const tall = { width: 1, height: 65_535, channels: 1, bitDepth: 8, data: new Uint8Array(65_535) } as const
    const words = { text: 'a', model }
    expect(() => secondaryCapture(readDicomHeader(film), 1, lettered(tall, ['a']), words)).toThrow(
      'has 65554 rows with the words above it, and a DICOM image has at most 65535',
    )
    expect(once.facts.sopInstanceUid).toMatch(/^2\.25\.\d{30,39}$/)
  })
})

describe('words in the pixels', () => {
  const film = (width: number): Raster => ({ width, height: 1, channels: 1, bitDepth: 8, data: new Uint8Array(width) })
  /** Dots as letters, row by row. */
  const drawn = ({ width, height, data }: Raster) =>
    Array.from({ length: height }, (_, y) =>
      Array.from(data.subarray(y * width, (y + 1) * width), (value) => (value ? '#' : ' '))
        .join('')
        .trimEnd(),
    )

  it('are letters, those without a letter question marks, those with accents without them', () => {
    expect(drawn(lettered(film(60), ['Lg1'])).slice(4, 13)).toEqual([
      '   #             #',
      '   #            ##',
      '   #      ####   #',
      '   #     #   #   #',
      '   #     #   #   #',
      '   #     #   #   #',
      '   #####  ####  ###',
      '             #',
      '          ###',
    ])
    expect(drawn(lettered(film(60), ['é肺']))).toEqual(drawn(lettered(film(60), ['e?'])))
  })

  it('grow with the film, and are broken where it ends', () => {
    expect(lettered(film(720), ['word']).height).toBe(2 * (8 + 11) + 1)
    expect(lettered(film(60), ['two words']).height).toBe(8 + 11 + 1)
    expect(lettered(film(42), ['two words']).height).toBe(8 + 2 * 11 + 1)
    expect(lettered(film(3), ['ab']).height).toBe(8 + 2 * 11 + 1)
  })
})

/** Of the texts among the elements, as far as reading them depends on it. */
function vrOf(tag: number): string {
  return tag === 0x0010_0010 || tag === 0x0008_0090 ? 'PN' : tag === 0x0008_2111 ? 'ST' : 'LO'
}
