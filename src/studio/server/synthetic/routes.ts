/** The synthetic films of a run over HTTP, each with the training film that it is closest to. */
import { Hono } from 'hono'
import { elementAt } from '../../../base/element-at.js'
import type { RunImages } from '../../../experiment/external/run-images.js'
import { RunDirectory } from '../../../record/run-directory.js'
import type { SyntheticFilm, SyntheticView } from '../../wire/synthetic.js'
import type { ImagesOfRun } from '../readings/store.js'
import type { RunWatch } from '../runs/watch.js'
import { NotHere } from '../workplace.js'
import { nearestFinder } from './nearest-film.js'

/** Below `/api/runs/:run/synthetic`. */
export function syntheticRoutes({ watch, images }: { watch: RunWatch; images: ImagesOfRun }): Hono {
  const routes = new Hono()
  const imagesOf = (run: string | undefined) => images.of(watch.folderOf(run as string))
  routes.get('/', (c) => {
    const { classes, synthetic } = imagesOf(c.req.param('run'))
    const view: SyntheticView = { classes: classes.map((name, i) => ({ name, films: elementAt(synthetic, i) })) }
    return c.json(view)
  })
  routes.get('/:class{[0-9]+}/:number{[0-9]+}', (c) => {
    const of = imagesOf(c.req.param('run'))
    const { classIndex, row } = placeIn(of, c.req.param('class'), c.req.param('number'))
    const root = watch.folderOf(c.req.param('run') as string)
    const nearest = nearestFinder(new RunDirectory(root), of.films)?.(classIndex, row) ?? null
    const film: SyntheticFilm = {
      class: elementAt(of.classes, classIndex),
      number: row + 1,
      nearest: nearest && { ...nearest, film: elementAt(of.films, nearest.row).id },
    }
    return c.json(film)
  })
  routes.get('/:class{[0-9]+}/:number{[0-9]+}/image', async (c) => {
    const of = imagesOf(c.req.param('run'))
    const { classIndex, row } = placeIn(of, c.req.param('class'), c.req.param('number'))
    return picture(await of.syntheticImage(classIndex, row))
  })
  routes.get('/films/:row{[0-9]+}/image', async (c) => {
    const of = imagesOf(c.req.param('run'))
    const row = Number(c.req.param('row'))
    if (row >= of.films.length) throw new NotHere('this run has no such film')
    return picture(await of.film(row))
  })
  return routes
}

function placeIn({ synthetic }: RunImages, classText: string, numberText: string) {
  const [classIndex, row] = [Number(classText), Number(numberText) - 1]
  const films = synthetic[classIndex]
  if (films === undefined || row < 0 || row >= films) throw new NotHere('this run has no such synthetic film')
  return { classIndex, row }
}

function picture(bytes: Uint8Array): Response {
  return new Response(new Uint8Array(bytes), {
    headers: { 'content-type': 'image/png', 'cache-control': 'private, max-age=3600' },
  })
}
