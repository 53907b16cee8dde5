/** The films that are known here, and the ways to bring others. */
import { useRef, useState } from 'preact/hooks'
import type { DatasetSummary, PlaceView } from '../../wire/dataset.js'
import { type Copying, type DroppedFile, sendFilms } from '../parts/drop.js'
import { ChooseFiles, DropArea } from '../parts/drop-area.js'
import { Awaited, Command, Failed } from '../parts/notes.js'
import { send } from '../request.js'
import { useResource } from '../resource.js'
import { go } from '../route.js'
import { DemonstrationRun } from './first-steps.js'

export function FilmsScreen() {
  const datasets = useResource<readonly DatasetSummary[]>('/api/datasets', 'datasets')
  return (
    <>
      <h1>Films</h1>
      <Awaited of={datasets}>
        {(list) => (
          <>
            {list.length === 0 ? <NoFilms /> : <DatasetTable datasets={list} />}
            {list.length === 0 && <DemonstrationRun />}
            <section>
              <h2>{list.length === 0 ? 'Bring your films' : 'Bring others'}</h2>
              <DropFilms />
              <ChoosePath />
            </section>
          </>
        )}
      </Awaited>
      <Command text="kopt inspect FILMS" />
    </>
  )
}

function NoFilms() {
  return (
    <p>
      No films were opened in this folder yet. What is needed: films of at least two kinds, each kind in a folder of its
      own (normal, sinusitis), or a table that says which film is of which kind.
    </p>
  )
}

const kinds: Record<DatasetSummary['kind'], string> = {
  chosen: 'where it lies',
  dropped: 'copied here',
  labelled: 'labels from a table',
  demonstration: 'drawn, to try everything',
}

function DatasetTable({ datasets }: { readonly datasets: readonly DatasetSummary[] }) {
  const { busy, failure, start } = useAction()
  const forget = ({ id, name, kind }: DatasetSummary) => {
    const question =
      kind === 'dropped'
        ? `Remove ${name} from the list, and the copies of its films from this computer?`
        : kind === 'labelled'
          ? `Remove ${name} from the list, and the copy of its table from this computer? Its films stay where they are.`
          : `Remove ${name} from the list? Its films stay where they are.`
    if (confirm(question)) start(() => send('DELETE', `/api/datasets/${id}`))
  }
  return (
    <div class="table">
      {failure && <Failed message={failure} />}
      <table class="stack">
        <thead>
          <tr>
            <th scope="col">Films</th>
            <th scope="col">Where</th>
            <th scope="col">How</th>
            <th scope="col">
              <span class="unseen">Remove</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {datasets.map((dataset) => (
            <tr key={dataset.id}>
              <th scope="row">
                <a href={`/films/${dataset.id}`}>{dataset.name}</a>
              </th>
              <td data-label="Where" class="path">
                {dataset.kind === 'dropped' || dataset.kind === 'labelled' ? '' : dataset.place}
              </td>
              <td data-label="How">{kinds[dataset.kind]}</td>
              <td>
                <button
                  type="button"
                  disabled={busy}
                  onClick={() => forget(dataset)}
                  aria-label={`Remove ${dataset.name}`}
                >
                  Remove
                </button>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

/** Something that is done on the server, one at a time, with what went wrong. */
function useAction() {
  const [busy, setBusy] = useState(false)
  const [failure, setFailure] = useState<string>()
  const start = async (work: () => Promise<unknown>) => {
    setBusy(true)
    setFailure(undefined)
    try {
      await work()
    } catch (error) {
      if ((error as Error).name !== 'AbortError') setFailure((error as Error).message)
    } finally {
      setBusy(false)
    }
  }
  return { busy, failure, start }
}

function DropFilms() {
  const { busy, failure, start } = useAction()
  const [progress, setProgress] = useState<Copying>({ done: 0, of: 0 })
  const end = useRef<AbortController | undefined>(undefined)
  const take = (files: Promise<readonly DroppedFile[]>) =>
    start(async () => {
      const stop = new AbortController()
      end.current = stop
      const id = await sendFilms(await files, setProgress, stop.signal)
      go(`/films/${id}`)
    })
  return (
    <DropArea disabled={busy} onFiles={take}>
      {busy ? (
        <>
          <p role="status">{progress.unpacking ? 'Unpacking …' : `${progress.done} of ${progress.of} files copied`}</p>
          {progress.hindrance !== undefined && (
            <Failed message={`${progress.hindrance}. The copying goes on by itself then; nothing is lost.`} />
          )}
          <progress
            max={Math.max(1, progress.of)}
            value={progress.unpacking ? undefined : progress.done}
            aria-label="Files copied"
          />
          <button type="button" onClick={() => end.current?.abort()}>
            Stop
          </button>
        </>
      ) : (
        <>
          <p>
            Drop a folder, a zip, DICOM files or an npz here. They are copied into the folder <code>studio</code> and go
            nowhere else.
          </p>
          <div class="actions">
            <ChooseFiles label="Choose a folder to copy" folder onFiles={take} />
            <ChooseFiles label="Choose files to copy" onFiles={take} />
          </div>
        </>
      )}
      {failure && <Failed message={failure} />}
    </DropArea>
  )
}

function ChoosePath() {
  const { busy, failure, start } = useAction()
  const [path, setPath] = useState('')
  const [place, setPlace] = useState<PlaceView>()
  const open = (chosen: string) =>
    start(async () => go(`/films/${(await send<{ id: string }>('POST', '/api/datasets', { path: chosen })).id}`))
  const look = (folder?: string) =>
    start(async () => {
      const found = await send<PlaceView>('POST', '/api/datasets/places', { folder })
      setPlace(found)
      setPath(found.folder)
    })
  return (
    <form
      class="choose"
      onSubmit={(event) => {
        event.preventDefault()
        open(path)
      }}
    >
      <label>
        Or take films where they lie: path of a folder, a CSV manifest or an npz
        <input
          type="text"
          value={path}
          spellcheck={false}
          autocomplete="off"
          onInput={({ currentTarget }) => setPath(currentTarget.value)}
        />
      </label>
      <div class="actions">
        <button class="primary" type="submit" disabled={busy || path.trim() === ''}>
          Open these films
        </button>
        <button type="button" disabled={busy} onClick={() => look(place?.folder)}>
          Look through folders
        </button>
      </div>
      {failure && <Failed message={failure} />}
      {place && <Place place={place} onLook={look} onPick={setPath} picked={path} />}
    </form>
  )
}

function Place({
  place,
  picked,
  onLook,
  onPick,
}: {
  readonly place: PlaceView
  readonly picked: string
  readonly onLook: (folder: string) => void
  readonly onPick: (path: string) => void
}) {
  const { above, inside, more } = place
  return (
    <ul class="places" aria-label={`In ${place.folder}`}>
      {above !== null && (
        <li>
          <button type="button" onClick={() => onLook(above)}>
            ↑ the folder above
          </button>
        </li>
      )}
      {inside.map(({ name, path, folder }) => (
        <li key={path}>
          <button
            type="button"
            aria-pressed={folder ? undefined : picked === path}
            onClick={() => (folder ? onLook(path) : onPick(path))}
          >
            {folder ? `${name}/` : name}
          </button>
        </li>
      ))}
      {inside.length === 0 && (
        <li class="waiting">No folders, tables or npz files in here; it may hold films itself.</li>
      )}
      {more && <li class="waiting">There are more; type the path.</li>}
    </ul>
  )
}
