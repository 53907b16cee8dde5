import { readFileSync } from 'node:fs'
import path from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { crop } from '../../src/image/crop.js'
import { ImageProblem, type Raster } from '../../src/image/raster.js'
import { cornersOf, overlap, parseRectangle, rectangleOfCorners, rectangleText } from '../../src/image/rectangle.js'

interface Golden {
  width: number
  height: number
  cases: { rectangle: [number, number, number, number, number]; size: [number, number]; values: number[] }[]
}
const golden = JSON.parse(
  readFileSync(path.resolve(import.meta.dirname, '..', 'golden', 'crop.json'), 'utf8'),
) as Golden

function drawn(width: number, height: number, value: (x: number, y: number) => number): Raster {
  const data = Uint16Array.from({ length: width * height }, (_, i) => value(i % width, Math.floor(i / width)))
  return { width, height, channels: 1, bitDepth: 16, data }
}
const counted = drawn(7, 5, (x, y) => 10 * y + x)
const valuesOf = (raster: Raster) => [...raster.data]

describe('an upright region', () => {
  it('holds the values of the image, its edges at the nearest borders between pixels', () => {
    expect(valuesOf(crop(counted, { left: 2, top: 1, width: 2, height: 2 }))).toEqual([12, 13, 22, 23])
    expect(valuesOf(crop(counted, { left: 1.6, top: 0.7, width: 2.1, height: 1.9 }))).toEqual([12, 13, 22, 23])
    // half a pixel beyond the image is rounding of the program that drew it
    expect(valuesOf(crop(counted, { left: -0.4, top: 0, width: 1.4, height: 1 }))).toEqual([0])
  })

  it('is refused beyond the image and below one pixel, by name', () => {
    const refused = (left: number, top: number, width: number, height: number) => {
      try {
        crop(counted, { left, top, width, height })
      } catch (error) {
        return error instanceof ImageProblem ? error.message : String(error)
      }
      return 'no error'
    }
    expect(refused(3, 1, 5, 2)).toBe('has a region of 5 x 2 at (3, 1) outside its 7 x 5 pixels')
    expect(refused(-1, 0, 2, 2)).toMatch(/outside its 7 x 5 pixels/)
    expect(refused(1, 1, 0.3, 2)).toMatch(/holds no whole pixel/)
  })
})

describe('a rotated region', () => {
  it.each(golden.cases.map((each) => [each.rectangle.join(), each] as const))(
    'at %s equals scikit-image and PIL',
    (_, { rectangle: [left, top, width, height, rotationDegrees], size, values }) => {
      const image = drawn(golden.width, golden.height, (x, y) => (7 * x * x + 13 * y * y + 5 * x * y) % 4096)
      const patch = crop(image, { left, top, width, height, rotationDegrees })
      expect([patch.width, patch.height]).toEqual(size)
      // rounded half up, the golden values to four places
      const farthest = Math.max(...values.map((value, i) => Math.abs(value - patch.data[i])))
      expect(farthest).toBeLessThanOrEqual(0.5001)
    },
  )

  it('turned by a quarter holds the same values, clockwise', () => {
    // the patch's upper left pixel comes from the upper right of the square
    expect(valuesOf(crop(counted, { left: 2, top: 1, width: 2, height: 2, rotationDegrees: 90 }))).toEqual([
      13, 23, 12, 22,
    ])
    expect(valuesOf(crop(counted, { left: 2, top: 1, width: 2, height: 2, rotationDegrees: 180 }))).toEqual([
      23, 22, 13, 12,
    ])
  })

  it('is refused where a corner leaves the image', () => {
    expect(() => crop(counted, { left: 0, top: 0, width: 5, height: 5, rotationDegrees: 45 })).toThrow(
      'has a region of 5 x 5 at (0, 0), rotated by 45 degrees, outside its 7 x 5 pixels',
    )
  })

  it('of colour keeps its channels apart', () => {
    const data = Uint8Array.from({ length: 6 * 6 * 3 }, (_, i) => [200, 100, 50][i % 3])
    const patch = crop(
      { width: 6, height: 6, channels: 3, bitDepth: 8, data },
      { left: 1, top: 1, width: 3, height: 3, rotationDegrees: 20 },
    )
    expect([...patch.data]).toEqual(Array.from({ length: 27 }, (_, i) => [200, 100, 50][i % 3]))
  })
})

