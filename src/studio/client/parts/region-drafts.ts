/**
 * A reader's regions on this page: what the server has, over it what was drawn since, sent after each change and again until it
 * has arrived. What has not arrived is kept in the browser, too: a page that is closed or loaded anew goes on from there.
 */
import { computed, signal } from '@preact/signals'
import type { DrawnRegion, FilmRegions, ReaderRegions } from '../../wire/regions.js'
import { get, RequestError, send } from '../request.js'

export type Saving = 'saved' | 'saving' | 'waiting'

const againAfterMs = 1000
/** The status of an answer to a change that began from another version. */
const conflict = 409

export class RegionDrafts {
  readonly #address: string
  readonly #kept: string
  readonly #emptyVersion: string
  readonly #films = signal<Readonly<Record<string, FilmRegions>>>({})
  /** Films whose regions the server does not have yet. */
  readonly #unsent = new Set<string>()
  #sending = false
  #closed = false
  readonly saving = signal<Saving>('saved')
  /** Why it waits, where the server has said so. */
  readonly hindrance = signal<string | undefined>(undefined)
  /** What could not be saved, and why, by film. */
  readonly failures = signal<Readonly<Record<string, RequestError>>>({})
  /** Films with regions, by id. */
  readonly drawn = computed(
    () => new Set(Object.entries(this.#films.value).flatMap(([id, { regions }]) => (regions.length > 0 ? [id] : []))),
  )

  constructor(dataset: string, reader: string, { films, emptyVersion }: ReaderRegions) {
    this.#address = `/api/regions/${dataset}/${reader}`
    this.#kept = `kopt-regions-${dataset}-${reader}`
    this.#emptyVersion = emptyVersion
    const unsent = readKept(this.#kept)
    this.#films.value = { ...films, ...unsent }
    for (const id of Object.keys(unsent)) this.#unsent.add(id)
    void this.#send()
  }

  close(): void {
    this.#closed = true
  }

  of(film: string): readonly DrawnRegion[] {
    return this.#films.value[film]?.regions ?? []
  }

  /** Labels in use. */
  labels(): string[] {
    const all = Object.values(this.#films.value).flatMap(({ regions }) => regions.flatMap(({ label }) => label ?? []))
    return [...new Set(all)].sort()
  }

  change(film: string, regions: readonly DrawnRegion[]): void {
    this.#set(film, { regions, version: this.#films.value[film]?.version ?? this.#emptyVersion })
    this.#unsent.add(film)
    this.#keep()
    void this.#send()
  }

  /** Gives up what was drawn on a film, for what the server has. */
  async takeTheirs(film: string): Promise<void> {
    const theirs = await get<FilmRegions>(`${this.#address}/${film}`)
    this.#unsent.delete(film)
    this.#set(film, theirs)
    this.#forget(film)
    this.#keep()
    void this.#send()
  }

  /** Saves what was drawn on a film over what the server has. */
  async keepMine(film: string): Promise<void> {
    const { version } = await get<FilmRegions>(`${this.#address}/${film}`)
    this.#set(film, { regions: this.of(film), version })
    this.#forget(film)
    this.#unsent.add(film)
    void this.#send()
  }

  async #send(): Promise<void> {
    if (this.#sending || this.#closed) return
    this.#sending = true
    for (;;) {
      const film = [...this.#unsent].find((id) => !(id in this.failures.value))
      if (film === undefined) break
      if (this.saving.value === 'saved') this.saving.value = 'saving'
      const { regions, version } = this.#films.value[film] as FilmRegions
      this.#unsent.delete(film)
      try {
        const saved = await send<FilmRegions>('PUT', `${this.#address}/${film}`, { version, regions })
        // What was drawn meanwhile begins from what was saved.
        this.#set(film, { regions: this.of(film), version: saved.version })
      } catch (error) {
        this.#unsent.add(film)
        if (!(error instanceof RequestError) || error.status === 0 || error.status >= 500) {
          this.saving.value = 'waiting'
          this.hindrance.value = error instanceof RequestError && error.status > 0 ? error.message : undefined
          this.#keep()
          this.#sending = false
          setTimeout(() => void this.#send(), againAfterMs)
          return
        }
        if (error.status !== conflict || !(await this.#hasArrived(film)))
          this.failures.value = { ...this.failures.value, [film]: error }
      }
      this.#keep()
    }
    this.#sending = false
    this.hindrance.value = undefined
    this.saving.value = this.#unsent.size === 0 ? 'saved' : 'waiting'
  }

  /** Whether the server has what is to be saved: an answer may be lost, or a page loaded anew before it has come. */
  async #hasArrived(film: string): Promise<boolean> {
    const theirs = await get<FilmRegions>(`${this.#address}/${film}`).catch(() => undefined)
    if (theirs === undefined || JSON.stringify(theirs.regions) !== JSON.stringify(this.of(film))) return false
    this.#unsent.delete(film)
    this.#set(film, theirs)
    return true
  }

  #set(film: string, regions: FilmRegions): void {
    this.#films.value = { ...this.#films.value, [film]: regions }
  }

  #forget(film: string): void {
    const { [film]: _, ...others } = this.failures.value
    this.failures.value = others
  }

  #keep(): void {
    if (this.#unsent.size === 0) {
      localStorage.removeItem(this.#kept)
      return
    }
    const unsent = Object.fromEntries([...this.#unsent].map((film) => [film, this.#films.value[film]]))
    localStorage.setItem(this.#kept, JSON.stringify(unsent))
  }
}

function readKept(key: string): Record<string, FilmRegions> {
  try {
    return JSON.parse(localStorage.getItem(key) ?? '{}') as Record<string, FilmRegions>
  } catch {
    return {}
  }
}
