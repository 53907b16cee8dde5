/** Spot the fake: a blinded reading of real and synthetic films, and what readers could tell. */
import { useRef, useState } from 'preact/hooks'
import { fixed, limits, percentage, pNumber, proportion, signed, signedLimits } from '../../../base/format.js'
import { rocCurves } from '../../../report/figures/roc-curve.js'
import type { ReadingsView, ReadingView } from '../../wire/reading.js'
import { useKeys } from '../keys.js'
import { Figure } from '../parts/figure.js'
import { Awaited, Command, Failed } from '../parts/notes.js'
import { RunTitle } from '../parts/run-title.js'
import { send } from '../request.js'
import { useResource } from '../resource.js'
import { go } from '../route.js'

/** Of the scale, in its order. */
const steps = ['Surely real', 'Probably real', "Can't tell", 'Probably synthetic', 'Surely synthetic']

export function SpotScreen({ run }: { readonly run: string }) {
  const address = `/api/runs/${run}/readings`
  const readings = useResource<ReadingsView>(address)
  return (
    <>
      <RunTitle id={run} what="Spot the fake" />
      <p>
        You see real and synthetic films one at a time, as the classifiers saw them, and say how sure you are of each.
        What is right is told at the end. Every reader of a run sees the same films, in an order of their own.
      </p>
      <Begin run={run} />
      <Awaited of={readings}>
        {({ going, result, command }) => (
          <>
            {going.length > 0 && (
              <section>
                <h2>Begun</h2>
                <ul>
                  {going.map(({ id, reader, round, judged, films }) => (
                    <li key={id}>
                      <a href={`/spot/${run}/${id}`}>
                        {reader}
                        {round === 2 && ', second round'}: film {judged + 1} of {films}
                      </a>
                    </li>
                  ))}
                </ul>
              </section>
            )}
            {result.readings.length > 0 && <Results run={run} result={result} />}
            {command !== null && <Command text={command} />}
          </>
        )}
      </Awaited>
    </>
  )
}

function Begin({ run }: { readonly run: string }) {
  const [reader, setReader] = useState('')
  const [films, setFilms] = useState(40)
  const [round, setRound] = useState<1 | 2>(1)
  const [problem, setProblem] = useState<string>()
  const begin = async (event: Event) => {
    event.preventDefault()
    try {
      const { id } = await send<{ id: string }>('POST', `/api/runs/${run}/readings`, { reader, films, round })
      go(`/spot/${run}/${id}`)
    } catch (error) {
      setProblem((error as Error).message)
    }
  }
  return (
    <form class="fields" onSubmit={begin}>
      <label>
        <span>Who reads</span>
        <input value={reader} maxLength={60} required onInput={({ currentTarget }) => setReader(currentTarget.value)} />
      </label>
      <label>
        <span>Films</span>
        <input
          type="number"
          min={6}
          max={400}
          value={films}
          onInput={({ currentTarget }) => setFilms(Number(currentTarget.value))}
        />
      </label>
      <label>
        <span>Round</span>
        <select value={round} onChange={({ currentTarget }) => setRound(currentTarget.value === '2' ? 2 : 1)}>
          <option value={1}>First, without any hint</option>
          <option value={2}>Second, after a look at labelled examples</option>
        </select>
      </label>
      <button type="submit" class="primary">
        Begin to read
      </button>
      {problem !== undefined && <Failed message={problem} />}
    </form>
  )
}

type Readings = ReadingsView['result']

