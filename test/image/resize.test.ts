import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { resizeBilinear, toPixels } from '../../src/image/resize.js'

interface Case {
  shape: [number, number, 1 | 3]
  size: [number, number]
  image: number[]
  pil: number[]
  torch: number[]
}
const golden: { cases: Case[] } = JSON.parse(readFileSync(new URL('../golden/resize.json', import.meta.url), 'utf8'))

function largestDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  expect(a.length).toBe(b.length)
  return Math.max(...Array.from(a, (value, i) => Math.abs(value - b[i])))
}

describe.each(golden.cases)('$shape to $size', ({ shape, size, image, pil, torch }) => {
  it('equals torch with antialias=True to float rounding', () => {
    expect(largestDifference(resizeBilinear(Float32Array.from(image), shape, size), torch)).toBeLessThan(2e-4)
  })

  it("equals PIL's BILINEAR within one grey level", () => {
    const [height, width, channels] = shape
    const raster = { height, width, channels, bitDepth: 8, data: Uint8Array.from(image) } as const
    const pixels = toPixels(raster, { height: size[0], width: size[1], channels, maxValue: 255 })
    expect(largestDifference(pixels, pil)).toBeLessThanOrEqual(1)
  })
})

describe('resizeBilinear', () => {
  it('keeps a constant image constant at any size', () => {
    const side = fc.integer({ min: 1, max: 40 })
    fc.assert(
      fc.property(side, side, side, side, fc.constantFrom(1, 3), (h, w, height, width, c) => {
        const out = resizeBilinear(new Float32Array(h * w * c).fill(87), [h, w, c], [height, width])
        expect(out.length).toBe(height * width * c)
        for (const value of out) expect(value).toBeCloseTo(87, 3)
      }),
      { numRuns: 60 },
    )
  })

  it('mirrors with the image', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 255 }), { minLength: 2, maxLength: 30 }),
        fc.integer({ min: 1, max: 40 }),
        (row, width) => {
          const forth = resizeBilinear(Float32Array.from(row), [1, row.length, 1], [1, width])
          const back = resizeBilinear(Float32Array.from(row.toReversed()), [1, row.length, 1], [1, width])
          expect(largestDifference(forth, back.toReversed())).toBeLessThan(1e-2)
        },
      ),
      { numRuns: 60 },
    )
  })

  it('returns a copy where the size stays', () => {
    const data = Float32Array.from([1, 2, 3, 4])
    const out = resizeBilinear(data, [2, 2, 1], [2, 2])
    expect(out).toEqual(data)
    expect(out).not.toBe(data)
  })
})

describe('toPixels', () => {
  const flat = { width: 1, height: 1, bitDepth: 16 } as const

  it('maps 0..maxValue of a 16-bit film onto 0..255, rounded half up and clamped', () => {
    const level = (value: number) =>
      toPixels(
        { ...flat, channels: 1, data: Uint16Array.of(value) },
        { height: 1, width: 1, channels: 1, maxValue: 4095 },
      )[0]
    expect([0, 8, 9, 2048, 4095, 5000].map(level)).toEqual([0, 0, 1, 128, 255, 255])
  })

  it('repeats a grey film in three channels', () => {
    const target = { height: 1, width: 1, channels: 3, maxValue: 65535 } as const
    expect([...toPixels({ ...flat, channels: 1, data: Uint16Array.of(65535) }, target)]).toEqual([255, 255, 255])
  })

  it('takes the luma of a colour film for one channel', () => {
    const red = { ...flat, bitDepth: 8, channels: 3, data: Uint8Array.of(200, 100, 50) } as const
    const target = { height: 1, width: 1, channels: 1, maxValue: 255 } as const
    expect(toPixels(red, target)[0]).toBe(Math.round(0.299 * 200 + 0.587 * 100 + 0.114 * 50))
  })
})
