/**
 * A film and a cohort of films: what readers return and everything later works on. No pixels here.
 * `id` and `patientId` are what may be shown; `patient` is private and stays in the run's `private/` folder.
 */
import type { VoiChoice } from '../image/dicom/voi.js'
import type { Rectangle } from '../image/rectangle.js'
import type { Warning } from './warning.js'

export type SplitName = 'train' | 'tuning' | 'test'

/** Which image of a file that holds several, and how it is shown. */
export interface ImageInFile {
  /** Array of an npz file that holds the film, as its row `frame`. */
  readonly array?: string
  /** Frame of a DICOM file, or row of an array, from 1; absent for the first. */
  readonly frame?: number
  /** Which window or table of a DICOM file is shown; absent for its first. */
  readonly voi?: VoiChoice
}

/** The same alone, without what is absent. */
export function imageInFile({ array, frame, voi }: ImageInFile): ImageInFile {
  return { ...(array && { array }), ...(frame && { frame }), ...(voi && { voi }) }
}

export interface Film extends ImageInFile {
  /** The film's shown name, such as 'film-0001'. */
  readonly id: string
  /** Absolute path. */
  readonly file: string
  /** Path within the dataset, with '/' on every system. For messages at the terminal only. */
  readonly name: string
  readonly label: string
  /** PRIVATE: the patient's key as the dataset gives it. Never shown. */
  readonly patient: string
  /** The patient's shown name, such as 'patient-0001'. */
  readonly patientId: string
  /** The set that the dataset itself assigns; absent where it assigns none. */
  readonly split?: SplitName
  /** The part of the image that counts; absent for the whole image. */
  readonly roi?: Rectangle
  /** Where the region was given, if in a file of its own. */
  readonly region?: RegionSource
  /** Why nothing of it can be read, where that was seen when the dataset was listed: completes "NAME ...". */
  readonly problem?: string
}

/** Where a region of interest comes from, for the audit. */
export interface RegionSource {
  /** For messages: 'regions.csv, row 3'. */
  readonly place: string
  /** Size of the image on which it was drawn, where that is known. */
  readonly drawnOn?: { readonly width: number; readonly height: number }
}

/** Films from found to analysed: found = sum of excluded + analysed. */
export interface Flow {
  readonly found: number
  readonly excluded: { reason: string; count: number }[]
  readonly analysed: number
}

/** Where patients come from; 'image': nobody said, so that each image counts as its own patient. */
export type PatientSource = 'manifest' | 'name' | 'folder' | 'dicom' | 'image'

/** Films that look like those of one patient, where nobody says who the patients are. */
export interface PatientQuestion {
  /** What was found, and what to type. With names: for the terminal only. */
  readonly text: string
  /** Names of the films, a group for each that looks like a patient. */
  readonly together: readonly (readonly string[])[]
}

export interface Cohort {
  readonly name: string
  /** The dataset's folder, absolute. */
  readonly root: string
  /** Class names in code-unit order. */
  readonly classes: string[]
  readonly films: readonly Film[]
  readonly patientSource: PatientSource
  readonly flow: Flow
  readonly warnings: readonly Warning[]
  /** What is plain to see and asks for nothing, such as columns of a manifest that are not used. */
  readonly remarks: readonly string[]
  /** What must be said before the films are split. */
  readonly question?: PatientQuestion
  /** Sentences that forbid use, found at opening; the audit tells them together with its own. */
  readonly problems: readonly string[]
}

/** A flow with more films excluded: counts of equal reasons are added, reasons keep their order. */
export function excludeFromFlow(flow: Flow, reasons: readonly string[]): Flow {
  const counts = new Map(flow.excluded.map(({ reason, count }) => [reason, count]))
  for (const reason of reasons) counts.set(reason, (counts.get(reason) ?? 0) + 1)
  return {
    found: flow.found,
    excluded: [...counts].map(([reason, count]) => ({ reason, count })),
    analysed: flow.analysed - reasons.length,
  }
}
