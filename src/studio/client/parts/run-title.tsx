/** The head of a screen that belongs to a run. */
import type { RunView } from '../../wire/run.js'
import { useResource } from '../resource.js'

export function RunTitle({ id, what }: { readonly id: string; readonly what: string }) {
  const { answer } = useResource<RunView>(`/api/runs/${id}`, `run:${id}`)
  return (
    <>
      <p class="above">
        <a href="/runs">All runs</a> / <a href={`/runs/${id}`}>{answer?.name ?? '…'}</a>
      </p>
      <h1>{what}</h1>
    </>
  )
}
