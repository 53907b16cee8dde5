/** Plans over HTTP, and the options that one is made of. */
import { Hono } from 'hono'
import { bodyOf } from '../body.js'
import { htmlFile } from '../html-file.js'
import { runRequest } from '../run-request.js'
import { optionsView } from './options.js'
import type { Plans } from './plans.js'

export function planRoutes({ plans }: { plans: Plans }): Hono {
  const routes = new Hono()
  routes.post('/', async (c) => c.json({ id: plans.begin(await bodyOf(c, runRequest)) }, 201))
  routes.get('/:id', (c) => c.json(plans.view(c.req.param('id'))))
  routes.get('/:id/page', (c) => htmlFile(c, plans.pageOf(c.req.param('id'))))
  routes.post('/:id/stop', (c) => {
    plans.stop(c.req.param('id'))
    return c.body(null, 204)
  })
  return routes
}

export function optionRoutes(): Hono {
  const routes = new Hono()
  const view = optionsView()
  routes.get('/', (c) => c.json(view))
  return routes
}
