/** One dataset: what was found in it, in words, and its films. */
import { useMemo, useState } from 'preact/hooks'
import type { InspectionLine } from '../../../words/inspection-lines.js'
import type { DatasetView } from '../../wire/dataset.js'
import { FilmGrid } from '../parts/film-grid.js'
import { useFilms } from '../parts/films.js'
import { Labels } from '../parts/labels.js'
import { Awaited, Command, Failed } from '../parts/notes.js'
import { takeFilms } from '../plan/draft.js'
import { send } from '../request.js'
import { useResource } from '../resource.js'
import { go } from '../route.js'

export function DatasetScreen({ id }: { readonly id: string }) {
  const dataset = useResource<DatasetView>(`/api/datasets/${id}`, `dataset:${id}`)
  return (
    <>
      <p class="above">
        <a href="/films">All films</a>
      </p>
      <Awaited of={dataset}>
        {(view) => (
          <>
            <h1>{view.name}</h1>
            <Found view={view} />
            {view.folder && view.state !== 'looking' && <Labels key={view.state} view={view} />}
            {view.stamp !== '' && (
              <p>
                <a href={`/regions/${id}`}>Draw regions on these films</a>
              </p>
            )}
            {view.stamp !== '' && <Grid view={view} />}
            <Command text={view.command} />
          </>
        )}
      </Awaited>
    </>
  )
}

function Found({ view }: { readonly view: DatasetView }) {
  const { id, state, found, looked, lines, problems } = view
  return (
    <section class={`now ${state === 'unusable' ? 'stopped' : 'finished'}`} aria-label="What was found">
      {state === 'looking' && (
        <>
          <p role="status">{found === null ? 'Listing the films …' : `Looking at each film: ${looked} of ${found}`}</p>
          <progress max={found ?? 1} value={found === null ? undefined : looked} aria-label="Films looked at" />
        </>
      )}
      {problems.length > 0 && (
        <div role="alert">
          <p>
            <strong>These films can't be used as they are:</strong>
          </p>
          {problems.map((problem) => (
            <p key={problem} class="problem">
              {problem}
            </p>
          ))}
        </div>
      )}
      <Lines lines={lines} />
      {view.classes.length > 1 && <Positive view={view} />}
      {state !== 'looking' && <Patients view={view} key={view.options.patientFrom ?? ''} />}
      {state !== 'looking' && (
        <div class="actions">
          <button type="button" onClick={() => send('POST', `/api/datasets/${id}/look`)}>
            Look again
          </button>
          {state === 'seen' && (
            <button type="button" class="primary" onClick={() => planWith(view)}>
              Plan a run with these films
            </button>
          )}
        </div>
      )}
    </section>
  )
}

function planWith({ place, options: { positive, patientFrom } }: DatasetView): void {
  takeFilms({ dataset: place, positive: positive ?? null, patientFrom: patientFrom ?? null })
  go('/plan')
}

function Lines({ lines }: { readonly lines: readonly InspectionLine[] }) {
  const of = (kind: InspectionLine['kind']) => lines.filter((line) => line.kind === kind)
  const facts = lines.filter(({ kind }) => kind === 'set' || kind === 'fact')
  return (
    <>
      {facts.map(({ kind, text }) =>
        kind === 'set' ? (
          <p key={text}>
            <strong>{text}</strong>
          </p>
        ) : (
          <p key={text} class="fact">
            {text}
          </p>
        ),
      )}
      {of('warning').length > 0 && (
        <ul class="warnings">
          {of('warning').map(({ text }) => (
            <li key={text} class="warning">
              {text}
            </li>
          ))}
        </ul>
      )}
      {of('remark').map(({ text }) => (
        <p key={text} class="pace">
          {text}
        </p>
      ))}
    </>
  )
}

const ways = {
  '': 'by what the files say',
  folder: 'by folder',
  prefix: "by the names' beginnings",
  image: 'each film is a patient',
}

/** Who the patient of a film is, where the files do not say or say it otherwise. */
function Patients({ view }: { readonly view: DatasetView }) {
  const { id, options } = view
  const given = options.patientFrom ?? ''
  const [pattern, setPattern] = useState(given in ways ? undefined : given)
  const [failure, setFailure] = useState<string>()
  const save = (patientFrom: string) => {
    const changed = { ...options, patientFrom: patientFrom || undefined }
    send('PUT', `/api/datasets/${id}/options`, changed).catch((error) => setFailure((error as Error).message))
  }
  return (
    <form
      class="film-fields"
      onSubmit={(event) => {
        event.preventDefault()
        if (pattern) save(pattern)
      }}
    >
      <label>
        Patients are told
        <select
          value={pattern === undefined ? given : 'pattern'}
          onChange={({ currentTarget: { value } }) => {
            setPattern(value === 'pattern' ? '' : undefined)
            if (value !== 'pattern') save(value)
          }}
        >
          {Object.entries(ways).map(([way, words]) => (
            <option key={way} value={way}>
              {words}
            </option>
          ))}
          <option value="pattern">by a pattern of names</option>
        </select>
      </label>
      {pattern !== undefined && (
        <>
          <label>
            Pattern, whose first group is the patient
            <input
              type="text"
              value={pattern}
              spellcheck={false}
              placeholder="^(.*)_"
              onInput={({ currentTarget }) => setPattern(currentTarget.value)}
            />
          </label>
          <button type="submit" disabled={pattern === ''}>
            Use it
          </button>
        </>
      )}
      {failure && <Failed message={failure} />}
    </form>
  )
}

/** The class that runs on these films look for, where its name does not say. */
function Positive({ view }: { readonly view: DatasetView }) {
  const { id, classes, options } = view
  const [failure, setFailure] = useState<string>()
  const save = (positive: string) => {
    const changed = { ...options, positive: positive || undefined }
    send('PUT', `/api/datasets/${id}/options`, changed).catch((error) => setFailure((error as Error).message))
  }
  return (
    <div class="film-fields">
      <label>
        Looked for is
        <select value={options.positive ?? ''} onChange={({ currentTarget }) => save(currentTarget.value)}>
          <option value="">as the names of the classes say</option>
          {classes.map((name) => (
            <option key={name} value={name}>
              {name}
            </option>
          ))}
        </select>
      </label>
      {failure && <Failed message={failure} />}
    </div>
  )
}

function Grid({ view }: { readonly view: DatasetView }) {
  const films = useFilms(view)
  const [label, setLabel] = useState('')
  const [text, setText] = useState('')
  const shown = useMemo(() => {
    const wanted = text.trim().toLowerCase()
    return (films.answer ?? []).filter(
      (film) =>
        (label === '' || film.label === label) &&
        (wanted === '' || `${film.name} ${film.patient}`.toLowerCase().includes(wanted)),
    )
  }, [films.answer, label, text])
  return (
    <section aria-label="The films">
      <div class="film-fields">
        {view.classes.length > 1 && (
          <label>
            Class
            <select value={label} onChange={({ currentTarget }) => setLabel(currentTarget.value)}>
              <option value="">all</option>
              {view.classes.map((name) => (
                <option key={name} value={name}>
                  {name}
                </option>
              ))}
            </select>
          </label>
        )}
        <label>
          Name or patient holds
          <input type="search" value={text} onInput={({ currentTarget }) => setText(currentTarget.value)} />
        </label>
        <p role="status">
          {shown.length} of {films.answer?.length ?? 0} films
        </p>
      </div>
      <Awaited of={films}>
        {() => <FilmGrid dataset={view.id} films={shown} to={({ number }) => `/films/${view.id}/${number}`} />}
      </Awaited>
    </section>
  )
}
