import { expect, it } from 'vitest'
import { ndarray } from '../../src/base/ndarray.js'
import { crop } from '../../src/image/crop.js'
import { contactSheet } from '../../src/image/grid.js'
import { collapseEqualChannels, dropAlpha } from '../../src/image/raster.js'
import { fromUnitRange } from '../../src/image/scaling.js'

const raster = { width: 3, height: 2, channels: 1, bitDepth: 8, data: Uint8Array.of(1, 2, 3, 4, 5, 6) } as const

it('cuts a rectangle out', () => {
  const patch = crop(raster, { left: 1, top: 0, width: 2, height: 2 })
  expect(patch).toEqual({ width: 2, height: 2, channels: 1, bitDepth: 8, data: Uint8Array.of(2, 3, 5, 6) })
})

it('refuses a rectangle that reaches beyond the image', () => {
  expect(() => crop(raster, { left: 2, top: 0, width: 2, height: 2 })).toThrow(
    'has a region of 2 x 2 at (2, 0) outside its 3 x 2 pixels',
  )
})

it('lays alpha onto black', () => {
  const { data, channels } = dropAlpha(Uint8Array.of(200, 255, 200, 0, 200, 128), 3, 1, 2, 8)
  expect(channels).toBe(1)
  expect([...data]).toEqual([200, 0, 100])
})

it('keeps three channels where one pixel differs', () => {
  const colour = { width: 2, height: 1, channels: 3, bitDepth: 8, data: Uint8Array.of(1, 1, 1, 2, 2, 3) } as const
  expect(collapseEqualChannels(colour)).toBe(colour)
})

it('lays images out in rows with a gap', () => {
  const images = ndarray('uint8', [3, 1, 2, 1], Uint8Array.of(1, 2, 3, 4, 5, 6))
  const sheet = contactSheet(images, 2, 1)
  expect([sheet.width, sheet.height]).toEqual([5, 3])
  expect([...sheet.data]).toEqual([1, 2, 0, 3, 4, 0, 0, 0, 0, 0, 5, 6, 0, 0, 0])
})

it('comes from -1..1 to the nearest grey level, and no further than 0 and 255', () => {
  const levels = Uint8Array.from({ length: 256 }, (_, i) => i)
  const unit = Float32Array.from(levels, (level) => level / 127.5 - 1)
  expect(fromUnitRange(ndarray('float32', [256], unit)).data).toEqual(levels)
  expect([...fromUnitRange(ndarray('float32', [3], Float32Array.of(-1.2, 0.001, 1.2))).data]).toEqual([0, 128, 255])
})
