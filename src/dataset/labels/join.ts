/**
 * A manifest from files and a spreadsheet: rows are joined to films by file name or by a DICOM element. What matches nothing
 * on either side, keys that stand twice and keys that a spreadsheet changed are all part of the answer.
 */
import path from 'node:path'
import { formatCsv } from '../../base/csv.js'
import { elementAt } from '../../base/element-at.js'
import { throwProblems, UserError } from '../../base/errors.js'
import { exists, isDirectory } from '../../base/files.js'
import { groupBy } from '../../base/group-by.js'
import { requireNewFile, writeNewFiles } from '../../base/output.js'
import { shortened } from '../../base/shortened.js'
import { elementNamed } from '../../image/dicom/dictionary.js'
import { type ElementName, elements } from '../../image/dicom/tags.js'
import { problemsOfClassNames } from '../class-names.js'
import { dicomPatients } from '../dicom-patients.js'
import { NameIndex, stemOf } from '../name-index.js'
import { firstFew } from '../reader.js'
import { readCsvTable } from '../table/csv.js'
import { roundedIds } from '../table/rounded-number.js'
import { columnNamed, neededColumn, usualColumn } from './columns.js'
import { type BrokenFilm, type FoundFile, type FoundFiles, findFiles } from './found-files.js'
import { type Change, type KeyIndex, type Match, resolveKeys } from './keys.js'
import { classesInNames } from './label-names.js'
import { differentClasses, type LabelRow, labelRows, noClassInName, noRow, outcomesOf } from './outcome.js'

export interface JoinOptions extends WrittenManifest {
  readonly labels: string
  /** 'name', or a DICOM keyword or tag, or the name of the column that holds file names. */
  readonly match: string
  readonly keyColumn?: string
  readonly labelColumn?: string
  readonly patientColumn?: string
  /** Of the table; without, it is found. */
  readonly encoding?: string
}

export interface WrittenManifest {
  /** Default: manifest.csv in the folder. */
  readonly out?: string
  /** What stands for a patient in the manifest. */
  readonly nameOf: (patient: string) => string
}

interface Row {
  readonly row: number
  readonly key: string
}

/** What became of the table and the files. `films` of them are in the manifest. */
export interface Joining {
  readonly manifest: string
  readonly films: number
  readonly classes: Readonly<Record<string, number>>
  /** Rows of the manifest that leave a film out, by their reasons. */
  readonly excluded: readonly { readonly reason: string; readonly count: number }[]
  readonly patients: number
  /** Where patients come from; null where nobody says. */
  readonly patientSource: 'table' | 'dicom' | null
  /** Films of which DICOM leaves in doubt whose they are, where patients come from there: completes "3 films". */
  readonly patientDoubts: readonly { readonly text: string; readonly names: readonly string[] }[]
  /** Columns of the table; null where the names of the films were read. */
  readonly keyColumn: string | null
  readonly labelColumn: string | null
  /** What was assumed in reading the table. */
  readonly notes: readonly string[]
  /** Joined although a spreadsheet changed the key, and how. */
  readonly changed: readonly (Row & { readonly present: string; readonly change: Change })[]
  readonly rowsWithoutFile: readonly Row[]
  readonly filesWithoutRow: readonly string[]
  /** Rows that may mean several files or keys. */
  readonly ambiguous: readonly Row[]
  /** Keys that a spreadsheet rounded (1.2E+11). */
  readonly digitsLost: readonly Row[]
  /** Rows whose class is empty, or a word for a missing one. */
  readonly rowsWithoutLabel: readonly Row[]
  /** Rows with several classes in their cell, which stands in `key`. */
  readonly rowsWithSeveral: readonly Row[]
  /** Files that several rows label: used where they agree, left out where they do not. */
  readonly doubled: readonly { readonly name: string; readonly rows: readonly number[]; readonly agree: boolean }[]
  /** Files named as films, or empty, that are none. */
  readonly broken: readonly BrokenFilm[]
  /** Files that are no films. */
  readonly others: number
}

/** Classes of films, by the first group of an expression that is looked for in their names without folder and extension. */
export interface NamedLabels extends WrittenManifest {
  readonly labelFrom: string
}

