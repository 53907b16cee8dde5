/** Blinded readings over HTTP. Which films are synthetic is answered when a reading is complete, and not before. */
import { type Context, Hono } from 'hono'
import { z } from 'zod'
import { UserError } from '../../../base/errors.js'
import { koptCommand } from '../../../base/shell-word.js'
import { shownJson } from '../../../base/shown.js'
import { readersTable } from '../../../readers/readers-table.js'
import { readersResult } from '../../../readers/readers-together.js'
import {
  answered,
  answerForm,
  beginReading,
  isComplete,
  type Reading,
  type ReadingItem,
  readingSample,
} from '../../../readers/reading.js'
import type { ReadingsView, ReadingView } from '../../wire/reading.js'
import { bodyOf } from '../body.js'
import type { RunWatch } from '../runs/watch.js'
import { idOf, NotHere, shownIn, type Workplace } from '../workplace.js'
import type { ImagesOfRun, ReadingStore } from './store.js'

const beginForm = z.object({
  reader: z.string().trim().min(1, 'say who reads').max(60, 'a name of at most 60 letters'),
  films: z.int().min(6, 'at least 6 films').max(400, 'at most 400 films'),
  round: z.union([z.literal(1), z.literal(2)]),
})

export interface Readings {
  readonly workplace: Workplace
  readonly watch: RunWatch
  readonly store: ReadingStore
  readonly images: ImagesOfRun
}

/** Below `/api/runs/:run/readings`. */
export function readingRoutes({ workplace, watch, store, images }: Readings): Hono {
  const routes = new Hono()
  // An id of a run and nothing else leads to its readings' folder.
  const runOf = (c: Context) => idOf(watch.folderOf(c.req.param('run') ?? ''))
  const imagesOf = (run: string) => images.of(watch.folderOf(run))
  /** Of the first draw. */
  const readable = (run: string) => {
    const { classes, films, synthetic } = imagesOf(run)
    return { classes, films, synthetic: synthetic(1) }
  }
  const png = async (run: string, { kind, classIndex, row }: ReadingItem) => {
    const of = imagesOf(run)
    const bytes = kind === 'real' ? await of.film(row) : await of.syntheticImage(1, classIndex, row)
    return new Response(new Uint8Array(bytes), { headers: { 'content-type': 'image/png' } })
  }
  const resultOf = (run: string) => readersResult(store.list(run).map(([, reading]) => reading))
  const download = (type: string, text: string) =>
    new Response(text, { headers: { 'content-type': `${type}; charset=utf-8` } })
  const examplesOf = (run: string, { items }: Reading) => readingSample(readable(run), items.length).examples

  routes.get('/', (c) => {
    const run = runOf(c)
    const readings = store.list(run)
    const result = resultOf(run)
    const view: ReadingsView = {
      going: readings
        .filter(([, reading]) => !isComplete(reading))
        .map(([id, reading]) => viewOf(id, run, reading, [])),
      result,
      command: result.readings.length === 0 ? null : koptCommand('evaluate', shownIn(workplace, store.folderOf(run))),
    }
    return c.json(view)
  })
  routes.get('/readers.json', (c) =>
    download(
      'application/json',
      `${shownJson(resultOf(runOf(c)))}
`,
    ),
  )
  routes.get('/readers.csv', (c) => download('text/csv', readersTable(resultOf(runOf(c)))))
  routes.post('/', async (c) => {
    const run = runOf(c)
    const { reader, films, round } = await bodyOf(c, beginForm)
    const sample = readingSample(readable(run), films)
    const mine = store
      .list(run)
      .map(([, reading]) => reading)
      .filter((reading) => reading.reader === reader)
    if (mine.some((reading) => reading.round === round))
      throw new UserError(`${reader} has read these films already; go on with that reading, or give another name`)
    if (round === 2 && !mine.some((reading) => reading.round === 1 && isComplete(reading)))
      throw new UserError(`${reader} has not finished the first round; the second one is compared with it`)
    const id = store.begin(run, beginReading(sample, { run, reader, round, begun: new Date().toISOString() }))
    return c.json({ id }, 201)
  })
  routes.get('/:id', (c) => {
    const [run, id] = [runOf(c), c.req.param('id')]
    const reading = store.find(run, id)
    return c.json(viewOf(id, run, reading, reading.round === 2 ? examplesOf(run, reading) : []))
  })
  routes.get('/:id/films/:number{[0-9]+}', (c) => {
    const run = runOf(c)
    const item = store.find(run, c.req.param('id')).items[Number(c.req.param('number'))]
    if (!item) throw new NotHere('this reading has no such film')
    return png(run, item)
  })
  routes.get('/:id/examples/:number{[0-9]+}', (c) => {
    const run = runOf(c)
    const reading = store.find(run, c.req.param('id'))
    const item = reading.round === 2 ? examplesOf(run, reading)[Number(c.req.param('number'))] : undefined
    if (!item) throw new NotHere('this reading has no such example')
    return png(run, item)
  })
  routes.put('/:id/films/:number{[0-9]+}', async (c) => {
    const [run, id] = [runOf(c), c.req.param('id')]
    const reading = answered(store.find(run, id), Number(c.req.param('number')), await bodyOf(c, answerForm))
    store.write(run, id, reading)
    return c.json(viewOf(id, run, reading, []))
  })
  return routes
}

function viewOf(
  id: string,
  run: string,
  { reader, round, items, answers }: Reading,
  examples: readonly ReadingItem[],
): ReadingView {
  return {
    id,
    run,
    reader,
    round,
    films: items.length,
    judged: answers.filter((answer) => answer !== null).length,
    examples: examples.map(({ kind }, number) => ({ number, synthetic: kind === 'synthetic' })),
  }
}
