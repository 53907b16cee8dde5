/** The page that judges films reads PNG and JPEG by itself: the same pixels as the command line gets from sharp. */
import { deflateSync } from 'node:zlib'
import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import { decodeStored as decodeInPage } from '../../src/export/page/codec.js'
import { inflateRawSync } from '../../src/export/page/zlib.js'
import { decodeImage } from '../../src/image/codec.js'
import { collapseEqualChannels } from '../../src/image/raster.js'
import { png } from '../support/png.js'

const [width, height] = [43, 29]
/** Smooth, so that a wrong neighbour shows, and without equal rows or columns. */
const level = (i: number, c: number) => Math.round(127 + 100 * Math.sin(i / 9 + c) + 20 * Math.sin(i / 71))
const pixels = (channels: number, scale = 1) =>
  Array.from({ length: width * height * channels }, (_, i) => level(Math.floor(i / channels), i % channels) * scale)
const grey = sharp(Uint8Array.from(pixels(1)), { raw: { width, height, channels: 1 } }).toColourspace('b-w')
const grey16 = sharp(Uint16Array.from(pixels(1, 250)), { raw: { width, height, channels: 1 } }).toColourspace('grey16')
const rgb = sharp(Uint8Array.from(pixels(3)), { raw: { width, height, channels: 3 } })
const rgba = sharp(Uint8Array.from(pixels(4)), { raw: { width, height, channels: 4 } })
const rgb16 = sharp(Uint16Array.from(pixels(3, 250)), { raw: { width, height, channels: 3 } }).toColourspace('rgb16')
const rows = (bits: number) =>
  deflateSync(
    Buffer.concat(
      Array.from({ length: height }, (_, y) =>
        Buffer.from([0, ...Array.from({ length: Math.ceil((width * bits) / 8) }, (_, x) => (x * 31 + y * 17) & 0xff)]),
      ),
    ),
  )
const bits = (depth: number) => png({ width, height, depth, colour: 0 }, rows(depth))

const files: Record<string, () => Promise<Uint8Array> | Uint8Array> = {
  grey: () => grey.clone().png().toBuffer(),
  'grey, interlaced': () => grey.clone().png({ progressive: true }).toBuffer(),
  'grey of 16 bits': () => grey16.clone().png().toBuffer(),
  'grey of 16 bits, interlaced': () => grey16.clone().png({ progressive: true }).toBuffer(),
  'grey of 1 bit': () => bits(1),
  'grey of 2 bits': () => bits(2),
  'grey of 4 bits': () => bits(4),
  'grey with a transparent level': () =>
    png({ width, height, depth: 8, colour: 0 }, rows(8), [['tRNS', Uint8Array.of(0, 93)]]),
  colour: () => rgb.clone().png().toBuffer(),
  'colour of 16 bits': () => rgb16.clone().png().toBuffer(),
  'colour with alpha': () => rgba.clone().png().toBuffer(),
  'a palette': () => rgb.clone().png({ palette: true, colours: 64 }).toBuffer(),
  'a palette of 2 bits': () => rgb.clone().png({ palette: true, colours: 4 }).toBuffer(),
  'a palette with alpha': () => rgba.clone().png({ palette: true, colours: 100 }).toBuffer(),
}

describe('PNG in the page', () => {
  it.each(Object.entries(files))('%s', async (_, make) => {
    const bytes = new Uint8Array(await make())
    const { raster } = await decodeInPage(bytes)
    expect(collapseEqualChannels(raster)).toEqual(await decodeImage(bytes))
  })

  it('is refused where it is damaged, cut off, or of a size that is never decoded', async () => {
    const sound = new Uint8Array(await grey.clone().png().toBuffer())
    const damaged = sound.slice()
    damaged[sound.length >> 1] ^= 0xff
    const refused = (bytes: Uint8Array) => expect(decodeInPage(bytes)).rejects
    await refused(damaged).toThrow('is a damaged PNG')
    await refused(sound.subarray(0, sound.length / 2)).toThrow('is a PNG that ends early (truncated)')
    await refused(png({ width: 100_000, height: 100_000, depth: 8, colour: 0 }, rows(8))).toThrow(
      'has 100000 x 100000 pixels, more than are read (at most 100 million)',
    )
    await refused(png({ width: 900, height: 900, depth: 16, colour: 0 }, rows(8))).toThrow('is a damaged PNG')
    // A bomb: what its size does not need is not unpacked.
    const bomb = png({ width: 16, height: 16, depth: 8, colour: 0 }, deflateSync(Buffer.alloc(2e7)))
    expect((await decodeInPage(bomb)).raster.data).toEqual(new Uint8Array(256))
  })
})

describe('JPEG in the page', () => {
  it.each([1, 2, 3, 4, 5, 6, 7, 8])('is turned upright from orientation %i', async (orientation) => {
    const bytes = new Uint8Array(await grey.clone().withMetadata({ orientation }).jpeg().toBuffer())
    expect(collapseEqualChannels((await decodeInPage(bytes)).raster)).toEqual(await decodeImage(bytes))
  })

  it.each([{ chromaSubsampling: '4:4:4' }, { chromaSubsampling: '4:2:0' }, { progressive: true }])(
    'has its colours within a level (%o)',
    async (form) => {
      const bytes = new Uint8Array(await rgb.clone().jpeg(form).toBuffer())
      const [found, expected] = [(await decodeInPage(bytes)).raster, await decodeImage(bytes)]
      expect([found.width, found.height, found.channels]).toEqual([expected.width, expected.height, expected.channels])
      const furthest = Math.max(...Array.from(found.data, (value, i) => Math.abs(value - expected.data[i])))
      expect(furthest).toBeLessThanOrEqual(1)
    },
  )

  it('is refused in CMYK, damaged or cut off', async () => {
    const cmyk = new Uint8Array(await rgb.clone().toColourspace('cmyk').jpeg().toBuffer())
    await expect(decodeInPage(cmyk)).rejects.toThrow('is a JPEG of 4 colours, which this page does not read')
    const sound = new Uint8Array(await grey.clone().jpeg().toBuffer())
    await expect(decodeInPage(sound.subarray(0, sound.length / 2))).rejects.toThrow('is a JPEG that ends early')
    await expect(decodeInPage(sound.subarray(0, 30))).rejects.toThrow('is a JPEG that ends early')
  })
})

it('a deflated data set is unpacked as far as it goes, and no further than is allowed', () => {
  const packed = new Uint8Array(deflateSync(Buffer.alloc(1e6, 'film'))).subarray(2)
  expect(Buffer.alloc(1e6, 'film').equals(inflateRawSync(packed, { maxOutputLength: 2e6 }))).toBe(true)
  expect(inflateRawSync(packed.subarray(0, packed.length >> 1), { maxOutputLength: 2e6 }).length).toBeGreaterThan(1e5)
  expect(() => inflateRawSync(packed, { maxOutputLength: 1e5 })).toThrow('too large')
})
