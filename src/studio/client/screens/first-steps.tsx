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
  if (demonstration?.drawing) return <DemonstrationDrawn />
  return (
    <section class="now" aria-label="Demonstration">
      <p>
        <strong>No films at hand?</strong> Try it on drawn ones, which no patient ever had: 1,500 films of sinuses from
        two hospitals that do not exist, to be looked at and to run on. A first report takes about three minutes on two
        cores that do nothing else.
      </p>
      <DemonstrationProblem />
      <Action primary label="Show me on drawn films" act={begin} />
    </section>
  )
}

/** While the films are drawn, on every screen that waits for them; why they could not be. Else nothing. */
export function DemonstrationDrawn() {
  const { answer: demonstration } = useResource<DemonstrationView>('/api/demonstration', 'demonstration')
  if (!demonstration?.drawing) return <DemonstrationProblem />
  return (
    <section class="now running" aria-label="Demonstration">
      <p role="status">
        The films are being drawn, which takes half a minute; then they stand under <a href="/films">Films</a>, and the
        run begins here by itself.
      </p>
      <progress aria-label="Films are being drawn" />
    </section>
  )
}

function DemonstrationProblem() {
  const { answer: demonstration } = useResource<DemonstrationView>('/api/demonstration', 'demonstration')
  return demonstration?.problem ? <Failed message={demonstration.problem} /> : null
}
