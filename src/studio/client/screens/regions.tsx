/** Regions of a dataset: which films to draw on, who reads, and how far two readers agree. */
import { useState } from 'preact/hooks'
import { fixed, percentage } from '../../../base/format.js'
import type { DatasetSummary, DatasetView } from '../../wire/dataset.js'
import type { Agreement, BegunReader, RegionsView } from '../../wire/regions.js'
import { Awaited, Command, Failed } from '../parts/notes.js'
import { send } from '../request.js'
import { useResource } from '../resource.js'
import { go } from '../route.js'

export function RegionsScreen() {
  const datasets = useResource<readonly DatasetSummary[]>('/api/datasets', 'datasets')
  return (
    <>
      <h1>Regions and labels</h1>
      <p>
        A classifier sees what you frame: a rectangle on each film around what counts, or several, each with its own
        label.
      </p>
      <Awaited of={datasets}>
        {(list) =>
          list.length === 0 ? (
            <p>
              First <a href="/films">bring films</a>.
            </p>
          ) : (
            <ul>
              {list.map(({ id, name, place }) => (
                <li key={id}>
                  <a href={`/regions/${id}`}>{name}</a> <span class="waiting">{place}</span>
                </li>
              ))}
            </ul>
          )
        }
      </Awaited>
      <Command text="kopt crop FILMS --roi REGIONS --out PATCHES" />
    </>
  )
}

export function ReadersScreen({ id }: { readonly id: string }) {
  const dataset = useResource<DatasetView>(`/api/datasets/${id}`, `dataset:${id}`)
  const regions = useResource<RegionsView>(`/api/regions/${id}?${dataset.answer?.stamp ?? ''}`, `dataset:${id}`)
  return (
    <>
      <p class="above">
        <a href="/regions">All films</a>
      </p>
      <Awaited of={dataset}>
        {(view) => (
          <>
            <h1>Regions of {view.name}</h1>
            <Awaited of={regions}>{(drawn) => <Readers id={id} count={view.found ?? 0} drawn={drawn} />}</Awaited>
          </>
        )}
      </Awaited>
      <Command text="kopt crop FILMS --roi REGIONS --out PATCHES" />
    </>
  )
}

function Readers({ id, count, drawn }: { readonly id: string; readonly count: number; readonly drawn: RegionsView }) {
  if (drawn.refusal !== null) return <Failed message={drawn.refusal} />
  return (
    <>
      {drawn.readers.length > 0 && (
        <div class="table">
          <table class="stack">
            <thead>
              <tr>
                <th scope="col">Reader</th>
                <th scope="col">Films with regions</th>
                <th scope="col">Regions</th>
              </tr>
            </thead>
            <tbody>
              {drawn.readers.map(({ id: of, reader, films, regions }) => (
                <tr key={reader}>
                  <th scope="row">
                    <a href={`/regions/${id}/${of}`}>{reader}</a>
                  </th>
                  <td data-label="Films with regions">
                    {films} of {count}
                  </td>
                  <td data-label="Regions">{regions}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      <NewReader id={id} known={drawn.readers.map(({ reader }) => reader)} />
      {drawn.agreements.length > 0 && <Agreements agreements={drawn.agreements} />}
    </>
  )
}

function NewReader({ id, known }: { readonly id: string; readonly known: readonly string[] }) {
  const [name, setName] = useState('')
  const [problem, setProblem] = useState<string>()
  const begin = async (event: Event) => {
    event.preventDefault()
    try {
      const { id: reader } = await send<BegunReader>('POST', `/api/regions/${id}`, { reader: name })
      go(`/regions/${id}/${reader}`)
    } catch (error) {
      setProblem((error as Error).message)
    }
  }
  return (
    <form class="film-fields" onSubmit={begin}>
      <label>
        {known.length === 0 ? 'Who reads? A name or a sign' : 'Another reader, who does not see what the others drew'}
        <input type="text" value={name} onInput={({ currentTarget }) => setName(currentTarget.value)} />
      </label>
      <button class="primary" type="submit" disabled={name.trim() === ''}>
        Draw
      </button>
      {problem !== undefined && <Failed message={problem} />}
    </form>
  )
}

function Agreements({ agreements }: { readonly agreements: readonly Agreement[] }) {
  return (
    <section>
      <h2>How far readers agree</h2>
      {agreements.map((each) => (
        <p key={each.readers.join()}>{agreementText(each)}</p>
      ))}
      <p class="caption">
        Regions are of the same place where they cover each other by half or more. Kappa (Cohen) is the agreement of
        their labels beyond chance: 1 is full agreement, 0 what chance gives; its 95 % limits take regions of one
        patient together.
      </p>
    </section>
  )
}

function agreementText({ readers: [a, b], films, matched, onlyFirst, onlySecond, overlap, kappa }: Agreement): string {
  const where = `${a} and ${b}, on ${films} films that both have drawn on: ${matched} regions of the same place`
  const covered = overlap === null ? '' : `, which cover each other by ${percentage(overlap)} on average`
  const alone = `${onlyFirst} of ${a} alone, ${onlySecond} of ${b} alone`
  const limits =
    kappa?.low == null || kappa.high == null
      ? ', without limits'
      : ` (${fixed(kappa.low, 2)} to ${fixed(kappa.high, 2)})`
  const labels =
    kappa === null
      ? 'Of their labels there is nothing to compare yet'
      : `Kappa of their labels: ${fixed(kappa.value, 2)}${limits}`
  return `${where}${covered}; ${alone}. ${labels}.`
}
