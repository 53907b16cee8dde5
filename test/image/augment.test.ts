import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { Rng } from '../../src/base/random.js'
import { augment, flipHorizontal, rotate } from '../../src/image/augment.js'

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
    const variant = (index: number) => augment(pixels, [10, 10, 1], new Rng(3).at(index))
    expect(variant(0)).toEqual(variant(0))
    expect(variant(0)).not.toEqual(variant(1))
    expect([...pixels]).toEqual(image)
  })

  it('flips about half of the time', () => {
    // dark left, bright right: a rotation of at most 10 degrees keeps the sides
    const sides = Uint8Array.from({ length: 256 }, (_, i) => (i % 16 < 8 ? 0 : 255))
    let flipped = 0
    for (let i = 0; i < 400; i++) if (augment(sides, [16, 16, 1], new Rng(5).at(i))[8 * 16 + 1] > 128) flipped++
    expect(flipped).toBeGreaterThan(160)
    expect(flipped).toBeLessThan(240)
  })
})