function Results({ run, result }: { readonly run: string; readonly result: Readings }) {
  const { readings: done } = result
  const colours = [1, 2, 3, 4, 5, 6] as const
  const series = done.map((one, i) => ({
    label: named(one),
    auc: aucInWords(one.auc),
    points: one.roc,
    colour: colours[i % colours.length] ?? 1,
    dash: one.round === 2 ? 'short' : '',
  }))
  return (
    <section>
      <h2>What could be told</h2>
      <div class="table">
        <table class="stack">
          <thead>
            <tr>
              <th scope="col">Reader</th>
              <th scope="col">Films</th>
              <th scope="col">AUC (95 % limits)</th>
              <th scope="col">Called what they are</th>
              <th scope="col">Seconds a film</th>
            </tr>
          </thead>
          <tbody>
            {done.map((one) => (
              <tr key={named(one)}>
                <th scope="row">{named(one)}</th>
                <td data-label="Films">{one.films}</td>
                <td data-label="AUC">{aucInWords(one.auc)}</td>
                <td data-label="Called what they are">
                  {proportion(one.right.value)} ({limits(one.right.low, one.right.high)})
                </td>
                <td data-label="Seconds a film">{fixed(one.medianSeconds, 1)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <Figure
        id="readers"
        draw={(id, width) =>
          rocCurves(series, { id, width: Math.min(width, 560), title: 'Telling synthetic films from real ones' })
        }
      />
      <p>
        An AUC of 0.5 is guessing, 1 is telling every film. Published readings, for comparison: ten radiologists called
        59 % of films what they were (JMIR Med Inform 2021;9(3):e23328); readers rose from 61 % to 80 % once told what
        to look for (PMC9683859); 97 % of a diffusion model's images were found (arXiv 2503.20967).
      </p>
      <Together result={result} />
      <p class="warning">
        A low figure shows neither that the synthetic films are diverse nor that they are of use: a copy of a training
        film can't be told from a real one either. Whether they help is what the report says.
      </p>
      <p class="actions">
        <a download="readers.csv" href={`/api/runs/${run}/readings/readers.csv`}>
          As a table (CSV)
        </a>
        <a download="readers.json" href={`/api/runs/${run}/readings/readers.json`}>
          As JSON
        </a>
        <button type="button" onClick={() => print()}>
          Print
        </button>
      </p>
    </section>
  )
}

function named({ reader, round }: Pick<Readings['readings'][number], 'reader' | 'round'>): string {
  return `${reader}${inRound(round)}`
}

function inRound(round: 1 | 2): string {
  return round === 2 ? ', second round' : ''
}

/** Readers by two or more: all of them as one, two by two, and before and after the clue. */
function Together({ result: { together, agreement, clue } }: { readonly result: Readings }) {
  if (together.length + agreement.length + clue.length === 0)
    return <p class="caption">With a second reader, or a second round, it is told here how they compare.</p>
  return (
    <>
      <h3>Readers together</h3>
      {together.length > 0 && (
        <div class="table">
          <table class="stack">
            <caption>
              Mean AUC over the readers. Its limits are those for other readers and other films like these (Obuchowski
              and Rockette).
            </caption>
            <thead>
              <tr>
                <th scope="col">Readers</th>
                <th scope="col">Films that all have judged</th>
                <th scope="col">Mean AUC (95 % limits)</th>
              </tr>
            </thead>
            <tbody>
              {together.map(({ round, readers, films, auc }) => (
                <tr key={round}>
                  <th scope="row">
                    All {readers}
                    {inRound(round)}
                  </th>
                  <td data-label="Films">{films}</td>
                  <td data-label="Mean AUC">{aucInWords(auc)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      {agreement.length > 0 && (
        <div class="table">
          <table class="stack">
            <caption>
              Agreement of two readers in what they called real, synthetic, or could not tell. Kappa (Cohen): 1 is full
              agreement, 0 what chance gives; its limits take the films of a patient together.
            </caption>
            <thead>
              <tr>
                <th scope="col">Readers</th>
                <th scope="col">Films</th>
                <th scope="col">Called the same</th>
                <th scope="col">Kappa (95 % limits)</th>
              </tr>
            </thead>
            <tbody>
              {agreement.map(({ round, readers, films, agreement: same, kappa }) => (
                <tr key={`${round} ${readers.join()}`}>
                  <th scope="row">
                    {readers.join(' and ')}
                    {inRound(round)}
                  </th>
                  <td data-label="Films">{films}</td>
                  <td data-label="Called the same">{percentage(same)}</td>
                  <td data-label="Kappa">
                    {kappa === null
                      ? 'none: one answer to every film'
                      : `${fixed(kappa.value, 2)} (${kappa.low === null || kappa.high === null ? 'no limits' : `${fixed(kappa.low, 2)} to ${fixed(kappa.high, 2)}`})`}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      {clue.length > 0 && (
        <div class="table">
          <table class="stack">
            <caption>
              What the clue did: AUC in the second round less that in the first, on the same films. Who reads the same
              films twice remembers some, so that the clue alone may have done less.
            </caption>
            <thead>
              <tr>
                <th scope="col">Reader</th>
                <th scope="col">Films</th>
                <th scope="col">Before</th>
                <th scope="col">After</th>
                <th scope="col">Difference (95 % limits)</th>
                <th scope="col">p</th>
              </tr>
            </thead>
            <tbody>
              {clue.map(({ reader, readers, films, before, after, difference: { value, low, high }, p }) => (
                <tr key={reader ?? ''}>
                  <th scope="row">{reader ?? `All ${readers}`}</th>
                  <td data-label="Films">{films}</td>
                  <td data-label="Before">{proportion(before)}</td>
                  <td data-label="After">{proportion(after)}</td>
                  <td data-label="Difference">
                    {signed(value)} ({low === null || high === null ? 'no limits' : signedLimits(low, high)})
                  </td>
                  <td data-label="p">{pNumber(p)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </>
  )
}

function aucInWords({ value, low, high }: Readings['readings'][number]['auc']): string {
  return `${proportion(value)} (${low === null || high === null ? 'no limits' : limits(low, high)})`
}

export function ReadingScreen({ run, id }: { readonly run: string; readonly id: string }) {
  const address = `/api/runs/${run}/readings/${id}`
  const reading = useResource<ReadingView>(address)
  return <Awaited of={reading}>{(view) => <Reading key={view.id} begun={view} address={address} />}</Awaited>
}

function Reading({ begun, address }: { readonly begun: ReadingView; readonly address: string }) {
  const [view, setView] = useState(begun)
  const [warned, setWarned] = useState(begun.round === 1 || begun.judged > 0)
  const [problem, setProblem] = useState<string>()
  /** The film that is on the screen, and since when. */
  const shown = useRef<{ readonly film: number; readonly at: number } | undefined>(undefined)
  const sending = useRef(false)
  /** What the reader is told of the film that is to come. */
  const [loading, setLoading] = useState<'loading' | 'pressed' | 'lost' | 'shown'>('loading')
  const [again, setAgain] = useState(0)
  const { judged, films, run } = view
  const answer = async (confidence: number) => {
    if (judged >= films || !warned) return
    // An answer is about a film that was seen.
    if (sending.current || shown.current?.film !== judged) {
      if (loading === 'loading') setLoading('pressed')
      return
    }
    sending.current = true
    const milliseconds = performance.now() - shown.current.at
    try {
      const after = await send<ReadingView>('PUT', `${address}/films/${judged}`, { confidence, milliseconds })
      setProblem(undefined)
      if (after.judged >= after.films) go(`/spot/${run}`)
      setLoading('loading')
      setView(after)
    } catch (error) {
      setProblem((error as Error).message)
    } finally {
      sending.current = false
    }
  }
  useKeys(({ key, ctrlKey, metaKey, altKey }) => {
    if (/^[1-5]$/.test(key) && !ctrlKey && !metaKey && !altKey) void answer(Number(key))
  })
  if (!warned) return <Examples view={view} address={address} onRead={() => setWarned(true)} />
  return (
    <section class="reading" aria-label="Reading">
      <p class="above">
        Film {Math.min(judged + 1, films)} of {films}
        <progress max={films} value={judged} aria-label="Films judged" />
      </p>
      <img
        key={`${judged} ${again}`}
        class="film"
        src={`${address}/films/${judged}${again > 0 ? `?again=${again}` : ''}`}
        alt={`Film ${judged + 1}, real or synthetic`}
        onLoad={() => {
          shown.current = { film: judged, at: performance.now() }
          setLoading('shown')
        }}
        onError={() => judged < films && setLoading('lost')}
      />
      <p class="waiting" role="status">
        {loading === 'loading' && 'Loading the film …'}
        {loading === 'pressed' && 'The film is still loading; nothing was answered. Answer once you see it.'}
        {loading === 'lost' && 'The film could not be loaded. '}
        {loading === 'lost' && (
          <button type="button" onClick={() => setAgain(again + 1)}>
            Try again
          </button>
        )}
      </p>
      <fieldset class="scale">
        <legend>Is this film real or synthetic?</legend>
        {steps.map((words, i) => (
          <button type="button" key={words} onClick={() => answer(i + 1)}>
            <kbd>{i + 1}</kbd> {words}
          </button>
        ))}
      </fieldset>
      {problem !== undefined && <Failed message={problem} />}
      <p class="caption">Keys 1 to 5 answer. An answer stands; you may stop at any film and go on later.</p>
    </section>
  )
}

/** What a second round is told beforehand. */
function Examples({
  view,
  address,
  onRead,
}: {
  readonly view: ReadingView
  readonly address: string
  readonly onRead: () => void
}) {
  return (
    <section>
      <h1>Before the second round</h1>
      <p>These films, none of which you will be asked about, are what stands below them.</p>
      <div class="examples">
        {view.examples.map(({ number, synthetic }) => (
          <figure key={number}>
            <img
              class="film"
              src={`${address}/examples/${number}`}
              alt={synthetic ? 'A synthetic film' : 'A real film'}
            />
            <figcaption>{synthetic ? 'Synthetic' : 'Real'}</figcaption>
          </figure>
        ))}
      </div>
      <button type="button" class="primary" onClick={onRead}>
        Begin the second round
      </button>
    </section>
  )
}