/** What says which film is of which class. */
interface LabelSource {
  readonly header: readonly string[]
  readonly lines: readonly LabelRow[]
  readonly matches: readonly Match[]
  readonly keyColumn: string | null
  readonly labelColumn: string | null
  readonly notes: readonly string[]
  readonly unnamed: typeof noRow | typeof noClassInName
  /** Where nothing was joined. */
  readonly nothing: () => UserError
}

/** Joins and writes the manifest. Throws a `UserError` where nothing can be joined; nothing is written then. */
export async function joinLabels(folder: string, options: JoinOptions): Promise<Joining> {
  const manifest = manifestPlace(folder, options)
  const named = (names: readonly string[], column: string | undefined, usual: string) =>
    column === undefined ? usualColumn(names, usual) !== undefined : names.includes(column.toLowerCase())
  const { header, rows, notes } = readCsvTable(options.labels, {
    isHeader: (names) => named(names, options.labelColumn, 'label') && names.filter((name) => name !== '').length > 1,
    encoding: options.encoding,
  })
  const element = await elementOf(options.match, header)
  const keyAt = keyColumnOf(header, options, element)
  const labelAt =
    options.labelColumn === undefined
      ? neededColumn(header, 'label', '--label-column', 'holds the class')
      : columnNamed(header, options.labelColumn, '--label-column')
  const found = filmsIn(folder, element)
  const { films } = found
  const lines = labelRows(rows, keyAt, labelAt)
  const { patients: ofFilms } = dicomPatients(films.map(({ dicom }) => dicom?.patient))
  const matches = resolveKeys(
    lines.map(({ key }) => key),
    keyIndex(films, element),
  ).map((match): Match => {
    // one PatientID, given to two patients
    const several = 'files' in match && new Set(match.files.map((i) => ofFilms[i])).size > 1
    return several && element?.tag === elements.PatientID.tag ? { open: 'several' } : match
  })
  const labelled = lines.filter(({ label }) => label !== '')
  return writeManifest(folder, manifest, found, options, {
    header,
    lines,
    matches,
    keyColumn: elementAt(header, keyAt),
    labelColumn: elementAt(header, labelAt),
    notes: notes.map(String),
    unnamed: noRow,
    nothing: () => nothingJoined(folder, films, labelled, element, options),
  })
}

/** Writes a manifest with classes from the names of films. Throws a `UserError` where no name fits; nothing is written then. */
export async function labelsFromNames(folder: string, options: NamedLabels): Promise<Joining> {
  const manifest = manifestPlace(folder, options)
  const found = filmsIn(folder)
  const names = found.films.map(({ name }) => name)
  const named = classesInNames(names, options.labelFrom).flatMap((label, film) =>
    label === undefined ? [] : [{ film, label }],
  )
  return writeManifest(folder, manifest, found, options, {
    header: [],
    lines: named.map(({ film, label }, i) => {
      const key = elementAt(names, film)
      return { row: i + 1, cells: [], key, written: label, label }
    }),
    matches: named.map(({ film }) => ({ files: [film] })),
    keyColumn: null,
    labelColumn: null,
    notes: [],
    unnamed: noClassInName,
    nothing: () =>
      new UserError(
        `--label-from '${options.labelFrom}' fits no film of ${folder}: their names are ${firstFew(names.map(stemOf), 3)}`,
      ),
  })
}

/** Where the manifest is to be written, before anything is read. */
function manifestPlace(folder: string, { out }: WrittenManifest): string {
  if (!exists(folder) || !isDirectory(folder))
    throw new UserError(`${folder} is no folder; name the folder of the films`)
  const manifest = path.resolve(out ?? path.join(folder, 'manifest.csv'))
  requireNewFile(out === undefined ? '' : '--out', manifest)
  return manifest
}

function filmsIn(folder: string, element?: ElementName): FoundFiles {
  const found = findFiles(folder, element)
  if (found.films.length === 0) throw new UserError(`${folder} holds no films (files that are images by their content)`)
  return found
}

