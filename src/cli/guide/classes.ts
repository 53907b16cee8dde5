/** The first step of the guide: what says which film is of which class, and the manifest where one is needed. */
import path from 'node:path'
import { UserError } from '../../base/errors.js'
import { isDirectory, listDirectory } from '../../base/files.js'
import { count, counted } from '../../base/format.js'
import { koptCommand } from '../../base/shell-word.js'
import { shortened } from '../../base/shortened.js'
import { findFiles } from '../../dataset/labels/found-files.js'
import { type Joining, joinLabels, labelsFromNames } from '../../dataset/labels/join.js'
import { partsLikeClasses } from '../../dataset/labels/label-names.js'
import { type TableColumns, tableColumns } from '../../dataset/labels/table-columns.js'
import { manifestIn, openDataset } from '../../dataset/open.js'
import { patientNames } from '../../dataset/patient-key.js'
import { firstFew } from '../../dataset/reader.js'
import type { Cohort } from '../../dataset/sample.js'
import { joiningRemarks, joiningSummary } from '../../inspection/joining.js'
import type { Choice, Guide } from './guide.js'

export interface ClassAnswers {
  /** 'folders', 'names', or the file of a table. */
  readonly labels?: string
  readonly match?: string
  readonly keyColumn?: string
  readonly labelColumn?: string
  readonly patientColumn?: string
  readonly labelFrom?: string
  readonly encoding?: string
}

/** Asks where the classes are, and leaves a dataset that can be opened; what is written is a manifest, whole or not at all. */
export async function settleClasses(folder: string, answers: ClassAnswers, guide: Guide): Promise<void> {
  guide.step('What there is')
  if (!isDirectory(folder)) {
    guide.say(`${folder} is a file, and is taken as a manifest or an array of films.`)
    return
  }
  const manifest = manifestIn(folder, true, answers.encoding)
  if (manifest !== undefined) {
    guide.say(`${path.join(folder, manifest)} says which film is of which class.`)
    return
  }
  const byFolders = cohortOf(folder, answers.encoding)
  if (!(byFolders instanceof UserError))
    guide.say(`The folders in ${folder} look like classes: ${classesOf(byFolders)}.`)
  const way = await wayOf(folder, byFolders, answers, guide)
  if (way === 'folders') {
    if (byFolders instanceof UserError) throw byFolders
    return
  }
  const joining =
    way === 'names' ? await fromNames(folder, answers, guide) : await fromTable(folder, way, answers, guide)
  guide.say(joiningSummary(joining), ...joiningRemarks(joining))
}

function cohortOf(folder: string, encoding?: string): Cohort | UserError {
  try {
    return openDataset(folder, { encoding })
  } catch (error) {
    if (error instanceof UserError) return error
    throw error
  }
}

function classesOf({ classes, films }: Pick<Cohort, 'classes' | 'films'>): string {
  return firstFew(
    classes.map((name) => `${name} ${count(films.filter(({ label }) => label === name).length)}`),
    12,
  )
}

async function wayOf(
  folder: string,
  byFolders: Cohort | UserError,
  { labels, labelFrom }: ClassAnswers,
  guide: Guide,
): Promise<string> {
  const given = labels ?? (labelFrom === undefined ? undefined : 'names')
  if (given !== undefined) return given
  const folders: Choice[] =
    byFolders instanceof UserError ? [] : [{ value: 'folders', words: `the folders: ${classesOf(byFolders)}` }]
  const tables = tablesIn(folder).map((file): Choice => ({ value: file, words: `a spreadsheet: ${file}` }))
  // Folders that do are not called into question by names.
  if (folders.length > 0 && tables.length === 0) return 'folders'
  const parts = partsLikeClasses(findFiles(folder).films.map(({ name }) => name))
  const names: Choice[] =
    folders.length > 0 || parts.length === 0 ? [] : [{ value: 'names', words: 'the names of the files' }]
  const choices = [...folders, ...tables, ...names]
  if (choices.length === 0 && byFolders instanceof UserError) {
    throw new UserError(
      `nothing here says which film is of which class (${byFolders.message}); put the films into one folder per class, or name a spreadsheet that lies elsewhere: --labels TABLE.csv`,
    )
  }
  return guide.decide({
    text: 'What says which class a film is of?',
    choices,
    proposal: choices[0]?.value,
    option: '--labels',
    given: undefined,
    orTyped: 'the path of a spreadsheet saved as CSV',
  })
}

/** Tables that lie beside the films. */
function tablesIn(folder: string): string[] {
  return listDirectory(folder)
    .filter(({ name, directory }) => !directory && /\.(csv|tsv)$/i.test(name))
    .map(({ name }) => path.join(folder, name))
}

