/** Every run of the folder, the one begun last first. */
import { useState } from 'preact/hooks'
import { signedLimits } from '../../../base/format.js'
import type { ListedRun, RunSummary } from '../../wire/run.js'
import { Awaited, Command } from '../parts/notes.js'
import { useResource } from '../resource.js'
import { go } from '../route.js'
import { DemonstrationDrawn, FirstSteps } from './first-steps.js'
import { QueueSection } from './queue.js'

export function RunsScreen() {
  const runs = useResource<readonly ListedRun[]>('/api/runs', 'runs')
  return (
    <>
      <h1>Runs</h1>
      <QueueSection />
      <Awaited of={runs}>
        {(list) =>
          list.length === 0 ? (
            <FirstSteps />
          ) : (
            <>
              <DemonstrationDrawn />
              <RunTable runs={list} />
            </>
          )
        }
      </Awaited>
      <Command text="kopt list" />
    </>
  )
}

const states: Record<RunSummary['state'], string> = {
  running: 'at work',
  finished: 'finished',
  stopped: 'stopped',
  damaged: "can't be read",
}

function RunTable({ runs }: { readonly runs: readonly ListedRun[] }) {
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set())
  const ids = runs.map(({ id }) => id).filter((id) => chosen.has(id))
  const choose = (id: string, isChosen: boolean) =>
    setChosen(new Set(isChosen ? [...chosen, id] : [...chosen].filter((each) => each !== id)))
  return (
    <div class="table">
      <table class="stack">
        <thead>
          <tr>
            <th scope="col">Run</th>
            <th scope="col">State</th>
            <th scope="col">Do synthetic films help?</th>
            <th scope="col">Gain in AUC, with its limits</th>
            <th scope="col">Begun</th>
            {runs.length > 1 && <th scope="col">Compare</th>}
          </tr>
        </thead>
        <tbody>
          {runs.map((run) => (
            <tr key={run.id}>
              <th scope="row">
                <a href={`/runs/${run.id}`}>{run.name}</a>
              </th>
              <td data-label="State">
                <span class={`state ${run.state}`}>{states[run.state]}</span>
                {!run.reachable && <span class="hint">as it was last; its folder can't be reached just now</span>}
              </td>
              <td data-label="Do synthetic films help?">
                {run.state === 'finished' ? <Benefit benefit={run.benefit} /> : run.brief}
              </td>
              <td data-label="Gain in AUC">{run.gain ? signedLimits(run.gain.low, run.gain.high) : '–'}</td>
              <td data-label="Begun">{run.begun ? new Date(run.begun).toLocaleString() : '–'}</td>
              {runs.length > 1 && (
                <td data-label="Compare">
                  <input
                    type="checkbox"
                    aria-label={`Compare ${run.name}`}
                    checked={chosen.has(run.id)}
                    onChange={({ currentTarget }) => choose(run.id, currentTarget.checked)}
                  />
                </td>
              )}
            </tr>
          ))}
        </tbody>
      </table>
      {runs.length > 1 && (
        <p>
          <button type="button" disabled={ids.length < 2} onClick={() => go(`/compare/${ids.join('/')}`)}>
            Side by side{ids.length > 1 ? ` (${ids.length})` : ''}
          </button>
        </p>
      )}
    </div>
  )
}

function Benefit({ benefit }: { readonly benefit: RunSummary['benefit'] }) {
  return <span class={`benefit ${benefit ?? 'none'}`}>{benefit ?? 'no verdict'}</span>
}
