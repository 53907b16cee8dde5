import { readFileSync } from 'node:fs'
import { deflateSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { decodeImage, decodeStored, encodeJpeg, encodePng } from '../../src/image/codec.js'
import { sniffContent } from '../../src/image/content-kind.js'
import type { ImageProblem, Raster } from '../../src/image/raster.js'
import { png } from '../support/png.js'

interface Case {
  name: string
  file: string
  height: number
  width: number
  channels: number
  bitDepth: number
  pixels: number[]
}
const golden: { cases: Case[] } = JSON.parse(readFileSync(new URL('../golden/codec.json', import.meta.url), 'utf8'))
const fileOf = (name: string) =>
  new Uint8Array(Buffer.from(golden.cases.find((one) => one.name === name)!.file, 'base64'))
const problemOf = (bytes: Uint8Array) =>
  decodeImage(bytes).then(
    () => 'decoded',
    (error: ImageProblem) => `${error.name}: ${error.message}`,
  )

describe.each(golden.cases)('a $name', ({ file, pixels, ...facts }) => {
  it('decodes to the pixels that PIL reads', async () => {
    const { raster } = await decodeStored(new Uint8Array(Buffer.from(file, 'base64')))
    const { data, ...shape } = raster
    expect({ name: facts.name, ...shape }).toEqual(facts)
    // alpha alone may differ by a rounding step
    const step = facts.name.includes('alpha') ? 1 : 0
    data.forEach((value, i) => {
      expect(Math.abs(value - pixels[i])).toBeLessThanOrEqual(step)
    })
  })
})

describe('encodePng', () => {
  it.each([
    ['grey, 8 bit', { width: 2, height: 2, channels: 1, bitDepth: 8, data: Uint8Array.of(0, 1, 254, 255) }],
    ['RGB, 8 bit', { width: 2, height: 1, channels: 3, bitDepth: 8, data: Uint8Array.of(0, 1, 2, 253, 254, 255) }],
    ['grey, 16 bit', { width: 2, height: 2, channels: 1, bitDepth: 16, data: Uint16Array.of(0, 255, 256, 65535) }],
    ['RGB, 16 bit', { width: 1, height: 1, channels: 3, bitDepth: 16, data: Uint16Array.of(1, 40000, 65535) }],
  ] as [string, Raster][])('keeps every value: %s', async (_, raster) => {
    expect(await decodeImage(await encodePng(raster))).toEqual(raster)
  })
})

it('writes a JPEG that reads back near the same', async () => {
  const data = Uint8Array.from({ length: 256 }, (_, i) => i)
  const back = await decodeImage(await encodeJpeg({ width: 16, height: 16, channels: 1, bitDepth: 8, data }, 95))
  expect([back.width, back.height, back.channels]).toEqual([16, 16, 1])
  back.data.forEach((value, i) => {
    expect(Math.abs(value - data[i])).toBeLessThan(8)
  })
})

it('makes an RGB image with equal channels grey', async () => {
  const data = Uint8Array.of(7, 7, 7, 9, 9, 9)
  const png = await encodePng({ width: 2, height: 1, channels: 3, bitDepth: 8, data })
  expect(await decodeImage(png)).toEqual({ width: 2, height: 1, channels: 1, bitDepth: 8, data: Uint8Array.of(7, 9) })
})

describe('what is no whole image is refused with a phrase', () => {
  it('a file of zero bytes', async () => {
    expect(await problemOf(new Uint8Array())).toBe('ImageProblem: is empty (0 bytes)')
  })

  it('text, whatever its name', async () => {
    expect(await problemOf(new TextEncoder().encode('file,label\n'))).toBe(
      'ImageProblem: is not an image (its content is text)',
    )
  })

  it('a JPEG and a PNG that end early', async () => {
    for (const [name, kind] of [
      ['RGB JPEG', 'a JPEG'],
      ['RGB PNG', 'a PNG'],
    ]) {
      const whole = fileOf(name)
      for (const share of [0.5, 0.9]) {
        const phrase = await problemOf(whole.subarray(0, Math.floor(whole.length * share)))
        expect(phrase).toBe(`ImageProblem: is ${kind} that ends early (truncated)`)
      }
    }
  })

  it('a PNG whose bytes were changed', async () => {
    const bytes = fileOf('RGB PNG')
    for (let i = 60; i < 80; i++) bytes[i] ^= 0x5a
    expect(await problemOf(bytes)).toMatch(/^ImageProblem: is a damaged PNG$/)
  })

  it('a PNG bomb, before any of it is decoded', async () => {
    const started = performance.now()
    expect(await problemOf(pngBomb(50_000, 50_000))).toBe(
      'ImageProblem: has 50000 x 50000 pixels, more than are read (at most 100 million)',
    )
    expect(performance.now() - started).toBeLessThan(500)
  })

  it.each([
    [[16, 6], 4400, 18],
    [[16, 2], 5100, 25],
    [[8, 6], 6200, 37],
    [[8, 2], 7100, 50],
  ] as const)('one of many bytes a pixel (bits and type %j) at fewer pixels', async (form, side, most) => {
    expect(await problemOf(pngBomb(side, side, form))).toBe(
      `ImageProblem: has ${side} x ${side} pixels with colour or alpha, more than are read of such (at most ${most} million): save it as grey`,
    )
  })

  it('formats that are known but not read', async () => {
    const gif = new TextEncoder().encode('GIF89a')
    expect(await problemOf(gif)).toBe(
      'ImageProblem: is a GIF image, which is not read: convert it to PNG, for example with magick IN OUT.png',
    )
    expect(sniffContent(Uint8Array.of(0x50, 0x4b, 3, 4))).toBe('zip')
  })

  it('random bytes', async () => {
    expect(await problemOf(Uint8Array.of(1, 2, 3, 200, 0, 9))).toMatch(/neither PNG, JPEG, TIFF nor DICOM/)
  })
})

/** @param form bits of a sample, and the PNG's colour type (0: grey, 2: RGB, 6: RGBA) */
function pngBomb(width: number, height: number, [depth, colour]: readonly [depth: number, colour: number] = [8, 0]) {
  return png({ width, height, depth, colour }, deflateSync(Buffer.alloc((width + 1) * 20)))
}
