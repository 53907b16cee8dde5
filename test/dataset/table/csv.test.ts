import path from 'node:path'
import { deflateRawSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { readCsvTable } from '../../../src/dataset/table/csv.js'
import { roundedIds } from '../../../src/dataset/table/rounded-number.js'
import { temporaryFolder, writeFiles } from '../films-on-disk.js'

const isHeader = (names: readonly string[]) => names.includes('file') && names.includes('label')
async function read(content: string | Uint8Array, name = 'list.csv') {
  const root = await writeFiles(temporaryFolder(), { [name]: content })
  return readCsvTable(path.join(root, name), { isHeader })
}
const cellsOf = async (content: string) => {
  const { header, rows } = await read(content)
  return [header, ...rows.map(({ cells }) => cells)].map((cells) => cells.join('|'))
}

describe('a table', () => {
  it.each([
    ['ids as text formulas', 'file,label\n="00123",ill\n="0,5""x",well\n', ['file|label', '00123|ill', '0,5"x|well']],
    ['the same in quotes', 'file,label\n"=""00123""",ill\n', ['file|label', '00123|ill']],
    ['a stated separator', 'sep=;\r\nfile;label\r\na,b;ill\r\n', ['file|label', 'a,b|ill']],
    ['a stated separator with a mark', '\ufeffSEP=,\nfile,label\na,ill\n', ['file|label', 'a|ill']],
    ['blank lines before', '\n\r\n;\nfile;label\na;ill\n', ['file|label', 'a|ill']],
    [
      'commas in most cells between semicolons',
      'k;score;label\n1;0,9;a,b\n2;0,8;c,d\n',
      ['k|score|label', '1|0,9|a,b', '2|0,8|c,d'],
    ],
    ['quotes that are inches', 'file,label\n5" film,ill\n', ['file|label', '5" film|ill']],
    ['invisible characters in its header', '\u200bfile\u200d,\u00adlabel\ufeff\na,ill\n', ['file|label', 'a|ill']],
  ])('is read with %s', async (_, text, cells) => {
    expect(await cellsOf(text)).toEqual(cells)
  })

  it('is read from below its title, said and with the rows that a spreadsheet shows', async () => {
    const { header, rows, notes } = await read('Patients 2024,\n,\n"Clinic, Foshan",as of May\nfile,label\na,ill\n')
    expect([header, rows]).toEqual([['file', 'label'], [{ row: 5, cells: ['a', 'ill'] }]])
    expect(notes).toEqual(['the header of the table is its row 4; what stands above it is not used'])
    const unknown = await read('Patients\n\nid,finding\n1,ill\n2,well\n')
    expect(unknown.header).toEqual(['id', 'finding'])
    expect((await read('sep=;\nTitle\nfile;label\na;ill\n')).rows[0].row).toBe(4)
  })

  it('tells what it took a code page for', async () => {
    const { notes } = await read(Buffer.from('file,label\na,unauffällig\nb,Müller\n', 'latin1'))
    expect(notes.map(String)).toEqual([
      expect.stringMatching(/^a table that is not UTF-8 was read as windows-1252; .*: such as 'unauffällig' in /),
    ])
  })

  it('has bounds: of a row, and of what a message prints', async () => {
    const long = 'x'.repeat(3_000_000)
    for (const text of [`file,label\n${long},ill\n`, `file,label\n"${long}\n`, `file,label\n"a,ill\nb,well\n${long}`]) {
      const message = await read(text).then(
        () => 'read',
        (error: Error) => `${error.name}: ${error.message}`,
      )
      expect(message).toMatch(/^UserError: .* is no readable CSV \(/)
      expect(message.length).toBeLessThan(500)
    }
  })
})

/** A zip archive with one empty stored entry of each name. */
function zipOf(...names: string[]): Uint8Array {
  const locals: Buffer[] = []
  const central: Buffer[] = []
  let at = 0
  for (const name of names) {
    const header = Buffer.alloc(30)
    header.writeUInt32LE(0x04034b50, 0)
    header.writeUInt16LE(name.length, 26)
    locals.push(header, Buffer.from(name))
    const entry = Buffer.alloc(46)
    entry.writeUInt32LE(0x02014b50, 0)
    entry.writeUInt16LE(name.length, 28)
    entry.writeUInt32LE(at, 42)
    central.push(entry, Buffer.from(name))
    at += 30 + name.length
  }
  const directory = Buffer.concat(central)
  const end = Buffer.alloc(22)
  end.writeUInt32LE(0x06054b50, 0)
  end.writeUInt16LE(names.length, 8)
  end.writeUInt16LE(names.length, 10)
  end.writeUInt32LE(directory.length, 12)
  end.writeUInt32LE(at, 16)
  return Buffer.concat([...locals, directory, end])
}

describe('what is no CSV', () => {
  it.each([
    [
      'xlsx',
      zipOf('[Content_Types].xml', 'xl/workbook.xml'),
      /is an Excel workbook \(.xlsx\), no CSV: open it and save the sheet as 'CSV UTF-8'/,
    ],
    ['a cut xlsx', zipOf('[Content_Types].xml', 'xl/workbook.xml').subarray(0, 120), /is an Excel workbook/],
    ['ods', zipOf('mimetype', 'content.xml'), /is an OpenDocument file \(.ods\)/],
    [
      'numbers',
      zipOf('Index/Document.iwa', 'preview.jpg'),
      /is an Apple Numbers table, no CSV: in Numbers: File, Export To, CSV/,
    ],
    ['docx', zipOf('[Content_Types].xml', 'word/document.xml'), /is an Office document/],
    ['another zip', zipOf('list.csv'), /is a zip archive, no CSV: unpack it first/],
    ['xls', Uint8Array.of(0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1, 0, 0), /is an old Excel workbook \(.xls\)/],
    [
      'xls that is a web page',
      '\ufeff<html><table><tr><td>file</td></tr></table></html>',
      /is a web page with a table/,
    ],
    [
      'xls that is XML',
      '<?xml version="1.0"?>\n<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet">',
      /is an Excel workbook in XML/,
    ],
    ['another XML', '<?xml version="1.0"?><list/>', /is XML, no CSV/],
    ['JSON', '[{"file": "a.png"}]', /is JSON, no CSV/],
    ['a PDF', '%PDF-1.7', /is a PDF, no CSV/],
    ['SPSS', '$FL2@(#) SPSS DATA FILE', /is an SPSS file/],
    ['Parquet', 'PAR1....', /is a Parquet file/],
    [
      'gzip',
      Uint8Array.from([0x1f, 0x8b, ...deflateRawSync('file,label\n')]),
      /is compressed with gzip, no CSV: unpack it first/,
    ],
  ])('is called what it is: %s', async (_, content, sentence) => {
    await expect(read(content)).rejects.toThrow(sentence)
  })
})

describe('ids that a spreadsheet rounded', () => {
  it.each([
    '1.23E+15',
    '1,23E+15',
    '1.23457E+17',
    '1·23E+15',
    '1.23e15',
    '1E+15',
    '١٫٢٣E+١٥',
    '1.23 E+15',
    '1,23×10^15',
    '1.23*10^15',
    '1,23×10¹⁵',
  ])('are known: %s', (id) => {
    expect(roundedIds(['17', id])).toEqual([1])
  })

  it('are not what merely looks alike', () => {
    const ids = ['12E5', '1e10', 'E+15', '1.2.840.113619', '12-03', '4711', '1,5', 'p1E+5', '1000000000000000']
    expect(roundedIds(ids)).toEqual([])
  })

  it('are known by zeros after the fifteenth digit, where all long ones have them', () => {
    expect(roundedIds(['123456789012345000', '223456789012345000', '7'])).toEqual([0, 1])
    expect(roundedIds(['123456789012345000', '223456789012345678'])).toEqual([])
  })
})
