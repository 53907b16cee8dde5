/**
 * CSV tables from anywhere: comma, semicolon or tab, with or without BOM, UTF-8, UTF-16 with BOM or Windows-1252.
 * Cells are trimmed and in the composed form of Unicode (NFC).
 */
import { parse } from 'csv-parse/sync'
import { UserError } from '../base/errors.js'
import { readBytes } from '../base/files.js'

const maxTableBytes = 256 * 2 ** 20

/** A table as text: its header and its rows with their row numbers. */
export interface CsvTable {
  readonly header: readonly string[]
  readonly rows: readonly { readonly row: number; readonly cells: readonly string[] }[]
}

/** Reads a CSV file: separator by its header, BOM and empty lines dropped. Throws a `UserError` where it can't be parsed. */
export function readCsvTable(file: string): CsvTable {
  const text = decodeText(readBytes(file, maxTableBytes))
  const headerLine = /^[^\r\n]*/.exec(text)?.[0] ?? ''
  const separators = [',', ';', '\t']
  const counts = separators.map((separator) => headerLine.split(separator).length)
  const delimiter = separators[counts.indexOf(Math.max(...counts))]
  let records: string[][]
  try {
    records = parse(text, { delimiter, relax_column_count: true, skip_empty_lines: false, trim: true }) as string[][]
  } catch (error) {
    throw new UserError(`${file} is no readable CSV (${(error as Error).message}); save it as CSV (UTF-8) again`)
  }
  const rows = records
    .map((cells, i) => ({ row: i + 1, cells: cells.map((cell) => unguarded(cell.normalize('NFC'))) }))
    .filter(({ cells }) => cells.some((cell) => cell !== ''))
  if (rows.length === 0) throw new UserError(`${file} is empty; a table has a header and rows`)
  const [head, ...body] = rows
  return { header: head.cells, rows: body }
}

/** A cell without the apostrophe that keeps a spreadsheet from taking it for a formula (`formatCsv` writes it), or out of ="...". */
function unguarded(cell: string): string {
  return /^="([^"]*)"$/.exec(cell)?.[1] ?? cell.replace(/^'(?=[=+\-@\t\r])/, '')
}

function decodeText(bytes: Uint8Array): string {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return new TextDecoder('utf-16le').decode(bytes)
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return new TextDecoder('utf-16be').decode(bytes)
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    // what spreadsheets in western Europe still write
    return new TextDecoder('windows-1252').decode(bytes)
  }
}
