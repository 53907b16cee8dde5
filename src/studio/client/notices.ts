/**
 * What the server tells by itself, heard once for all tabs: a browser keeps few connections to one place, and a stream in each
 * of ten tabs would take them all. One tab holds the stream and tells the others; when it is closed another takes its place.
 */
import { signal } from '@preact/signals'
import type { Notice, Topic } from '../wire/topic.js'

type Listener = (changed: ReadonlySet<Topic> | 'anything') => void

const listeners = new Set<Listener>()
const tabs = new BroadcastChannel('kopt-notices')

/** Whether the stream stands, as far as this tab knows. */
export const connected = signal(true)

/** Whether it is known to stand. */
let standing = false

/** What the tab with the stream tells the others. */
type Told = { readonly notice: Notice } | { readonly connected: boolean }

/** Calls when one of the topics has changed, or may have: after a lost connection, and when the tab is looked at again. */
export function onChange(topics: readonly Topic[], listener: () => void): () => void {
  const hear: Listener = (changed) => {
    if (changed === 'anything' || topics.some((topic) => changed.has(topic))) listener()
  }
  listeners.add(hear)
  return () => listeners.delete(hear)
}

export function hearNotices(): void {
  tabs.onmessage = ({ data }: MessageEvent<Told>) => take(data)
  document.addEventListener('visibilitychange', () => {
    if (!document.hidden) tellListeners('anything')
  })
  void navigator.locks.request('kopt-notices', () => new Promise<never>(openStream))
}

function openStream(): void {
  const stream = new EventSource('/api/notices')
  const tell = (told: Told) => {
    take(told)
    tabs.postMessage(told)
  }
  stream.onopen = () => tell({ connected: true })
  stream.onmessage = ({ data }: MessageEvent<string>) => tell({ notice: JSON.parse(data) as Notice })
  stream.onerror = () => {
    tell({ connected: false })
    // A browser tries again after a break, but not after a refusal.
    if (stream.readyState === EventSource.CLOSED) setTimeout(openStream, 2000)
  }
}

function take(told: Told): void {
  if ('notice' in told) {
    tellListeners(new Set(told.notice.changed))
    return
  }
  // What changed after a first answer and before the stream stood was told to nobody.
  const again = told.connected && !standing
  standing = told.connected
  connected.value = told.connected
  if (again) tellListeners('anything')
}

function tellListeners(changed: ReadonlySet<Topic> | 'anything'): void {
  // What nobody looks at is asked for when it is looked at.
  if (document.hidden) return
  for (const listener of listeners) listener(changed)
}
