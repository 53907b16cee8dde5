/** What is being chosen for a run. It outlives a reload and a server that is gone; only its own tab sees it. */
import { signal } from '@preact/signals'
import type { RunRequest } from '../../wire/run-request.js'

export interface Draft {
  readonly request: RunRequest
  /** A further set of films, as far as it is typed. */
  readonly next: { readonly name: string; readonly place: string }
  /** The plan that was made of it last. */
  readonly plan: string | null
  /** The entry of the queue that it was taken from to be mended. */
  readonly entry: string | null
}

const empty: Draft = {
  request: { dataset: '', external: {}, preset: 'standard', positive: null, patientFrom: null, set: {} },
  next: { name: '', place: '' },
  plan: null,
  entry: null,
}

const key = 'kopt-run-draft'

export const draft = signal<Draft>(kept())

draft.subscribe((value) => sessionStorage.setItem(key, JSON.stringify(value)))

/** What is asked for when it is sent now. */
export function chosen({ request, next: { name, place } }: Draft = draft.value): RunRequest {
  return name === '' || place === '' ? request : { ...request, external: { ...request.external, [name]: place } }
}

export function take(request: RunRequest, entry: string): void {
  draft.value = { ...empty, request, entry }
}

/** Other films, and what is known of them already; all else stays as it was chosen. */
export function takeFilms(films: Pick<RunRequest, 'dataset' | 'positive' | 'patientFrom'>): void {
  draft.value = { ...draft.value, plan: null, request: { ...draft.value.request, ...films } }
}

export function change(part: Partial<RunRequest>): void {
  draft.value = { ...draft.value, request: { ...draft.value.request, ...part } }
}

/** One further option; an empty text or what stands there anyway leaves it out. */
export function setOption(place: string, text: string, byDefault: string): void {
  const { [place]: _, ...others } = draft.value.request.set
  change({ set: text === '' || text === byDefault ? others : { ...others, [place]: text } })
}

export function clearDraft(): void {
  draft.value = empty
}

function kept(): Draft {
  try {
    return { ...empty, ...(JSON.parse(sessionStorage.getItem(key) ?? '{}') as Partial<Draft>) }
  } catch {
    return empty
  }
}
