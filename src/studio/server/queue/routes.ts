/** The queue over HTTP, and what is done to a run: stopping it, going on with it, removing its folder. */
import path from 'node:path'
import { Hono } from 'hono'
import { z } from 'zod'
import { UserError } from '../../../base/errors.js'
import { askHolderToEnd, lockHolder } from '../../../base/lock-file.js'
import { RunDirectory } from '../../../record/run-directory.js'
import { removeRun } from '../../../record/run-store.js'
import { cancelRun } from '../../../trials/cancel.js'
import { bodyOf } from '../body.js'
import { runRequest } from '../run-request.js'
import type { RunWatch } from '../runs/watch.js'
import type { Queue } from './queue.js'

const step = z.strictObject({ to: z.enum(['earlier', 'later']) })
const named = z.strictObject({ name: z.string() })

export function queueRoutes({ queue }: { queue: Queue }): Hono {
  const routes = new Hono()
  routes.get('/', (c) => c.json(queue.view()))
  routes.post('/', async (c) => c.json({ id: queue.add(await bodyOf(c, runRequest)) }, 201))
  routes.get('/:id/request', (c) => c.json(queue.requestOf(c.req.param('id'))))
  routes.post('/:id/move', async (c) => {
    queue.move(c.req.param('id'), (await bodyOf(c, step)).to === 'earlier' ? -1 : 1)
    return c.body(null, 204)
  })
  routes.post('/:id/again', (c) => {
    queue.again(c.req.param('id'))
    return c.body(null, 204)
  })
  routes.delete('/:id', (c) => {
    queue.remove(c.req.param('id'))
    return c.body(null, 204)
  })
  return routes
}

/** Beside what `runs/routes.ts` reads of a run. */
export function runActionRoutes({ watch, queue }: { watch: RunWatch; queue: Queue }): Hono {
  const routes = new Hono()
  routes.post('/:id/stop', async (c) => {
    const { root, lock } = new RunDirectory(watch.folderOf(c.req.param('id')))
    const answer = askHolderToEnd(lock)
    if (answer === 'gone') throw new UserError(`nobody is at work in ${path.basename(root)} any more`)
    // A file in its folder asks it there.
    if (answer === 'elsewhere') await cancelRun(root)
    return c.body(null, 204)
  })
  routes.post('/:id/resume', (c) => {
    const root = watch.folderOf(c.req.param('id'))
    if (lockHolder(new RunDirectory(root).lock)) throw new UserError(`${path.basename(root)} is at work already`)
    queue.addResumed(root)
    return c.body(null, 204)
  })
  routes.delete('/:id', async (c) => {
    const root = watch.folderOf(c.req.param('id'))
    const name = path.basename(root)
    if ((await bodyOf(c, named)).name !== name)
      throw new UserError('this is another run by now; nothing was removed; load the page anew')
    if (lockHolder(new RunDirectory(root).lock)) throw new UserError(`${name} is at work; stop it first`)
    removeRun(root)
    watch.removed(c.req.param('id'))
    return c.body(null, 204)
  })
  return routes
}
