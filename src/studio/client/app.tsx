/** The frame around every screen: where one is, what there is, and whether the studio still answers. */
import type { ComponentType } from 'preact'
import { connected } from './notices.js'
import { Failed } from './parts/notes.js'
import { route } from './route.js'
import { CompareScreen } from './screens/compare.js'
import { DatasetScreen } from './screens/dataset.js'
import { FilmScreen } from './screens/film.js'
import { FilmsScreen } from './screens/films.js'
import { HandOnScreen } from './screens/hand-on.js'
import { PlanScreen } from './screens/plan.js'
import { PredictScreen } from './screens/predict.js'
import { EditorScreen } from './screens/region-editor.js'
import { ReadersScreen, RegionsScreen } from './screens/regions.js'
import { RunScreen } from './screens/run.js'
import { RunsScreen } from './screens/runs.js'
import { ReadingScreen, SpotScreen } from './screens/spot.js'
import { SyntheticScreen } from './screens/synthetic.js'

/** A screen, given what stands behind its name in the address. */
interface Screen {
  readonly name: string
  /** In the navigation; a screen that belongs to another is reached from there. */
  readonly label?: string
  readonly view: ComponentType<{ readonly rest: readonly string[] }>
}

/** In the order of the work. */
const screens: readonly Screen[] = [
  {
    name: 'films',
    label: 'Films',
    view: ({ rest: [id, number] }) => {
      if (id === undefined) return <FilmsScreen />
      return number === undefined ? <DatasetScreen key={id} id={id} /> : <FilmScreen key={id} id={id} number={number} />
    },
  },
  {
    name: 'regions',
    label: 'Regions',
    view: ({ rest: [id, reader, number] }) => {
      if (id === undefined) return <RegionsScreen />
      if (reader === undefined) return <ReadersScreen key={id} id={id} />
      return <EditorScreen key={`${id}/${reader}`} id={id} reader={reader} number={number} />
    },
  },
  { name: 'plan', label: 'Plan', view: ({ rest: [entry] }) => <PlanScreen entry={entry} /> },
  {
    name: 'runs',
    label: 'Runs',
    view: ({ rest: [id] }) => (id === undefined ? <RunsScreen /> : <RunScreen key={id} id={id} />),
  },
  { name: 'compare', view: ({ rest }) => <CompareScreen ids={rest} /> },
  {
    name: 'spot',
    view: ({ rest: [run = '', id] }) =>
      id === undefined ? <SpotScreen key={run} run={run} /> : <ReadingScreen key={id} run={run} id={id} />,
  },
  { name: 'predict', view: ({ rest: [run = ''] }) => <PredictScreen key={run} run={run} /> },
  { name: 'synthetic', view: ({ rest: [run = ''] }) => <SyntheticScreen key={run} run={run} /> },
  { name: 'hand-on', view: ({ rest: [run = ''] }) => <HandOnScreen key={run} run={run} /> },
]

const first = 'films'

export function App() {
  const [name = first, ...rest] = route.value
  const screen = screens.find((each) => each.name === name)
  return (
    <div class="frame">
      <a class="skip" href="#content">
        To the content
      </a>
      <header class="bar">
        <a class="home" href="/">
          kopt studio
        </a>
        <nav aria-label="Screens">
          {screens.map(
            ({ name: to, label }) =>
              label !== undefined && (
                <a key={to} href={`/${to}`} aria-current={to === screen?.name ? 'page' : undefined}>
                  {label}
                </a>
              ),
          )}
        </nav>
        <p class="research">Research use only</p>
      </header>
      {!connected.value && (
        <p class="lost" role="status">
          The studio does not answer. What you see is as it was last; runs go on without it. Start it again (kopt
          studio) and this page goes on by itself.
        </p>
      )}
      <main id="content" tabIndex={-1}>
        {screen ? <screen.view rest={rest} /> : <Failed message="There is no such page here." />}
      </main>
    </div>
  )
}
