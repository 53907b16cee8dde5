/** One film after the other, on which a reader draws: by mouse, finger or keys, saved after each change. */
import { useEffect, useRef, useState } from 'preact/hooks'
import type { DatasetView } from '../../wire/dataset.js'
import type { DrawnRegion, ReaderRegions } from '../../wire/regions.js'
import { useKeys } from '../keys.js'
import type { NumberedFilm } from '../parts/film-grid.js'
import { FilmCanvas, useFilm, useWindow, WindowFields } from '../parts/film-view.js'
import { useFilms } from '../parts/films.js'
import { Awaited, Command, Failed } from '../parts/notes.js'
import { RegionDrafts } from '../parts/region-drafts.js'
import { changed, type FilmSize, fits, middle, moved, regionText } from '../parts/region-edit.js'
import { RegionLayer } from '../parts/region-layer.js'
import type { RequestError } from '../request.js'
import { useResource } from '../resource.js'
import { go } from '../route.js'

export function EditorScreen({
  id,
  reader,
  number,
}: {
  readonly id: string
  readonly reader: string
  readonly number: string | undefined
}) {
  const dataset = useResource<DatasetView>(`/api/datasets/${id}`, `dataset:${id}`)
  return (
    <>
      <p class="above">
        <a href={`/regions/${id}`}>Regions of {dataset.answer?.name ?? 'these films'}</a>
      </p>
      <Awaited of={dataset}>
        {(view) =>
          view.stamp === '' ? (
            <p class="waiting">Listing the films …</p>
          ) : (
            <Reading key={view.stamp} view={view} reader={reader} number={number} />
          )
        }
      </Awaited>
    </>
  )
}

function Reading({
  view,
  reader,
  number,
}: {
  readonly view: DatasetView
  readonly reader: string
  readonly number: string | undefined
}) {
  const films = useFilms(view)
  const drawn = useResource<ReaderRegions>(`/api/regions/${view.id}/${reader}`)
  return (
    <Awaited of={films}>
      {(list) => (
        <Awaited of={drawn}>
          {(answer) => <Session view={view} reader={reader} films={list} drawn={answer} number={number} />}
        </Awaited>
      )}
    </Awaited>
  )
}

function Session({
  view,
  reader,
  films,
  drawn,
  number,
}: {
  readonly view: DatasetView
  readonly reader: string
  readonly films: readonly NumberedFilm[]
  readonly drawn: ReaderRegions
  readonly number: string | undefined
}) {
  // Of the first answer: a later one may be older than what was drawn since.
  const [drafts] = useState(() => new RegionDrafts(view.id, reader, drawn))
  useEffect(() => () => drafts.close(), [drafts])
  // Without a number: where the reader was left, the first film without a region as things stood then.
  const [begun] = useState(() => (films.find(({ id }) => !drafts.drawn.peek().has(id)) ?? films[0])?.number)
  const film = films[(number === undefined ? (begun ?? 1) : Number(number)) - 1]
  if (drawn.problems.length > 0) return <Failed message={drawn.problems.join('\n')} />
  if (!film) return <Failed message={`There is no film ${number}; there are ${films.length}.`} />
  return (
    <Editor
      view={view}
      reader={reader}
      readerName={drawn.reader}
      film={film}
      before={films[film.number - 2]}
      next={films[film.number]}
      count={films.length}
      drafts={drafts}
      command={drawn.command}
    />
  )
}

/** Keys that change what is drawn. */
const drawingKeys = /^([acus1-9[\]]|Arrow\w+|Delete|Backspace)$/

/** Share of the film's longer side that a held key moves by. */
const heldShare = 1 / 150

