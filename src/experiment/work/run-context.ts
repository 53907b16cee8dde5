/** What a stage is handed beside its folder and configuration where it trains and scores classifiers. */
import type { LoadedTop } from '../../backbone/open-below-top.js'
import type { RunDirectory } from '../../record/run-directory.js'
import type { SearchData } from '../cohort/film-set.js'
import type { StageContext } from '../stage.js'
import type { TrialExecutor } from './executor.js'
import type { FilmFeatures } from './film-features.js'

/** An inner fold with its pools and features: its selection films are the ones that its generator and heads have not seen. */
export interface InnerRound {
  readonly directory: RunDirectory
  readonly data: SearchData
  /** The largest K that the generator's pools last to. */
  readonly kMax: number
  /** The same of each rival's, by its name; null: none that the search could take. */
  readonly rivals: Readonly<Record<string, number | null>>
}

export interface RunContext extends StageContext {
  readonly executor: TrialExecutor
  /** The backbone's top, where it is trained too, and the SHA-256 of the file of its weights as loaded. */
  readonly top?: LoadedTop & { readonly hash: string }
  /** In an outer or inner fold: features of the run's films. */
  readonly runFilms?: FilmFeatures
  /** Where an arm takes a selection of the synthetic images: rows of each draw's and class's pool, in their order. */
  readonly selectedRows?: readonly (readonly (readonly number[])[])[]
  /** Where inner folds choose K: what each has made of its own training films. */
  readonly innerRounds?: readonly InnerRound[]
}
