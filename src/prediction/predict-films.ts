/** What the classifier of a run says of films: the function behind `kopt predict` and the studio's page. */
import { throwProblems, UserError } from '../base/errors.js'
import { readBytes } from '../base/files.js'
import { hashBytes } from '../base/hash.js'
import { requireNewFolder } from '../base/output.js'
import { version } from '../base/version.js'
import type { EventSink } from '../record/events.js'
import { progressOf } from '../record/progress.js'
import type { CaptureFacts, WrittenReports } from './dicom-reports.js'
import { type Judged, judge } from './judge.js'
import { type ModelChoice, openModel, researchUse } from './open-model.js'
import { placesOf, withRegions } from './places.js'

/** Past so many films progress is told. */
const soon = 64

export interface PredictionRequest extends ModelChoice {
  /** Files, folders of them and manifests. */
  readonly images: readonly string[]
  /** left,top,width,height[,rotation], or a file of annotations. */
  readonly roi?: string
  /** Of manifests and of annotations as tables. */
  readonly encoding?: string
  /** A new or an empty folder for a DICOM structured report of each DICOM film. */
  readonly reportsInto?: string
  /** Whether a secondary capture of each film lies beside its report. */
  readonly captures?: boolean
}

export interface PredictionReport extends Omit<Judged, 'places'> {
  readonly use: typeof researchUse
  readonly arm: string
  readonly k: number
  readonly classes: readonly string[]
  readonly positive: string | null
  /** Probability of the positive class from which the run called a film positive; null where it has none, or the model came without its run. */
  readonly cutoff: number | null
  /** Files of the folders that are no images. */
  readonly others: readonly string[]
  /** Where they were asked for. */
  readonly reports?: WrittenReports
}

/**
 * Judges films. One that can't be judged stands among `skipped` with its reason, and the others are judged.
 * Throws a `UserError` where there is no such model or arm, or where none of the films could be judged.
 */
export async function predictFilms(
  { model, images, arm, roi, encoding, reportsInto, captures = false }: PredictionRequest,
  { onEvent = () => {}, signal }: { onEvent?: EventSink; signal?: AbortSignal } = {},
): Promise<PredictionReport> {
  if (reportsInto !== undefined) requireNewFolder('--dicom-sr', reportsInto)
  const opened = await openModel({ model, arm })
  const { classifier, arm: named, k, cutoff, file } = opened
  try {
    const { info } = classifier
    const { places: films, others } = placesOf(images, encoding)
    if (info.cropped && roi === undefined && films.every((film) => film.roi === undefined)) {
      throw new UserError(
        `${model} was trained on regions cut out of films and can't judge a whole film; say where to look: --roi left,top,width,height, or --roi FILE of annotations`,
      )
    }
    const places = roi === undefined ? films : withRegions(films, roi, encoding)
    const judged = await judge(opened, places, {
      onFilms: places.length > soon ? progressOf({ emit: onEvent }, 'evaluate-arms', places.length, 'films') : () => {},
      signal,
    })
    const { predictions, skipped } = judged
    const [problem, ...more] = problemsOf(skipped)
    if (predictions.length === 0 && problem !== undefined && more.length === 0) throw new UserError(problem)
    if (predictions.length === 0) throwProblems('none of these could be judged', problemsOf(skipped))
    const { classes, positive } = info
    const captured = captures ? { classes, positive, cutoff } : undefined
    const reports =
      reportsInto === undefined
        ? undefined
        : await writeReports(reportsInto, judged, file, `${named}, K ${k}`, captured)
    const found = { classes, positive, cutoff, predictions, skipped, others }
    return { use: researchUse, arm: named, k, ...found, ...(reports && { reports }) }
  } finally {
    await classifier.close()
  }
}

/** `model`: the classifier's file; `which`: the arm that judged. */
async function writeReports(
  folder: string,
  judged: Judged,
  model: string,
  which: string,
  captured: CaptureFacts | undefined,
): Promise<WrittenReports> {
  const { writeDicomReports } = await import('./dicom-reports.js')
  const hash = hashBytes(readBytes(model)).slice(0, 16)
  const named = { name: 'kopt classifier', version: `${version}, ${which}, SHA-256 ${hash}` }
  return writeDicomReports(folder, judged, named, captured)
}

/** A sentence for each film that was left out. */
export function problemsOf(skipped: Judged['skipped']): string[] {
  return skipped.map(({ file, reason }) => `${file} ${reason}`)
}