function Editor({
  view,
  reader,
  readerName,
  film: shown,
  before,
  next,
  count,
  drafts,
  command,
}: {
  readonly view: DatasetView
  /** The id: names stand in no address. */
  readonly reader: string
  readonly readerName: string
  readonly film: NumberedFilm
  readonly before: NumberedFilm | undefined
  readonly next: NumberedFilm | undefined
  readonly count: number
  readonly drafts: RegionDrafts
  readonly command: string
}) {
  const { film, failure } = useFilm(view.id, shown.id, next?.id)
  const [dropped, setDropped] = useState(false)
  const choice = useWindow(film)
  const [zoom, setZoom] = useState(1)
  const [selected, setSelected] = useState<number>()
  const [more, setMore] = useState<readonly string[]>([])
  const [label, setLabel] = useState<string>()
  /** What is dragged at this moment. */
  const [dragged, setDragged] = useState<DrawnRegion>()
  const undone = useRef(new Map<string, (readonly DrawnRegion[])[]>())
  const saved = drafts.of(shown.id)
  const regions = dragged === undefined ? saved : saved.map((region, i) => (i === selected ? dragged : region))
  const region = selected === undefined ? undefined : regions[selected]
  const labels = [...new Set([...view.classes, ...drafts.labels(), ...more])]
  const size: FilmSize | undefined = film

  useEffect(() => {
    setSelected(drafts.of(shown.id).length > 0 ? 0 : undefined)
    setDragged(undefined)
    setDropped(false)
  }, [shown.id, drafts])

  const to = (other: NumberedFilm | undefined) => {
    if (other) go(`/regions/${view.id}/${reader}/${other.number}`)
  }
  const change = (after: readonly DrawnRegion[]) => {
    const steps = undone.current.get(shown.id) ?? []
    undone.current.set(shown.id, [...steps, saved])
    drafts.change(shown.id, after)
  }
  const replace = (after: DrawnRegion) => {
    if (after !== region) change(saved.map((each, i) => (i === selected ? after : each)))
  }
  const add = (drawn: DrawnRegion) => {
    change([...saved, label === undefined ? drawn : { ...drawn, label }])
    setSelected(saved.length)
  }
  const remove = () => {
    if (selected === undefined || !region) return
    change(saved.filter((_, i) => i !== selected))
    setSelected(saved.length > 1 ? Math.max(0, selected - 1) : undefined)
  }
  const undo = () => {
    const steps = undone.current.get(shown.id) ?? []
    const last = steps.at(-1)
    if (last === undefined) return
    undone.current.set(shown.id, steps.slice(0, -1))
    drafts.change(shown.id, last)
    setSelected(last.length > 0 ? Math.min(selected ?? 0, last.length - 1) : undefined)
  }
  const copy = () => {
    const copied = before ? drafts.of(before.id) : []
    const fitting = size ? copied.filter((each) => fits(each, size)) : []
    if (fitting.length === 0) return
    change([...saved, ...fitting])
    setSelected(saved.length)
  }
  const name = (chosen: string) => {
    setLabel(chosen)
    if (region) replace({ ...region, label: chosen })
  }

  const keys = (event: KeyboardEvent) => {
    if (event.altKey || event.ctrlKey || event.metaKey) return
    if ((event.target as Element).closest('input, select, textarea')) return
    const leads = { n: next, p: before }[event.key]
    // Nothing is drawn on a film that nobody sees yet.
    if (!size) {
      if (leads) to(leads)
      else if (drawingKeys.test(event.key)) setDropped(true)
      return
    }
    const step = event.repeat ? Math.max(1, Math.round(Math.max(size.width, size.height) * heldShare)) : 1
    const arrows: Record<string, readonly [number, number]> = {
      ArrowLeft: [-step, 0],
      ArrowRight: [step, 0],
      ArrowUp: [0, -step],
      ArrowDown: [0, step],
    }
    const arrow = arrows[event.key]
    const actions: Record<string, () => void> = {
      n: () => to(next),
      p: () => to(before),
      u: undo,
      c: copy,
      a: () => add(middle(size)),
      s: () => setSelected(saved.length === 0 ? undefined : ((selected ?? -1) + 1) % saved.length),
      Delete: remove,
      Backspace: remove,
      Escape: () => setSelected(undefined),
      '[': () => region && replace(changed(region, { rotationDegrees: (region.rotationDegrees ?? 0) - step }, size)),
      ']': () => region && replace(changed(region, { rotationDegrees: (region.rotationDegrees ?? 0) + step }, size)),
    }
    const numbered = /^[1-9]$/.test(event.key) ? labels[Number(event.key) - 1] : undefined
    if (arrow) {
      if (!region) return
      const [right, down] = arrow
      const { width, height } = region
      replace(
        event.shiftKey
          ? changed(region, { width: width + right, height: height + down }, size)
          : moved(region, right, down, size),
      )
    } else if (numbered !== undefined) name(numbered)
    else if (actions[event.key]) actions[event.key]?.()
    else return
    event.preventDefault()
  }
  useKeys(keys)

  const conflict = drafts.failures.value[shown.id]
  return (
    <>
      <h1 class="film-title">{shown.name}</h1>
      <p class="film-line">
        {[`${shown.number} of ${count}`, `${drafts.drawn.value.size} with regions`, `reader ${readerName}`].join(' · ')}
      </p>
      <div class="actions">
        <button type="button" disabled={!before} onClick={() => to(before)}>
          Previous
        </button>
        <button type="button" disabled={!next} onClick={() => to(next)}>
          Next
        </button>
        <button type="button" disabled={!size} onClick={() => size && add(middle(size))}>
          Add a region
        </button>
        <button type="button" disabled={!before || drafts.of(before.id).length === 0} onClick={copy}>
          Copy from the film before
        </button>
        <button type="button" disabled={(undone.current.get(shown.id) ?? []).length === 0} onClick={undo}>
          Undo
        </button>
        <Saving drafts={drafts} />
      </div>
      {conflict && <Conflict failure={conflict} film={shown.id} drafts={drafts} />}
      {failure && <Failed message={failure.message} />}
      {!film && !failure && (
        <p class="waiting" role="status">
          {dropped ? 'The film is still loading; nothing was drawn. Draw once you see it.' : 'Loading the film …'}
        </p>
      )}
      {film && (
        <>
          <Labels
            labels={labels}
            chosen={region ? region.label : label}
            onChoose={name}
            onAdd={(added) => setMore([...more, added])}
          />
          <FilmCanvas film={film} window={choice.chosen} zoom={zoom} label={`The film ${shown.name}`}>
            <RegionLayer
              size={film}
              regions={regions}
              selected={selected}
              onSelect={setSelected}
              onChange={(after, last) => {
                setDragged(last ? undefined : after)
                if (last && JSON.stringify(after) !== JSON.stringify(saved[selected ?? -1])) replace(after)
              }}
              onDraw={add}
            />
          </FilmCanvas>
          <WindowFields choice={choice} zoom={zoom} onZoom={setZoom} />
          <RegionList regions={regions} selected={selected} onSelect={setSelected} onRemove={remove} />
          {region && <RegionFields region={region} onChange={(part) => replace(changed(region, part, film))} />}
          <p class="caption">
            Drag over the film to draw; drag a region to move it, a corner to resize it, the circle to turn it. Keys: a
            adds a region, arrows move it, Shift with arrows resizes it, [ and ] turn it, 1 to 9 give the label, s
            chooses the next region, Delete removes it, c copies from the film before, u takes back, n and p lead to the
            next film and the one before.
          </p>
        </>
      )}
      <Command text={command} />
    </>
  )
}

