/**
 * The made cohort as files: two hospitals, each a folder with class folders of PNG films and a manifest that names patients.
 */
import path from 'node:path'
import { UserError } from '../base/errors.js'
import { isDirectory, listDirectory, writeAtomic } from '../base/files.js'
import { encodePng } from '../image/codec.js'
import { mapBounded } from './bounded.js'
import { phantomCohort } from './phantom.js'

export interface DemoOptions {
  readonly seed: number
  /** Patients of hospital A (two films each); hospital B has half as many. Default 100. */
  readonly patients?: number
  /** 2 (default) or 3: healthy, thick mucosa, air-fluid level. */
  readonly classes?: 2 | 3
}

export interface DemoData {
  readonly hospitalA: string
  readonly hospitalB: string
  readonly films: number
}

/**
 * Writes <folder>/hospital-a and <folder>/hospital-b; the same seed writes the same films.
 * Throws a `UserError` where the folder holds something else already.
 */
export async function writeDemoData(folder: string, { seed, patients = 100, classes }: DemoOptions): Promise<DemoData> {
  const ours = ['hospital-a', 'hospital-b']
  const strange = listDirectory(folder).filter(({ name }) => !ours.includes(name) && !name.startsWith('.'))
  if (strange.length > 0) {
    throw new UserError(
      `${folder} holds other files (${strange[0].name}); give an empty or a new folder for the made films`,
    )
  }
  const hospitals = [
    { hospital: 'a' as const, root: path.join(folder, 'hospital-a'), patients },
    { hospital: 'b' as const, root: path.join(folder, 'hospital-b'), patients: Math.ceil(patients / 2) },
  ]
  let films = 0
  for (const { hospital, root, patients: count } of hospitals) {
    if (isDirectory(root) && listDirectory(root).length > 0) {
      throw new UserError(`${root} holds films already; remove it, or give another folder`)
    }
    const cohort = phantomCohort({ seed, patients: count, hospital, classes })
    await mapBounded(cohort, async (film) => {
      writeAtomic(path.join(root, film.label, film.name), await encodePng(film.raster))
    })
    const rows = cohort.map(({ label, name, patient }) => `${label}/${name},${label},${patient}`)
    writeAtomic(path.join(root, 'manifest.csv'), `file,label,patient\n${rows.join('\n')}\n`)
    films += cohort.length
  }
  return { hospitalA: hospitals[0].root, hospitalB: hospitals[1].root, films }
}
