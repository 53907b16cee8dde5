/** Which screen an address shows. Addresses hold ids alone, and each can be reloaded, kept and opened in another tab. */
import { computed, signal } from '@preact/signals'

const path = signal(location.pathname)

addEventListener('popstate', () => {
  path.value = location.pathname
})

/** The parts of the address: `/runs/ab12` is `['runs', 'ab12']`. */
export const route = computed(() => path.value.split('/').filter((part) => part !== ''))

export function go(to: string): void {
  if (to === path.value) return
  history.pushState(null, '', to)
  path.value = to
  scrollTo(0, 0)
}

/** A link that does not load the page anew; with a modifier key the browser opens it as it does others. */
export function follow(event: MouseEvent): void {
  const link = (event.target as Element).closest('a')
  const plain = event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey
  if (!link || !plain || link.target !== '' || link.hasAttribute('download') || link.origin !== location.origin) return
  if (link.pathname.startsWith('/api/') || link.hash !== '') return
  event.preventDefault()
  go(link.pathname)
}
