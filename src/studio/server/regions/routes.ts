/** Regions over HTTP: who has drawn what, one reader's regions, and a film's after each change. A reader never gets another's. */
import { type Context, Hono } from 'hono'
import { z } from 'zod'
import type { BegunReader, FilmRegions, ReaderRegions, RegionsView } from '../../wire/regions.js'
import { bodyOf } from '../body.js'
import type { FilmEntry } from '../datasets/film-entry.js'
import type { Looks } from '../datasets/looks.js'
import type { Notices } from '../notices.js'
import { shownIn, type Workplace } from '../workplace.js'
import { agreementOf } from './agreement.js'
import { RegionStore, versionOf } from './store.js'

const number = z.number().finite()
/** As many as a film may have. */
const mostRegions = 1000
const region = z.object({
  left: number,
  top: number,
  width: number,
  height: number,
  rotationDegrees: number.optional(),
  label: z.string().normalize().trim().min(1).max(200).optional(),
})
const beginning = z.object({ reader: z.string().max(200) })
const change = z.object({ version: z.string(), regions: z.array(region).max(mostRegions) })

export function regionRoutes({
  workplace,
  notices,
  looks,
}: {
  readonly workplace: Workplace
  readonly notices: Notices
  readonly looks: Looks
}): Hono {
  const routes = new Hono()
  const store = new RegionStore(workplace)
  routes.get('/:id', (c) => c.json(overview(c.req.param('id'), looks, store)))
  routes.post('/:id', async (c) => {
    const id = c.req.param('id')
    // Only of films that are known here.
    looks.entries(id)
    const { reader } = await bodyOf(c, beginning)
    const answer: BegunReader = { id: store.begin(id, reader) }
    notices.tell(`dataset:${id}`)
    return c.json(answer, 201)
  })
  routes.get('/:id/:reader', (c) => {
    const id = c.req.param('id')
    const reader = store.named(id, c.req.param('reader'))
    const films = looks.entries(id)
    const { byFilm, problems } = store.read(id, reader, films)
    const drawn = films.flatMap((film): [string, FilmRegions][] => {
      const regions = byFilm.get(film.name)
      return regions === undefined ? [] : [[film.id, { regions, version: versionOf(regions) }]]
    })
    const file = shownIn(workplace, store.file(id, reader))
    const answer: ReaderRegions = {
      reader,
      films: Object.fromEntries(drawn),
      emptyVersion: versionOf([]),
      command: looks.command('crop', id, ['--roi', file, '--out', 'patches']),
      problems,
    }
    return c.json(answer)
  })
  routes.get('/:id/:reader/:film', (c) => c.json(regionsOfFilm(c)))
  routes.put('/:id/:reader/:film', async (c) => {
    const { id, film } = c.req.param()
    const reader = store.named(id, c.req.param('reader'))
    const { version: before, regions } = await bodyOf(c, change)
    const saved = store.write(id, reader, looks.entries(id), { film: looks.film(id, film), before, regions })
    notices.tell(`dataset:${id}`)
    return c.json(saved)
  })

  function regionsOfFilm(c: Context): FilmRegions {
    const { id = '', film = '' } = c.req.param()
    const reader = store.named(id, c.req.param('reader') ?? '')
    const { name } = looks.film(id, film)
    const regions = store.read(id, reader, looks.entries(id)).byFilm.get(name) ?? []
    return { regions, version: versionOf(regions) }
  }
  return routes
}

function overview(id: string, looks: Looks, store: RegionStore): RegionsView {
  const films = looks.entries(id)
  const drawn = store.readers(id).map((reader) => ({ reader, byFilm: store.read(id, reader, films).byFilm }))
  const patients = new Map(films.map(({ name, patient }) => [name, patient || name]))
  const agreements = drawn.flatMap((first, i) =>
    drawn
      .slice(i + 1)
      .map((second) =>
        agreementOf([first.reader, second.reader], [first.byFilm, second.byFilm], (film) => patients.get(film) ?? film),
      ),
  )
  return {
    readers: drawn.map(({ reader, byFilm }) => ({
      id: store.idOf(id, reader),
      reader,
      films: byFilm.size,
      regions: [...byFilm.values()].reduce((sum, { length }) => sum + length, 0),
    })),
    agreements: agreements.filter(({ films }) => films > 0),
    refusal: refusalOf(films),
  }
}

function refusalOf(films: readonly FilmEntry[]): string | null {
  return films.some(({ roi }) => roi !== undefined)
    ? 'These films are cut to regions of interest already, by the column roi of their manifest; take a manifest without it to draw others.'
    : null
}
