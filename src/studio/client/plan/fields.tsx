/** The fields of a form, each with what it means, what may stand there, and what is wrong with what stands there now. */
import type { ComponentChildren } from 'preact'
import type { RequestProblem } from '../../wire/run-request.js'

interface FieldOptions {
  /** Its key; names the field's id. */
  readonly place: string
  readonly label: ComponentChildren
  readonly hint: ComponentChildren
  readonly value: string
  readonly placeholder?: string
  /** Where one of a few words must stand there. */
  readonly choices?: readonly { readonly value: string; readonly label: string }[] | undefined
  /** Values that are offered, but of which none need be taken. */
  readonly offered?: readonly string[] | undefined
  readonly problems: readonly RequestProblem[]
  readonly onChange: (text: string) => void
}

export function Field({ place, label, hint, value, placeholder, choices, offered, problems, onChange }: FieldOptions) {
  const id = fieldId(place)
  const wrong = problemsAt(problems, place)
  const common = {
    id,
    'aria-describedby': [`${id}-hint`, ...(wrong.length > 0 ? [`${id}-wrong`] : [])].join(' '),
    'aria-invalid': wrong.length > 0,
  }
  return (
    <div class={wrong.length > 0 ? 'field wrong' : 'field'}>
      <label for={id}>{label}</label>
      {choices ? (
        <select {...common} value={value} onChange={({ currentTarget }) => onChange(currentTarget.value)}>
          {choices.map((choice) => (
            <option key={choice.value} value={choice.value}>
              {choice.label}
            </option>
          ))}
        </select>
      ) : (
        <input
          {...common}
          type="text"
          autocomplete="off"
          spellcheck={false}
          value={value}
          placeholder={placeholder}
          list={offered && offered.length > 0 ? `${id}-offered` : undefined}
          onInput={({ currentTarget }) => onChange(currentTarget.value)}
        />
      )}
      {offered && offered.length > 0 && (
        <datalist id={`${id}-offered`}>
          {offered.map((each) => (
            <option key={each} value={each} />
          ))}
        </datalist>
      )}
      {wrong.length > 0 && (
        <p class="problem" id={`${id}-wrong`}>
          {wrong.map(({ text }) => text).join(' ')}
        </p>
      )}
      <p class="hint" id={`${id}-hint`}>
        {hint}
      </p>
    </div>
  )
}

export function fieldId(place: string): string {
  return `option-${place.replaceAll('.', '-')}`
}

export function problemsAt(problems: readonly RequestProblem[], place: string): readonly RequestProblem[] {
  return problems.filter((problem) => problem.place === place)
}
