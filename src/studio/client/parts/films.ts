/** The films of a dataset, numbered. */
import { useMemo } from 'preact/hooks'
import type { DatasetView, FilmSummary } from '../../wire/dataset.js'
import { type Resource, useResource } from '../resource.js'
import type { NumberedFilm } from './film-grid.js'

/** Asked for again when the list has changed, not at every step of an inspection. */
export function useFilms({ id, stamp }: Pick<DatasetView, 'id' | 'stamp'>): Resource<readonly NumberedFilm[]> {
  const films = useResource<readonly FilmSummary[]>(`/api/datasets/${id}/films?${stamp}`)
  const { answer } = films
  const numbered = useMemo(() => answer?.map((film, i) => ({ ...film, number: i + 1 })), [answer])
  return { ...films, answer: numbered }
}
