/** One run: what it is doing, how long it still takes, what has come out so far; at its end the report. */
import { useRef, useState } from 'preact/hooks'
import { duration } from '../../../base/format.js'
import { kCurve } from '../../../report/figures/k-curve.js'
import { trainingCurves } from '../../../report/figures/training-curves.js'
import type { QueueView } from '../../wire/queue.js'
import type { RunView, SearchView } from '../../wire/run.js'
import { Action } from '../parts/action.js'
import { Figure } from '../parts/figure.js'
import { Awaited, Command, Failed } from '../parts/notes.js'
import { send } from '../request.js'
import { useResource } from '../resource.js'
import { go } from '../route.js'

export function RunScreen({ id }: { readonly id: string }) {
  const run = useResource<RunView>(`/api/runs/${id}`, `run:${id}`)
  return (
    <Awaited of={run}>
      {(view) => (
        <>
          <p class="above">
            <a href="/runs">All runs</a>
          </p>
          <h1>{view.name}</h1>
          <Now view={view} />
          <Actions view={view} />
          {view.state === 'finished' && <More id={id} />}
          {view.report ? <Report id={id} /> : <SoFar view={view} />}
          <Command text={view.command} />
        </>
      )}
    </Awaited>
  )
}

/** What can be done to the run as it is now. */
function Actions({ view: { id, name, state } }: { readonly view: RunView }) {
  const at = `/api/runs/${id}`
  const queue = useResource<QueueView>('/api/queue', 'queue')
  const entry = queue.answer?.entries.find(({ run }) => run === id)
  if (state === 'running')
    return <Action label="Stop" twice="Stop it; it can be gone on with" act={() => send('POST', `${at}/stop`)} />
  const remove = async () => {
    await send('DELETE', at, { name })
    go('/runs')
  }
  if (entry?.state === 'waiting')
    return (
      <p role="status">
        It waits for its turn in <a href="/runs">the queue</a>.
      </p>
    )
  return (
    <div class="actions">
      {entry?.problem && <Failed message={entry.problem} />}
      {state === 'stopped' && <Action primary label="Go on" act={() => send('POST', `${at}/resume`)} />}
      <Action label="Remove" twice={`Remove the folder of ${name} with all that is in it, for ever`} act={remove} />
    </div>
  )
}

/** What can be done with a run that has finished. */
function More({ id }: { readonly id: string }) {
  return (
    <nav class="more" aria-label="With this run">
      <a href={`/predict/${id}`}>Predict films</a>
      <a href={`/synthetic/${id}`}>Synthetic films</a>
      <a href={`/spot/${id}`}>Spot the fake</a>
      <a href={`/hand-on/${id}`}>Hand on</a>
    </nav>
  )
}

/** A holder of the run writes a sign of life every ten seconds. */
const longSilence = 60

function Now({ view }: { readonly view: RunView }) {
  const { state, lines, share, secondsLeft, silentFor } = view
  const percent = share === null ? undefined : Math.floor(share * 100)
  return (
    <section class={`now ${state}`} aria-label="What is happening">
      <div role="status">
        {lines.map((line) => (
          <p key={line}>{line}</p>
        ))}
      </div>
      {state === 'running' && (
        <>
          <progress max={100} value={percent} aria-label="Share of the whole run" />
          <p class="pace">
            {percent === undefined
              ? 'How long the whole run takes is known once a few steps were timed.'
              : `${percent} % of the whole run, about ${duration(secondsLeft ?? 0)} left.`}{' '}
            {silentFor !== null &&
              (silentFor > longSilence ? `No sign of life for ${duration(silentFor)}.` : 'It is alive.')}
          </p>
        </>
      )}
    </section>
  )
}

