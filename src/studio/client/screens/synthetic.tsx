/** The synthetic films of a run: page by page, each with the training film that it is closest to, accepted or rejected by a person. */
import { useEffect, useMemo, useRef, useState } from 'preact/hooks'
import { count, counted, fixed } from '../../../base/format.js'
import type { Decisions, SyntheticFilm, SyntheticView } from '../../wire/synthetic.js'
import { useKeys } from '../keys.js'
import { FilmDecisions } from '../parts/film-decisions.js'
import { Awaited, Command, Failed } from '../parts/notes.js'
import { RunTitle } from '../parts/run-title.js'
import { useResource } from '../resource.js'

const perPage = 48

export function SyntheticScreen({ run }: { readonly run: string }) {
  const view = useResource<SyntheticView>(`/api/runs/${run}/synthetic`, `run:${run}`, `decisions:${run}`)
  const [at, setAt] = useState({ draw: 1, classIndex: 0 })
  return (
    <>
      <RunTitle id={run} what="Synthetic films" />
      <p>
        As the classifiers saw them, in the order in which they were drawn: the search takes the first ones for a small
        K. What you reject is left out of the next run that is handed the file, and the next films take its place.
      </p>
      <Awaited of={view}>
        {(found) => (
          <>
            <Cautions view={found} />
            <form class="fields">
              {found.draws.length > 1 && (
                <label>
                  <span>Draw</span>
                  <select
                    value={at.draw}
                    onChange={({ currentTarget }) => setAt({ ...at, draw: Number(currentTarget.value) })}
                  >
                    {found.draws.map((_, i) => (
                      <option key={i} value={i + 1}>
                        {i + 1} of {found.draws.length}
                      </option>
                    ))}
                  </select>
                </label>
              )}
              <label>
                <span>Class</span>
                <select
                  value={at.classIndex}
                  onChange={({ currentTarget }) => setAt({ ...at, classIndex: Number(currentTarget.value) })}
                >
                  {found.draws[at.draw - 1]?.classes.map(({ name, films }, i) => (
                    <option key={name} value={i}>
                      {name} ({counted(films, 'film')})
                    </option>
                  ))}
                </select>
              </label>
            </form>
            <Browse
              key={`${at.draw} ${at.classIndex}`}
              address={`/api/runs/${run}/synthetic/${at.draw}/${at.classIndex}`}
              run={run}
              films={found.draws[at.draw - 1]?.classes[at.classIndex]?.films ?? 0}
            />
            <p role="status">
              Decided in this run: {count(found.accepted)} accepted, {count(found.rejected)} rejected
              {found.leftOut > 0 && ` (${count(found.leftOut)} of them before this run, which was made without them)`}.
            </p>
            <Command text={found.command} />
          </>
        )}
      </Awaited>
    </>
  )
}

/** What a choice by eye does to what a run can show. */
function Cautions({ view: { finished, inFolds, draws } }: { readonly view: SyntheticView }) {
  return (
    <>
      {finished && (
        <p class="warning">
          This run has its result. If you have seen its test scores, what you reject now is chosen with them in mind,
          and the same test films can no longer judge the next run as strangers: its report and methods will say so.
          Films are looked at without that while a run is still at work.
        </p>
      )}
      {draws.length > 1 && (
        <p class="caption">
          This run has drawn {draws.length} times, for its repeats: rejecting a film in one draw leaves those of the
          others.
        </p>
      )}
      {inFolds && (
        <p class="caption">
          These are the films of the model that is handed over. The folds, which the verdict comes from, draw films of
          their own, and none of those is rejected.
        </p>
      )}
    </>
  )
}

