/** A film of a dataset as the server keeps it. */
import type { FilmPlace } from '../../../dataset/load.js'
import type { FilmSummary } from '../../wire/dataset.js'

export interface FilmEntry extends FilmSummary, FilmPlace {}
