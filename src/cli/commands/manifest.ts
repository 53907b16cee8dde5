/** `kopt manifest`: labels from a spreadsheet, joined to files by name or by what DICOM says. */
import type { Command } from 'commander'
import { counted } from '../../base/format.js'
import { shortened } from '../../base/shortened.js'
import { type Shown, shown, shownLine } from '../../base/shown.js'
import { shownPath } from '../../base/shown-path.js'
import { type Joining, joinLabels } from '../../dataset/labels/join.js'
import { patientNames } from '../../dataset/patient-key.js'
import { firstFew } from '../../dataset/reader.js'
import { NoImage } from '../../image/dicom/pixel-format.js'
import type { Outside } from '../command.js'
import { encodingOption } from '../config-options.js'
import { examples, keepPatientIdsOption } from '../options.js'

interface Options {
  labels: string
  match: string
  keyColumn?: string
  labelColumn?: string
  patientColumn?: string
  encoding?: string
  out?: string
  keepPatientIds?: boolean
}

export function define(command: Command, { result, note }: Outside): void {
  command
    .description(
      'Joins the rows of a spreadsheet (saved as CSV) to films and writes a manifest that `kopt run` takes. Files are known by\n' +
        'content, DICOM files need no extension. What matches nothing is listed on both sides, keys that stand twice, too, and\n' +
        'keys that a spreadsheet changed (123 for 00123) are recognised. Patient ids are written as hashes under your key.',
    )
    .argument('<folder>', 'the films, in any folders below')
    .requiredOption(
      '--labels <file>',
      'CSV with comma, semicolon or tab; with a column of keys and one of classes (- for standard input)',
    )
    .requiredOption(
      '--match <field>',
      'name (of the file), or a DICOM element: AccessionNumber, PatientID, (0020,000D)',
    )
    .option('--key-column <name>', "the table's column with the keys (default: the one called like the field)")
    .option('--label-column <name>', "the table's column with the classes (default: label, diagnosis and the like)")
    .option('--patient-column <name>', "the table's column with patients (default: DICOM's PatientID, else patient)")
    .addOption(encodingOption())
    .option('--out <file>', 'the manifest (default: manifest.csv in the folder)')
    .addOption(keepPatientIdsOption())
    .action(async (folder: string, options: Options) => {
      const joining = await joinLabels(folder, { ...options, nameOf: patientNames(options) })
      for (const line of remarks(joining)) note(shownLine(line))
      result(joining, summary(joining))
    })
  examples(command, [
    ['A PACS export and a list from the registry', 'kopt manifest export --labels list.csv --match AccessionNumber'],
    [
      'By file name, with columns called otherwise',
      'kopt manifest films --labels list.csv --match name --key-column Bild --label-column Befund',
    ],
    ['Then look at it', 'kopt inspect export'],
  ])
}

function summary({ manifest, films, classes, excluded, patients, patientSource }: Joining): Shown {
  const ofClasses = Object.entries(classes).map(([label, count]) => `${label} ${count}`)
  const source = { table: ' (from the table)', dicom: ' (from DICOM)' }
  const who = patientSource === null ? 'no patients known' : `${counted(patients, 'patient')}${source[patientSource]}`
  const out = excluded.map(({ reason, count }) => `${count} (${reason})`)
  const left = out.length === 0 ? '' : `; excluded there with their reasons: ${out.join(', ')}`
  return shown`${counted(films, 'film')} in ${shownPath(manifest)}: ${firstFew(ofClasses, 12)}; ${who}${left}`
}

const changeWords = {
  zeros: ['differs in leading zeros alone', 'differ in leading zeros alone'],
  decimal: ['was written as a decimal number', 'were written as decimal numbers'],
  case: ['differs in upper and lower case alone', 'differ in upper and lower case alone'],
} as const

/** What the user should know about the join, a line each. */
function remarks(joining: Joining): string[] {
  const {
    changed,
    ambiguous,
    digitsLost,
    doubled,
    rowsWithoutFile,
    rowsWithoutLabel,
    rowsWithSeveral,
    filesWithoutRow,
    broken,
    notes,
    others,
    patientDoubts,
  } = joining
  const rows = (list: readonly { row: number; key: string }[]) =>
    firstFew(
      list.map(({ row, key }) => `${key === '' ? '(empty)' : shortened(key, 40)} in row ${row}`),
      8,
    )
  const lines = [...notes]
  const say = (list: readonly unknown[], noun: string, text: string) => {
    if (list.length > 0) lines.push(`${counted(list.length, noun)} ${text}`)
  }
  for (const change of ['zeros', 'decimal', 'case'] as const) {
    const changedKeys = changed.filter((each) => each.change === change)
    const pairs = firstFew(
      changedKeys.map(({ key, present, row }) => `${key} in row ${row} for ${present}`),
      4,
    )
    say(changedKeys, 'key', `of the table ${changeWords[change][changedKeys.length === 1 ? 0 : 1]}, joined: ${pairs}`)
  }
  say(ambiguous, 'row', `not joined, since several films or keys may be meant: ${rows(ambiguous)}`)
  say(
    digitsLost,
    'key',
    `not joined, since a spreadsheet rounded the number (format the column as text and export again): ${rows(digitsLost)}`,
  )
  const [same, contrary] = [doubled.filter((each) => each.agree), doubled.filter((each) => !each.agree)]
  const films = (list: typeof doubled) =>
    firstFew(
      list.map(({ name, rows: of }) => `${name} (rows ${of.join(', ')})`),
      8,
    )
  say(contrary, 'film', `left out, since several rows give different classes: ${films(contrary)}`)
  say(same, 'film', `named by several rows with the same class, used once: ${films(same)}`)
  say(rowsWithoutLabel, 'row', `without a class: ${rows(rowsWithoutLabel)}`)
  say(rowsWithSeveral, 'row', `left out, since the cell holds several classes: ${rows(rowsWithSeveral)}`)
  say(rowsWithoutFile, 'row', `without a film: ${rows(rowsWithoutFile)}`)
  say(filesWithoutRow, 'film', `without a row: ${firstFew(filesWithoutRow, 8)}`)
  const objects = broken.filter(({ reason }) => reason === NoImage.reason)
  const names = firstFew(
    objects.map(({ name }) => name),
    8,
  )
  say(objects, 'DICOM object', `without an image (report, presentation state and the like), left out: ${names}`)
  const damaged = broken.filter(({ reason }) => reason !== NoImage.reason)
  const unusable = firstFew(
    damaged.map(({ name, reason }) => `${name} (${reason})`),
    8,
  )
  say(damaged, 'file', `named as a film that ${damaged.length === 1 ? 'is none' : 'are none'}: ${unusable}`)
  for (const { text, names } of patientDoubts)
    say(names, 'film', `${text}; where that is wrong, name a column with --patient-column: ${firstFew(names, 8)}`)
  if (others > 0)
    lines.push(`${counted(others, 'file')} that ${others === 1 ? 'is no film' : 'are no films'}, left out`)
  if (lines.some((line) => line.includes(' more'))) lines.push('(all of them: --json)')
  return lines
}
