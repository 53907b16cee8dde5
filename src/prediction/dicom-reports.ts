/** What a classifier says of DICOM films as structured reports, one a film, for the archive that the films came from. */
import path from 'node:path'
import { elementAt } from '../base/element-at.js'
import { readBytes, writeAtomic } from '../base/files.js'
import { groupBy } from '../base/group-by.js'
import { writeFolder } from '../base/output.js'
import { maxFilmBytes } from '../dataset/load.js'
import { sniffContent } from '../image/codec.js'
import { readDicomHeader } from '../image/dicom/header.js'
import { measurementReport, type ReportedModel } from '../image/dicom/measurement-report.js'
import { ImageProblem } from '../image/raster.js'
import type { Prediction } from './judge.js'
import type { Place } from './places.js'

export interface FilmReport {
  /** What the film is called in what is printed. */
  readonly film: string
  /** Name of the report within the folder. */
  readonly file: string
}

export interface WrittenReports {
  readonly reports: readonly FilmReport[]
  /** Films without a report, and why: completes "NAME ...". */
  readonly skipped: readonly { readonly file: string; readonly reason: string }[]
}

/** Writes them into a new folder, all or none. `places` are those of the predictions, in their order. */
export async function writeDicomReports(
  folder: string,
  judged: { readonly predictions: readonly Prediction[]; readonly places: readonly Place[] },
  model: ReportedModel,
): Promise<WrittenReports> {
  const reports: FilmReport[] = []
  const skipped: { file: string; reason: string }[] = []
  const parts = judged.predictions.map((prediction, i) => ({ prediction, place: elementAt(judged.places, i) }))
  const films = [...groupBy(parts, ({ place }) => place.file).values()]
  await writeFolder('--dicom-sr', folder, (draft) => {
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
        const report = measurementReport(readDicomHeader(bytes), judgedParts, model, new Date())
        const file = `report-${String(reports.length + 1).padStart(4, '0')}.dcm`
        writeAtomic(path.join(draft, file), report)
        reports.push({ film: place.name, file })
      } catch (error) {
        if (!(error instanceof ImageProblem)) throw error
        skipped.push({ file: place.name, reason: error.message })
      }
    }
  })
  return { reports, skipped }
}
