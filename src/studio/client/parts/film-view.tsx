/** A film on the screen: drawn from its stored values through a window, at a size that can be changed. */
import type { ComponentChildren } from 'preact'
import { useEffect, useRef, useState } from 'preact/hooks'
import { RequestError } from '../request.js'
import { type FilmValues, filmValues } from './film-answer.js'
import { drawFilm, greysOf, heldWindow, rangeOf, type Window } from './window.js'

export interface ShownFilm {
  readonly film: FilmValues | undefined
  readonly failure: RequestError | undefined
}

/** The values of a film, and those of the next one meanwhile. */
export function useFilm(dataset: string, id: string | undefined, next?: string): ShownFilm {
  const [shown, setShown] = useState<ShownFilm & { id?: string }>()
  useEffect(() => {
    if (id === undefined) return
    let left = false
    filmValues(dataset, id).then(
      (film) => {
        if (left) return
        setShown({ id, film, failure: undefined })
        if (next !== undefined) filmValues(dataset, next).catch(() => {})
      },
      (error) => {
        const failure = error instanceof RequestError ? error : new RequestError(String(error), 0)
        if (!left) setShown({ id, film: undefined, failure })
      },
    )
    return () => {
      left = true
    }
  }, [dataset, id, next])
  return shown?.id === id && shown ? shown : { film: undefined, failure: undefined }
}

/** The window chosen for a film, and what changes it; undefined: as the film says. */
export function useWindow(film: FilmValues | undefined) {
  const [chosen, setChosen] = useState<Window>()
  const shown = chosen ?? film?.window ?? { center: 0, width: 1 }
  const set = (window: Window | undefined) => setChosen(window && film ? heldWindow(window, film) : undefined)
  /** By shares of the range that the film's values have. */
  const move = (level: number, width: number) => {
    if (!film) return
    const { size } = rangeOf(film)
    set({ center: shown.center + level * size, width: shown.width + width * size })
  }
  return { chosen, shown, set, move }
}

export type WindowChoice = ReturnType<typeof useWindow>

export const zooms = [1, 1.5, 2, 3, 4, 6]

/** `children` lie over the film. */
export function FilmCanvas({
  film,
  window,
  zoom,
  label,
  children,
}: {
  readonly film: FilmValues
  readonly window: Window | undefined
  readonly zoom: number
  readonly label: string
  readonly children?: ComponentChildren
}) {
  const canvas = useRef<HTMLCanvasElement>(null)
  useEffect(() => {
    const frame = requestAnimationFrame(() => {
      if (!canvas.current) return
      drawFilm(canvas.current, film, greysOf(film, window))
      canvas.current.dataset.drawn = 'yes'
    })
    return () => cancelAnimationFrame(frame)
  }, [film, window])
  // As wide as there is room for, but not higher than the window: the film is seen as a whole.
  const fit = `min(100%, max(14rem, 100vh - 21rem) * ${film.width / film.height})`
  return (
    <div class="film-frame">
      <div class="film-sheet" style={{ width: zoom === 1 ? fit : `calc(${fit} * ${zoom})` }}>
        <canvas ref={canvas} role="img" aria-label={label} />
        {children}
      </div>
    </div>
  )
}

/** Window, level and size as fields, for whoever does not drag. */
export function WindowFields({
  choice,
  zoom,
  onZoom,
}: {
  readonly choice: WindowChoice
  readonly zoom: number
  readonly onZoom: (zoom: number) => void
}) {
  const { shown, set } = choice
  const number = (text: string, then: (value: number) => void) => {
    const value = Number(text)
    if (text.trim() !== '' && Number.isFinite(value)) then(value)
  }
  return (
    <div class="film-fields">
      <label>
        Level
        <input
          type="number"
          step="any"
          value={brief(shown.center)}
          onChange={({ currentTarget }) => number(currentTarget.value, (center) => set({ ...shown, center }))}
        />
      </label>
      <label>
        Window
        <input
          type="number"
          step="any"
          min={0}
          value={brief(shown.width)}
          onChange={({ currentTarget }) => number(currentTarget.value, (width) => set({ ...shown, width }))}
        />
      </label>
      <label>
        Size
        <select value={zoom} onChange={({ currentTarget }) => onZoom(Number(currentTarget.value))}>
          {zooms.map((each) => (
            <option key={each} value={each}>
              {each === 1 ? 'whole film' : `${each} times`}
            </option>
          ))}
        </select>
      </label>
      <button type="button" onClick={() => set(undefined)} disabled={choice.chosen === undefined}>
        As the film says
      </button>
    </div>
  )
}

function brief(value: number): number {
  return Number(value.toPrecision(5))
}
