/**
 * What a classifier says of DICOM films as structured reports, one a film, for the archive that the films came from, and on
 * request as secondary captures, one a judged frame, for those who read no reports.
 */
import path from 'node:path'
import { elementAt } from '../base/element-at.js'
import { readBytes, writeAtomic } from '../base/files.js'
import { proportion } from '../base/format.js'
import { groupBy } from '../base/group-by.js'
import { writeFolder } from '../base/output.js'
import { maxFilmBytes } from '../dataset/load.js'
import { sniffContent } from '../image/codec.js'
import { type DicomHeader, readDicomHeader } from '../image/dicom/header.js'
import { measurementReport, type ReportedModel } from '../image/dicom/measurement-report.js'
import { secondaryCapture } from '../image/dicom/secondary-capture.js'
import { decodeFilm } from '../image/film.js'
import { lettered } from '../image/lettering.js'
import { ImageProblem } from '../image/raster.js'
import type { Prediction } from './judge.js'
import type { Place } from './places.js'

export interface FilmReport {
  /** What the film is called in what is printed. */
  readonly film: string
  /** Name of the report within the folder. */
  readonly file: string
  /** Names of the captures within the folder, one for each frame that was judged; where they were asked for. */
  readonly captures?: readonly string[]
}

interface JudgedPlace {
  readonly prediction: Prediction
  readonly place: Place
}

/** What is said of a film in its pixels. */
export interface CaptureFacts {
  readonly classes: readonly string[]
  readonly positive: string | null
  readonly cutoff: number | null
}

export interface WrittenReports {
  readonly reports: readonly FilmReport[]
  /** Films without a report, and why: completes "NAME ...". */
  readonly skipped: readonly { readonly file: string; readonly reason: string }[]
}

/**
 * Writes them into a new folder, all or none. `places` are those of the predictions, in their order; `captured`: what stands
 * in the captures, where there are to be any.
 */
export async function writeDicomReports(
  folder: string,
  judged: { readonly predictions: readonly Prediction[]; readonly places: readonly Place[] },
  model: ReportedModel,
  captured?: CaptureFacts,
): Promise<WrittenReports> {
  const reports: FilmReport[] = []
  const skipped: { file: string; reason: string }[] = []
  const parts: JudgedPlace[] = judged.predictions.map((prediction, i) => ({
    prediction,
    place: elementAt(judged.places, i),
  }))
  const films = [...groupBy(parts, ({ place }) => place.file).values()]
  await writeFolder('--dicom-sr', folder, async (draft) => {
    for (const film of films) {
      const { place } = elementAt(film, 0)
      const bytes = place.bytes ?? readBytes(place.file, maxFilmBytes)
      if (sniffContent(bytes) !== 'dicom') {
        skipped.push({ file: place.name, reason: 'is no DICOM file, and a structured report is of one' })
        continue
      }
      const judgedParts = film.map(({ prediction, place: { frame = 1 } }) => ({
        frame,
        region: prediction.roi,
        probabilities: prediction.probabilities,
      }))
      try {
        const header = readDicomHeader(bytes)
        const report = measurementReport(header, judgedParts, model, new Date())
        const number = String(reports.length + 1).padStart(4, '0')
        const file = `report-${number}.dcm`
        const captures = captured ? await capturesOf(header, bytes, film, model, captured) : []
        writeAtomic(path.join(draft, file), report)
        const names = captures.map((capture, i) => {
          const name = `capture-${number}${captures.length > 1 ? `-${i + 1}` : ''}.dcm`
          writeAtomic(path.join(draft, name), capture)
          return name
        })
        reports.push({ film: place.name, file, ...(captured && { captures: names }) })
      } catch (error) {
        if (!(error instanceof ImageProblem)) throw error
        skipped.push({ file: place.name, reason: error.message })
      }
    }
  })
  return { reports, skipped }
}

/** One for each frame that was judged, as it was shown to the classifier, regions and all. */
async function capturesOf(
  header: DicomHeader,
  bytes: Uint8Array,
  parts: readonly JudgedPlace[],
  model: ReportedModel,
  facts: CaptureFacts,
): Promise<Uint8Array[]> {
  const captures: Uint8Array[] = []
  for (const judged of groupBy(parts, ({ place }) => String(place.frame ?? 1)).values()) {
    const { frame = 1, voi } = elementAt(judged, 0).place
    const lines = [
      'Research use only. Not for diagnosis.',
      ...judged.flatMap(({ prediction }) => wordsOf(prediction, facts)),
      `${model.name} ${model.version}`,
    ]
    const { raster } = await decodeFilm(bytes, { frame, voi })
    const words = { text: lines.join('; '), model: `${model.name} ${model.version}` }
    captures.push(secondaryCapture(header, frame, lettered(raster, lines), words))
  }
  return captures
}

function wordsOf({ roi, probabilities }: Prediction, { classes, positive, cutoff }: CaptureFacts): string[] {
  const where = roi === undefined ? 'P' : `Region ${roi}: p`
  const figures = `${where}robability of ${classes.map((name) => `${name} ${proportion(probabilities[name])}`).join(', of ')}`
  if (positive === null || cutoff === null) return [figures]
  const called = (probabilities[positive] ?? 0) >= cutoff ? positive : classes.find((name) => name !== positive)
  return [figures, `By the cutoff ${proportion(cutoff)} of ${positive}: ${called}`]
}
