/** Runs over HTTP: their list, each with all that its page shows, its report and its sample grids. */
import path from 'node:path'
import { Hono } from 'hono'
import { UserError } from '../../../base/errors.js'
import { exists, readBytes } from '../../../base/files.js'
import { hasBegun, RunDirectory } from '../../../record/run-directory.js'
import { htmlFile } from '../html-file.js'
import { NotHere, OutOfReach, shownIn, type Workplace } from '../workplace.js'
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
    return c.json(withinReach(root, () => runView(root, shownIn(workplace, root))))
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

/** What is read of a run; where its folder has gone meanwhile, that is told. */
function withinReach<T>(root: string, read: () => T): T {
  try {
    return read()
  } catch (error) {
    if (!(error instanceof UserError) || hasBegun(new RunDirectory(root))) throw error
    throw new OutOfReach(
      `the folder of ${path.basename(root)} can't be reached just now: was it moved, or is its disk away? What is shown is as it was last; this page goes on by itself when it is there again`,
    )
  }
}
