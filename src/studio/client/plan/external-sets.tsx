/** Films of other hospitals: a name and a path each, with one empty line for the next. */
import type { RequestProblem } from '../../wire/run-request.js'
import { change, chosen, draft } from './draft.js'

export function ExternalSets({
  hint,
  external,
  problems,
}: {
  readonly hint: string
  readonly external: Readonly<Record<string, string>>
  readonly problems: readonly RequestProblem[]
}) {
  const { name, place } = draft.value.next
  const type = (part: Partial<typeof draft.value.next>) => {
    draft.value = { ...draft.value, next: { name, place, ...part } }
  }
  const wrong = problems.filter((problem) => problem.place === 'external' || problem.place?.startsWith('external.'))
  const add = () => {
    draft.value = { ...draft.value, request: chosen(), next: { name: '', place: '' } }
  }
  const leaveOut = (left: string) => {
    const { [left]: _, ...others } = external
    change({ external: others })
  }
  return (
    <fieldset>
      <legend>Other hospitals</legend>
      <p class="hint">{hint}</p>
      {Object.entries(external).map(([of, at]) => (
        <p class="external" key={of}>
          <strong>{of}</strong> <code>{at}</code>{' '}
          <button type="button" aria-label={`Leave out ${of}`} onClick={() => leaveOut(of)}>
            Leave out
          </button>
        </p>
      ))}
      <div class="external">
        <label>
          Name{' '}
          <input
            value={name}
            placeholder="hospital-b"
            onInput={({ currentTarget }) => type({ name: currentTarget.value })}
          />
        </label>
        <label>
          Path{' '}
          <input
            value={place}
            placeholder="films/theirs"
            onInput={({ currentTarget }) => type({ place: currentTarget.value })}
          />
        </label>
        <button type="button" disabled={name === '' || place === ''} onClick={add}>
          Add
        </button>
      </div>
      {wrong.map(({ text }) => (
        <p class="problem" key={text}>
          {text}
        </p>
      ))}
    </fieldset>
  )
}
