import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { Rng } from '../../src/base/random.js'
import { addNoise, blur, brighten, stretchContrast } from '../../src/image/intensity.js'

interface Changed {
  by: number
  changed: number[]
}
interface Case {
  shape: [number, number, number]
  image: number[]
  blur: Changed
  brightness: Changed
  contrast: Changed
}
const golden: { intensities: Case[] } = JSON.parse(
  readFileSync(new URL('../golden/augment.json', import.meta.url), 'utf8'),
)
const cases = golden.intensities.map((one) => [one.shape, one] as const)

/** Equal but for the rounding to whole grey values. */
function expectRounded(found: Uint8Array, expected: readonly number[], tolerance = 0.51): void {
  expect(found).toHaveLength(expected.length)
  found.forEach((value, i) => {
    expect(Math.abs(value - Math.max(0, Math.min(255, expected[i])))).toBeLessThanOrEqual(tolerance)
  })
}

describe('changes of intensity', () => {
  it.each(cases)("blur as SciPy's gaussian_filter, %j", (shape, { image, blur: expected }) => {
    expectRounded(blur(Uint8Array.from(image), shape, expected.by), expected.changed)
  })

  it.each(cases)("brighten as torchvision's adjust_brightness, %j", (_, { image, brightness }) => {
    expectRounded(brighten(Uint8Array.from(image), brightness.by), brightness.changed)
  })

  it.each(cases)("change contrast as torchvision's adjust_contrast, %j", (shape, { image, contrast }) => {
    expectRounded(stretchContrast(Uint8Array.from(image), shape, contrast.by), contrast.changed)
  })

  it.each(cases)('by nothing change nothing, %j', (shape, { image }) => {
    const pixels = Uint8Array.from(image)
    const all = [
      blur(pixels, shape, 0),
      brighten(pixels, 1),
      stretchContrast(pixels, shape, 1),
      addNoise(pixels, shape, 0, new Rng(1)),
    ]
    for (const same of all) expect(same).toEqual(pixels)
    expect(Array.from(pixels)).toEqual(image)
  })

  it('noise has the standard deviation asked for, and is grey', () => {
    const grey = new Uint8Array(3 * 10_000).fill(128)
    const noisy = addNoise(grey, [100, 100, 3], 12, new Rng(4))
    const values = Array.from({ length: 10_000 }, (_, i) => noisy[3 * i])
    expect(values).toEqual(Array.from({ length: 10_000 }, (_, i) => noisy[3 * i + 2]))
    const mean = values.reduce((a, b) => a + b, 0) / values.length
    const deviation = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length)
    expect(mean).toBeCloseTo(128, 0)
    // Its own error is 12 / sqrt(20,000) = 0.085.
    expect(Math.abs(deviation - 12)).toBeLessThan(0.35)
    expect(addNoise(grey, [100, 100, 3], 12, new Rng(4))).toEqual(noisy)
  })

  it('stay within 0 and 255', () => {
    const pixels = Uint8Array.of(0, 10, 200, 255)
    expect([...brighten(pixels, 2)]).toEqual([0, 20, 255, 255])
    expect(Math.max(...addNoise(pixels, [2, 2, 1], 500, new Rng(1)))).toBeLessThanOrEqual(255)
  })
})
