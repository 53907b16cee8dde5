/** Runs side by side: what each found and in what it differs from the others. */
import type { ComponentChildren } from 'preact'
import type { ComparedRun } from '../../wire/comparison.js'
import { Awaited, Failed } from '../parts/notes.js'
import { useResource } from '../resource.js'

export function CompareScreen({ ids }: { readonly ids: readonly string[] }) {
  const runs = useResource<readonly ComparedRun[]>(`/api/runs/compared/${ids.join(',')}`, 'runs')
  return (
    <>
      <p class="above">
        <a href="/runs">All runs</a>
      </p>
      <h1>Side by side</h1>
      {ids.length < 2 ? (
        <Failed message="Choose two runs or more in the list of runs." />
      ) : (
        <Awaited of={runs}>{(list) => <Compared runs={list} />}</Awaited>
      )}
    </>
  )
}

function Compared({ runs }: { readonly runs: readonly ComparedRun[] }) {
  const labels = [...new Set(runs.flatMap(({ facts }) => facts.map(({ label }) => label)))]
  const places = [...new Set(runs.flatMap(({ settings }) => Object.keys(settings ?? {})))]
  const settingOf = ({ settings }: ComparedRun, place: string) => settings?.[place] ?? '–'
  const differs = (place: string) => new Set(runs.map((run) => settingOf(run, place))).size > 1
  const [different, equal] = [places.filter(differs), places.filter((place) => !differs(place))]
  const unread = runs.filter(({ settings }) => settings === null)
  return (
    <>
      <Beside runs={runs} caption="What they found">
        {labels.map((label) => (
          <Row
            key={label}
            label={label}
            texts={runs.map(({ facts }) => facts.find((fact) => fact.label === label)?.text ?? '–')}
          />
        ))}
      </Beside>
      {unread.length > 0 && <p>What was set can't be read of {unread.map(({ name }) => name).join(', ')}.</p>}
      <section>
        <h2>Settings that differ</h2>
        {different.length === 0 ? (
          <p>None: they were made with the same settings.</p>
        ) : (
          <Beside runs={runs} caption="Settings that differ">
            {different.map((place) => (
              <Row key={place} label={<code>{place}</code>} texts={runs.map((run) => settingOf(run, place))} marked />
            ))}
          </Beside>
        )}
      </section>
      <details>
        <summary>Settings that are the same ({equal.length})</summary>
        <ul>
          {equal.map((place) => (
            <li key={place}>
              <code>
                {place} = {settingOf(runs[0] as ComparedRun, place)}
              </code>
            </li>
          ))}
        </ul>
      </details>
    </>
  )
}

function Beside({
  runs,
  caption,
  children,
}: {
  readonly runs: readonly ComparedRun[]
  readonly caption: string
  readonly children: ComponentChildren
}) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a table that scrolls is scrolled by keyboard, too
    <section class="table beside" tabIndex={0} aria-label={caption}>
      <table>
        <thead>
          <tr>
            <td />
            {runs.map(({ id, name }) => (
              <th scope="col" key={id}>
                <a href={`/runs/${id}`}>{name}</a>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>{children}</tbody>
      </table>
    </section>
  )
}

function Row({
  label,
  texts,
  marked = false,
}: {
  readonly label: ComponentChildren
  readonly texts: readonly string[]
  readonly marked?: boolean
}) {
  return (
    <tr>
      <th scope="row">{label}</th>
      {texts.map((text, i) => (
        <td key={i}>{marked ? <mark>{text}</mark> : text}</td>
      ))}
    </tr>
  )
}
