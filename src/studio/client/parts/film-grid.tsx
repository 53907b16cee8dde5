/** Films as a grid of small pictures, of which only those in sight are there: ten thousand scroll as ten do. */
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks'
import type { FilmSummary } from '../../wire/dataset.js'

/** Pixels; the style sheet gives the cells the same. */
const leastCell = 148
const rowHeight = 226
const rowsAround = 2
/** For so long a film is in sight before its picture is asked for. */
const restMs = 80

export interface NumberedFilm extends FilmSummary {
  /** Place in the dataset, from 1. */
  readonly number: number
}

export function FilmGrid({
  dataset,
  films,
  to,
}: {
  readonly dataset: string
  readonly films: readonly NumberedFilm[]
  /** The page of a film. */
  readonly to: (film: NumberedFilm) => string
}) {
  const box = useRef<HTMLDivElement>(null)
  const [view, setView] = useState({ columns: 1, first: 0, last: 0 })
  const [focused, setFocused] = useState(0)
  const wanted = useRef<number | undefined>(undefined)
  const rows = Math.ceil(films.length / view.columns)

  useEffect(() => {
    const measure = () => {
      if (!box.current) return
      const { top, width } = box.current.getBoundingClientRect()
      const columns = Math.max(2, Math.floor(width / leastCell))
      const first = Math.max(0, Math.floor(-top / rowHeight) - rowsAround)
      const last = Math.max(first, Math.ceil((innerHeight - top) / rowHeight) + rowsAround)
      setView((before) =>
        before.columns === columns && before.first === first && before.last === last
          ? before
          : { columns, first, last },
      )
    }
    measure()
    const resized = new ResizeObserver(measure)
    if (box.current) resized.observe(box.current)
    addEventListener('scroll', measure, { passive: true })
    addEventListener('resize', measure)
    return () => {
      resized.disconnect()
      removeEventListener('scroll', measure)
      removeEventListener('resize', measure)
    }
  }, [])

  // A film that the keyboard leads to is scrolled to first, and there when its row is.
  useLayoutEffect(() => {
    const link = wanted.current === undefined ? null : box.current?.querySelector(`[data-at="${wanted.current}"]`)
    if (!(link instanceof HTMLElement)) return
    wanted.current = undefined
    link.focus({ preventScroll: true })
  })

  const move = (event: KeyboardEvent) => {
    const steps: Record<string, number> = {
      ArrowLeft: -1,
      ArrowRight: 1,
      ArrowUp: -view.columns,
      ArrowDown: view.columns,
      PageUp: -3 * view.columns,
      PageDown: 3 * view.columns,
      Home: -films.length,
      End: films.length,
    }
    const step = steps[event.key]
    if (step === undefined || event.altKey || event.ctrlKey || event.metaKey) return
    event.preventDefault()
    const at = Math.min(films.length - 1, Math.max(0, focused + step))
    setFocused(at)
    wanted.current = at
    const top = (box.current?.getBoundingClientRect().top ?? 0) + Math.floor(at / view.columns) * rowHeight
    if (top < 0) scrollBy(0, top - 16)
    else if (top + rowHeight > innerHeight) scrollBy(0, top + rowHeight - innerHeight + 16)
  }

  const from = view.first * view.columns
  const inSight = films.slice(from, (view.last + 1) * view.columns)
  const reachable = focused >= from && focused < from + inSight.length ? focused : from
  return (
    // biome-ignore lint/a11y/useSemanticElements: the cells that are not there are counted by aria-setsize
    <div
      ref={box}
      class="film-grid"
      role="list"
      aria-label="Films"
      style={{ height: `${rows * rowHeight}px` }}
      onKeyDown={move}
    >
      {inSight.map((film, i) => {
        const at = from + i
        return (
          // biome-ignore lint/a11y/useSemanticElements: as above
          <div
            key={film.id}
            role="listitem"
            aria-posinset={at + 1}
            aria-setsize={films.length}
            style={{
              top: `${Math.floor(at / view.columns) * rowHeight}px`,
              left: `${(100 * (at % view.columns)) / view.columns}%`,
              width: `${100 / view.columns}%`,
            }}
          >
            <a
              class="film-tile"
              href={to(film)}
              data-at={at}
              tabIndex={at === reachable ? 0 : -1}
              onFocus={() => setFocused(at)}
            >
              <Picture dataset={dataset} film={film} />
              <span class="film-name">{film.name}</span>
              <span class="film-facts">{[film.label, film.patient, film.split].filter(Boolean).join(' · ')}</span>
            </a>
          </div>
        )
      })}
    </div>
  )
}

function Picture({ dataset, film }: { readonly dataset: string; readonly film: FilmSummary }) {
  const [failed, setFailed] = useState(false)
  const [wanted, setWanted] = useState(false)
  const image = useRef<HTMLImageElement>(null)
  useEffect(() => {
    // What is scrolled past is not asked for; a browser goes on loading pictures that left the page.
    const timer = setTimeout(() => setWanted(true), restMs)
    const shown = image.current
    return () => {
      clearTimeout(timer)
      shown?.removeAttribute('src')
    }
  }, [])
  if (failed) return <span class="film-picture">can't be shown</span>
  return (
    <img
      ref={image}
      class="film-picture"
      src={wanted ? `/api/datasets/${dataset}/films/${film.id}/picture` : undefined}
      alt=""
      decoding="async"
      onError={() => setFailed(true)}
    />
  )
}
