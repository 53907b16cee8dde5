import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { decodeStored } from '../../src/image/codec.js'

interface Case {
  name: string
  file: string
  height: number
  width: number
  channels: number
  bitDepth: number
  pixels: number[]
  steps: string[]
}
const golden: { cases: Case[]; pages: string; float: string } = JSON.parse(
  readFileSync(new URL('../golden/tiff.json', import.meta.url), 'utf8'),
)
const bytesOf = (text: string) => new Uint8Array(Buffer.from(text, 'base64'))

describe('an image', () => {
  it.each(golden.cases.map((one) => [one.name, one] as const))('%s', async (_, { file, pixels, steps, ...of }) => {
    const { raster, steps: done } = await decodeStored(bytesOf(file))
    const { data, ...shape } = raster
    expect({ name: of.name, ...shape }).toEqual(of)
    expect(done).toEqual(steps)
    // a product of two inks, and the transform of a JPEG, are rounded by either program
    const step = of.name.includes('JPEG') ? 1 : 0
    const off = pixels.reduce((most, value, i) => Math.max(most, Math.abs(value - data[i])), 0)
    expect(off).toBeLessThanOrEqual(step)
  })
})

describe('a TIFF that is no film', () => {
  it('of several pages is refused with what to do', async () => {
    await expect(decodeStored(bytesOf(golden.pages))).rejects.toThrow(
      'holds 2 pages, and a film is one image: save each page as its own file, for example with magick IN OUT-%02d.png',
    )
  })

  it('of floating-point pixels is refused with what to do', async () => {
    await expect(decodeStored(bytesOf(golden.float))).rejects.toThrow(
      'has pixels of the type float; 8 and 16 bit without sign are read: save it as 16-bit PNG or TIFF',
    )
  })

  it('that ends early says so', async () => {
    const whole = bytesOf(golden.cases[0].file)
    await expect(decodeStored(whole.subarray(0, whole.length - 40))).rejects.toThrow(
      'is a TIFF that ends early (truncated)',
    )
  })
})
