/** The demonstration over HTTP. */
import { Hono } from 'hono'
import type { Demonstration } from './demonstration.js'

export function demonstrationRoutes({ demonstration }: { demonstration: Demonstration }): Hono {
  const routes = new Hono()
  routes.get('/', (c) => c.json(demonstration.view()))
  routes.post('/', (c) => {
    demonstration.begin()
    return c.body(null, 204)
  })
  return routes
}