function Browse({ address, run, films }: { readonly address: string; readonly run: string; readonly films: number }) {
  const decisions = useMemo(() => new FilmDecisions(`${address}/decisions`), [address])
  useEffect(() => () => decisions.close(), [decisions])
  const onServer = useResource<Decisions>(`${address}/decisions`, `decisions:${run}`)
  useEffect(() => {
    if (onServer.answer) decisions.take(onServer.answer)
  }, [onServer.answer, decisions])
  const [page, setPage] = useState(0)
  const [chosen, setChosen] = useState<readonly number[]>([])
  const [several, setSeveral] = useState(false)
  const [said, setSaid] = useState('')
  const seen = useRef(new Set<number>())
  const list = useRef<HTMLUListElement>(null)
  const pages = Math.max(1, Math.ceil(films / perPage))
  const numbers = Array.from({ length: Math.min(perPage, films - page * perPage) }, (_, i) => page * perPage + i + 1)
  const [only] = chosen.length === 1 ? chosen : []

  const turn = (to: number) => {
    setPage(Math.min(pages - 1, Math.max(0, to)))
    setChosen([])
    setSaid('')
  }
  const choose = (number: number) => {
    setPage(Math.floor((number - 1) / perPage))
    setChosen([number])
  }
  const press = (number: number, { shiftKey, ctrlKey, metaKey }: MouseEvent) => {
    setSaid('')
    const last = chosen.at(-1)
    if (shiftKey && last !== undefined) {
      const [from, to] = [Math.min(last, number), Math.max(last, number)]
      setChosen(numbers.filter((each) => (each >= from && each <= to) || chosen.includes(each)))
    } else if (several || ctrlKey || metaKey) {
      setChosen(chosen.includes(number) ? chosen.filter((each) => each !== number) : [...chosen, number])
    } else setChosen([number])
  }
  const decide = (decision: 'accepted' | 'rejected') => {
    if (chosen.length === 0) return setSaid('Choose a film first.')
    const shown = chosen.filter((number) => seen.current.has(number))
    decisions.decide(shown, decision)
    const unseen = chosen.length - shown.length
    setSaid(
      unseen > 0
        ? `${counted(unseen, 'film')} ${unseen === 1 ? 'is' : 'are'} not shown yet; nothing was decided of ${unseen === 1 ? 'it' : 'them'}.`
        : `${shown.length === 1 ? `Film ${shown[0]}` : counted(shown.length, 'film')} ${decision}.`,
    )
    if (unseen === 0 && only !== undefined && only < films) choose(only + 1)
  }
  const undo = () => {
    const films = decisions.undo()
    const [first] = films
    if (first === undefined) return setSaid('There is nothing to take back.')
    setPage(Math.floor((first - 1) / perPage))
    setChosen(films)
    setSaid(`Taken back: ${films.length === 1 ? `film ${first}` : counted(films.length, 'film')}.`)
  }
  const step = (by: number) => {
    const from = chosen.at(-1) ?? (by > 0 ? page * perPage : page * perPage + 2)
    const to = from + by
    if (to >= 1 && to <= films) choose(to)
  }
  const hear = (event: KeyboardEvent) => {
    const { key, ctrlKey, metaKey, altKey, target } = event
    if (ctrlKey || metaKey || altKey || (target as Element).closest('input, select, textarea')) return
    const act = {
      a: () => decide('accepted'),
      r: () => decide('rejected'),
      u: undo,
      n: () => step(1),
      p: () => step(-1),
      ArrowRight: () => step(1),
      ArrowLeft: () => step(-1),
      ArrowDown: () => step(columnsOf(list.current)),
      ArrowUp: () => step(-columnsOf(list.current)),
    }[key]
    if (!act) return
    event.preventDefault()
    act()
  }
  useKeys(hear)
  useEffect(() => {
    if (only === undefined) return
    const button = list.current?.querySelector<HTMLButtonElement>(`[data-number="${only}"]`)
    button?.focus({ preventScroll: true })
    button?.scrollIntoView({ block: 'nearest' })
  }, [only, page])

  if (films === 0) return <p>There is no synthetic film of this class: none was needed.</p>
  return (
    <>
      <div class="actions">
        <button type="button" disabled={page === 0} onClick={() => turn(page - 1)}>
          Page before
        </button>
        <span role="status">
          Page {page + 1} of {pages}
        </span>
        <button type="button" disabled={page >= pages - 1} onClick={() => turn(page + 1)}>
          Next page
        </button>
      </div>
      <div class="deciding">
        <div class="actions">
          <button type="button" onClick={() => decide('accepted')}>
            <kbd>a</kbd> Accept
          </button>
          <button type="button" onClick={() => decide('rejected')}>
            <kbd>r</kbd> Reject
          </button>
          <button type="button" disabled={!decisions.canUndo.value} onClick={undo}>
            <kbd>u</kbd> Take back
          </button>
          <button type="button" aria-pressed={several} onClick={() => setSeveral(!several)}>
            Choose several
          </button>
          <button type="button" onClick={() => setChosen(numbers)}>
            Choose this page
          </button>
        </div>
        <p class="waiting" role="status">
          {chosen.length > 1 && `${count(chosen.length)} films chosen. `}
          {said} {decisions.waiting.value > 0 && 'Not saved yet; kept in this browser and sent as soon as it can be.'}
        </p>
        {(decisions.failure.value ?? onServer.failure?.message) !== undefined && (
          <Failed message={decisions.failure.value ?? onServer.failure?.message ?? ''} />
        )}
      </div>
      <div class="looking">
        <section class="closest" aria-label={only === undefined ? 'Chosen film' : `Synthetic film ${only}`}>
          {only === undefined ? (
            <p class="waiting">Choose a film to see it beside the training film that it is closest to.</p>
          ) : (
            <Closest run={run} address={`${address}/${only}`} number={only} />
          )}
        </section>
        <ul class="films" ref={list}>
          {numbers.map((number) => {
            const decision = decisions.of(number)
            return (
              <li key={number}>
                <button
                  type="button"
                  data-number={number}
                  data-decision={decision ?? undefined}
                  aria-pressed={chosen.includes(number)}
                  aria-label={`Synthetic film ${number}${decision === null ? '' : `, ${decision}`}`}
                  onClick={(event) => press(number, event)}
                >
                  <img
                    src={`${address}/${number}/image`}
                    alt=""
                    loading="lazy"
                    onLoad={() => seen.current.add(number)}
                  />
                  <span>
                    {number}
                    {decision !== null && <strong>{decision === 'accepted' ? ' ✓' : ' ✕'}</strong>}
                  </span>
                </button>
              </li>
            )
          })}
        </ul>
      </div>
      <p class="caption">
        Keys: arrows (or n and p) lead from film to film, a accepts and r rejects what is chosen, u takes back. With
        Shift or Ctrl a click chooses several. Every decision is saved at once.
      </p>
    </>
  )
}

