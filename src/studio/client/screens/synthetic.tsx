/** The synthetic films of a run: page by page, each with the training film that it is closest to. */
import { useState } from 'preact/hooks'
import { count, fixed } from '../../../base/format.js'
import type { SyntheticFilm, SyntheticView } from '../../wire/synthetic.js'
import { Awaited } from '../parts/notes.js'
import { RunTitle } from '../parts/run-title.js'
import { useResource } from '../resource.js'

const perPage = 48

export function SyntheticScreen({ run }: { readonly run: string }) {
  const view = useResource<SyntheticView>(`/api/runs/${run}/synthetic`, `run:${run}`)
  return (
    <>
      <RunTitle id={run} what="Synthetic films" />
      <p>
        As the classifiers saw them, in the order in which they were drawn: the search takes the first ones for a small
        K.
      </p>
      <Awaited of={view}>{({ classes }) => <Browse run={run} classes={classes} />}</Awaited>
    </>
  )
}

function Browse({ run, classes }: { readonly run: string; readonly classes: SyntheticView['classes'] }) {
  const [classIndex, setClass] = useState(0)
  const [page, setPage] = useState(0)
  const [chosen, setChosen] = useState<number>()
  const { films } = classes[classIndex] ?? { films: 0 }
  const pages = Math.max(1, Math.ceil(films / perPage))
  const numbers = Array.from({ length: Math.min(perPage, films - page * perPage) }, (_, i) => page * perPage + i + 1)
  const turn = (to: number) => {
    setPage(Math.min(pages - 1, Math.max(0, to)))
    setChosen(undefined)
  }
  return (
    <>
      <form class="fields">
        <label>
          <span>Class</span>
          <select
            value={classIndex}
            onChange={({ currentTarget }) => {
              setClass(Number(currentTarget.value))
              turn(0)
            }}
          >
            {classes.map(({ name, films: of }, i) => (
              <option key={name} value={i}>
                {name} ({count(of)} films)
              </option>
            ))}
          </select>
        </label>
        <button type="button" disabled={page === 0} onClick={() => turn(page - 1)}>
          Page before
        </button>
        <span role="status">
          Page {page + 1} of {pages}
        </span>
        <button type="button" disabled={page >= pages - 1} onClick={() => turn(page + 1)}>
          Next page
        </button>
      </form>
      {chosen !== undefined && <Closest run={run} classIndex={classIndex} number={chosen} />}
      <ul class="films">
        {numbers.map((number) => (
          <li key={`${classIndex} ${number}`}>
            <button type="button" aria-pressed={number === chosen} onClick={() => setChosen(number)}>
              <img
                src={`/api/runs/${run}/synthetic/${classIndex}/${number}/image`}
                alt={`Synthetic film ${number}`}
                loading="lazy"
              />
              <span aria-hidden="true">{number}</span>
            </button>
          </li>
        ))}
      </ul>
    </>
  )
}

function Closest({
  run,
  classIndex,
  number,
}: {
  readonly run: string
  readonly classIndex: number
  readonly number: number
}) {
  const address = `/api/runs/${run}/synthetic/${classIndex}/${number}`
  const film = useResource<SyntheticFilm>(address)
  return (
    <section class="closest" aria-label={`Synthetic film ${number}`}>
      <Awaited of={film}>
        {({ nearest }) => (
          <div class="pair">
            <div>
              <img class="film" src={`${address}/image`} alt={`Synthetic film ${number}`} />
              <span>Synthetic film {number}</span>
            </div>
            {nearest && (
              <div>
                <img
                  class="film"
                  src={`/api/runs/${run}/synthetic/films/${nearest.row}/image`}
                  alt={`Training film ${nearest.film}`}
                />
                <span>The closest training film, {nearest.film}</span>
              </div>
            )}
            <p class="caption">
              {nearest
                ? `By the features that the classifiers saw its distance is ${fixed(nearest.ratio, 2)} of what lies between a typical training film and the nearest one of another patient. Far below 1 it may be a copy; the report's section on copies counts them against chance.`
                : 'This run has kept no features of its films, so nothing is known of the closest one.'}
            </p>
          </div>
        )}
      </Awaited>
    </section>
  )
}
