/** Every run of the folder, the one begun last first. */
import { signedLimits } from '../../../base/format.js'
import type { RunSummary } from '../../wire/run.js'
import { Awaited, Command } from '../parts/notes.js'
import { useResource } from '../resource.js'
import { QueueSection } from './queue.js'

export function RunsScreen() {
  const runs = useResource<readonly RunSummary[]>('/api/runs', 'runs')
  return (
    <>
      <h1>Runs</h1>
      <QueueSection />
      <Awaited of={runs}>{(list) => (list.length === 0 ? <NoRuns /> : <RunTable runs={list} />)}</Awaited>
      <Command text="kopt list" />
    </>
  )
}

function NoRuns() {
  return (
    <p>
      No run was begun in this folder yet. <code>kopt run FILMS</code> begins one, and it shows up here by itself.
    </p>
  )
}

const states: Record<RunSummary['state'], string> = {
  running: 'at work',
  finished: 'finished',
  stopped: 'stopped',
  damaged: "can't be read",
}

function RunTable({ runs }: { readonly runs: readonly RunSummary[] }) {
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
              </td>
              <td data-label="Do synthetic films help?">
                {run.state === 'finished' ? <Benefit benefit={run.benefit} /> : run.brief}
              </td>
              <td data-label="Gain in AUC">{run.gain ? signedLimits(run.gain.low, run.gain.high) : '–'}</td>
              <td data-label="Begun">{run.begun ? new Date(run.begun).toLocaleString() : '–'}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

function Benefit({ benefit }: { readonly benefit: RunSummary['benefit'] }) {
  return <span class={`benefit ${benefit ?? 'none'}`}>{benefit ?? 'no verdict'}</span>
}
