import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { Rng } from '../../src/base/random.js'
import { augment, flipHorizontal, paperAugmentation, rotate } from '../../src/image/augment.js'

interface Case {
  shape: [number, number]
  degrees: number
  image: number[]
  turned: number[]
}
const golden: { cases: Case[] } = JSON.parse(readFileSync(new URL('../golden/augment.json', import.meta.url), 'utf8'))

describe('rotate', () => {
  it.each(golden.cases)(
    "equals SciPy's bilinear transform of $shape by $degrees degrees",
    ({ shape, degrees, image, turned }) => {
      const out = rotate(Uint8Array.from(image), [...shape, 1], degrees)
      out.forEach((value, i) => {
        expect(Math.abs(value - turned[i])).toBeLessThanOrEqual(0.51)
      })
    },
  )

  it('turns counter-clockwise', () => {
    const pixels = new Uint8Array(49)
    pixels[3 * 7 + 6] = 255
    const turned = rotate(pixels, [7, 7, 1], 90)
    expect(turned.indexOf(255)).toBe(0 * 7 + 3)
  })

  it('treats channels alike', () => {
    const { shape, degrees, image } = golden.cases[0]
    const grey = rotate(Uint8Array.from(image), [...shape, 1], degrees)
    const colour = rotate(Uint8Array.from(image.flatMap((v) => [v, v, v])), [...shape, 3], degrees)
    expect([...colour.filter((_, i) => i % 3 === 1)]).toEqual([...grey])
  })
})

it('flips left and right, and twice is nothing', () => {
  const pixels = Uint8Array.of(1, 2, 3, 4, 5, 6)
  expect([...flipHorizontal(pixels, [2, 3, 1])]).toEqual([3, 2, 1, 6, 5, 4])
  expect([...flipHorizontal(pixels, [1, 2, 3])]).toEqual([4, 5, 6, 1, 2, 3])
  expect(flipHorizontal(flipHorizontal(pixels, [2, 3, 1]), [2, 3, 1])).toEqual(pixels)
})

describe('augment', () => {
  const { image } = golden.cases[2]
  const pixels = Uint8Array.from(image)

  it('gives the same variant for the same generator and another for another', () => {
    const variant = (index: number) => augment(pixels, [10, 10, 1], new Rng(3).at(index), paperAugmentation)
    expect(variant(0)).toEqual(variant(0))
    expect(variant(0)).not.toEqual(variant(1))
    expect([...pixels]).toEqual(image)
  })

  it('flips about half of the time', () => {
    // dark left, bright right: a rotation of at most 10 degrees keeps the sides
    const sides = Uint8Array.from({ length: 256 }, (_, i) => (i % 16 < 8 ? 0 : 255))
    let flipped = 0
    for (let i = 0; i < 400; i++)
      if (augment(sides, [16, 16, 1], new Rng(5).at(i), paperAugmentation)[8 * 16 + 1] > 128) flipped++
    expect(flipped).toBeGreaterThan(160)
    expect(flipped).toBeLessThan(240)
  })

  it('by default is what it has always been: flip, then rotation', () => {
    for (let i = 0; i < 20; i++) {
      const rng = new Rng(9).at(i)
      const flipped = rng.uniform() < 0.5 ? flipHorizontal(pixels, [10, 10, 1]) : pixels
      const slow = rotate(flipped, [10, 10, 1], (2 * rng.uniform() - 1) * 10)
      expect(augment(pixels, [10, 10, 1], new Rng(9).at(i), paperAugmentation)).toEqual(slow)
    }
  })

  it('turned off leaves the image as it is, but a copy', () => {
    const off = { flip: false, rotationDegrees: 0, brightness: 0, contrast: 0, noise: 0, blur: 0 }
    const variant = augment(pixels, [10, 10, 1], new Rng(1), off)
    expect(variant).toEqual(pixels)
    expect(variant).not.toBe(pixels)
  })

  it.each(['brightness', 'contrast', 'noise', 'blur'] as const)(
    '%s draws for itself and leaves the rest as it was',
    (name) => {
      const flat = Uint8Array.from({ length: 256 }, (_, i) => (i % 16 < 8 ? 60 : 180))
      const none = { ...paperAugmentation, flip: false, rotationDegrees: 0 }
      const strength = { brightness: 0.3, contrast: 0.3, noise: 0.1, blur: 2 }[name]
      const variants = Array.from({ length: 30 }, (_, i) =>
        augment(flat, [16, 16, 1], new Rng(2).at(i), { ...none, [name]: strength }),
      )
      // Where all other changes are off, the variants differ from each other by this one alone.
      expect(new Set(variants.map((variant) => variant.join())).size).toBeGreaterThan(20)
      const mean = (values: Uint8Array) => values.reduce((sum, value) => sum + value, 0) / values.length
      const factors = variants.map((variant) => mean(variant) / mean(flat))
      if (name === 'brightness') {
        expect(Math.min(...factors)).toBeGreaterThanOrEqual(0.69)
        expect(Math.min(...factors)).toBeLessThan(0.85)
        expect(Math.max(...factors)).toBeGreaterThan(1.15)
      } else {
        for (const factor of factors) expect(Math.abs(factor - 1)).toBeLessThan(0.05)
      }
    },
  )
})
