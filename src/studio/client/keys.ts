/** Keys that a screen hears wherever the focus is, from the moment that it can be seen. */
import { useLayoutEffect, useRef } from 'preact/hooks'

/** `hear`: of what is on the screen; a key that comes before the next effect is about that, too. */
export function useKeys(hear: (event: KeyboardEvent) => void): void {
  const latest = useRef(hear)
  latest.current = hear
  useLayoutEffect(() => {
    const listen = (event: KeyboardEvent) => latest.current(event)
    addEventListener('keydown', listen)
    return () => removeEventListener('keydown', listen)
  }, [])
}
