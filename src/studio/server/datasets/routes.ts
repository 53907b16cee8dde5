/** Datasets over HTTP: those that are known here, what was found in each, and the ways to bring others. */
import { type Context, Hono } from 'hono'
import { z } from 'zod'
import { UserError } from '../../../base/errors.js'
import { bodyOf } from '../body.js'
import type { Notices } from '../notices.js'
import type { Workplace } from '../workplace.js'
import { joinedLabels, labelsRequest } from './labels.js'
import type { Looks } from './looks.js'
import { placeView } from './places.js'
import { type DatasetRegister, optionsForm } from './register.js'
import type { Uploads } from './uploads.js'

export interface DatasetParts {
  readonly workplace: Workplace
  readonly notices: Notices
  readonly register: DatasetRegister
  readonly looks: Looks
}

const place = z.string().trim().min(1, 'type the path of a folder or a file').max(4096)
const chosen = z.object({ path: place })
const folderAsked = z.object({ folder: place.optional() })
const dropped = z.object({ name: z.string().trim().min(1).max(200) })

export function datasetRoutes({
  workplace,
  notices,
  register,
  looks,
  uploads,
  onView,
}: DatasetParts & { readonly uploads: Uploads /** A page of films is opened. */; readonly onView: () => void }): Hono {
  const routes = new Hono()
  routes.get('/', (c) => c.json(register.all().map((dataset) => register.summary(dataset))))
  routes.post('/', async (c) => {
    const { path: place } = await bodyOf(c, chosen)
    const { id } = register.add(place, 'chosen')
    notices.tell('datasets')
    return c.json({ id })
  })
  routes.post('/places', async (c) => c.json(placeView(workplace.root, (await bodyOf(c, folderAsked)).folder)))
  routes.get('/:id', (c) => {
    const view = looks.view(c.req.param('id'))
    onView()
    return c.json(view)
  })
  routes.put('/:id/options', async (c) => {
    const id = c.req.param('id')
    register.change(id, await bodyOf(c, optionsForm))
    notices.tell(`dataset:${id}`)
    return c.body(null, 204)
  })
  routes.post('/:id/look', (c) => {
    const { id } = register.get(c.req.param('id'))
    looks.again(id)
    return c.body(null, 204)
  })
  routes.post('/:id/labels', async (c) => {
    const dataset = register.get(c.req.param('id'))
    const joined = await joinedLabels(dataset, await bodyOf(c, labelsRequest), { workplace, register, uploads })
    notices.tell('datasets')
    return c.json(joined)
  })
  routes.delete('/:id', (c) => {
    const { id } = register.get(c.req.param('id'))
    looks.again(id)
    register.forget(id)
    notices.tell('datasets', `dataset:${id}`)
    return c.body(null, 204)
  })
  return routes
}

/** Where films are sent to, one a request; no other request is as large. */
export const uploadPath = /^\/api\/uploads\/[0-9a-f]{16}\/files$/

export function uploadRoutes({ notices, register }: DatasetParts, uploads: Uploads): Hono {
  const routes = new Hono()
  routes.post('/', (c) => c.json({ id: uploads.begin() }))
  routes.post('/:id/files', async (c) => {
    const announced = c.req.header('content-length')
    const bytes = c.req.raw.body
    if (!bytes) await uploads.take(c.req.param('id'), nameIn(c), 0, nothing())
    else
      await uploads.take(c.req.param('id'), nameIn(c), announced === undefined ? undefined : Number(announced), bytes)
    return c.body(null, 204)
  })
  routes.post('/:id/end', async (c) => {
    const { name } = await bodyOf(c, dropped)
    await uploads.unpack(c.req.param('id'))
    const { id } = uploads.end(c.req.param('id'), (place) => register.add(place, 'dropped', name))
    notices.tell('datasets')
    return c.json({ id })
  })
  routes.delete('/:id', (c) => {
    uploads.cancel(c.req.param('id'))
    return c.body(null, 204)
  })
  return routes
}

async function* nothing(): AsyncGenerator<Uint8Array> {}

/** A file's name with its folders stands in a header: addresses hold none. */
function nameIn(c: Context): string {
  try {
    return decodeURIComponent(c.req.header('kopt-name') ?? '')
  } catch {
    throw new UserError('the name of a dropped file can not be read; name it otherwise')
  }
}
