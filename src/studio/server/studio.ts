/** The studio's server: what stands before every answer, the page's files, and the routes of each screen below /api. */
import { getRequestListener } from '@hono/node-server'
import { Hono } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import { z } from 'zod'
import { UserError } from '../../base/errors.js'
import { loopbackHosts } from '../../http/guard.js'
import { listenAt } from '../../http/listen.js'
import { bodyOf } from './body.js'
import { Looks } from './datasets/looks.js'
import { DatasetRegister } from './datasets/register.js'
import { datasetRoutes, uploadPath, uploadRoutes } from './datasets/routes.js'
import { Uploads } from './datasets/uploads.js'
import { Demonstration } from './demonstration/demonstration.js'
import { demonstrationRoutes } from './demonstration/routes.js'
import { failureAnswer } from './failure.js'
import { FilmPixels } from './films/film-pixels.js'
import { filmRoutes } from './films/routes.js'
import { guard } from './guard.js'
import { Notices } from './notices.js'
import { PageFiles } from './page-files.js'
import { Plans } from './plans/plans.js'
import { optionRoutes, planRoutes } from './plans/routes.js'
import { predictionRoutes } from './predictions/routes.js'
import { Queue } from './queue/queue.js'
import { queueRoutes, runActionRoutes } from './queue/routes.js'
import { readingRoutes } from './readings/routes.js'
import { ImagesOfRun, ReadingStore } from './readings/store.js'
import { regionRoutes } from './regions/routes.js'
import { newAddressPath } from './running.js'
import { handOnRoutes } from './runs/hand-on.js'
import { runRoutes } from './runs/routes.js'
import { RunWatch } from './runs/watch.js'
import { Session } from './session.js'
import { syntheticRoutes } from './synthetic/routes.js'
import { NotHere, workplaceIn } from './workplace.js'

export interface StudioOptions {
  /** The folder to work in: its `runs` are shown, commands are typed there. */
  readonly folder: string
  /** Further folders that hold runs. */
  readonly runFolders?: readonly string[]
  /** Where the page opens; default: its first screen. */
  readonly at?: string
  /** Default: the port that the studio of this folder had last, else a free one. */
  readonly port?: number
  /** A line for whoever has started the studio. */
  readonly note: (text: string) => void
}

export interface Studio {
  /** Opens the page once. */
  readonly address: string
  readonly port: number
  close(): Promise<void>
}

/** Bytes of a request that carries no film. */
const largestBody = 2 ** 20

/** A place on the page, by names and ids. */
const pagePlace = z.object({ at: z.string().regex(/^\/([a-z0-9-]+(\/[a-z0-9-]+)*)?$/) })

/** The page of a dataset, by its id. */
const openedFilms = /^\/films\/([0-9a-f]{16})$/

/** Starts to listen. Throws a `UserError` where the port is taken, or the page was not built. */
export async function startStudio({
  folder,
  runFolders = [],
  at = '/',
  port: wanted,
  note,
}: StudioOptions): Promise<Studio> {
  const page = new PageFiles()
  const workplace = workplaceIn(folder)
  const session = new Session(workplace.root)
  const notices = new Notices()
  const register = new DatasetRegister(workplace)
  const looks = new Looks({ workplace, notices, register, note })
  const pixels = new FilmPixels(workplace)
  const uploads = new Uploads(workplace)
  const datasets = { workplace, notices, register, looks }
  const watch = new RunWatch([workplace.runs, ...runFolders], notices)
  const queue = new Queue({ workplace, watch, notices, note })
  const plans = new Plans({ workplace, notices })
  const demonstration = new Demonstration({ workplace, register, queue, notices })
  const stop = () => {
    demonstration.close()
    plans.close()
    queue.close()
    watch.close()
    looks.close()
    pixels.close()
  }
  let answer: (request: Request) => Response | Promise<Response> = () => new Response(null, { status: 503 })
  try {
    const listening = await listenAt(
      getRequestListener((request) => answer(request)),
      { wanted, preferred: session.lastPort },
    )
    const { port } = listening
    const app = new Hono()
    app.use(guard({ session, port, hosts: loopbackHosts(port) }))
    const limited = bodyLimit({
      maxSize: largestBody,
      onError: () => {
        throw new UserError('this is larger than anything that the page sends; nothing was taken of it')
      },
    })
    // A film is bounded where it is taken, as it comes.
    app.use((c, next) => (c.req.method === 'POST' && uploadPath.test(c.req.path) ? next() : limited(c, next)))
    app.onError((error, c) => failureAnswer(error, c, note))
    const addressAt = (place: string) => `http://127.0.0.1:${port}${place}?token=${session.newToken()}`
    app.post(newAddressPath, async (c) => c.json({ address: addressAt((await bodyOf(c, pagePlace)).at) }))
    app.get('/api/notices', (c) => notices.stream(c))
    app.route('/api/runs', runRoutes({ workplace, watch }))
    app.route('/api/runs', runActionRoutes({ watch, queue }))
    app.route('/api/datasets', datasetRoutes({ ...datasets, uploads, onView: () => pixels.prepare() }))
    app.route('/api/datasets', filmRoutes({ looks, pixels }))
    app.route('/api/regions', regionRoutes(datasets))
    app.route('/api/uploads', uploadRoutes(datasets, uploads))
    app.route('/api/runs/:run/predictions', predictionRoutes({ workplace, watch, uploads }))
    const images = new ImagesOfRun()
    app.route(
      '/api/runs/:run/readings',
      readingRoutes({ workplace, watch, store: new ReadingStore(workplace), images }),
    )
    app.route('/api/runs/:run/hand-on', handOnRoutes({ workplace, watch }))
    app.route('/api/runs/:run/synthetic', syntheticRoutes({ workplace, notices, watch, images }))
    app.route('/api/demonstration', demonstrationRoutes({ demonstration }))
    app.route('/api/options', optionRoutes())
    app.route('/api/plans', planRoutes({ plans }))
    app.route('/api/queue', queueRoutes({ queue }))
    app.all('/api/*', () => {
      throw new NotHere('there is nothing under this address')
    })
    app.get('*', (c) => page.answer(c))
    answer = app.fetch
    session.listensAt(port)
    const opened = openedFilms.exec(at)?.[1]
    if (opened !== undefined) looks.begin(opened)
    return {
      address: addressAt(at),
      port,
      async close() {
        stop()
        await listening.close()
      },
    }
  } catch (error) {
    stop()
    throw error
  }
}
