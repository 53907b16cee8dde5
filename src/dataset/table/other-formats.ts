/**
 * Files that hold a table and are no CSV, known by their content whatever they are called: which program's they are, and how
 * it writes a CSV.
 */
import { isZip, openZip } from '../../base/zip.js'

const spreadsheet = "open it and save the sheet as 'CSV UTF-8' (File, Save As or Download)"

const signatures: readonly (readonly [bytes: readonly number[] | string, name: string, remedy: string])[] = [
  [
    [0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1],
    'an old Excel workbook (.xls) or another Office file',
    spreadsheet,
  ],
  ['%PDF', 'a PDF', 'ask for the table it was made from'],
  ['{\\rtf', 'a text document (RTF)', 'save the table as CSV UTF-8'],
  ['$FL2', 'an SPSS file (.sav)', 'in SPSS: File, Save As, CSV'],
  ['$FL3', 'an SPSS file (.zsav)', 'in SPSS: File, Save As, CSV'],
  ['<stata_dta>', 'a Stata file (.dta)', 'in Stata: export delimited'],
  ['PAR1', 'a Parquet file', "in Python: pandas.read_parquet(...).to_csv('list.csv', index=False)"],
  ['SQLite format 3\0', 'an SQLite database', 'export the table as CSV'],
  ['\0\x01\0\0Standard Jet DB', 'an Access database', 'export the table as CSV UTF-8'],
  ['\0\x01\0\0Standard ACE DB', 'an Access database', 'export the table as CSV UTF-8'],
  [[0x1f, 0x8b], 'compressed with gzip', 'unpack it first'],
  [[0x89, 0x48, 0x44, 0x46], 'an HDF5 file', 'write its table as CSV UTF-8'],
  ['RDX', 'an R file', "in R: write.csv(..., 'list.csv', row.names = FALSE)"],
  ['7z\xbc\xaf', 'a 7z archive', 'unpack it first'],
  ['Rar!', 'a RAR archive', 'unpack it first'],
  ['ID;P', 'an Excel SYLK file (.slk)', spreadsheet],
]

/** What a file is that is no CSV, as a phrase with its remedy: 'is an Excel workbook (.xlsx): open it ...'; undefined for text. */
export function otherFormatOf(bytes: Uint8Array): string | undefined {
  if (isZip(bytes)) return workbookIn(bytes) ?? 'is a zip archive, no CSV: unpack it first'
  const found = signatures.find(([signature]) => begins(bytes, signature))
  if (found !== undefined) return `is ${found[1]}, no CSV: ${found[2]}`
  return markupOf(bytes)
}

function begins(bytes: Uint8Array, signature: readonly number[] | string): boolean {
  const wanted = typeof signature === 'string' ? [...signature].map((char) => char.charCodeAt(0)) : signature
  return wanted.every((byte, i) => bytes[i] === byte)
}

/** A workbook or document that is a zip archive; undefined for other archives. Damaged ones are known by their first entries. */
export function workbookIn(bytes: Uint8Array): string | undefined {
  const has = (part: string) => names.some((name) => name.startsWith(part))
  const names = entriesOf(bytes)
  if (has('xl/')) return `is an Excel workbook (.xlsx), no CSV: ${spreadsheet}`
  if (has('Index/')) return `is an Apple Numbers table, no CSV: in Numbers: File, Export To, CSV`
  if (has('word/') || has('ppt/'))
    return 'is an Office document, no CSV: copy its table into a spreadsheet and save it as CSV UTF-8'
  if (has('content.xml') || has('mimetype')) return `is an OpenDocument file (.ods), no CSV: ${spreadsheet}`
  if (has('[Content_Types].xml')) return `is an Office file, no CSV: ${spreadsheet}`
  return undefined
}

const mostScanned = 65_536

function entriesOf(bytes: Uint8Array): string[] {
  try {
    return openZip(bytes, 'it').entries.map(({ name }) => name)
  } catch {
    // the names of a damaged archive stand before its entries
    const head = Buffer.from(bytes.subarray(0, mostScanned))
    const names: string[] = []
    for (let at = 0; at >= 0 && at + 30 < head.length; at = head.indexOf('PK\u0003\u0004', at + 30, 'latin1')) {
      names.push(head.toString('latin1', at + 30, at + 30 + head.readUInt16LE(at + 26)))
    }
    return names
  }
}

/** Tables in markup, which some systems call .xls or .csv, and JSON. */
function markupOf(bytes: Uint8Array): string | undefined {
  const head = Buffer.from(bytes.subarray(0, 4096))
    .toString('latin1')
    .replace(/^\xef\xbb\xbf|^\xff\xfe|^\xfe\xff/, '')
  const text = head.replaceAll('\0', '').trimStart()
  if (/^<\?xml[\s\S]*urn:schemas-microsoft-com:office:spreadsheet/i.test(text)) {
    return `is an Excel workbook in XML, no CSV: ${spreadsheet}`
  }
  if (/^<\?xml[\s\S]*urn:oasis:names:tc:opendocument/i.test(text)) {
    return `is an OpenDocument file (.fods), no CSV: ${spreadsheet}`
  }
  if (/^(<!doctype html|<html|<table|<meta|<style|<head|MIME-Version:)/i.test(text)) {
    return `is a web page with a table (as some systems export for Excel), no CSV: open it in a spreadsheet and save it as 'CSV UTF-8'`
  }
  if (/^<\?xml|^<[a-z][\w:-]*[\s>]/i.test(text)) return 'is XML, no CSV: export the table as CSV UTF-8'
  return /^(\{\s*"|\[\s*[[{"])/.test(text) ? 'is JSON, no CSV: export the table as CSV UTF-8' : undefined
}
