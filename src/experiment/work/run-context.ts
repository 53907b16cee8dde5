/** What a stage is handed beside its folder and configuration where it trains and scores classifiers. */
import type { LoadedTop } from '../../backbone/open-below-top.js'
import type { StageContext } from '../stage.js'
import type { TrialExecutor } from './executor.js'
import type { FilmFeatures } from './film-features.js'

export interface RunContext extends StageContext {
  readonly executor: TrialExecutor
  /** The backbone's top, where it is trained too, and the SHA-256 of the file of its weights as loaded. */
  readonly top?: LoadedTop & { readonly hash: string }
  /** In an outer fold: features of the run's films. */
  readonly runFilms?: FilmFeatures
  /** Where an arm takes a selection of the synthetic images: rows of each draw's and class's pool, in their order. */
  readonly selectedRows?: readonly (readonly (readonly number[])[])[]
}
