/** CSV tables of scores from anywhere: columns by name, every wrong cell named by row and column at once. */
import { elementAt } from '../base/element-at.js'
import { nearest, throwProblems, UserError } from '../base/errors.js'
import { shortened } from '../base/shortened.js'
import { saysNoClass, visibleLabel } from '../dataset/class-names.js'
import { firstFew } from '../dataset/reader.js'
import { readCsvTable } from '../dataset/table/csv.js'
import { roundedIds } from '../dataset/table/rounded-number.js'

export interface ScoreTable {
  readonly header: readonly string[]
  readonly rows: number
  /** What was assumed in reading it. */
  readonly notes: readonly string[]
  /** Cells of a column as text; of labels '' for every word that says that there is none. */
  text(column: string): string[]
  /** Cells of a column as finite numbers, of at least `least` where it is given. Throws a `UserError` that names every cell that is none. */
  numbers(column: string, least?: number): number[]
  /** Every empty cell and rounded patient of columns of text, and every cell of columns of numbers that is none, for one message. */
  problems(columns: { text?: readonly string[]; numbers?: readonly string[] }): string[]
}

/** Reads the table and requires the columns. `form` says what such a table looks like. */
export function readScoreTable(file: string, required: readonly string[], form: string, encoding?: string): ScoreTable {
  const isHeader = (found: readonly string[]) =>
    required.length > 0 ? required.every((column) => found.includes(column)) : found.includes('label')
  const { header, rows, notes } = readCsvTable(file, { isHeader, encoding })
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

  const placeOf = (i: number, column: string) => `row ${elementAt(rows, i).row}, column ${column}`
  const written = (column: string) => {
    const at = names.indexOf(column)
    return rows.map(({ cells }) => cells[at] ?? '')
  }
  const text = (column: string) => {
    const cells = written(column)
    return column === 'label' ? cells.map((cell) => (saysNoClass(cell) ? '' : visibleLabel(cell))) : cells
  }
  const emptyCells = (column: string) => {
    const cells = text(column)
    return written(column).flatMap((cell, i) => {
      const what = cell === '' ? 'is empty' : `'${shortened(cell)}' says that the label is missing or not known`
      return cells[i] === '' ? [`${placeOf(i, column)}: ${what}`] : []
    })
  }
  const roundedCells = (column: string) => {
    const cells = column === 'patient' ? written(column) : []
    return roundedIds(cells).map(
      (i) =>
        `${placeOf(i, column)}: '${shortened(elementAt(cells, i), 30)}' was rounded by a spreadsheet, so that several patients may have become one; format the column as text where the ids are whole`,
    )
  }
  const wrongCells = (column: string, isRight: (value: number) => boolean, wanted: string) =>
    text(column).flatMap((cell, i) => {
      if (isRight(numberOf(cell))) return []
      return [`${placeOf(i, column)}: ${cell === '' ? 'is empty' : `'${shortened(cell)}' is no ${wanted}`}`]
    })
  const checked = (column: string, isRight: (value: number) => boolean, wanted: string) => {
    throwProblems(file, wrongCells(column, isRight, wanted))
    return text(column).map(numberOf)
  }
  return {
    header: names,
    rows: rows.length,
    notes: notes.map(String),
    text,
    numbers: (column, least) =>
      least === undefined
        ? checked(column, Number.isFinite, 'number')
        : checked(column, (value) => Number.isFinite(value) && value >= least, `number of at least ${least}`),
    problems: ({ text: texts = [], numbers = [] }) => [
      ...texts.flatMap((column) => [...emptyCells(column), ...roundedCells(column)]),
      ...numbers.flatMap((column) => wrongCells(column, Number.isFinite, 'number')),
    ],
  }
}

/** With a decimal point or, as spreadsheets in much of Europe write it, a decimal comma. */
function numberOf(cell: string): number {
  if (cell === '') return Number.NaN
  return Number(/^[+-]?\d*,\d+(e[+-]?\d+)?$/i.test(cell) ? cell.replace(',', '.') : cell)
}