function Saving({ drafts }: { readonly drafts: RegionDrafts }) {
  const words = {
    saved: 'Saved',
    saving: 'Saving …',
    waiting: 'Not saved yet; kept in this browser and sent as soon as it can be',
  }
  return (
    <span class="waiting" role="status">
      {words[drafts.saving.value]}
      {drafts.hindrance.value !== undefined && ` (${drafts.hindrance.value})`}
    </span>
  )
}

function Conflict({
  failure,
  film,
  drafts,
}: {
  readonly failure: RequestError
  readonly film: string
  readonly drafts: RegionDrafts
}) {
  const [trouble, setTrouble] = useState<string>()
  const act = (work: Promise<void>) => work.catch((error) => setTrouble((error as Error).message))
  return (
    <>
      <Failed message={trouble ?? failure.message} />
      <div class="actions">
        <button type="button" onClick={() => act(drafts.takeTheirs(film))}>
          Take what is there now
        </button>
        <button type="button" onClick={() => act(drafts.keepMine(film))}>
          Save mine over it
        </button>
      </div>
    </>
  )
}

function Labels({
  labels,
  chosen,
  onChoose,
  onAdd,
}: {
  readonly labels: readonly string[]
  readonly chosen: string | undefined
  readonly onChoose: (label: string) => void
  readonly onAdd: (label: string) => void
}) {
  const [text, setText] = useState('')
  const added = text.normalize('NFC').trim().replaceAll(/\s+/g, ' ')
  return (
    <form
      class="labels"
      aria-label="Label"
      onSubmit={(event) => {
        event.preventDefault()
        if (added === '') return
        onAdd(added)
        onChoose(added)
        setText('')
        // The keys are the film's again.
        if (document.activeElement instanceof HTMLElement) document.activeElement.blur()
      }}
    >
      {labels.map((label, i) => (
        <button key={label} type="button" aria-pressed={label === chosen} onClick={() => onChoose(label)}>
          {i < 9 && <kbd>{i + 1}</kbd>} {label}
        </button>
      ))}
      <input
        type="text"
        aria-label="Another label"
        placeholder="another label"
        maxLength={200}
        value={text}
        onInput={({ currentTarget }) => setText(currentTarget.value)}
      />
      <button type="submit" disabled={added === ''}>
        Add
      </button>
    </form>
  )
}

function RegionList({
  regions,
  selected,
  onSelect,
  onRemove,
}: {
  readonly regions: readonly DrawnRegion[]
  readonly selected: number | undefined
  readonly onSelect: (at: number) => void
  readonly onRemove: () => void
}) {
  if (regions.length === 0) return <p class="waiting">No region on this film yet.</p>
  return (
    <ol class="region-list" aria-label="Regions of this film">
      {regions.map((region, i) => (
        <li key={i}>
          <button type="button" aria-pressed={i === selected} onClick={() => onSelect(i)}>
            {regionText(region)}
          </button>
          {i === selected && (
            <button type="button" onClick={onRemove} aria-label={`Remove region ${i + 1}`}>
              Remove
            </button>
          )}
        </li>
      ))}
    </ol>
  )
}

const parts = {
  left: 'Left',
  top: 'Top',
  width: 'Width',
  height: 'Height',
  rotationDegrees: 'Turned by degrees',
} as const

function RegionFields({
  region,
  onChange,
}: {
  readonly region: DrawnRegion
  readonly onChange: (part: Partial<DrawnRegion>) => void
}) {
  return (
    <div class="film-fields">
      {(Object.keys(parts) as (keyof typeof parts)[]).map((part) => (
        <label key={part}>
          {parts[part]}
          <input
            type="number"
            step="any"
            value={region[part] ?? 0}
            onChange={({ currentTarget }) => {
              const value = Number(currentTarget.value)
              if (currentTarget.value.trim() !== '' && Number.isFinite(value)) onChange({ [part]: value })
              // What does not fit stays as it was.
              currentTarget.value = String(region[part] ?? 0)
            }}
          />
        </label>
      ))}
    </div>
  )
}
