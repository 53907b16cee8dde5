/** All that is seen of the page. */
import { useEffect, useRef, useState } from 'preact/hooks'
import { formatCsv } from '../../base/csv.js'
import { count, counted, proportion } from '../../base/format.js'
import type { PageFacts } from '../page-facts.js'
import type { Judge, Judgement } from './judge.js'
import { parts, texts } from './licences.js'

interface Row {
  readonly key: number
  readonly file: File
  /** Absent: it waits. */
  readonly judgement?: Judgement
}

let keys = 0

export function ModelPage({ facts, judge }: { readonly facts: PageFacts; readonly judge: Judge }) {
  const { classes, positive } = facts.classifier
  const [rows, setRows] = useState<readonly Row[]>([])
  const [failure, setFailure] = useState<string>()
  const [ready, setReady] = useState(false)
  const shown = useRef(new Set<number>())
  const failed = (error: Error) => setFailure(error.message)
  useEffect(() => {
    judge.ready.then(() => setReady(true), failed)
  }, [judge])
  const take = async (files: readonly File[]) => {
    const added = files.map((file) => ({ key: keys++, file }))
    for (const { key } of added) shown.current.add(key)
    setRows((before) => [...before, ...added])
    for (const { key, file } of added) {
      if (!shown.current.has(key)) continue
      try {
        const judgement = await judge.judge(file)
        setRows((before) => before.map((row) => (row.key === key ? { ...row, judgement } : row)))
      } catch (error) {
        failed(error as Error)
        return
      }
    }
  }
  const clear = () => {
    shown.current.clear()
    setRows([])
  }
  const done = rows.filter(({ judgement }) => judgement !== undefined).length
  return (
    <>
      <header class="top">
        <p class="tool">
          <span>kopt {facts.classifier.toolVersion}</span>
        </p>
        <h1>{positive === null ? `Which of ${classes.join(', ')}?` : `How likely is ${positive}?`}</h1>
      </header>
      <main>
        <p class="research">Research use only. Not for diagnosis.</p>
        <p>
          This page is a classifier of films. It judges them here, in the browser: no film, and nothing of one, leaves
          this page.
        </p>
        {facts.classifier.cropped && (
          <p class="warning">
            It was trained on regions cut out of films and can’t judge a whole film: drop films that are cut to their
            region.
          </p>
        )}
        <Facts facts={facts} />
        <DropArea onFiles={(files) => void take(files)} />
        {failure !== undefined && (
          <p class="failed" role="alert">
            {failure} Chrome, Edge, Firefox and Safari of 2023 and later can; where one of these can’t, close other tabs
            and open the page again.
          </p>
        )}
        <p role="status">
          {failure === undefined && !ready && 'The classifier is starting …'}
          {ready &&
            rows.length > 0 &&
            (done < rows.length
              ? `${count(done)} of ${counted(rows.length, 'film')} judged …`
              : `${counted(done, 'film')} looked at`)}
        </p>
        {rows.length > 0 && <Table facts={facts} rows={rows} onClear={clear} />}
        <Licences />
      </main>
    </>
  )
}

function Facts({ facts: { classifier, cutoff, hash } }: { readonly facts: PageFacts }) {
  const { classes, positive, imageSize, backbone, arm, k } = classifier
  return (
    <dl class="facts">
      <div>
        <dt>Classes</dt>
        <dd>{classes.join(', ')}</dd>
      </div>
      {cutoff !== null && positive !== null && (
        <div>
          <dt>Cutoff</dt>
          <dd>
            called {positive} from a probability of {proportion(cutoff)} on
          </dd>
        </div>
      )}
      <div>
        <dt>Classifier</dt>
        <dd>
          {backbone}, {arm}, K = {k}, films of {imageSize[1]} x {imageSize[0]} pixels
        </dd>
      </div>
      <div>
        <dt>SHA-256</dt>
        <dd>
          <code>{hash.slice(0, 16)}</code>
        </dd>
      </div>
    </dl>
  )
}