function SoFar({ view }: { readonly view: RunView }) {
  const { id, stages, training, searches, grids, remarks } = view
  return (
    <>
      <Grids id={id} steps={grids} />
      <Rivals searches={searches.filter(({ rival }) => rival)} />
      {searches
        .filter(({ rival }) => !rival)
        .map((search) => (
          <section key={search.arm}>
            <h2>{search.name}: scores so far</h2>
            <Search search={search} />
          </section>
        ))}
      {training && (
        <section>
          <h2>Training of the {training.noun}</h2>
          <Figure
            id="training"
            draw={(figure, width) => trainingCurves(training.rows, { ...training, id: figure, width })}
          />
        </section>
      )}
      {stages.length > 0 && (
        <section>
          <h2>Stages</h2>
          <ol class="stages">
            {stages.map(({ name, words, state, seconds }) => (
              <li key={name} class={state === 'done' ? 'done' : 'working'}>
                {words} <span>{seconds === null ? 'at work' : `done in ${duration(seconds)}`}</span>
              </li>
            ))}
          </ol>
        </section>
      )}
      {remarks.length > 0 && (
        <section>
          <h2>Remarks</h2>
          <ul>
            {remarks.map(({ type, text }) => (
              <li key={text} class={type}>
                {text}
              </li>
            ))}
          </ul>
        </section>
      )}
    </>
  )
}

/** What the first minutes of a run tell, while the generator is still trained. */
function Rivals({ searches }: { readonly searches: readonly SearchView[] }) {
  if (searches.length === 0) return null
  return (
    <section>
      <h2>More films that need no generator: scores so far</h2>
      <p>
        Where none of these curves rises, more films of this kind hardly help; the generator is measured against them.
      </p>
      {searches.map((search) => (
        <div key={search.arm}>
          <h3>{search.name}</h3>
          <Search search={search} />
        </div>
      ))}
    </section>
  )
}

function Search({ search }: { readonly search: SearchView }) {
  const { arm, title, bounds, trials, bestK } = search
  const outcome = { kOptimal: bestK, stoppedAt: null, converged: false, indistinguishable: [] }
  return (
    <>
      <Figure
        id={`search-${arm}`}
        draw={(id, width) =>
          kCurve(trials, { id, width, scoreTitle: `${title} on the films that choose K`, bounds, ...outcome })
        }
      />
      <p class="caption">Each dot is one training of the classifier; the band is one standard error over them.</p>
    </>
  )
}

/** Images of the same latents again and again as the training goes on: the latest, and any before it. */
function Grids({ id, steps }: { readonly id: string; readonly steps: readonly number[] }) {
  const [chosen, setChosen] = useState<number>()
  const last = steps.at(-1)
  if (last === undefined) return null
  const at = chosen === undefined ? steps.length - 1 : Math.min(chosen, steps.length - 1)
  const step = steps[at] ?? last
  return (
    <section>
      <h2>Synthetic films as they grow</h2>
      <img
        class="grid"
        src={`/api/runs/${id}/grids/${step}`}
        alt={`Synthetic films after ${step} steps, a class in each row, of the same random inputs as before`}
      />
      {steps.length > 1 && (
        <label class="steps">
          <span>
            After {step} of {last} steps so far
          </span>
          <input
            type="range"
            min={0}
            max={steps.length - 1}
            value={at}
            onInput={({ currentTarget }) => {
              const to = Number(currentTarget.value)
              setChosen(to === steps.length - 1 ? undefined : to)
            }}
          />
        </label>
      )}
      <p class="caption">A class in each row; each column is the same random input at every step.</p>
    </section>
  )
}

function Report({ id }: { readonly id: string }) {
  const address = `/api/runs/${id}/report`
  const frame = useRef<HTMLIFrameElement>(null)
  const [height, setHeight] = useState(800)
  const measure = () => setHeight(frame.current?.contentDocument?.documentElement.scrollHeight ?? 800)
  return (
    <section class="report">
      <p>
        <a href={address} target="_blank" rel="noopener">
          The report on a page of its own
        </a>
      </p>
      <iframe
        ref={frame}
        title="Report"
        src={address}
        sandbox="allow-same-origin allow-popups"
        height={height}
        onLoad={measure}
      />
    </section>
  )
}
