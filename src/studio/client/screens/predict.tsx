/** What the classifier of a run says of films: dropped here, or by their path. Nothing of them is kept. */
import { useRef, useState } from 'preact/hooks'
import { count, counted, proportion } from '../../../base/format.js'
import type { FilmPrediction, PredictionView } from '../../wire/prediction.js'
import { type Copying, type DroppedFile, sendFiles } from '../parts/drop.js'
import { ChooseFiles, DropArea } from '../parts/drop-area.js'
import { Command, Failed } from '../parts/notes.js'
import { RunTitle } from '../parts/run-title.js'
import { send } from '../request.js'

export function PredictScreen({ run }: { readonly run: string }) {
  const [state, setState] = useState<string>()
  const [problem, setProblem] = useState<string>()
  const [found, setFound] = useState<PredictionView>()
  const [place, setPlace] = useState('')
  const stop = useRef<AbortController | undefined>(undefined)
  const judge = async (data: () => Promise<object>) => {
    setProblem(undefined)
    setFound(undefined)
    try {
      const wanted = await data()
      setState('Judging …')
      setFound(await send<PredictionView>('POST', `/api/runs/${run}/predictions`, wanted))
    } catch (error) {
      if ((error as Error).name !== 'AbortError') setProblem((error as Error).message)
    }
    setState(undefined)
  }
  const take = (files: Promise<readonly DroppedFile[]>) =>
    judge(async () => {
      stop.current = new AbortController()
      const told = ({ done, of, hindrance }: Copying) =>
        setState(`${done} of ${of} files taken${hindrance === undefined ? '' : `; ${hindrance}`}`)
      const { id } = await sendFiles(await files, told, stop.current.signal)
      return { upload: id }
    })
  return (
    <>
      <RunTitle id={run} what="Predict films" />
      <p class="caution">Research use only: nothing here is a diagnosis.</p>
      <DropArea disabled={state !== undefined} onFiles={(files) => void take(files)}>
        <p>
          Drop films here (PNG, JPEG, TIFF, DICOM). They are judged on this computer and then removed; nothing is kept.
        </p>
        <div class="actions">
          <ChooseFiles label="Choose films" disabled={state !== undefined} onFiles={(files) => void take(files)} />
          <form
            class="fields"
            onSubmit={(event) => {
              event.preventDefault()
              void judge(async () => ({ path: place }))
            }}
          >
            <label>
              <span>or the path of a film or a folder on this computer</span>
              <input
                type="text"
                value={place}
                required
                onInput={({ currentTarget }) => setPlace(currentTarget.value)}
              />
            </label>
            <button type="submit" disabled={state !== undefined}>
              Judge
            </button>
          </form>
        </div>
      </DropArea>
      <div role="status">
        {state !== undefined && (
          <p class="waiting">
            {state}{' '}
            <button type="button" onClick={() => stop.current?.abort()}>
              Stop
            </button>
          </p>
        )}
      </div>
      {problem !== undefined && <Failed message={problem} />}
      {found && <Predictions view={found} />}
    </>
  )
}

const seenWords: Readonly<Record<string, string>> = {
  train: 'a training film of this run',
  tuning: 'a tuning film of this run',
  test: 'a test film of this run',
}

function Predictions({ view }: { readonly view: PredictionView }) {
  const { arm, k, classes, positive, cutoff, films, skipped, csv, command } = view
  const unlike = films.filter((film) => film.unlike).length
  const seen = films.filter((film) => film.seen !== null).length
  return (
    <section>
      <h2>{counted(films.length, 'film')} judged</h2>
      {unlike > 0 && (
        <p class="warning">
          {count(unlike)} of these films {unlike === 1 ? 'is' : 'are'} unlike the films that this run trained on. What
          stands beside {unlike === 1 ? 'it' : 'them'} says nothing of {unlike === 1 ? 'it' : 'them'}.
        </p>
      )}
      {seen > 0 && (
        <p class="warning">
          {count(seen)} of these films {seen === 1 ? 'is' : 'are'} the run’s own. What is said of{' '}
          {seen === 1 ? 'it' : 'them'} is no measure of how good the classifier is.
        </p>
      )}
      <div class="table">
        <table class="stack">
          <caption>
            By the arm {arm}, K = {k}.{' '}
            {cutoff !== null &&
              positive !== null &&
              `On its own test films the run called a film ${positive} from a probability of ${proportion(cutoff)} on.`}
          </caption>
          <thead>
            <tr>
              <th scope="col">Film</th>
              {classes.map((name) => (
                <th scope="col" class="n" key={name}>
                  {name}
                </th>
              ))}
              <th scope="col">What is known of it</th>
            </tr>
          </thead>
          <tbody>
            {films.map((film) => (
              <tr key={film.file}>
                <th scope="row">{film.file}</th>
                {classes.map((name) => (
                  <td class="n" data-label={name} key={name}>
                    {proportion(film.probabilities[name] ?? Number.NaN)}
                  </td>
                ))}
                <td data-label="What is known of it">{known(film)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {skipped.length > 0 && (
        <>
          <h3>Not judged</h3>
          <ul>
            {skipped.map(({ file, reason }) => (
              <li key={file}>
                {file} {reason}
              </li>
            ))}
          </ul>
        </>
      )}
      <p class="actions">
        <a download="predictions.csv" href={`data:text/csv;charset=utf-8,${encodeURIComponent(csv)}`}>
          As a table (CSV)
        </a>
        <a
          download="predictions.json"
          href={`data:application/json;charset=utf-8,${encodeURIComponent(JSON.stringify({ use: 'research use only', arm, k, classes, positive, cutoff, films, skipped }, null, 2))}`}
        >
          As JSON
        </a>
        <button type="button" onClick={() => print()}>
          Print
        </button>
      </p>
      <Command text={command} />
    </section>
  )
}

function known({ seen, unlike }: FilmPrediction): string {
  const facts = [
    ...(unlike ? ['unlike the training films'] : []),
    ...(seen === null ? [] : [seenWords[seen] ?? `of the set ${seen}`]),
  ]
  return facts.join('; ') || '–'
}
