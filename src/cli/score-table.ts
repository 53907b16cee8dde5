/** CSV tables of scores from anywhere: columns by name, every wrong cell named by row and column at once. */
import { nearest, throwProblems, UserError } from '../base/errors.js'
import { shortened } from '../base/shortened.js'
import { firstFew } from '../dataset/reader.js'
import { readCsvTable } from '../dataset/table/csv.js'

export interface ScoreTable {
  readonly header: readonly string[]
  readonly rows: number
  /** Cells of a column as text. */
  text(column: string): string[]
  /** Cells of a column as finite numbers. Throws a `UserError` that names every cell that is none. */
  numbers(column: string): number[]
  /** Every empty cell of columns of text, and every cell of columns of numbers that is none, for one message. */
  problems(columns: { text?: readonly string[]; numbers?: readonly string[] }): string[]
  /** Cells of a column as whole numbers of at least `least`, likewise. */
  wholeNumbers(column: string, least: number): number[]
}

/** Reads the table and requires the columns. `form` says what such a table looks like. */
export function readScoreTable(file: string, required: readonly string[], form: string, encoding?: string): ScoreTable {
  const isHeader = (found: readonly string[]) =>
    required.length > 0 ? required.every((column) => found.includes(column)) : found.includes('label')
  const { header, rows } = readCsvTable(file, { isHeader, encoding, encodingOption: '--encoding' })
  const names = header.map((name) => name.toLowerCase())
  const missing = required.filter((column) => !names.includes(column))
  throwProblems(
    file,
    missing.map((column) => {
      const like = nearest(column, header)
      const hint = like === undefined ? '' : `; is '${like}' meant? then rename it`
      return `there is no column '${column}' (its columns: ${firstFew(header, 12)})${hint}; ${form}`
    }),
  )
  if (rows.length === 0) throw new UserError(`${file} has a header but no rows; ${form}`)
  const twice = names.find((name, i) => name !== '' && names.indexOf(name) !== i)
  if (twice !== undefined) throw new UserError(`${file} has the column '${twice}' twice; keep one`)

  const text = (column: string) => {
    const at = names.indexOf(column)
    return rows.map(({ cells }) => cells[at] ?? '')
  }
  const wrongCells = (column: string, isRight: (value: number) => boolean, wanted: string) =>
    text(column).flatMap((cell, i) => {
      if (isRight(numberOf(cell))) return []
      return [
        `row ${rows[i].row}, column ${column}: ${cell === '' ? 'is empty' : `'${shortened(cell)}' is no ${wanted}`}`,
      ]
    })
  const checked = (column: string, isRight: (value: number) => boolean, wanted: string) => {
    throwProblems(file, wrongCells(column, isRight, wanted))
    return text(column).map(numberOf)
  }
  return {
    header: names,
    rows: rows.length,
    text,
    numbers: (column) => checked(column, Number.isFinite, 'number'),
    problems: ({ text: texts = [], numbers = [] }) => [
      ...texts.flatMap((column) =>
        text(column).flatMap((cell, i) => (cell === '' ? [`row ${rows[i].row}, column ${column}: is empty`] : [])),
      ),
      ...numbers.flatMap((column) => wrongCells(column, Number.isFinite, 'number')),
    ],
    wholeNumbers: (column, least) =>
      checked(column, (value) => Number.isSafeInteger(value) && value >= least, `whole number of at least ${least}`),
  }
}

/** With a decimal point or, as spreadsheets in much of Europe write it, a decimal comma. */
function numberOf(cell: string): number {
  if (cell === '') return Number.NaN
  return Number(/^[+-]?\d*,\d+(e[+-]?\d+)?$/i.test(cell) ? cell.replace(',', '.') : cell)
}