/** Films in a row of the grid. */
function columnsOf(list: HTMLUListElement | null): number {
  const items = [...(list?.children ?? [])] as HTMLElement[]
  return Math.max(1, items.filter(({ offsetTop }) => offsetTop === items[0]?.offsetTop).length)
}

function Closest({
  run,
  address,
  number,
}: {
  readonly run: string
  readonly address: string
  readonly number: number
}) {
  const film = useResource<SyntheticFilm>(address)
  return (
    <Awaited of={film}>
      {({ nearest }) => (
        <div class="pair">
          <div>
            <img class="film" src={`${address}/image`} alt={`Synthetic film ${number}`} />
            <span>Synthetic film {number}</span>
          </div>
          {nearest && (
            <div>
              <img
                class="film"
                src={`/api/runs/${run}/synthetic/films/${nearest.row}/image`}
                alt={`Training film ${nearest.film}`}
              />
              <span>The closest training film, {nearest.film}</span>
            </div>
          )}
          <p class="caption">
            {nearest
              ? `By the features that the classifiers saw its distance is ${fixed(nearest.ratio, 2)} of what lies between a typical training film and the nearest one of another patient. Far below 1 it may be a copy; the report's section on copies counts them against chance.`
              : 'This run has kept no features of its films, so nothing is known of the closest one.'}
          </p>
        </div>
      )}
    </Awaited>
  )
}
