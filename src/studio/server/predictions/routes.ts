/** Predictions over HTTP, of films that were dropped or that lie on this computer. What was dropped is removed when it is judged. */
import path from 'node:path'
import { Hono } from 'hono'
import { z } from 'zod'
import { builtModule } from '../../../base/built.js'
import { runInChild } from '../../../base/child-process.js'
import { koptCommand } from '../../../base/shell-word.js'
import type { PredictionReport, PredictionRequest } from '../../../prediction/predict-films.js'
import { predictionTable } from '../../../prediction/prediction-table.js'
import type { PredictionView } from '../../wire/prediction.js'
import { bodyOf } from '../body.js'
import type { Uploads } from '../datasets/uploads.js'
import type { RunWatch } from '../runs/watch.js'
import { shownIn, type Workplace } from '../workplace.js'

const asked = z.union([
  z.object({ upload: z.string().regex(/^[0-9a-f]{16}$/) }),
  z.object({ path: z.string().trim().min(1, 'type the path of a film or a folder').max(4096) }),
])

/** Below `/api/runs/:run/predictions`. */
export function predictionRoutes({
  workplace,
  watch,
  uploads,
}: {
  readonly workplace: Workplace
  readonly watch: RunWatch
  readonly uploads: Uploads
}): Hono {
  const routes = new Hono()
  const command = (model: string, films: string) => koptCommand('predict', shownIn(workplace, model), films, '--csv')
  routes.post('/', async (c) => {
    const model = watch.folderOf(c.req.param('run') as string)
    const wanted = await bodyOf(c, asked)
    if ('path' in wanted) {
      const report = await predict({ model, images: [wanted.path] }, c.req.raw.signal)
      return c.json(viewOf(report, command(model, wanted.path), (file) => file))
    }
    const folder = uploads.folderOf(wanted.upload)
    try {
      await uploads.unpack(wanted.upload)
      const report = await predict({ model, images: [folder] }, c.req.raw.signal)
      const named = (file: string) => path.relative(folder, file).split(path.sep).join('/')
      return c.json(viewOf(report, command(model, 'FILMS'), named))
    } finally {
      uploads.cancel(wanted.upload)
    }
  })
  return routes
}

function predict(request: PredictionRequest, signal: AbortSignal): Promise<PredictionReport> {
  const entry = builtModule('studio/server/predictions/predict-process')
  return runInChild<PredictionRequest, never, PredictionReport>(entry, request, () => {}, signal)
}

/** `named`: what a file is called on the page. */
function viewOf(report: PredictionReport, command: string, named: (file: string) => string): PredictionView {
  const { arm, k, classes, positive, cutoff } = report
  const predictions = report.predictions.map((prediction) => ({ ...prediction, file: named(prediction.file) }))
  return {
    arm,
    k,
    classes,
    positive,
    cutoff,
    films: predictions.map(({ file, probabilities, seen, likeness }) => ({
      file,
      probabilities,
      seen: seen ?? null,
      unlike: likeness?.unlike ?? null,
    })),
    skipped: report.skipped.map(({ file, reason }) => ({ file: named(file), reason })),
    csv: predictionTable(classes, predictions),
    command,
  }
}
