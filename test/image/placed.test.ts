import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { rotate } from '../../src/image/augment.js'
import { placed } from '../../src/image/placed.js'

const still = { right: 0, down: 0, scale: 1, radians: 0 }
const pixels = (count: number) => fc.uint8Array({ minLength: count, maxLength: count })

describe('an image moved, enlarged and turned', () => {
  it('stays as it is where nothing is asked for', () => {
    fc.assert(
      fc.property(pixels(5 * 7 * 3), (image) => {
        expect(placed(image, [5, 7, 3], still)).toEqual(image)
      }),
    )
  })

  it('moves by whole pixels, with the mirrored edge behind it', () => {
    fc.assert(
      fc.property(
        pixels(4 * 6),
        fc.integer({ min: -3, max: 3 }),
        fc.integer({ min: -2, max: 2 }),
        (image, right, down) => {
          const moved = placed(image, [4, 6, 1], { ...still, right, down })
          const mirror = (place: number, last: number) => (place < 0 ? -place : place > last ? 2 * last - place : place)
          for (let y = 0; y < 4; y++) {
            for (let x = 0; x < 6; x++) {
              expect(moved[y * 6 + x]).toBe(image[mirror(y - down, 3) * 6 + mirror(x - right, 5)])
            }
          }
        },
      ),
    )
  })

  it('turns as the conventional augmentation does, away from the edge', () => {
    fc.assert(
      fc.property(pixels(15 * 15), fc.integer({ min: -10, max: 10 }), (image, degrees) => {
        const [ours, theirs] = [
          placed(image, [15, 15, 1], { ...still, radians: (degrees * Math.PI) / 180 }),
          rotate(image, [15, 15, 1], degrees),
        ]
        for (let y = 3; y < 12; y++) {
          for (let x = 3; x < 12; x++) {
            // Rounding may fall to the other side.
            expect(Math.abs((ours[y * 15 + x] as number) - (theirs[y * 15 + x] as number))).toBeLessThanOrEqual(1)
          }
        }
      }),
    )
  })

  it('enlarged by two shows the middle half', () => {
    const ramp = Uint8Array.from({ length: 9 * 9 }, (_, i) => 20 * (i % 9))
    const twice = placed(ramp, [9, 9, 1], { ...still, scale: 2 })
    expect([...twice.subarray(0, 9)]).toEqual([40, 50, 60, 70, 80, 90, 100, 110, 120])
  })
})
