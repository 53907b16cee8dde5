/** Where there is no run yet: what to do, and a cohort that costs nothing. */
import type { DemonstrationView } from '../../wire/demonstration.js'
import type { QueueView } from '../../wire/queue.js'
import { Action } from '../parts/action.js'
import { Failed } from '../parts/notes.js'
import { send } from '../request.js'
import { useResource } from '../resource.js'
import { go } from '../route.js'

export function FirstSteps() {
  const { answer: queue } = useResource<QueueView>('/api/queue', 'queue')
  // What was begun stands in the queue, above.
  if (!queue || queue.entries.length > 0) return null
  return (
    <>
      <p>
        No run was begun in this folder yet. <a href="/plan">Plan a run</a> with your films; one that is begun in a
        terminal (<code>kopt run FILMS</code>) shows up here by itself, too.
      </p>
      <DemonstrationRun />
    </>
  )
}

/** A whole run on drawn films, for one click. */
export function DemonstrationRun() {
  const { answer: demonstration } = useResource<DemonstrationView>('/api/demonstration', 'demonstration')
  const begin = async () => {
    await send('POST', '/api/demonstration')
    go('/runs')
  }
  return (
    <section class="now" aria-label="Demonstration">
      <p>
        <strong>No films at hand?</strong> Try it on drawn ones, which no patient ever had: 1,500 films of sinuses from
        two made hospitals. A first report takes about five minutes.
      </p>
      {demonstration?.problem && <Failed message={demonstration.problem} />}
      {demonstration?.drawing ? (
        <>
          <p role="status">The films are being drawn; then the run begins.</p>
          <progress aria-label="Films are being drawn" />
        </>
      ) : (
        <Action primary label="Show me on drawn films" act={begin} />
      )}
    </section>
  )
}
