/** Runs over HTTP: their list, each with all that its page shows, its report and its sample grids. */
import { Hono } from 'hono'
import { exists, readBytes } from '../../../base/files.js'
import { RunDirectory } from '../../../record/run-directory.js'
import { htmlFile } from '../html-file.js'
import { NotHere, shownIn, type Workplace } from '../workplace.js'
import { comparedRun } from './compared.js'
import { gridFile, runView } from './view.js'
import type { RunWatch } from './watch.js'

/** More columns than can be read side by side. */
const mostCompared = 8
const largestGrid = 2 ** 26

export function runRoutes({ workplace, watch }: { workplace: Workplace; watch: RunWatch }): Hono {
  const routes = new Hono()
  routes.get('/', (c) => c.json(watch.list()))
  routes.get('/compared/:ids', (c) => {
    const ids = c.req.param('ids').split(',').slice(0, mostCompared)
    return c.json(ids.map((id) => comparedRun(watch.folderOf(id))))
  })
  routes.get('/:id', (c) => {
    const root = watch.folderOf(c.req.param('id'))
    return c.json(runView(root, shownIn(workplace, root)))
  })
  routes.get('/:id/report', (c) => {
    const { report } = new RunDirectory(watch.folderOf(c.req.param('id')))
    if (!exists(report)) throw new NotHere('this run has no report yet; it is written at the end')
    return htmlFile(c, report)
  })
  routes.get('/:id/grids/:step{[0-9]+}', (c) => {
    const file = gridFile(new RunDirectory(watch.folderOf(c.req.param('id'))), Number(c.req.param('step')))
    if (!exists(file)) throw new NotHere('there is no picture of that step')
    return c.body(new Uint8Array(readBytes(file, largestGrid)), 200, { 'content-type': 'image/png' })
  })
  return routes
}
