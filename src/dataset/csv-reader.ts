/**
 * A CSV manifest: `file,label[,patient][,split][,roi][,exclude]`, separated by comma, semicolon or tab, with or without BOM.
 * Paths are relative to the manifest's folder. All problems are named at once, with row and column; row 1 is the header,
 * as in a spreadsheet.
 */
import path from 'node:path'
import { elementAt } from '../base/element-at.js'
import { nearest, UserError } from '../base/errors.js'
import { shortened } from '../base/shortened.js'
import { problemsOfClassNames } from './class-names.js'
import { type ManifestColumn, manifestColumns } from './manifest.js'
import { ManifestRows } from './manifest-rows.js'
import { type FoundFilm, firstFew, type Reading, refuse } from './reader.js'
import { readCsvTable } from './table/csv.js'
import { roundedIds } from './table/rounded-number.js'

/** What exports call these columns. */
const usualNames = { file: /file|path|image|film/i, label: /label|class|diagnos|finding|target|category/i }

/** Whether a CSV file has the columns that make it a manifest; `label` is needed unless the labels come from regions. */
export function isManifest(file: string, labelled = true, encoding?: string): boolean {
  const isHeader = isManifestHeader(labelled)
  return isHeader(readCsvTable(file, { isHeader, encoding }).header.map((name) => name.toLowerCase()))
}

function isManifestHeader(labelled: boolean) {
  return (names: readonly string[]) => names.includes('file') && (names.includes('label') || !labelled)
}

/**
 * Lists the films of a manifest. Throws one `UserError` that names every problem by row and column.
 * @param labelled false: a film may be without a label, which is then ''
 * @param encoding of a table that is not UTF-8; without, it is found
 */
export function readManifest(file: string, labelled = true, encoding?: string): Reading {
  const root = path.dirname(path.resolve(file))
  const { header, rows, notes } = readCsvTable(file, { isHeader: isManifestHeader(labelled), encoding })
  const columns = header.map((name) => name.toLowerCase())
  refuse(`${file} is no manifest`, headerProblems(header, labelled))
  if (rows.length === 0) throw new UserError(`${file} has a header but no rows; give one row per film`)

  const at = (column: ManifestColumn) => columns.indexOf(column)
  const used = new Set(manifestColumns.filter((column) => rows.some(({ cells }) => (cells[at(column)] ?? '') !== '')))
  const reader = new ManifestRows({ root, width: header.length, at, used, labelled })
  for (const { row, cells } of rows) reader.add(row, cells)
  const { films, excluded } = reader

  const problems = [...reader.problems, ...(used.has('patient') ? roundedPatients(films) : [])]
  // else they are looked at together with those from regions and folders
  if (problems.length > 0) {
    const labels = new Set(films.map(({ label }) => label).filter((label) => label !== ''))
    problems.push(...problemsOfClassNames([...labels]))
  }
  refuse(`${file} can't be used`, problems)
  if (films.length === 0)
    throw new UserError(`${file} excludes all of its ${rows.length} rows; nothing is left to analyse`)
  return { root, films, excluded, warnings: notes, remarks: unusedColumns(file, header) }
}

/** Columns that are missing or stand there twice. */
function headerProblems(header: readonly string[], labelled: boolean): string[] {
  const columns = header.map((name) => name.toLowerCase())
  const needed = labelled ? (['file', 'label'] as const) : (['file'] as const)
  const missing = needed
    .filter((column) => !columns.includes(column))
    .map((column) => {
      const others = header.filter((name) => !isManifestColumn(name))
      const like = nearest(column, others) ?? others.find((name) => usualNames[column].test(name))
      const hint = like === undefined ? '' : `; is '${like}' meant? then rename it`
      return `it has no column '${column}' (its columns: ${firstFew(header, 12)})${hint}`
    })
  const doubled = manifestColumns
    .filter((column) => columns.indexOf(column) !== columns.lastIndexOf(column))
    .map((column) => `the column '${column}' is there twice; keep one`)
  return [...missing, ...doubled]
}

function isManifestColumn(name: string): boolean {
  return manifestColumns.includes(name.toLowerCase() as ManifestColumn)
}

/** Patient ids that a spreadsheet has turned into rounded numbers. */
function roundedPatients(films: readonly FoundFilm[]): string[] {
  const ids = films.map((film) => film.patient ?? '')
  const rounded = roundedIds(ids)
  if (rounded.length === 0) return []
  const examples = [...new Set(rounded.map((i) => `'${shortened(elementAt(ids, i), 30)}'`))]
  return [
    `column patient: ${rounded.length === 1 ? '1 cell is a number' : `${rounded.length} cells are numbers`} that a spreadsheet rounded (${firstFew(examples)}), so that several patients may have become one; format the column as text where the ids are whole, and export again`,
  ]
}

function unusedColumns(file: string, header: readonly string[]): string[] {
  const unused = header.filter((name) => name !== '' && !isManifestColumn(name))
  if (unused.length === 0) return []
  const [columns, are] = unused.length > 1 ? ['columns', 'are'] : ['column', 'is']
  return [`the ${columns} ${firstFew(unused, 12)} of ${path.basename(file)} ${are} not used`]
}
