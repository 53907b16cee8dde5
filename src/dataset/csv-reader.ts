/**
 * A CSV manifest: `file,label[,patient][,split][,roi][,exclude]`, separated by comma, semicolon or tab, with or without BOM.
 * Paths are relative to the manifest's folder. All problems are named at once, with row and column; row 1 is the header,
 * as in a spreadsheet.
 */
import path from 'node:path'
import { namedProblems, nearest, UserError } from '../base/errors.js'
import { shortened } from '../base/shortened.js'
import { parseVoiChoice } from '../image/dicom/voi.js'
import { parseRectangle, type Rectangle, rectangleProblem, rectangleText } from '../image/rectangle.js'
import { problemsOfClassNames, saysNoClass } from './class-names.js'
import { FilesOnDisk } from './files-on-disk.js'
import { type ManifestColumn, manifestColumns } from './manifest.js'
import { type FoundFilm, firstFew, type Reading, refuse, splitOfWord } from './reader.js'
import { RowsOfFilms } from './rows-of-films.js'
import { readCsvTable } from './table/csv.js'
import { roundedIds } from './table/rounded-number.js'

/** What exports call these columns. */
const usualNames = { file: /file|path|image|film/i, label: /label|class|diagnos|finding|target|category/i }

/** Whether a CSV file has the columns that make it a manifest; `label` is needed unless the labels come from regions. */
export function isManifest(file: string, labelled = true): boolean {
  const isHeader = isManifestHeader(labelled)
  return isHeader(readCsvTable(file, { isHeader }).header.map((name) => name.toLowerCase()))
}

function isManifestHeader(labelled: boolean) {
  return (names: readonly string[]) => names.includes('file') && (names.includes('label') || !labelled)
}

/**
 * Lists the films of a manifest. Throws one `UserError` that names every problem by row and column.
 * @param labelled false: a film may be without a label, which is then ''
 */