function writeManifest(
  folder: string,
  manifest: string,
  { films, broken, others }: FoundFiles,
  options: WrittenManifest & Pick<JoinOptions, 'patientColumn'> & { readonly labels?: string },
  { header, lines, matches, keyColumn, labelColumn, notes, unnamed, nothing }: LabelSource,
): Joining {
  const { patients: ofFilms, doubts } = dicomPatients(films.map(({ dicom }) => dicom?.patient))
  const outcomes = outcomesOf(films.length, lines, matches, unnamed)
  const joined = outcomes.flatMap((outcome, film) => ('label' in outcome ? [{ film, ...outcome }] : []))
  if (joined.length === 0) throw nothing()
  const classes = groupBy(joined, ({ label }) => label)
  throwProblems(options.labels ?? folder, problemsOfClassNames([...classes.keys()].sort()))
  const patients = patientsOf(header, ofFilms, joined, options)

  const numberOf = new Map(joined.map(({ film }, i) => [film, i]))
  const folderOfManifest = path.dirname(manifest)
  const patientColumn = patients !== undefined
  const filmRows = outcomes.map((outcome, film) => {
    const at = numberOf.get(film)
    const patient = at === undefined || patients === undefined ? '' : options.nameOf(elementAt(patients.ids, at))
    const [label, reason] = 'label' in outcome ? [outcome.label, ''] : ['', outcome.reason]
    return { name: elementAt(films, film).name, label, patient, reason }
  })
  const brokenRows = broken.map(({ name, reason }) => ({ name, label: '', patient: '', reason }))
  const manifestRows = [...filmRows, ...brokenRows].sort((a, b) => (a.name < b.name ? -1 : 1))
  const excluded = manifestRows.filter(({ reason }) => reason !== '')
  const content = formatCsv(
    ['file', 'label', ...(patientColumn ? ['patient'] : []), ...(excluded.length > 0 ? ['exclude'] : [])],
    manifestRows.map(({ name, label, patient, reason }) => [
      pathFrom(folderOfManifest, path.join(folder, name)),
      label,
      ...(patientColumn ? [patient] : []),
      ...(excluded.length > 0 ? [reason] : []),
    ]),
  )
  writeNewFiles('--out', [{ file: manifest, content }])
  const reasons = groupBy(excluded, ({ reason }) => reason)
  const open = (why: Extract<Match, { open: string }>['open']) =>
    lines.filter(({ label }, i) => label !== '' && (matches[i] as { open?: string }).open === why).map(shownRow)
  const several = lines.filter(({ label }) => label === undefined)
  return {
    manifest,
    films: joined.length,
    classes: Object.fromEntries([...classes.keys()].sort().map((label) => [label, classes.get(label)?.length ?? 0])),
    excluded: [...reasons].map(([reason, { length: count }]) => ({ reason, count })),
    patients: new Set(patients?.ids).size,
    patientSource: patients?.source ?? null,
    patientDoubts:
      patients?.source === 'dicom'
        ? doubts.map(({ text, files }) => ({ text, names: files.map((i) => elementAt(films, i).name) }))
        : [],
    keyColumn,
    labelColumn,
    notes,
    changed: matches.flatMap((match, i) =>
      'change' in match && match.change !== undefined && elementAt(lines, i).label !== ''
        ? [{ ...shownRow(elementAt(lines, i)), present: match.present as string, change: match.change }]
        : [],
    ),
    rowsWithoutFile: open('nothing'),
    filesWithoutRow: outcomes.flatMap(({ rows: given }, film) =>
      given.length === 0 ? [elementAt(films, film).name] : [],
    ),
    ambiguous: open('several'),
    digitsLost: open('digits lost'),
    rowsWithoutLabel: lines.filter(({ label }) => label === '').map(shownRow),
    rowsWithSeveral: several.map(({ row, written }) => ({ row, key: written })),
    doubled: outcomes.flatMap((outcome, film) => {
      const agree = 'label' in outcome
      if (outcome.rows.length < 2 || (!agree && outcome.reason !== differentClasses)) return []
      return [{ name: elementAt(films, film).name, rows: outcome.rows.map(({ row }) => row), agree }]
    }),
    broken,
    others: others.length,
  }
}

function shownRow({ row, key }: Row): Row {
  return { row, key }
}

/** The DICOM element that `--match` names; undefined for file names. */
async function elementOf(match: string, header: readonly string[]): Promise<ElementName | undefined> {
  if (/^(name|file|filename|file name|path)$/i.test(match)) return undefined
  try {
    return await elementNamed(match)
  } catch (error) {
    // the name of a column that holds file names
    if (error instanceof UserError && header.some((each) => each.toLowerCase() === match.toLowerCase()))
      return undefined
    throw error instanceof UserError
      ? new UserError(`--match ${match}: ${error.message}; for file names: --match name`)
      : error
  }
}

