import { readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { auditCohorts } from '../../src/dataset/audit.js'
import { writeDemoData } from '../../src/dataset/demo-data.js'
import { readRaster } from '../../src/dataset/load.js'
import { openDataset } from '../../src/dataset/open.js'
import { phantomCohort } from '../../src/dataset/phantom.js'
import { readDicomHeader } from '../../src/image/dicom/header.js'
import { temporaryFolder } from './films-on-disk.js'

describe('the made cohort as DICOM', () => {
  it('is two hospitals with another look, whose regions are the patches of the phantom', async () => {
    const folder = temporaryFolder()
    const { hospitalA, hospitalB, films } = await writeDemoData(folder, { seed: 1, patients: 10, dicom: true })
    expect(films).toBe(15)
    const cohorts = {
      internal: openDataset(hospitalA, { roi: path.join(hospitalA, 'regions.csv') }),
      external: { b: openDataset(hospitalB, { roi: path.join(hospitalB, 'regions.json') }) },
    }
    await auditCohorts(cohorts)
    const { internal, external } = cohorts
    expect([
      internal.patientSource,
      internal.films.length,
      new Set(internal.films.map((film) => film.patient)).size,
    ]).toEqual(['dicom', 20, 10])
    const header = (file: string) => readDicomHeader(new Uint8Array(readFileSync(file))).facts
    const [a, b] = [header(internal.films[0].file), header(external.b.films[0].file)]
    expect([a.photometric, a.bitsStored, b.photometric, b.bitsStored]).toEqual(['MONOCHROME2', 12, 'MONOCHROME1', 10])
    expect(a.manufacturer).not.toBe(b.manufacturer)
    expect(a.pixelSpacing).not.toEqual(b.pixelSpacing)

    // what a viewer shows in a region is the phantom's patch: the window undoes exposure, depth and MONOCHROME1
    for (const [hospital, cohort, patients] of [
      ['a', internal, 10],
      ['b', external.b, 5],
    ] as const) {
      const patches = phantomCohort({ seed: 1, patients, hospital })
      expect(cohort.films.map((film) => film.label)).toEqual(patches.map((patch) => patch.label))
      for (const [i, film] of cohort.films.entries()) {
        const { data, width, height, bitDepth } = await readRaster(film)
        const { raster } = patches[i]
        expect([width, height]).toEqual([raster.width, raster.height])
        const full = bitDepth === 8 ? 255 : 65535
        const differences = Array.from(data, (value, p) => Math.abs((value * 255) / full - raster.data[p]))
        const farthest = differences.reduce((worst, difference) => Math.max(worst, difference), 0)
        expect(farthest, film.name).toBeLessThan(1.5)
      }
    }
  })

  it('follows from its seed', async () => {
    const [one, two] = [temporaryFolder(), temporaryFolder()]
    for (const folder of [one, two]) await writeDemoData(folder, { seed: 5, patients: 6, dicom: true })
    const bytes = (folder: string) => readFileSync(path.join(folder, 'hospital-b', 'images', 'IM00002'))
    expect(bytes(one).equals(bytes(two))).toBe(true)
  })
})
