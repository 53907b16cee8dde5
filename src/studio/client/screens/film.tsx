/** One film in full, from its stored values: window and level by drag, keys or fields. */
import { useRef, useState } from 'preact/hooks'
import type { DatasetView } from '../../wire/dataset.js'
import { useKeys } from '../keys.js'
import type { NumberedFilm } from '../parts/film-grid.js'
import { FilmCanvas, useFilm, useWindow, WindowFields } from '../parts/film-view.js'
import { useFilms } from '../parts/films.js'
import { Awaited, Command, Failed } from '../parts/notes.js'
import { useResource } from '../resource.js'
import { go } from '../route.js'

export function FilmScreen({ id, number }: { readonly id: string; readonly number: string }) {
  const dataset = useResource<DatasetView>(`/api/datasets/${id}`, `dataset:${id}`)
  return (
    <>
      <p class="above">
        <a href={`/films/${id}`}>{dataset.answer?.name ?? 'All of these films'}</a>
      </p>
      <Awaited of={dataset}>
        {(view) =>
          view.stamp === '' ? <p class="waiting">Listing the films …</p> : <OneOf view={view} number={Number(number)} />
        }
      </Awaited>
    </>
  )
}

function OneOf({ view, number }: { readonly view: DatasetView; readonly number: number }) {
  const films = useFilms(view)
  return (
    <Awaited of={films}>
      {(list) => {
        const film = list[number - 1]
        if (!film) return <Failed message={`There is no film ${number}; there are ${list.length}.`} />
        return <OneFilm view={view} film={film} count={list.length} next={list[number]} />
      }}
    </Awaited>
  )
}

/** Share of the range of values for a key, and for a pixel of a drag. */
const keyStep = 0.01
const dragStep = 1 / 500

function OneFilm({
  view,
  film: shown,
  count,
  next,
}: {
  readonly view: DatasetView
  readonly film: NumberedFilm
  readonly count: number
  readonly next: NumberedFilm | undefined
}) {
  const { id } = view
  const { film, failure } = useFilm(id, shown.id, next?.id)
  const choice = useWindow(film)
  const [zoom, setZoom] = useState(1)
  const drag = useRef<{ x: number; y: number } | undefined>(undefined)
  const { number } = shown
  const to = (other: number) => {
    if (other >= 1 && other <= count) go(`/films/${id}/${other}`)
  }
  const keys = (event: KeyboardEvent) => {
    const field = (event.target as Element).closest('input, select, textarea')
    if (field || event.altKey || event.ctrlKey || event.metaKey) return
    const step = event.shiftKey ? 10 * keyStep : keyStep
    const actions: Record<string, () => void> = {
      ArrowUp: () => choice.move(step, 0),
      ArrowDown: () => choice.move(-step, 0),
      ArrowRight: () => choice.move(0, step),
      ArrowLeft: () => choice.move(0, -step),
      r: () => choice.set(undefined),
      n: () => to(number + 1),
      p: () => to(number - 1),
    }
    const action = actions[event.key]
    if (!action) return
    event.preventDefault()
    action()
  }
  useKeys(keys)
  return (
    <>
      <h1 class="film-title">{shown.name}</h1>
      <p class="film-line">
        {[shown.label, shown.patient, shown.split, film && `${film.height} rows x ${film.width} columns`]
          .filter(Boolean)
          .join(' · ')}
      </p>
      <div class="actions">
        <button type="button" disabled={number <= 1} onClick={() => to(number - 1)}>
          Previous
        </button>
        <span>
          {number} of {count}
        </span>
        <button type="button" disabled={number >= count} onClick={() => to(number + 1)}>
          Next
        </button>
      </div>
      {failure && <Failed message={failure.message} />}
      {!film && !failure && <p class="waiting">Reading the film …</p>}
      {film && (
        <>
          <WindowFields choice={choice} zoom={zoom} onZoom={setZoom} />
          <div
            class="film-drag"
            onPointerDown={(event) => {
              if (event.button !== 0) return
              drag.current = { x: event.clientX, y: event.clientY }
              event.currentTarget.setPointerCapture(event.pointerId)
            }}
            onPointerMove={(event) => {
              if (!drag.current) return
              const { x, y } = drag.current
              drag.current = { x: event.clientX, y: event.clientY }
              choice.move((y - event.clientY) * dragStep, (event.clientX - x) * dragStep)
            }}
            onPointerUp={() => {
              drag.current = undefined
            }}
            onPointerCancel={() => {
              drag.current = undefined
            }}
          >
            <FilmCanvas film={film} window={choice.chosen} zoom={zoom} label={`The film ${shown.name}`} />
          </div>
          <p class="caption">
            Drag over the film: up and down for the level, right and left for the window. Keys: arrows the same (with
            Shift in larger steps), r as the film says, n and p the next film and the one before.
          </p>
        </>
      )}
      <Command text={film?.command ?? view.command} />
    </>
  )
}
