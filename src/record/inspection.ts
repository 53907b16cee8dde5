/**
 * What an inspection of a dataset found, as plain data: made by `inspection/`, shown by the terminal and by
 * `report/inspection-page.ts`, printed by `kopt inspect DATASET --json`. Names of films are those of the dataset: it
 * stays where the films are.
 */

/** Films of one kind of pixel, with the smallest and the largest number of rows and columns. */
export interface PixelKind {
  readonly films: number
  readonly channels: 1 | 3
  readonly bits: 8 | 16
  readonly rows: { readonly least: number; readonly most: number }
  readonly columns: { readonly least: number; readonly most: number }
}

/** How many films of each class have each value: of a file format, a maker, a view. */
export type Tally = Readonly<Record<string, Readonly<Record<string, number>>>>

/** What is said of the dataset itself, and of each external set. */
export interface SetInspection {
  readonly classes: Readonly<Record<string, { readonly films: number; readonly patients: number }>>
  readonly films: number
  readonly patients: number
  readonly patientSource: 'manifest' | 'name' | 'folder' | 'dicom' | 'image'
  /** Patients with films of more than one class (both sinuses of a patient may differ). */
  readonly mixedPatients: number
  readonly pixels: readonly PixelKind[]
  /** Whether any film has colour. */
  readonly colour: boolean
  /** Grey value taken as full white in 16-bit films. */
  readonly maxValue: number
  readonly formats: Tally
  /** What was done to grey values on the way from the file: `words` completes "12 films ...". */
  readonly steps: readonly { readonly step: string; readonly films: number; readonly words: string }[]
  /** From DICOM headers; empty where no film says. */
  readonly makers: Tally
  readonly views: Tally
  /** Share of a class's pixels in each of 64 steps from black to full white; every film counts the same. */
  readonly histograms: Readonly<Record<string, readonly number[]>>
  readonly flow: {
    readonly found: number
    readonly excluded: readonly { reason: string; count: number }[]
    readonly analysed: number
  }
}

export type NearDuplicateKind =
  | 'two datasets'
  | 'two labels'
  | 'two sets of the split'
  | 'two patients'
  | 'no patients given'
  | 'one patient'

/** Two files that are almost the same image. */
export interface NearDuplicate {
  readonly kind: NearDuplicateKind
  readonly a: NamedFilm
  readonly b: NamedFilm
  /** Correlation of the two films' fine structure; films that only look alike stay below 0.7. */
  readonly correlation: number
}

export interface NamedFilm {
  /** As shown: 'film-0001'. */
  readonly id: string
  /** 'internal' or the external set's name. */
  readonly set: string
  readonly name: string
  readonly label: string
}

/** How well the classes are told apart by something that a classifier should not need. */
export interface Clue {
  readonly name: ClueName
  /** Why there is no figure: all films have the same. */
  readonly constant: boolean
  /** One class against the rest, cross-validated by patient; one entry for two classes. */
  readonly auc: readonly ClueAuc[]
  /** In words, where the lower limit is above `warnAbove`. */
  readonly warning: string | null
  readonly warnAbove: number
}

export type ClueName = 'size' | 'pixel format' | 'brightness' | 'border' | 'maker' | 'view' | 'all together'

export interface ClueAuc {
  readonly class: string
  readonly value: number
  readonly low: number
  readonly high: number
  /** The AUC of the same clue, learned on this dataset, on each external set. */
  readonly external: Readonly<Record<string, number>>
}

export interface DatasetInspection extends SetInspection {
  readonly dataset: string
  /** The class that is looked for; null where its names do not say, and with more than two classes. */
  readonly positive: string | null
  readonly external: Readonly<Record<string, SetInspection>>
  readonly nearDuplicates: readonly NearDuplicate[]
  readonly clues: readonly Clue[]
  /** Films of the dataset that clues were judged on: all, or of very many some, drawn by patient. */
  readonly clueFilms: number
  readonly warnings: readonly string[]
  /** What is plain to see and asks for nothing. */
  readonly remarks: readonly string[]
  /** Why the films can't be used as they are; empty where they can. */
  readonly problems: readonly string[]
}
