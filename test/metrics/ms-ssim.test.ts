import { readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { msSsim, msSsimName } from '../../src/metrics/ms-ssim.js'

const golden = JSON.parse(readFileSync(path.resolve(import.meta.dirname, '../golden/ms-ssim.json'), 'utf8'))

/** The images of scripts/golden/ms-ssim.py. */
const formulas: Record<string, (x: number, y: number, c: number) => number> = {
  waves: (x, y, c) => Math.floor((x * x * 3 + y * 7 + x * y + 40 * c) / 16) % 256,
  shifted: (x, y, c) => formulas.waves(x + 1, y, c),
  noise: (x, y, c) => (x * 7919 + y * 104729 + c * 1299709 + (x * y * 31 + 17) * (x + 2 * y)) % 256,
  ramp: (x, y, c) => (x * 3 + y + 11 * c) % 256,
  negative: (x, y, c) => 255 - formulas.ramp(x, y, c),
}

function image(kind: string, [height, width, channels]: readonly number[]): Uint8Array {
  return Uint8Array.from({ length: height * width * channels }, (_, i) => {
    const pixel = Math.floor(i / channels)
    return formulas[kind](pixel % width, Math.floor(pixel / width), i % channels)
  })
}

interface Pair {
  a: string
  b: string
  shape: [number, number, number]
  scales: number
  window: number
  value: number
}

const square = [56, 56, 3] as const
const usual = { scales: 3, window: 11 }

describe('MS-SSIM', () => {
  it.each(golden.pairs as Pair[])("is pytorch-msssim's: $a and $b, $shape, $scales scales, window $window", (pair) => {
    const { a, b, shape, scales, window, value } = pair
    expect(msSsim(image(a, shape), image(b, shape), shape, { scales, window })).toBeCloseTo(value, 5)
  })

  it('is 1 for an image and itself, and the same whichever comes first', () => {
    const [a, b] = [image('waves', square), image('shifted', square)]
    expect(msSsim(a, a, square, usual)).toBeCloseTo(1, 12)
    expect(msSsim(a, b, square, usual)).toBe(msSsim(b, a, square, usual))
  })

  it('is that of the grey image for three equal channels', () => {
    const shape = [56, 56, 1] as const
    const [a, b] = [image('waves', shape), image('shifted', shape)]
    const tripled = (grey: Uint8Array) =>
      Uint8Array.from({ length: grey.length * 3 }, (_, i) => grey[Math.floor(i / 3)])
    expect(msSsim(tripled(a), tripled(b), square, usual)).toBeCloseTo(msSsim(a, b, shape, usual), 12)
  })

  it('falls as noise grows', () => {
    const clean = image('ramp', square)
    const noise = image('noise', square)
    const mixed = [0, 0.1, 0.3, 0.6].map((share) => clean.map((value, i) => (1 - share) * value + share * noise[i]))
    const values = mixed.map((other) => msSsim(clean, other, square, usual))
    for (let i = 1; i < values.length; i++) expect(values[i]).toBeLessThan(values[i - 1])
  })

  it('says its form in its name', () => {
    expect(msSsimName(usual)).toBe('MS-SSIM (3 scales, 11-pixel window)')
    expect(msSsimName({ scales: 1, window: 7 })).toBe('MS-SSIM (1 scale, 7-pixel window)')
  })

  it('refuses an image whose smallest scale has no room for the window', () => {
    const shape = [43, 56, 1] as const
    const small = image('ramp', shape)
    expect(() => msSsim(small, small, shape, usual)).toThrow('43 x 56 pixels are too few for MS-SSIM (3 scales')
    expect(msSsim(small, small, shape, { scales: 2, window: 11 })).toBeCloseTo(1, 12)
  })

  it('takes 100 pairs of 56 x 56 x 3 in well under two seconds', () => {
    const [a, b] = [image('waves', square), image('noise', square)]
    const start = performance.now()
    for (let pair = 0; pair < 100; pair++) msSsim(a, b, square, usual)
    expect(performance.now() - start).toBeLessThan(2000)
  })
})