async function fromNames(folder: string, { labelFrom }: ClassAnswers, guide: Guide): Promise<Joining> {
  const parts = partsLikeClasses(findFiles(folder).films.map(({ name }) => name))
  const expression = await guide.decide({
    text: 'Which part of the names is the class?',
    choices: parts.map(({ expression, classes, example }) => ({
      value: expression,
      words: `'${shortened(example.class, 40)}' in ${shortened(example.name, 80)}: ${inWords(classes)}`,
    })),
    proposal: parts[0]?.expression,
    option: '--label-from',
    given: labelFrom,
    orTyped: 'a regular expression whose first group is the class',
  })
  guide.settle()
  guide.showCommand(koptCommand('manifest', folder, '--label-from', expression))
  return labelsFromNames(folder, { labelFrom: expression, nameOf: patientNames({}) })
}

function inWords(classes: Readonly<Record<string, number>>): string {
  return Object.entries(classes)
    .map(([name, films]) => `${name} ${count(films)}`)
    .join(', ')
}

async function fromTable(folder: string, table: string, answers: ClassAnswers, guide: Guide): Promise<Joining> {
  const { encoding } = answers
  const columns = tableColumns(folder, table, encoding)
  guide.say(`${table} has ${counted(columns.rows, 'row')} and the columns ${firstFew(columns.header, 12)}.`)
  const labelColumn = await labelColumnOf(columns, answers, guide)
  const { match, keyColumn } = await keyOf(columns, table, answers, guide)
  const patientColumn = await patientColumnOf(columns, { labelColumn, keyColumn }, answers, guide)
  guide.settle()
  const options = {
    labels: table,
    match,
    ...(keyColumn !== undefined && { keyColumn }),
    labelColumn,
    ...(patientColumn !== undefined && { patientColumn }),
    ...(encoding !== undefined && { encoding }),
  }
  const words = Object.entries(options).flatMap(([name, value]) => [optionOf(name), value])
  guide.showCommand(koptCommand('manifest', folder, ...words))
  return joinLabels(folder, { ...options, nameOf: patientNames({}) })
}

/** 'keyColumn' as it is typed. */
function optionOf(name: string): string {
  return `--${name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`
}

async function labelColumnOf(columns: TableColumns, { labelColumn }: ClassAnswers, guide: Guide): Promise<string> {
  if (labelColumn === undefined && columns.label !== undefined) {
    guide.say(`Its column ${columns.label} holds the class.`)
    return columns.label
  }
  return guide.decide({
    text: 'Which column holds the class?',
    choices: columns.likeClasses.map(({ column, values }) => ({
      value: column,
      words: `${column}: ${firstFew(
        values.map((value) => shortened(value, 30)),
        6,
      )}`,
    })),
    option: '--label-column',
    given: labelColumn,
    orTyped: 'the name of a column',
  })
}

async function keyOf(
  columns: TableColumns,
  table: string,
  { match, keyColumn }: ClassAnswers,
  guide: Guide,
): Promise<{ match: string; keyColumn: string | undefined }> {
  if (match !== undefined) return { match, keyColumn }
  const keys = columns.keys.filter(({ column }) => keyColumn === undefined || column === keyColumn)
  const [likeliest, ...others] = keys
  if (likeliest === undefined) {
    throw new UserError(
      `${table} has no column whose cells are names of the films here; say what joins its rows to films with --match and --key-column (kopt manifest --help)`,
    )
  }
  const asText = (key: (typeof keys)[number]) => `${key.match} ${key.column}`
  const inWords = ({ column, match: by, fitting }: (typeof keys)[number]) =>
    by === 'name'
      ? `the column ${column}, which names the file (${fitting} of ${counted(columns.rows, 'row')} fit one)`
      : `the column ${column}, as DICOM's ${by}`
  const chosen =
    others.length === 0
      ? asText(likeliest)
      : await guide.decide({
          text: 'What joins a row to a film?',
          choices: keys.map((key) => ({ value: asText(key), words: inWords(key) })),
          proposal: asText(likeliest),
          option: '--match and --key-column',
          given: undefined,
        })
  const key = keys.find((each) => asText(each) === chosen) ?? likeliest
  if (others.length === 0) guide.say(`Rows are joined to films by ${inWords(key)}.`)
  return { match: key.match, keyColumn: key.column }
}

const noColumn = 'none'

async function patientColumnOf(
  columns: TableColumns,
  used: { readonly labelColumn: string; readonly keyColumn: string | undefined },
  { patientColumn }: ClassAnswers,
  guide: Guide,
): Promise<string | undefined> {
  if (patientColumn !== undefined) return patientColumn === noColumn ? undefined : patientColumn
  if (columns.dicom) return undefined
  if (columns.patient !== undefined) {
    guide.say(`Its column ${columns.patient} says who the patient is.`)
    return columns.patient
  }
  const left = columns.likePatients.filter((name) => name !== used.labelColumn && name !== used.keyColumn)
  if (left.length === 0) return undefined
  const chosen = await guide.decide({
    text: 'Which column says who the patient is? All films of a patient must stay together.',
    choices: [
      { value: noColumn, words: 'none of them' },
      ...left.slice(0, 12).map((column) => ({ value: column, words: column })),
    ],
    proposal: noColumn,
    option: '--patient-column',
    given: undefined,
  })
  return chosen === noColumn ? undefined : chosen
}