function keyColumnOf(header: readonly string[], { match, keyColumn }: JoinOptions, element?: ElementName): number {
  if (keyColumn !== undefined) return columnNamed(header, keyColumn, '--key-column')
  const own = usualColumn(header, match)
  if (own !== undefined) return own
  const known = Object.entries(elements).find(([, { tag }]) => tag === element?.tag)?.[0]
  return neededColumn(header, element === undefined ? 'file' : (known ?? match), '--key-column', `holds ${match}`)
}

function keyIndex(films: readonly FoundFile[], element?: ElementName): KeyIndex {
  if (element === undefined) {
    const names = new NameIndex(films.map(({ name }) => name))
    return { exact: (key) => names.find(key), manyFiles: false, keys: films.map(({ name }) => stemOf(name)) }
  }
  const keys = films.map(({ dicom }) => dicom?.text?.normalize('NFC'))
  const files = groupBy(
    keys.flatMap((key, file) => (key === undefined ? [] : [{ key, file }])),
    ({ key }) => key,
  )
  return { exact: (key) => (files.get(key) ?? []).map(({ file }) => file), manyFiles: true, keys }
}

/** Patients of the joined films: the column that was named, else what DICOM says, else a column that is usually called so. */
function patientsOf(
  header: readonly string[],
  ofFilms: readonly (string | undefined)[],
  joined: readonly { readonly film: number; readonly row: LabelRow }[],
  { patientColumn, labels }: Pick<JoinOptions, 'patientColumn'> & { readonly labels?: string },
): { ids: string[]; source: 'table' | 'dicom' } | undefined {
  const ids = joined.flatMap(({ film }) => ofFilms[film] ?? [])
  if (patientColumn === undefined && ids.length === joined.length) return { ids, source: 'dicom' }
  const at =
    patientColumn === undefined
      ? usualColumn(header, 'patient')
      : columnNamed(header, patientColumn, '--patient-column')
  if (at === undefined) return undefined
  const given = joined.map(({ row }) => row.cells[at] ?? '')
  const bare = joined.filter((_, i) => given[i] === '').map(({ row }) => row.row)
  if (bare.length > 0) {
    throw new UserError(
      `${labels} has no patient in row ${bare.slice(0, 8).join(', ')}${bare.length > 8 ? ' ...' : ''}, column ${header[at]}; give one in every row, or none at all`,
    )
  }
  const rounded = roundedIds(given)
  if (rounded.length > 0) {
    const cells = [
      ...new Set(rounded.map((i) => `${shortened(elementAt(given, i), 30)} in row ${elementAt(joined, i).row.row}`)),
    ]
    throw new UserError(
      `${labels}, column ${header[at]}: a spreadsheet rounded these patient ids, so that several patients may have become one: ${firstFew(cells)}; format the column as text where the ids are whole, and export again`,
    )
  }
  return { ids: given, source: 'table' }
}

function nothingJoined(
  folder: string,
  films: readonly FoundFile[],
  rows: readonly Row[],
  element: ElementName | undefined,
  { labels, match }: JoinOptions,
): UserError {
  const dicom = films.filter((film) => film.dicom !== undefined)
  if (element !== undefined && dicom.length === 0) {
    return new UserError(
      `--match ${match} needs DICOM files, and ${folder} holds none; match file names with --match name`,
    )
  }
  const ofFiles =
    element === undefined ? films.map(({ name }) => name) : dicom.flatMap((film) => film.dicom?.text ?? [])
  const shown = (keys: readonly string[]) =>
    [...new Set(keys)]
      .slice(0, 3)
      .map((key) => `'${shortened(key)}'`)
      .join(', ')
  return new UserError(
    `no row of ${labels} fits a film of ${folder}: the table has ${shown(rows.map(({ key }) => key)) || 'no rows with a label'}, the films ${shown(ofFiles) || `no ${match}`}; ` +
      'name another column with --key-column, or match by something else',
  )
}

/** A path as a manifest in `folder` writes it. A leading sign would be taken for a formula. */
function pathFrom(folder: string, file: string): string {
  const relative = path.relative(folder, file).split(path.sep).join('/')
  return /^[=+\-@]/.test(relative) ? `./${relative}` : relative
}
