/**
 * Regions of interest cut out and written as films of their own: PNG, 16 bit where the film is deeper than 8, in a folder
 * per class, with a manifest that names patients and a table that says where each patch comes from.
 */
import path from 'node:path'
import { formatCsv } from '../base/csv.js'
import { elementAt } from '../base/element-at.js'
import { UserError } from '../base/errors.js'
import { writeAtomic } from '../base/files.js'
import { requireNewFolder, writeFolder } from '../base/output.js'
import { encodePng } from '../image/codec.js'
import { ImageProblem } from '../image/raster.js'
import { rectangleText } from '../image/rectangle.js'
import { mapBounded } from './bounded.js'
import { readRaster } from './load.js'
import { releaseArrays } from './npz-arrays.js'
import type { Cohort } from './sample.js'

export interface PatchOptions {
  /** What stands for a patient in the manifest. */
  readonly nameOf: (patient: string) => string
  readonly onProgress?: (more: number) => void
  readonly signal?: AbortSignal
}

export interface Patches {
  readonly patches: number
  readonly manifest: string
}

/**
 * Writes the patches of a cohort whose films have regions, all of them or none. Throws a `UserError` where the folder holds
 * something already.
 */
export async function writePatches(cohort: Cohort, folder: string, options: PatchOptions): Promise<Patches> {
  requireNewFolder('--out', folder)
  await writeFolder('--out', folder, (draft) => fill(cohort, draft, options))
  return { patches: cohort.films.length, manifest: path.join(folder, 'manifest.csv') }
}

async function fill(cohort: Cohort, folder: string, { nameOf, onProgress, signal }: PatchOptions): Promise<void> {
  const places = placesOf(cohort)
  try {
    await mapBounded(
      cohort.films,
      async (film, i) => {
        const raster = await readRaster(film).catch((error) => {
          throw error instanceof ImageProblem ? new UserError(`${film.name} ${error.message}`, { cause: error }) : error
        })
        writeAtomic(path.join(folder, elementAt(places, i)), await encodePng(raster))
        onProgress?.(1)
      },
      signal,
    )
  } finally {
    releaseArrays(cohort.films.map(({ file }) => file))
  }
  const { films } = cohort
  const split = films.some((film) => film.split !== undefined)
  const splitWord = { train: 'train', tuning: 'val', test: 'test' } as const
  const sources = films.map(({ name, roi }, i) => [places[i], name, roi ? rectangleText(roi) : ''])
  writeAtomic(path.join(folder, 'sources.csv'), formatCsv(['file', 'source', 'rectangle'], sources))
  const rows = films.map((film, i) => [
    places[i],
    film.label,
    nameOf(film.patient),
    ...(split ? [film.split ? splitWord[film.split] : ''] : []),
  ])
  writeAtomic(
    path.join(folder, 'manifest.csv'),
    formatCsv(['file', 'label', 'patient', ...(split ? ['split'] : [])], rows),
  )
}

/** A path for each patch: its class, then its film's name with a number; no two are equal, whatever the system takes for so. */
function placesOf({ films, classes }: Cohort): string[] {
  const used = new Set<string>()
  return films.map(({ name, label }) => {
    const [first = '', ...inner] = name.split('/')
    const parts = classes.includes(first) ? inner : [first, ...inner]
    const stem = parts.join('-').replace(/\.(png|jpe?g|jpe|jfif|tiff?|dcm|dicom)$/i, '')
    for (let number = 1; ; number++) {
      const place = `${safe(label)}/${safe(stem)}_${number}.png`
      const key = place.toLowerCase()
      if (used.has(key)) continue
      used.add(key)
      return place
    }
  })
}

/** A name that every system takes as one. */
function safe(name: string): string {
  const plain = name.replaceAll(/[^\p{L}\p{N}._ -]/gu, '_').replace(/^[. -]+|[. ]+$/g, '')
  return plain === '' ? '_' : plain
}