export function readManifest(file: string, labelled = true): Reading {
  const root = path.dirname(path.resolve(file))
  const { header, rows, notes } = readCsvTable(file, { isHeader: isManifestHeader(labelled) })
  const columns = header.map((name) => name.toLowerCase())
  const at = (column: ManifestColumn) => columns.indexOf(column)
  const problems: string[] = []
  const disk = new FilesOnDisk()
  for (const column of ['file', 'label'] as const) {
    if (at(column) >= 0 || (column === 'label' && !labelled)) continue
    const others = header.filter((name) => !manifestColumns.includes(name.toLowerCase() as ManifestColumn))
    const like = nearest(column, others) ?? others.find((name) => usualNames[column].test(name))
    const hint = like === undefined ? '' : `; is '${like}' meant? then rename it`
    problems.push(`it has no column '${column}' (its columns: ${firstFew(header, 12)})${hint}`)
  }
  for (const column of manifestColumns) {
    if (columns.indexOf(column) !== columns.lastIndexOf(column))
      problems.push(`the column '${column}' stands there twice; keep one`)
  }
  refuse(`${file} is no manifest`, problems)
  if (rows.length === 0) throw new UserError(`${file} has a header but no rows; give one row per film`)

  const used = new Set(manifestColumns.filter((column) => rows.some(({ cells }) => (cells[at(column)] ?? '') !== '')))
  const films: FoundFilm[] = []
  const excluded: string[] = []
  const seen = new RowsOfFilms()
  for (const { row, cells } of rows) {
    const cell = (column: ManifestColumn) => cells[at(column)] ?? ''
    const problem = (column: ManifestColumn, text: string) => problems.push(`row ${row}, column ${column}: ${text}`)
    if (cells.slice(header.length).some((extra) => extra !== '')) {
      problems.push(
        `row ${row} has ${cells.length} cells, the header ${header.length}; put cells that hold the separator in quotes`,
      )
      continue
    }
    const reason = exclusion(cell('exclude'))
    if (reason !== undefined) {
      excluded.push(reason)
      continue
    }
    const name = path.posix.normalize(cell('file').replaceAll('\\', '/'))
    const found = path.resolve(root, name)
    const entry = disk.entryAt(found)
    if (cell('file') === '') problem('file', 'is empty; give a path relative to the manifest')
    else if (entry === undefined) {
      const like = problems.length < namedProblems ? disk.similarTo(found) : undefined
      problem(
        'file',
        `'${shortened(cell('file'))}' ${disk.absence(found)}${like === undefined ? '' : ` (there is '${like}')`}`,
      )
    } else if (entry.directory) problem('file', `'${shortened(cell('file'))}' is a folder, not a film`)
    const label = saysNoClass(cell('label')) ? '' : cell('label')
    if (label === '' && labelled) {
      const what =
        cell('label') === '' ? 'is empty' : `'${shortened(cell('label'))}' says that the label is missing or not known`
      problem('label', `${what}; give the class, or exclude the row`)
    }
    if (used.has('patient') && cell('patient') === '') {
      problem('patient', 'is empty; give a patient in every row, or in none')
    }
    const split = splitOfWord(cell('split'))
    if (used.has('split') && split === undefined) {
      problem(
        'split',
        cell('split') === ''
          ? 'is empty; give a set in every row, or in none'
          : `'${shortened(cell('split'))}' is none of train, val, test`,
      )
    }
    let roi: Rectangle | undefined
    if (cell('roi') !== '') {
      roi = parseRectangle(cell('roi'))
      const wrong = roi && rectangleProblem(roi)
      if (roi === undefined) {
        problem(
          'roi',
          `'${shortened(cell('roi'))}' is no rectangle; write left,top,width,height[,rotation] in pixels and degrees`,
        )
      } else if (wrong !== undefined) problem('roi', `'${shortened(cell('roi'))}' ${wrong}`)
    }
    const roiKey = roi ? rectangleText(roi) : ''
    const frame = cell('frame') === '' ? undefined : wholeFrom1(cell('frame'))
    if (cell('frame') !== '' && frame === undefined)
      problem('frame', `'${shortened(cell('frame'))}' is no frame; write 1, 2, 3 ...`)
    const voi = parseVoiChoice(cell('voi'))
    if (cell('voi') !== '' && voi === undefined) {
      problem('voi', `'${shortened(cell('voi'))}' is no view of a DICOM file; write lut:1, window:2 or none`)
    }
    if (cell('file') !== '') {
      // the frames of a file are films of their own
      const earlier = seen.rowsOf(`${found}\0${frame ?? 1}`)
      const { other, same } = earlier.conflict(label, roiKey)
      const shown = `'${shortened(cell('file'))}'`
      if (other) {
        problem(
          'label',
          `${shown} is '${shortened(label)}' here, but '${shortened(other.label)}' in row ${other.row}; keep the true one`,
        )
      } else if (same) problem('file', `${shown} stands in row ${same.row} already; remove one of the two`)
      earlier.add({ row, label, roi: roiKey })
    }
    films.push({
      file: entry?.file ?? found,
      name: frame === undefined ? name : `${name} (frame ${frame})`,
      label,
      ...(used.has('patient') && { patient: cell('patient') }),
      ...(split && { split }),
      ...(frame && { frame }),
      ...(voi && { voi }),
      ...(roi && { roi }),
      ...(entry?.problem !== undefined && { problem: entry.problem }),
    })
  }
  const patientIds = films.map((film) => film.patient ?? '')
  const rounded = used.has('patient') ? roundedIds(patientIds) : []
  if (rounded.length > 0) {
    const examples = [...new Set(rounded.map((i) => `'${shortened(patientIds[i], 30)}'`))]
    problems.push(
      `column patient: ${rounded.length === 1 ? '1 cell is a number' : `${rounded.length} cells are numbers`} that a spreadsheet rounded (${firstFew(examples)}), so that several patients may have become one; format the column as text where the ids are whole, and export again`,
    )
  }
  // else they are looked at together with those from regions and folders
  if (problems.length > 0) {
    problems.push(
      ...problemsOfClassNames([...new Set(films.map(({ label }) => label).filter((label) => label !== ''))]),
    )
  }
  refuse(`${file} can't be used`, problems)
  if (films.length === 0)
    throw new UserError(`${file} excludes all of its ${rows.length} rows; nothing is left to analyse`)

  const others = header.filter((name) => name !== '' && !manifestColumns.includes(name.toLowerCase() as ManifestColumn))
  const plural = others.length > 1
  const warnings = [...notes]
  if (others.length > 0) {
    warnings.push(
      `the ${plural ? 'columns' : 'column'} ${firstFew(others, 12)} of ${path.basename(file)} ${plural ? 'are' : 'is'} not used`,
    )
  }
  return { root, films, excluded, warnings }
}

function wholeFrom1(cell: string): number | undefined {
  return /^[1-9]\d{0,5}$/.test(cell) ? Number(cell) : undefined
}

function exclusion(cell: string): string | undefined {
  if (/^(|0|no|n|false)$/i.test(cell)) return undefined
  return /^(1|yes|y|true|x)$/i.test(cell) ? 'excluded by the manifest' : cell
}
