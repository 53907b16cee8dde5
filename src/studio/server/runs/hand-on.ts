/** What of a finished run is handed on: files to download, and the model with its papers as a folder beside the runs. */
import path from 'node:path'
import { Hono } from 'hono'
import { exists, readText } from '../../../base/files.js'
import { koptCommand } from '../../../base/shell-word.js'
import { exportRun } from '../../../export/export-run.js'
import { modelPage } from '../../../export/write-page.js'
import { RunDirectory } from '../../../record/run-directory.js'
import { requireWhole } from '../../../record/seals.js'
import { sharedReport } from '../../../report/write-report.js'
import type { ExportAnswer, HandOnView } from '../../wire/run.js'
import { NotHere, shownIn, type Workplace } from '../workplace.js'
import type { RunWatch } from './watch.js'

/** Below `/api/runs/:run/hand-on`. */
export function handOnRoutes({ workplace, watch }: { workplace: Workplace; watch: RunWatch }): Hono {
  const routes = new Hono()
  const directoryOf = (id: string | undefined) => new RunDirectory(watch.folderOf(id as string))
  const download = (name: string, type: string, text: string) =>
    new Response(text, {
      headers: { 'content-type': `${type}; charset=utf-8`, 'content-disposition': `attachment; filename="${name}"` },
    })
  const written = (directory: RunDirectory, file: string, name: string, type: string) => {
    if (!exists(file)) throw new NotHere('this run has not finished; what is handed on is written at its end')
    requireWhole(directory, file)
    return download(name, type, readText(file))
  }
  routes.get('/report.html', (c) => {
    const directory = directoryOf(c.req.param('run'))
    return written(directory, directory.report, 'report.html', 'text/html')
  })
  routes.get('/report-share.html', (c) =>
    download('report-share.html', 'text/html', sharedReport(directoryOf(c.req.param('run')))),
  )
  routes.get('/methods.md', (c) => {
    const directory = directoryOf(c.req.param('run'))
    return written(directory, directory.methodsText, 'methods.md', 'text/markdown')
  })
  routes.get('/result.json', (c) => {
    const directory = directoryOf(c.req.param('run'))
    return written(directory, directory.result, 'result.json', 'application/json')
  })
  routes.get('/', (c) => {
    const { root } = directoryOf(c.req.param('run'))
    const answer: HandOnView = { pageCommand: koptCommand('export', shownIn(workplace, root), '--page', 'model.html') }
    return c.json(answer)
  })
  routes.get('/model.html', (c) => download('model.html', 'text/html', modelPage(directoryOf(c.req.param('run')).root)))
  routes.post('/model', async (c) => {
    const { root } = directoryOf(c.req.param('run'))
    const folder = freeFolder(path.join(workplace.root, 'models', path.basename(root)))
    const { files, noGenerator } = await exportRun(root, folder)
    const answer: ExportAnswer = {
      folder: shownIn(workplace, folder),
      files: files.map(({ name, bytes }) => ({ name, bytes })),
      noGenerator,
      command: koptCommand('export', shownIn(workplace, root), '--out', shownIn(workplace, folder)),
    }
    return c.json(answer, 201)
  })
  return routes
}

/** The folder itself, or with a number behind where there is one already. */
function freeFolder(folder: string): string {
  for (let number = 1; ; number++) {
    const name = number === 1 ? folder : `${folder}-${number}`
    if (!exists(name)) return name
  }
}
