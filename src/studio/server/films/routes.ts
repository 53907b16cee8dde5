/** Films of a dataset over HTTP: their list, a small picture of each, and a film in full with its stored values. */
import { type Context, Hono } from 'hono'
import type { FilmView } from '../../../dataset/film-view.js'
import type { FilmHead } from '../../wire/dataset.js'
import type { Looks } from '../datasets/looks.js'
import type { FilmPixels } from './film-pixels.js'

export function filmRoutes({ looks, pixels }: { readonly looks: Looks; readonly pixels: FilmPixels }): Hono {
  const routes = new Hono()
  const filmIn = (c: Context) => looks.film(c.req.param('id') ?? '', c.req.param('film') ?? '')
  routes.get('/:id/films', (c) => c.json(looks.films(c.req.param('id'))))
  routes.get('/:id/films/:film/picture', async (c) => {
    looks.rest()
    return c.body(await pixels.picture(filmIn(c), c.req.raw.signal), 200, { 'content-type': 'image/jpeg' })
  })
  routes.get('/:id/films/:film/values', async (c) => {
    const film = filmIn(c)
    const answer = filmAnswer(await pixels.view(film), looks.filmCommand(c.req.param('id'), film))
    return c.body(answer, 200, { 'content-type': 'application/octet-stream' })
  })
  return routes
}

const space = 32

/**
 * Four bytes with the length of the head, the head as JSON in a multiple of four bytes, then the tables and values: measured
 * (float32 a place), values (uint16 a sample), levels (uint8 a place); little endian.
 */
function filmAnswer({ values, measured, levels, ...view }: FilmView, command: string): Uint8Array<ArrayBuffer> {
  const { height, width, channels, inverted, window } = view
  const head: FilmHead = { height, width, channels, places: levels.length, inverted, window, command }
  const written = new TextEncoder().encode(JSON.stringify(head))
  const bytes = new Uint8Array(Math.ceil(written.length / 4) * 4).fill(space)
  bytes.set(written)
  const parts = [new Uint8Array(Uint32Array.of(bytes.length).buffer), bytes, ...[measured, values, levels].map(bytesOf)]
  const out = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0))
  let at = 0
  for (const part of parts) {
    out.set(part, at)
    at += part.length
  }
  return out
}

function bytesOf({ buffer, byteOffset, byteLength }: Float32Array | Uint16Array | Uint8Array): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength)
}
