/**
 * CSV tables as spreadsheets and hospital systems write them: comma, semicolon or tab, found by what makes a table of the
 * rows or said by a line `sep=;`; with title rows above the header; cells as ="00123". Cells are trimmed and in the composed
 * form of Unicode (NFC). Sizes are bounded.
 */
import { parse } from 'csv-parse/sync'
import { UserError } from '../../base/errors.js'
import { count } from '../../base/format.js'
import { shortened } from '../../base/shortened.js'
import { readInput, standardInput } from '../../base/standard-input.js'
import { NamedFilms, type Warning } from '../warning.js'
import { otherFormatOf } from './other-formats.js'
import { decodeTable } from './text.js'

const maxTableBytes = 256 * 2 ** 20
/** Characters of one row. */
const longestRow = 2 ** 20
const mostCells = 20_000_000
/** Rows among which the header is looked for. */
const headRows = 40

/** A table as text: its header and its rows with their row numbers. */
export interface CsvTable {
  readonly header: readonly string[]
  readonly rows: readonly CsvRow[]
  /** What was assumed in reading it. */
  readonly notes: readonly Warning[]
}

export interface CsvRow {
  /** As a spreadsheet counts: 1 is the first line. */
  readonly row: number
  readonly cells: readonly string[]
}

export interface CsvOptions {
  /** Whether a row may be the header, by its names in lower case; where several may, it is the first. */
  readonly isHeader?: (names: readonly string[]) => boolean
  /** Of a table that is not UTF-8, as the user names it; without, it is found. */
  readonly encoding?: string
}

/** Reads a CSV file (`-`: standard input) at a place; empty rows are dropped. Throws a `UserError` where it is none, or can't be decided how it is meant. */
export function readCsvTable(place: string, options: CsvOptions = {}): CsvTable {
  const bytes = readInput(place, maxTableBytes)
  const file = place === standardInput ? 'standard input' : place
  const other = otherFormatOf(bytes)
  if (other !== undefined) throw new UserError(`${file} ${other}`)
  const { text, found } = decodeTable(bytes, file, options.encoding)
  const stated = /^sep=([,;\t|])[^\S\r\n]*(?:\r\n|\n|\r)/i.exec(text)
  const body = stated === null ? text : text.slice(stated[0].length)
  const isHeader = options.isHeader ?? (() => false)
  const rows = rowsOf(body, stated?.[1] ?? separatorOf(body, isHeader), file, stated === null ? 1 : 2)
  const at = headerAmong(rows, isHeader)
  const header = rows[at]
  if (header === undefined) throw new UserError(`${file} is empty; a table has a header and rows`)
  const notes: Warning[] = []
  if (found !== undefined) {
    const sentence = `a table that is not UTF-8 was read as ${found.encoding}; if names or classes look wrong, name another with --encoding, or save it as 'CSV UTF-8'`
    notes.push(new NamedFilms(sentence, `such as '${found.sample}' in ${shortened(file)}`))
  }
  if (at > 0) {
    notes.push(`the header of the table is its row ${header.row}; what stands above it is not used`)
  }
  return { header: header.cells.map(visible), rows: rows.slice(at + 1), notes }
}

function rowsOf(text: string, delimiter: string, file: string, firstRow: number): CsvRow[] {
  let cells = 0
  try {
    const records = parse(asText(text, delimiter), {
      delimiter,
      relax_column_count: true,
      // 5" is a cell, too
      relax_quotes: true,
      max_record_size: longestRow,
      skip_empty_lines: false,
      trim: true,
      on_record: (record: string[]) => {
        cells += record.length
        if (cells > mostCells)
          throw new UserError(`${file} has more than ${mostCells} cells; keep the columns that are needed`)
        return record
      },
    }) as string[][]
    return records
      .map((record, i) => ({ row: i + firstRow, cells: record.map((cell) => unguarded(cell.normalize('NFC'))) }))
      .filter((row) => row.cells.some((cell) => cell !== ''))
  } catch (error) {
    if (error instanceof UserError) throw error
    throw new UserError(`${file} is no readable CSV (${reasonOf(error as Error & { code?: string; lines?: number })})`)
  }
}

