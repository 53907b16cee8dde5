import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { readBytes } from '../../src/base/files.js'
import { range } from '../../src/base/range.js'
import { auditCohorts } from '../../src/dataset/audit.js'
import { writeDemoData } from '../../src/dataset/demo-data.js'
import { drawPatches } from '../../src/dataset/draw-patches.js'
import { openDataset } from '../../src/dataset/open.js'
import { phantomCohort, phantomPatient } from '../../src/dataset/phantom.js'
import { resolvePositive } from '../../src/dataset/positive.js'
import { decodeImage } from '../../src/image/codec.js'
import { toPixels } from '../../src/image/resize.js'
import { auc } from '../../src/metrics/roc.js'
import { temporaryFolder, writeFiles } from './films-on-disk.js'

const options = { seed: 4, patients: 6, hospital: 'a' } as const

describe('the made cohort', () => {
  it('has both sinuses of each patient, plausible sizes, and follows from its seed', () => {
    const films = phantomCohort(options)
    expect(films.map((film) => film.name).slice(0, 3)).toEqual(['p001_L.png', 'p001_R.png', 'p002_L.png'])
    for (const { raster } of films) {
      for (const side of [raster.width, raster.height]) {
        expect(side).toBeGreaterThanOrEqual(96)
        expect(side).toBeLessThanOrEqual(144)
      }
    }
    expect(phantomCohort(options)).toEqual(films)
    expect(phantomCohort({ ...options, seed: 5 })[0]).not.toEqual(films[0])
    // a larger cohort begins with the smaller one
    expect(phantomCohort({ ...options, patients: 2 })).toEqual(films.slice(0, 4))
  })

  it('is neither trivial nor hopeless: the darkness of the middle alone tells some films apart', () => {
    for (const hospital of ['a', 'b'] as const) {
      const films = phantomCohort({ seed: 7, patients: 60, hospital })
      const darkness = films.map(({ raster }) => {
        const pixels = toPixels(raster, { height: 28, width: 28, channels: 1, maxValue: 255 })
        let sum = 0
        for (let y = 9; y < 19; y++) for (let x = 9; x < 19; x++) sum += pixels[y * 28 + x]
        return sum
      })
      const labels = films.map((film) => (film.label === 'sinusitis' ? 1 : 0))
      const value = auc(labels, darkness)
      expect(value).toBeGreaterThan(0.6)
      expect(value).toBeLessThan(0.92)
    }
  })
})

describe('the made cohort as files', () => {
  it('is drawn by several processes as by one', async () => {
    const folder = temporaryFolder()
    const cohort = { seed: 5, hospital: 'b' } as const
    const drawn = await drawPatches(folder, { ...cohort, patients: 120 })
    expect(drawn.map(({ name }) => name)).toEqual(
      range(120).flatMap((patient) => ['L', 'R'].map((side) => `q${String(patient + 1).padStart(3, '0')}_${side}.png`)),
    )
    for (const patient of [0, 60, 119]) {
      for (const { raster, ...film } of phantomPatient(cohort, patient)) {
        expect(drawn).toContainEqual(film)
        expect(await decodeImage(readBytes(path.join(folder, film.label, film.name)))).toEqual(raster)
      }
    }
  })

  it('opens as two hospitals of the same classes, with patients, and passes the audit', async () => {
    const folder = temporaryFolder()
    const { hospitalA, hospitalB, films } = await writeDemoData(folder, { seed: 3, patients: 14 })
    expect(films).toBe(42)
    const [a, b] = [openDataset(hospitalA), openDataset(hospitalB)]
    expect([a.classes, b.classes]).toEqual([
      ['healthy', 'sinusitis'],
      ['healthy', 'sinusitis'],
    ])
    expect([a.name, a.patientSource, a.films.length, new Set(a.films.map((film) => film.patient)).size]).toEqual([
      'hospital-a',
      'manifest',
      28,
      14,
    ])
    expect([a.warnings, b.warnings]).toEqual([[], []])
    expect(resolvePositive(a.classes)).toBe('sinusitis')
    const { internal } = await auditCohorts({ internal: a, external: { b } })
    expect(internal.maxValue).toBe(255)
  })

  it('of three classes tells fluid from thick mucosa, and shows the same patients', async () => {
    const two = phantomCohort({ seed: 3, patients: 40, hospital: 'a' })
    const three = phantomCohort({ seed: 3, patients: 40, hospital: 'a', classes: 3 })
    expect([...new Set(three.map((film) => film.label))].sort()).toEqual(['fluid-level', 'healthy', 'thick-mucosa'])
    three.forEach((film, i) => {
      expect(film.label === 'healthy').toBe(two[i].label === 'healthy')
      if (film.label === 'healthy') expect(film.raster).toEqual(two[i].raster)
    })
  })

  it('does not mix with what lies in a folder already', async () => {
    const folder = await writeFiles(temporaryFolder(), { 'thesis.txt': 'x' })
    await expect(writeDemoData(folder, { seed: 3 })).rejects.toThrow(/holds something already \(thesis\.txt\)/)
  })
})
