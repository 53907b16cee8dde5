/** Datasets and their films as a page shows them. Names of films are those of the dataset: the page stays where the films are. */

import type { InspectionLine } from '../../words/inspection-lines.js'

/** How a dataset is opened, where it is not by what its files say. */
export interface DatasetOptions {
  /** As `--patient-from`. */
  readonly patientFrom?: string
  /** As `--positive`. */
  readonly positive?: string
}

/** A line of the list of datasets. */
export interface DatasetSummary {
  readonly id: string
  readonly name: string
  /** Its path, as people type it where the studio was started. */
  readonly place: string
  /** `dropped`: copied here by the page; `labelled`: films of another one, with labels from a table. */
  readonly kind: 'chosen' | 'dropped' | 'labelled' | 'demonstration'
}

/** A table of labels that was joined to films. */
export interface JoinedLabels {
  /** Of the dataset that came of it. */
  readonly id: string
  /** Films with a label. */
  readonly films: number
  readonly classes: Readonly<Record<string, number>>
  /** What else is to be known of it, in the words of `kopt manifest`. */
  readonly remarks: readonly string[]
  /** The whole of both lists. */
  readonly rowsWithoutFilm: readonly { readonly row: number; readonly key: string }[]
  readonly filmsWithoutRow: readonly string[]
  readonly command: string
}

export interface DatasetView extends DatasetSummary {
  readonly options: DatasetOptions
  readonly state: 'looking' | 'seen' | 'unusable'
  /** Films that were found; null before they were listed. */
  readonly found: number | null
  /** Of these, films that were decoded by the inspection. */
  readonly looked: number
  readonly classes: readonly string[]
  /** Whether it is a folder, to whose films a table of labels can be joined. */
  readonly folder: boolean
  /** What was found, in sentences. */
  readonly lines: readonly InspectionLine[]
  /** Why the films can't be used as they are. */
  readonly problems: readonly string[]
  /** What types the same on the command line. */
  readonly command: string
  /** Changes with the list of films. */
  readonly stamp: string
}

export interface FilmSummary {
  readonly id: string
  /** Path within the dataset. */
  readonly name: string
  /** '' where the dataset gives none. */
  readonly label: string
  /** The patient's shown name; '' where the dataset can't be opened. */
  readonly patient: string
  readonly split: string
}

/** What stands before a film's tables and values in the answer that carries them (`client/parts/film-answer.ts` reads it). */
export interface FilmHead {
  readonly height: number
  readonly width: number
  readonly channels: 1 | 3
  /** Entries of each table. */
  readonly places: number
  readonly inverted: boolean
  /** What says the same of the film on the command line. */
  readonly command: string
  readonly window: { readonly center: number; readonly width: number }
}

/** A folder of this computer, to choose a dataset from. */
export interface PlaceView {
  /** Its path. */
  readonly folder: string
  /** The folder above; null where it may not be looked into. */
  readonly above: string | null
  readonly inside: readonly { readonly name: string; readonly path: string; readonly folder: boolean }[]
  /** Whether it holds more than is listed. */
  readonly more: boolean
}
