/** A film as the server sends it (`server/films/routes.ts`): its stored values, and tables of what they mean. */
import type { FilmHead } from '../../wire/dataset.js'
import { asked } from '../request.js'

export interface FilmValues extends FilmHead {
  /** Row by row, channels interleaved; each is a place in the tables. */
  readonly values: Uint16Array
  /** What a window is laid over; NaN is black in every window. */
  readonly measured: Float32Array
  /** 0 to 255 as the film is shown at first. */
  readonly levels: Uint8Array
}

/** Films are kept for going back and forth. */
const mostKept = 4
const kept = new Map<string, Promise<FilmValues>>()

/** A film's values. Rejects with a `RequestError`, and asks again the next time. */
export function filmValues(dataset: string, film: string): Promise<FilmValues> {
  const address = `/api/datasets/${dataset}/films/${film}/values`
  const known = kept.get(address)
  const answer = known ?? read(address)
  kept.delete(address)
  kept.set(address, answer)
  if (known === undefined) answer.catch(() => kept.delete(address))
  for (const oldest of kept.keys()) {
    if (kept.size <= mostKept) break
    kept.delete(oldest)
  }
  return answer
}

async function read(address: string): Promise<FilmValues> {
  const buffer = await (await asked(address, {})).arrayBuffer()
  const length = new Uint32Array(buffer, 0, 1)[0] ?? 0
  const head = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, 4, length))) as FilmHead
  const { height, width, channels, places } = head
  const samples = height * width * channels
  const at = 4 + length
  return {
    ...head,
    measured: new Float32Array(buffer, at, places),
    values: new Uint16Array(buffer, at + 4 * places, samples),
    levels: new Uint8Array(buffer, at + 4 * places + 2 * samples, places),
  }
}