function DropArea({ onFiles }: { readonly onFiles: (files: readonly File[]) => void }) {
  const [over, setOver] = useState(false)
  return (
    <fieldset
      class={over ? 'drop over' : 'drop'}
      aria-label="Drop films here"
      onDragOver={(event) => {
        event.preventDefault()
        setOver(true)
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        event.preventDefault()
        setOver(false)
        if (event.dataTransfer) onFiles([...event.dataTransfer.files])
      }}
    >
      <p>Drop films here: PNG, JPEG or DICOM, of any size; of a file that holds several frames the first is judged.</p>
      <label class="file">
        Choose films
        <input
          type="file"
          multiple
          onChange={({ currentTarget }) => {
            onFiles([...(currentTarget.files ?? [])])
            currentTarget.value = ''
          }}
        />
      </label>
    </fieldset>
  )
}

function Table({
  facts: { classifier, cutoff },
  rows,
  onClear,
}: {
  readonly facts: PageFacts
  readonly rows: readonly Row[]
  readonly onClear: () => void
}) {
  const { classes, positive } = classifier
  const called = cutoff !== null && positive !== null
  const save = () => saveTable(classes, rows)
  return (
    <section>
      <h2>Probabilities</h2>
      <table class="stack">
        <caption>
          What the classifier says of each film. It does not know whether a film is unlike those that it was trained on;
          of such a film the numbers say nothing.
        </caption>
        <thead>
          <tr>
            <th scope="col">Film</th>
            {classes.map((name) => (
              <th scope="col" class="n" key={name}>
                {name}
              </th>
            ))}
            {called && <th scope="col">By the cutoff</th>}
          </tr>
        </thead>
        <tbody>
          {rows.map(({ key, file, judgement }) => (
            <tr key={key}>
              <th scope="row">
                {file.name}
                {judgement !== undefined &&
                  'notes' in judgement &&
                  judgement.notes.map((note) => (
                    <span class="note" key={note}>
                      {note}
                    </span>
                  ))}
              </th>
              {judgement === undefined ? (
                <td colSpan={classes.length + (called ? 1 : 0)}>waits</td>
              ) : 'problem' in judgement ? (
                <td class="problem" colSpan={classes.length + (called ? 1 : 0)}>
                  {judgement.problem}
                </td>
              ) : (
                <>
                  {classes.map((name, c) => (
                    <td class="n" data-label={name} key={name}>
                      {proportion(judgement.probabilities[c])}
                    </td>
                  ))}
                  {called && (
                    <td class="called" data-label="By the cutoff">
                      {calledOf(classes, positive, cutoff, judgement.probabilities)}
                    </td>
                  )}
                </>
              )}
            </tr>
          ))}
        </tbody>
      </table>
      <div class="actions">
        <button type="button" onClick={save}>
          Save the table (CSV)
        </button>
        <button type="button" onClick={onClear}>
          Clear
        </button>
      </div>
    </section>
  )
}

/** Which class the run calls a film of these probabilities. */
function calledOf(classes: readonly string[], positive: string, cutoff: number, found: readonly number[]): string {
  const at = classes.indexOf(positive)
  return (found[at] ?? 0) >= cutoff ? positive : (classes[1 - at] ?? '')
}

/** As `kopt predict --csv` writes it, and films that could not be judged with the reason. */
function saveTable(classes: readonly string[], rows: readonly Row[]): void {
  const problems = rows.some(({ judgement }) => judgement !== undefined && 'problem' in judgement)
  const csv = formatCsv(
    ['file', ...classes, ...(problems ? ['problem'] : [])],
    rows.flatMap(({ file, judgement }) => {
      if (judgement === undefined) return []
      if ('problem' in judgement) return [[file.name, ...classes.map(() => null), judgement.problem]]
      return [[file.name, ...judgement.probabilities, ...(problems ? [null] : [])]]
    }),
  )
  const address = URL.createObjectURL(new Blob([csv], { type: 'text/csv;charset=utf-8' }))
  const link = document.createElement('a')
  link.href = address
  link.download = 'predictions.csv'
  link.click()
  URL.revokeObjectURL(address)
}

function Licences() {
  return (
    <details>
      <summary>Whose work is in this page, and its licences</summary>
      <ul>
        {parts.map(({ name, what, licence, notice }) => (
          <li key={name}>
            <b>{name}</b> ({what}): {licence}. {notice}.
          </li>
        ))}
      </ul>
      {texts.map(({ licence, text }) => (
        <p key={licence}>
          <b>{licence}.</b> {text}
        </p>
      ))}
    </details>
  )
}
