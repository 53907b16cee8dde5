/** What a viewer gets of a film: every value through the film's own table is what the film is shown as elsewhere. */
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { readBytes } from '../../src/base/files.js'
import { pictureOf, readView } from '../../src/dataset/film-view.js'
import { decodeImage, encodePng } from '../../src/image/codec.js'
import { readFilm } from '../../src/image/film.js'
import { greyFilm } from '../support/dicom-grey.js'
import { noise, temporaryFolder, writeFiles } from './films-on-disk.js'

const ramp = Array.from({ length: 256 }, (_, i) => 16 * i)
const size = { rows: 16, columns: 16 }

describe('a film for a viewer', () => {
  test.each([
    ['without a window', {}],
    ['with a window', { more: [[0x0028_1050, 'DS', '2000'] as const, [0x0028_1051, 'DS', '900'] as const] }],
    ['whose least value is white', { photometric: 'MONOCHROME1' }],
    [
      'rescaled to negative values',
      { more: [[0x0028_1052, 'DS', '-1024'] as const, [0x0028_1053, 'DS', '0.5'] as const] },
    ],
    ['with padding', { more: [[0x0028_0120, 'US', 160] as const] }],
  ])('%s is shown as it is everywhere', async (_, form) => {
    const bytes = greyFilm(ramp, { ...size, ...form })
    const file = path.join(await writeFiles(temporaryFolder(), { film: bytes }), 'film')
    const view = await readView({ file })
    const { display } = await readFilm(readBytes(file))
    const shown = Array.from(view.values, (place) => view.levels[place])
    expect(shown).toEqual(ramp.map((_, i) => Math.floor(255 * display.levelAt(i) + 0.5)))
    // A linear window is the one that is stated, laid over modality values.
    const { measured, inverted, window } = view
    const byWindow = Array.from(view.values, (place) => {
      const share = Math.min(1, Math.max(0, (measured[place] - window.center) / window.width + 0.5))
      return Number.isNaN(share) ? 0 : 255 * (inverted ? 1 - share : share)
    })
    for (const [i, level] of byWindow.entries()) expect(Math.abs(level - shown[i])).toBeLessThan(1)
  })

  test('of 12 bits in a file of 16 is as bright as its values are, upright, and cut to its region', async () => {
    const raster = noise(1, { width: 12, height: 8, bitDepth: 16 })
    raster.data.forEach((value, i) => {
      raster.data[i] = value & 4095
    })
    const file = path.join(await writeFiles(temporaryFolder(), { 'film.png': await encodePng(raster) }), 'film.png')
    const view = await readView({ file, roi: { left: 2, top: 1, width: 6, height: 4 } })
    expect([view.height, view.width, view.window.width]).toEqual([4, 6, 4095])
    expect(view.values[0]).toBe(raster.data[12 + 2])
    const picture = await decodeImage(await pictureOf({ file }))
    expect([picture.height, picture.width]).toEqual([8, 12])
  })
})
