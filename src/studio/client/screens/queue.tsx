/** What was started from the page: at work, waiting for its turn, or refused with what the command said. */
import type { QueueEntry, QueueView } from '../../wire/queue.js'
import { Action } from '../parts/action.js'
import { Failed } from '../parts/notes.js'
import { send } from '../request.js'
import { useResource } from '../resource.js'

/** Nothing where the queue is empty. */
export function QueueSection() {
  const { answer, failure } = useResource<QueueView>('/api/queue', 'queue')
  if (failure) return <Failed message={failure.message} />
  if (!answer || answer.entries.length === 0) return null
  const { entries, waitsFor } = answer
  const waiting = entries.some(({ state }) => state === 'waiting')
  return (
    <section aria-labelledby="queue">
      <h2 id="queue">Queue</h2>
      <p>One run at a time. It goes on when this page and the studio are closed.</p>
      {waiting && waitsFor.length > 0 && (
        <p role="status">The next one begins when {waitsFor.join(', ')} has ended, which was begun in a terminal.</p>
      )}
      <ol class="queue">
        {entries.map((entry, i) => (
          <Entry key={entry.id} entry={entry} first={i === 0} last={i === entries.length - 1} />
        ))}
      </ol>
    </section>
  )
}

const classes: Record<QueueEntry['state'], string> = { waiting: '', 'at work': 'working', failed: 'failing' }

function Entry({
  entry,
  first,
  last,
}: {
  readonly entry: QueueEntry
  readonly first: boolean
  readonly last: boolean
}) {
  const { id, name, doing, state, run, problem, command } = entry
  const at = `/api/queue/${id}`
  const moveTo = (to: 'earlier' | 'later') => () => send('POST', `${at}/move`, { to })
  return (
    <li class={classes[state]}>
      <p>
        {run === null ? <strong>{name}</strong> : <a href={`/runs/${run}`}>{name}</a>}: {words(doing, state, run)}
      </p>
      {problem !== null && <Failed message={problem} />}
      <code>{command}</code>
      <div class="actions">
        {state === 'failed' && <Action label="Try again" of={name} act={() => send('POST', `${at}/again`)} />}
        {state !== 'at work' && (
          <>
            <Action label="Earlier" of={name} disabled={first} act={moveTo('earlier')} />
            <Action label="Later" of={name} disabled={last} act={moveTo('later')} />
            {doing === 'begin' && <a href={`/plan/${id}`}>Change it</a>}
            <Action label="Take out" of={name} twice={`Take ${name} out of the queue`} act={() => send('DELETE', at)} />
          </>
        )}
        {state === 'at work' && run !== null && (
          <Action
            label="Stop"
            of={name}
            twice="Stop it; it can be gone on with"
            act={() => send('POST', `/api/runs/${run}/stop`)}
          />
        )}
      </div>
    </li>
  )
}

function words(doing: QueueEntry['doing'], state: QueueEntry['state'], run: string | null): string {
  if (state === 'waiting') return doing === 'begin' ? 'waits for its turn' : 'waits to be gone on with'
  if (state === 'failed') return doing === 'begin' ? 'could not be begun' : 'could not go on'
  return run === null ? 'is being started' : 'is at work'
}
