/** A table of labels, saved from a spreadsheet, joined to films that have none or others. */
import { useState } from 'preact/hooks'
import { counted } from '../../../base/format.js'
import type { DatasetView, JoinedLabels } from '../../wire/dataset.js'
import { send, sendFile } from '../request.js'
import { Command, Failed } from './notes.js'

/** What films and rows are known by, in the words of `--match`. */
const matches = {
  name: 'the name of the file',
  AccessionNumber: 'the accession number (DICOM)',
  PatientID: 'the patient id (DICOM)',
  SOPInstanceUID: 'the id of the image (DICOM)',
}

const columns = {
  keyColumn: 'Column that names the film',
  labelColumn: 'Column of the class',
  patientColumn: 'Column of the patient',
}
type Columns = Partial<Record<keyof typeof columns, string>>

export function Labels({ view: { id, state } }: { readonly view: DatasetView }) {
  const [table, setTable] = useState<File>()
  const [match, setMatch] = useState('name')
  const [named, setNamed] = useState<Columns>({})
  const [busy, setBusy] = useState(false)
  const [failure, setFailure] = useState<string>()
  const [joined, setJoined] = useState<JoinedLabels>()
  const join = async (file: File) => {
    setBusy(true)
    setFailure(undefined)
    setJoined(undefined)
    try {
      const { id: upload } = await send<{ id: string }>('POST', '/api/uploads')
      await sendFile(`/api/uploads/${upload}/files`, file, file.name)
      const given = Object.fromEntries(Object.entries(named).filter(([, column]) => column.trim() !== ''))
      setJoined(await send<JoinedLabels>('POST', `/api/datasets/${id}/labels`, { upload, match, ...given }))
    } catch (error) {
      setFailure((error as Error).message)
    }
    setBusy(false)
  }
  return (
    <details open={state === 'unusable'}>
      <summary>Labels from a table</summary>
      <p>
        Where a spreadsheet says which film is of which class, save it as CSV and join it here. Its rows find their
        films by what you choose, also where a spreadsheet has changed a number (123 for 00123).
      </p>
      <form
        class="film-fields"
        onSubmit={(event) => {
          event.preventDefault()
          if (table) void join(table)
        }}
      >
        <label>
          Table (CSV)
          <input
            type="file"
            accept=".csv,.tsv,.txt,text/csv"
            onChange={({ currentTarget }) => setTable(currentTarget.files?.[0])}
          />
        </label>
        <label>
          A row and its film have in common
          <select value={match} onChange={({ currentTarget }) => setMatch(currentTarget.value)}>
            {Object.entries(matches).map(([value, words]) => (
              <option key={value} value={value}>
                {words}
              </option>
            ))}
          </select>
        </label>
        {(Object.keys(columns) as (keyof Columns)[]).map((column) => (
          <label key={column}>
            {columns[column]}
            <input
              type="text"
              value={named[column] ?? ''}
              placeholder="found by its name"
              spellcheck={false}
              onInput={({ currentTarget }) => setNamed({ ...named, [column]: currentTarget.value })}
            />
          </label>
        ))}
        <button type="submit" class="primary" disabled={table === undefined || busy}>
          {busy ? 'Joining …' : 'Join'}
        </button>
      </form>
      {failure && <Failed message={failure} />}
      {joined && <Joined joined={joined} />}
    </details>
  )
}

function Joined({ joined }: { readonly joined: JoinedLabels }) {
  const { id, films, classes, remarks, rowsWithoutFilm, filmsWithoutRow, command } = joined
  const counts = Object.entries(classes).map(([name, count]) => `${name} ${count}`)
  return (
    <div role="status">
      <p>
        <strong>
          {counted(films, 'film')} with a class: {counts.join(', ')}.
        </strong>{' '}
        <a href={`/films/${id}`}>To the films with these labels</a>
      </p>
      {remarks.length > 0 && (
        <ul>
          {remarks.map((line) => (
            <li key={line}>{line}</li>
          ))}
        </ul>
      )}
      <Unmatched
        title={counted(rowsWithoutFilm.length, 'row')}
        without="a film"
        names={rowsWithoutFilm.map(({ row, key }) => `row ${row}: ${key === '' ? '(empty)' : key}`)}
      />
      <Unmatched title={counted(filmsWithoutRow.length, 'film')} without="a row" names={filmsWithoutRow} />
      <Command text={command} />
    </div>
  )
}

/** Of a long list the beginning is shown; the command says all. */
const most = 500

function Unmatched({
  title,
  without,
  names,
}: {
  readonly title: string
  readonly without: string
  readonly names: readonly string[]
}) {
  if (names.length === 0) return null
  return (
    <details>
      <summary>
        {title} without {without}
      </summary>
      <ul class="places">
        {names.slice(0, most).map((name) => (
          <li key={name}>{name}</li>
        ))}
        {names.length > most && <li>and {names.length - most} more (the command below with --json names all)</li>}
      </ul>
    </details>
  )
}
