/** The synthetic films of a run over HTTP, each with the training film that it is closest to, and what a person decides of them. */
import { type Context, Hono } from 'hono'
import { z } from 'zod'
import { elementAt } from '../../../base/element-at.js'
import { exists } from '../../../base/files.js'
import { koptCommand } from '../../../base/shell-word.js'
import { RunDirectory } from '../../../record/run-directory.js'
import { readFilmDecisions } from '../../../synthetic/film-decisions.js'
import type { SyntheticFilm, SyntheticView } from '../../wire/synthetic.js'
import { bodyOf } from '../body.js'
import type { Notices } from '../notices.js'
import type { ImagesOfRun } from '../readings/store.js'
import type { RunWatch } from '../runs/watch.js'
import { NotHere, shownIn, type Workplace } from '../workplace.js'
import { DecisionStore, type FilmsOf } from './decisions.js'
import { nearestFinder } from './nearest-film.js'

const decisionForm = z.object({
  films: z.array(z.int().min(1)).min(1).max(100_000),
  decision: z.enum(['accepted', 'rejected']).nullable(),
})

/** Of the films of a class in a draw. */
const filmsPath = '/:draw{[0-9]+}/:class{[0-9]+}'

/** Below `/api/runs/:run/synthetic`. */
export function syntheticRoutes({
  workplace,
  notices,
  watch,
  images,
}: {
  readonly workplace: Workplace
  readonly notices: Notices
  readonly watch: RunWatch
  readonly images: ImagesOfRun
}): Hono {
  const routes = new Hono()
  const store = new DecisionStore(workplace)
  const folderOf = (c: Context) => watch.folderOf(c.req.param('run') as string)
  const filmsOf = (c: Context): FilmsOf => {
    const root = folderOf(c)
    const [draw, classIndex] = [Number(c.req.param('draw')), Number(c.req.param('class'))]
    const of = images.of(root)
    if (draw < 1 || draw > of.draws || classIndex >= of.classes.length)
      throw new NotHere('this run has no such synthetic film')
    return { directory: new RunDirectory(root), images: of, draw, classIndex }
  }
  const filmOf = (c: Context) => {
    const films = filmsOf(c)
    const row = Number(c.req.param('number')) - 1
    if (row < 0 || row >= elementAt(films.images.synthetic(films.draw), films.classIndex))
      throw new NotHere('this run has no such synthetic film')
    return { ...films, row }
  }

  routes.get('/', (c) => {
    const root = folderOf(c)
    const directory = new RunDirectory(root)
    const { classes, draws, synthetic } = images.of(root)
    const decided = store.all(directory)
    const counted = (decision: string) => decided.filter((film) => film.decision === decision).length
    const file = shownIn(workplace, store.fileOf(directory))
    const view: SyntheticView = {
      draws: Array.from({ length: draws }, (_, i) => ({
        classes: classes.map((name, at) => ({ name, films: elementAt(synthetic(i + 1), at) })),
      })),
      accepted: counted('accepted'),
      rejected: counted('rejected'),
      leftOut: exists(directory.filmDecisions)
        ? readFilmDecisions(directory.filmDecisions).films.filter(({ decision }) => decision === 'rejected').length
        : 0,
      finished: exists(directory.result),
      inFolds: [directory.fold(1), directory.inner(1)].some((fold) => exists(fold.root)),
      command: koptCommand(
        'run',
        '--config',
        shownIn(workplace, directory.privateConfig),
        '--set',
        `synthetic.rejected=${file}`,
      ),
    }
    return c.json(view)
  })
  routes.get(`${filmsPath}/decisions`, (c) => c.json(store.of(filmsOf(c))))
  routes.put(`${filmsPath}/decisions`, async (c) => {
    const films = filmsOf(c)
    const { films: numbers, decision } = await bodyOf(c, decisionForm)
    const last = elementAt(films.images.synthetic(films.draw), films.classIndex)
    if (numbers.some((number) => number > last)) throw new NotHere('this run has no such synthetic film')
    store.decide(films, numbers, decision)
    notices.tell(`decisions:${c.req.param('run') as string}`)
    return c.json(store.of(films))
  })
  routes.get(`${filmsPath}/:number{[0-9]+}`, (c) => {
    const { directory, images: of, draw, classIndex, row } = filmOf(c)
    const nearest = nearestFinder(directory, of.films)?.(draw, classIndex, row) ?? null
    const film: SyntheticFilm = {
      class: elementAt(of.classes, classIndex),
      number: row + 1,
      nearest: nearest && { ...nearest, film: elementAt(of.films, nearest.row).id },
    }
    return c.json(film)
  })
  routes.get(`${filmsPath}/:number{[0-9]+}/image`, async (c) => {
    const { images: of, draw, classIndex, row } = filmOf(c)
    return picture(await of.syntheticImage(draw, classIndex, row))
  })
  routes.get('/films/:row{[0-9]+}/image', async (c) => {
    const of = images.of(folderOf(c))
    const row = Number(c.req.param('row'))
    if (row >= of.films.length) throw new NotHere('this run has no such film')
    return picture(await of.film(row))
  })
  return routes
}

function picture(bytes: Uint8Array): Response {
  return new Response(new Uint8Array(bytes), {
    headers: { 'content-type': 'image/png', 'cache-control': 'private, max-age=3600' },
  })
}
