/** What a person has chosen for a run, all as typed: a line of `kopt run` in its parts. */

export const presetNames = ['quick', 'standard', 'kong2022'] as const

export interface RunRequest {
  readonly dataset: string
  /** Paths of other hospitals' films by the names of the sets. */
  readonly external: Readonly<Record<string, string>>
  readonly preset: (typeof presetNames)[number]
  /** Null: by the names of the classes. */
  readonly positive: string | null
  /** Null: from DICOM headers or the manifest. */
  readonly patientFrom: string | null
  /** Values of further options by their keys, in the words that `--set` takes. */
  readonly set: Readonly<Record<string, string>>
}

/** Something wrong with what was chosen. */
export interface RequestProblem {
  /** The key of the option; null where the sentence names none. */
  readonly place: string | null
  readonly text: string
}
