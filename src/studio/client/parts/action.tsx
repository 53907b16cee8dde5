/** A button that asks the server to do something, and says where that could not be done. */
import { useEffect, useRef, useState } from 'preact/hooks'
import { Failed } from './notes.js'

export interface ActionOptions {
  readonly label: string
  /** What it is done to, for who hears the button alone. */
  readonly of?: string
  readonly act: () => Promise<unknown>
  /** What a second button says that has to be pressed, too. */
  readonly twice?: string
  readonly primary?: boolean
  readonly disabled?: boolean
}

export function Action({ label, of, act, twice, primary = false, disabled = false }: ActionOptions) {
  const [state, setState] = useState<'rest' | 'asked' | 'busy'>('rest')
  const [failure, setFailure] = useState<string>()
  const question = useRef<HTMLButtonElement>(null)
  useEffect(() => {
    if (state === 'asked') question.current?.focus()
  }, [state])
  const perform = async () => {
    setState('busy')
    setFailure(undefined)
    try {
      await act()
    } catch (error) {
      setFailure((error as Error).message)
    }
    setState('rest')
  }
  const press = () => (twice === undefined ? void perform() : setState('asked'))
  return (
    <div class="action">
      {state === 'asked' ? (
        <>
          <button ref={question} type="button" class="grave" onClick={() => void perform()}>
            {twice}
          </button>
          <button type="button" onClick={() => setState('rest')}>
            Leave it
          </button>
        </>
      ) : (
        <button
          type="button"
          class={primary ? 'primary' : undefined}
          aria-label={of === undefined ? undefined : `${label}: ${of}`}
          disabled={disabled || state === 'busy'}
          onClick={press}
        >
          {label}
        </button>
      )}
      {failure !== undefined && <Failed message={failure} />}
    </div>
  )
}