/** Cells as ="00123", with which systems keep a spreadsheet from taking them for numbers, as quoted cells: they may hold the separator. */
function asText(text: string, delimiter: string): string {
  if (!text.includes('="')) return text
  const formula = new RegExp(`(^|[${delimiter}\\r\\n])="((?:[^"\\r\\n]|"")*)"(?=[${delimiter}\\r\\n]|$)`, 'g')
  return text.replaceAll(formula, '$1"$2"')
}

function reasonOf({ code, lines, message }: Error & { code?: string; lines?: number }): string {
  switch (code) {
    case 'CSV_MAX_RECORD_SIZE':
      return `the row at line ${lines} has more than ${count(longestRow)} characters; perhaps a quote is not closed`
    case 'CSV_QUOTE_NOT_CLOSED':
      return `a quote that is opened is never closed; look for a single " in it`
    default:
      return `${shortened(message, 200)}; save it as 'CSV UTF-8' again`
  }
}

/** The separator under which the first rows are most alike in length; a row that may be a header decides before that. */
function separatorOf(text: string, isHeader: (names: readonly string[]) => boolean): string {
  const head = text.slice(0, longestRow / 4)
  const candidates = [',', ';', '\t'].map((delimiter) => {
    const records = headOf(head, delimiter)
    const widths = new Map<number, number>()
    for (const { length } of records) widths.set(length, (widths.get(length) ?? 0) + 1)
    const [width, alike] = [...widths].sort((a, b) => b[1] - a[1] || b[0] - a[0])[0] ?? [1, 0]
    const named = records.some((record) => isHeader(record.map(headerName)))
    return { delimiter, named, alike: width > 1 ? alike : 0, first: records[0]?.length ?? 0 }
  })
  candidates.sort((a, b) => Number(b.named) - Number(a.named) || b.alike - a.alike || b.first - a.first)
  return candidates[0]?.delimiter ?? ','
}

/** The first rows that are not empty; none where they can't be read so. */
function headOf(text: string, delimiter: string): string[][] {
  try {
    const records = parse(text, {
      delimiter,
      relax_column_count: true,
      relax_quotes: true,
      trim: true,
      skip_empty_lines: true,
      to: headRows,
    }) as string[][]
    return records.filter((record) => record.some((cell) => cell !== ''))
  } catch {
    return []
  }
}

/** The position of the header: the first row that may be one, else the first as full as most rows are. */
function headerAmong(rows: readonly CsvRow[], isHeader: (names: readonly string[]) => boolean): number {
  const head = rows.slice(0, headRows)
  const named = head.findIndex(({ cells }) => isHeader(cells.map(headerName)))
  if (named >= 0) return named
  const filled = head.map(({ cells }) => cells.filter((cell) => cell !== '').length)
  const sorted = [...filled].sort((a, b) => a - b)
  const usual = sorted[sorted.length >> 1] ?? 0
  return usual > 1 && filled[0] === 1 ? filled.findIndex((count) => count >= usual) : 0
}

function headerName(cell: string): string {
  return visible(unguarded(cell.normalize('NFC'))).toLowerCase()
}

/** Without what no reader sees: marks of byte order and direction, joiners, soft hyphens. */
function visible(cell: string): string {
  return cell.replaceAll(/\p{Cf}/gu, '').trim()
}

/** A cell without the apostrophe that keeps a spreadsheet from taking it for a formula (`formatCsv` writes it), or out of ="...". */
function unguarded(cell: string): string {
  return /^="([\s\S]*)"$/.exec(cell)?.[1]?.replaceAll('""', '"') ?? cell.replace(/^'(?=[=+\-@\t\r])/, '')
}
