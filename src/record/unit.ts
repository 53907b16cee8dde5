/** Units of a run's work that any process may do that sees its folder, as they are told of. */

/** What a unit is, for whoever chooses one. */
export type PostedUnit =
  /** A generator's training. `place`: its folder within the run, with `/`; `gpus`: the cards that it asks for, 1 or none. */
  | {
      readonly id: string
      readonly kind: 'training'
      readonly place: string
      readonly threads: number
      readonly gpus: number
    }
  /** Trainings of so many heads. */
  | { readonly id: string; readonly kind: 'trials'; readonly trials: number }

/** Why a unit can't be done, wherever it is tried. */
export interface UnitFailure {
  readonly how: 'refused' | 'failed' | 'lost'
  readonly text: string
  readonly host: string
}

/** How far whoever does a unit is. */
export interface UnitProgress {
  readonly done: number
  readonly total: number
  readonly rate: number
  readonly secondsLeft: number
}

/** Whoever does a unit. */
export interface UnitHolder {
  readonly pid: number
  readonly host: string
  /** It can be seen from this computer. */
  readonly here: boolean
}

export interface UnitState {
  readonly unit: PostedUnit
  readonly state: 'done' | 'at-work' | 'waiting' | 'failed'
  /** Null where nobody is at work on it, or what its lease says can't be read. */
  readonly holder: UnitHolder | null
  readonly progress: UnitProgress | null
  readonly failure: UnitFailure | null
}