const side = fc.double({ min: 4, max: 500, noNaN: true })
const place = fc.double({ min: -500, max: 500, noNaN: true })
const turn = fc.double({ min: -44, max: 44, noNaN: true })

describe('a rectangle', () => {
  it('comes back from its corners, from whichever they begin', () => {
    fc.assert(
      fc.property(place, place, side, side, turn, fc.nat(3), (left, top, width, height, rotationDegrees, first) => {
        const corners = cornersOf({ left, top, width, height, rotationDegrees })
        const back = rectangleOfCorners([...corners.slice(first), ...corners.slice(0, first)])
        expect(back?.left).toBeCloseTo(left, 6)
        expect(back?.top).toBeCloseTo(top, 6)
        expect(back?.width).toBeCloseTo(width, 6)
        expect(back?.height).toBeCloseTo(height, 6)
        expect(back?.rotationDegrees ?? 0).toBeCloseTo(rotationDegrees, 6)
      }),
    )
  })

  it('comes back from its text', () => {
    expect(parseRectangle('40,80,200,200')).toEqual({ left: 40, top: 80, width: 200, height: 200 })
    expect(parseRectangle(' 1.5; 2 ;3 4 -370')).toEqual({
      left: 1.5,
      top: 2,
      width: 3,
      height: 4,
      rotationDegrees: -10,
    })
    expect(rectangleText({ left: 1.5, top: 2, width: 3, height: 4, rotationDegrees: -10 })).toBe('1.5,2,3,4,-10')
    for (const text of ['', '1,2,3', '1,2,3,x', '1,2,3,4,5,6', ',,,']) expect(parseRectangle(text)).toBeUndefined()
  })

  it('is none where the corners make another shape', () => {
    const shape = (...numbers: number[]) =>
      rectangleOfCorners(
        Array.from({ length: numbers.length / 2 }, (_, i) => ({ x: numbers[2 * i], y: numbers[2 * i + 1] })),
      )
    expect(shape(0, 0, 100, 0, 100, 50, 0, 50)).toEqual({ left: 0, top: 0, width: 100, height: 50 })
    expect(shape(0, 0, 100, 0, 150, 50, 50, 50)).toBeUndefined()
    expect(shape(0, 0, 100, 0, 90, 50, 10, 50)).toBeUndefined()
    expect(shape(0, 0, 100, 0, 100, 50)).toBeUndefined()
  })

  it('shares with another what counting points says', () => {
    const a = { left: 0, top: 0, width: 40, height: 20, rotationDegrees: 25 }
    const b = { left: 10, top: -5, width: 30, height: 30, rotationDegrees: -40 }
    const inside = ({ left, top, width, height, rotationDegrees }: typeof a, x: number, y: number) => {
      const [u, v] = [x - left - width / 2, y - top - height / 2]
      const t = (rotationDegrees * Math.PI) / 180
      return (
        Math.abs(u * Math.cos(t) + v * Math.sin(t)) <= width / 2 &&
        Math.abs(v * Math.cos(t) - u * Math.sin(t)) <= height / 2
      )
    }
    let [both, either] = [0, 0]
    for (let x = -30; x < 70; x += 0.1) {
      for (let y = -30; y < 60; y += 0.1) {
        const [inA, inB] = [inside(a, x, y), inside(b, x, y)]
        if (inA && inB) both++
        if (inA || inB) either++
      }
    }
    expect(overlap(a, b)).toBeCloseTo(both / either, 2)
    expect(overlap(b, a)).toBeCloseTo(overlap(a, b), 10)
    expect(overlap(a, a)).toBeCloseTo(1, 10)
    expect(overlap(a, { ...a, left: 100 })).toBe(0)
  })
})
