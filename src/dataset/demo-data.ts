/**
 * The made cohort as files: two hospitals. As PNG, each is a folder with class folders and a manifest that names patients; as
 * DICOM, each is what an archive exports: radiographs of both sinuses in files without extension, a spreadsheet with a diagnosis
 * per radiograph, whose accession numbers have lost their zeros, and regions of interest with a label per sinus.
 */
import path from 'node:path'
import { writeAtomic, writeJson } from '../base/files.js'
import { requireNewFolder, writeFolder } from '../base/output.js'
import { range } from '../base/range.js'
import { rectangleText } from '../image/rectangle.js'
import { demoRadiograph } from './demo-radiograph.js'
import { drawPatches } from './draw-patches.js'
import { type PhantomOptions, phantomPatient } from './phantom.js'

const healthy = 'healthy'

export interface DemoOptions {
  readonly seed: number
  /** Patients of hospital A (two films each); hospital B has half as many. Default 100. */
  readonly patients?: number
  /** 2 (default) or 3: healthy, thick mucosa, air-fluid level. */
  readonly classes?: 2 | 3
  /** Radiographs as DICOM in place of patches as PNG. */
  readonly dicom?: boolean
}

export interface DemoData {
  readonly hospitalA: string
  readonly hospitalB: string
  readonly films: number
}

/**
 * Writes <folder>/hospital-a and <folder>/hospital-b, both or none; the same seed writes the same films.
 * Throws a `UserError` where the folder holds something already.
 */
export async function writeDemoData(
  folder: string,
  { seed, patients = 100, classes, dicom = false }: DemoOptions,
): Promise<DemoData> {
  const hospitals = [
    { hospital: 'a' as const, name: 'hospital-a', patients },
    { hospital: 'b' as const, name: 'hospital-b', patients: Math.ceil(patients / 2) },
  ] as const
  requireNewFolder('', folder)
  const films = await writeFolder('', folder, async (draft) => {
    let written = 0
    for (const { hospital, name, patients: count } of hospitals) {
      const cohort = { seed, patients: count, hospital, classes }
      const root = path.join(draft, name)
      written += dicom ? writeExport(root, cohort) : await writePatches(root, cohort)
    }
    return written
  })
  const [a, b] = hospitals
  return { hospitalA: path.join(folder, a.name), hospitalB: path.join(folder, b.name), films }
}

async function writePatches(root: string, cohort: PhantomOptions): Promise<number> {
  const films = await drawPatches(root, cohort)
  const rows = films.map(({ label, name, patient }) => `${label}/${name},${label},${patient}`)
  writeAtomic(path.join(root, 'manifest.csv'), `file,label,patient\n${rows.join('\n')}\n`)
  return films.length
}

/** Radiographs, spreadsheet and regions of a hospital: the regions as CSV from A, as COCO from B. */
function writeExport(root: string, { patients, ...cohort }: PhantomOptions): number {
  const { hospital, seed } = cohort
  const radiographs = range(patients).map((i) => {
    const films = phantomPatient(cohort, i)
    const diagnosis = films.find(({ label }) => label !== healthy)?.label ?? healthy
    const file = `images/IM${String(i + 1).padStart(5, '0')}`
    return { file, diagnosis, ...demoRadiograph(hospital, i + 1, films, seed) }
  })
  for (const { file, bytes } of radiographs) writeAtomic(path.join(root, file), bytes)
  const rows = radiographs.map(({ accession, diagnosis }) => `${Number(accession)};${diagnosis}`)
  writeAtomic(path.join(root, 'labels.csv'), `accession number;diagnosis\n${rows.join('\n')}\n`)
  const regions = radiographs.flatMap(({ file, regions: own }, i) =>
    own.map((region) => ({ file, image: i + 1, ...region })),
  )
  if (hospital === 'a') {
    const lines = regions.map(({ file, rectangle, label }) => [file, rectangleText(rectangle), label].join())
    writeAtomic(path.join(root, 'regions.csv'), `file,left,top,width,height,label\n${lines.join('\n')}\n`)
  } else {
    const classes = [...new Set(regions.map(({ label }) => label))].sort()
    writeJson(path.join(root, 'regions.json'), {
      images: radiographs.map(({ file, size }, i) => ({ id: i + 1, file_name: file, ...size })),
      categories: classes.map((name, i) => ({ id: i + 1, name })),
      annotations: regions.map(({ image, rectangle: { left, top, width, height }, label }, i) => ({
        id: i + 1,
        image_id: image,
        category_id: 1 + classes.indexOf(label),
        bbox: [left, top, width, height],
      })),
    })
  }
  return radiographs.length
}
