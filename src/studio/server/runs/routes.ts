/** Runs over HTTP: their list, each with all that its page shows, its report and its sample grids. */
import { Hono } from 'hono'
import { exists, readBytes } from '../../../base/files.js'
import { RunDirectory } from '../../../record/run-directory.js'
import { NotHere, shownIn, type Workplace } from '../workplace.js'
import { gridFile, runView } from './view.js'
import type { RunWatch } from './watch.js'

const largestReport = 2 ** 28
const largestGrid = 2 ** 26

/** A report is a page of its own: without a script, without a request, shown inside this one. */
const reportPolicy = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'"

export function runRoutes({ workplace, watch }: { workplace: Workplace; watch: RunWatch }): Hono {
  const routes = new Hono()
  routes.get('/', (c) => c.json(watch.list()))
  routes.get('/:id', (c) => {
    const root = watch.folderOf(c.req.param('id'))
    return c.json(runView(root, shownIn(workplace, root)))
  })
  routes.get('/:id/report', (c) => {
    const { report } = new RunDirectory(watch.folderOf(c.req.param('id')))
    if (!exists(report)) throw new NotHere('this run has no report yet; it is written at the end')
    c.header('content-security-policy', reportPolicy)
    c.header('x-frame-options', 'SAMEORIGIN')
    return c.body(new Uint8Array(readBytes(report, largestReport)), 200, { 'content-type': 'text/html; charset=utf-8' })
  })
  routes.get('/:id/grids/:step{[0-9]+}', (c) => {
    const file = gridFile(new RunDirectory(watch.folderOf(c.req.param('id'))), Number(c.req.param('step')))
    if (!exists(file)) throw new NotHere('there is no picture of that step')
    return c.body(new Uint8Array(readBytes(file, largestGrid)), 200, { 'content-type': 'image/png' })
  })
  return routes
}
