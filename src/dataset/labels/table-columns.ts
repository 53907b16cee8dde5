/** What a spreadsheet beside films may be joined by: which columns could hold classes, patients, and what names the films. */
import { NameIndex } from '../name-index.js'
import { readCsvTable } from '../table/csv.js'
import { usualColumn } from './columns.js'
import { findFiles } from './found-files.js'

/** A column that names films, and by what. */
export interface KeyColumn {
  readonly column: string
  /** As `--match` takes it. */
  readonly match: string
  /** Rows of the table that fit a film; null where that is seen when they are joined. */
  readonly fitting: number | null
}

export interface TableColumns {
  readonly rows: number
  readonly header: readonly string[]
  /** The column that is usually called so. */
  readonly label: string | undefined
  readonly patient: string | undefined
  /** Columns with few values, each with its values. */
  readonly likeClasses: readonly { readonly column: string; readonly values: readonly string[] }[]
  /** Columns with as many values as there may be patients. */
  readonly likePatients: readonly string[]
  /** The likeliest first. */
  readonly keys: readonly KeyColumn[]
  /** Whether the films say by themselves whose they are. */
  readonly dicom: boolean
}

const mostClasses = 12
/** Films that a patient has on the average, at most. */
const mostFilmsEach = 20
/** By which archives name films, the finest first. */
const namingElements = ['SOPInstanceUID', 'SeriesInstanceUID', 'AccessionNumber', 'StudyInstanceUID', 'PatientID']

/** Throws a `UserError` where the table can't be read. */
export function tableColumns(folder: string, table: string, encoding?: string): TableColumns {
  const isHeader = (names: readonly string[]) => names.filter((name) => name !== '').length > 1
  const { header, rows } = readCsvTable(table, { isHeader, encoding })
  const named = (what: string) => {
    const at = usualColumn(header, what)
    return at === undefined ? undefined : header[at]
  }
  const valuesOf = (at: number) => rows.map(({ cells }) => cells[at] ?? '').filter((cell) => cell !== '')
  const { films } = findFiles(folder)
  const index = new NameIndex(films.map(({ name }) => name))
  const byName = header.flatMap((column, at): KeyColumn[] => {
    const fitting = valuesOf(at).filter((key) => index.find(key).length === 1).length
    return fitting === 0 ? [] : [{ column, match: 'name', fitting }]
  })
  const dicom = films.some((film) => film.dicom !== undefined)
  const byElement = dicom
    ? namingElements.flatMap((match): KeyColumn[] => {
        const column = named(match)
        return column === undefined ? [] : [{ column, match, fitting: null }]
      })
    : []
  return {
    rows: rows.length,
    header,
    label: named('label'),
    patient: named('patient'),
    likeClasses: header.flatMap((column, at) => {
      const values = [...new Set(valuesOf(at))]
      return values.length < 2 || values.length > mostClasses ? [] : [{ column, values }]
    }),
    likePatients: header.filter(
      (name, at) => name !== '' && new Set(valuesOf(at)).size >= Math.max(2, rows.length / mostFilmsEach),
    ),
    keys: [...byName.toSorted((a, b) => (b.fitting ?? 0) - (a.fitting ?? 0)), ...byElement],
    dicom,
  }
}
