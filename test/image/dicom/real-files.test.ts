/** Real DICOM files of many kinds, beside the checkout, against the answers of gdcm, dcmtk, Pillow and numpy. */
import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { type FileInspection, inspectFile } from '../../../src/dataset/inspection.js'
import { parseVoiChoice } from '../../../src/image/dicom/voi.js'
import { readFilm } from '../../../src/image/film.js'

const folder = path.resolve(import.meta.dirname, '../../../../shared/data/dicom')

interface Moments {
  min: number
  max: number
  mean: number
  std: number
}
type Samples = [row: number, column: number, value: number][]
interface Expected {
  transferSyntax: string
  Rows: number
  Columns: number
  PhotometricInterpretation: string
  BitsStored: number
  stored: Moments
  storedSha256Int32LE: string
  samples: Samples
  display?: Moments
  displaySamples?: Samples
  voiLutFirst?: Moments
  voiLutSamples?: Samples
}

const here = existsSync(folder)
const expected: Record<string, Expected> = here
  ? JSON.parse(readFileSync(path.join(folder, 'expected.json'), 'utf8'))
  : {}
const title = here ? 'real DICOM files' : 'real DICOM files (skipped: ../shared/data/dicom is not beside the checkout)'

describe.skipIf(!here)(title, () => {
  it('are all there', () => {
    expect(Object.keys(expected)).toHaveLength(29)
  })

  it.each(Object.entries(expected))('%s', async (name, of) => {
    const file = path.join(folder, name)
    const facts = await inspectFile(file)
    expect(facts).toMatchObject({
      format: 'dicom',
      rows: of.Rows,
      columns: of.Columns,
      frames: 1,
      channels: 1,
      bitsStored: of.BitsStored,
      transferSyntax: of.transferSyntax,
      photometric: of.PhotometricInterpretation,
    } satisfies Partial<FileInspection>)
    // even the lossy ones are equal to the last bit
    expect(facts.stored.sha256).toBe(of.storedSha256Int32LE)
    near(facts.stored, of.stored)
    const film = await readFilm(new Uint8Array(readFileSync(file)))
    for (const [row, column, value] of of.samples) expect(film.stored[row * of.Columns + column]).toBe(value)
    if (of.display === undefined) return
    near(facts.display, of.display)
    const raster = film.raster()
    for (const [row, column, value] of of.displaySamples ?? []) {
      expect(255 * film.display.levelAt(row * of.Columns + column)).toBeCloseTo(value, 3)
      expect(Math.abs(raster.data[row * of.Columns + column] / 257 - value)).toBeLessThan(0.003)
    }
  })

  it('with a VOI look-up table are shown through it, or through their whole range on request', async () => {
    const [name, of] = Object.entries(expected).find(([, one]) => one.voiLutFirst !== undefined) as [string, Expected]
    const bytes = new Uint8Array(readFileSync(path.join(folder, name)))
    const film = await readFilm(bytes)
    expect(film.steps).toEqual(['voi-lut'])
    for (const [row, column, value] of of.voiLutSamples as Samples) {
      expect(65_535 * film.display.levelAt(row * of.Columns + column)).toBeCloseTo(value, 6)
    }
    expect((await readFilm(bytes, { voi: parseVoiChoice('none') })).steps).toEqual(['stretched'])
    await expect(readFilm(bytes, { voi: parseVoiChoice('lut:2') })).rejects.toThrow(
      'has 1 VOI look-up table; there is no lut:2',
    )
  })
})

function near(moments: Moments, of: Moments): void {
  for (const key of ['min', 'max', 'mean', 'std'] as const) expect(moments[key], key).toBeCloseTo(of[key], 5)
}
