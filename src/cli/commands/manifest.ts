/** `kopt manifest`: labels from a spreadsheet, joined to files by name or by what DICOM says. */
import type { Command } from 'commander'
import { UserError } from '../../base/errors.js'
import { shownLine } from '../../base/shown.js'
import { joinLabels, labelsFromNames } from '../../dataset/labels/join.js'
import { patientNames } from '../../dataset/patient-key.js'
import { joiningRemarks, joiningSummary } from '../../inspection/joining.js'
import type { Outside } from '../command.js'
import { encodingOption } from '../config-options.js'
import { examples, keepPatientIdsOption } from '../options.js'

interface Options {
  labels?: string
  match?: string
  labelFrom?: string
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
        'content, DICOM files need no extension. What matches nothing is listed on both sides, keys that occur twice, too, and\n' +
        'keys that a spreadsheet changed (123 for 00123) are recognised. Patient ids are written as hashes under your key.',
    )
    .argument('<folder>', 'the films, in any folders below')
    .option(
      '--labels <file>',
      'CSV with comma, semicolon or tab; with a column of keys and one of classes (- for standard input)',
    )
    .option('--match <field>', 'name (of the file), or a DICOM element: AccessionNumber, PatientID, (0020,000D)')
    .option(
      '--label-from <expression>',
      "in place of a table: a regular expression whose first group is the class, looked for in each film's name without folder and extension",
    )
    .option('--key-column <name>', "the table's column with the keys (default: the one called like the field)")
    .option('--label-column <name>', "the table's column with the classes (default: label, diagnosis and the like)")
    .option('--patient-column <name>', "the table's column with patients (default: DICOM's PatientID, else patient)")
    .addOption(encodingOption())
    .option('--out <file>', 'the manifest (default: manifest.csv in the folder)')
    .addOption(keepPatientIdsOption())
    .action(async (folder: string, options: Options) => {
      const joining = await join(folder, options)
      for (const line of joiningRemarks(joining)) note(shownLine(line))
      result(joining, joiningSummary(joining))
    })
  examples(command, [
    ['A PACS export and a list from the registry', 'kopt manifest export --labels list.csv --match AccessionNumber'],
    [
      'By file name, with columns called otherwise',
      'kopt manifest films --labels list.csv --match name --key-column Bild --label-column Befund',
    ],
    ['Classes in the names of the films: sick_p017.png', "kopt manifest films --label-from '^([^_]+)_'"],
    ['Then look at it', 'kopt inspect export'],
  ])
}

function join(folder: string, { labels, match, labelFrom, ...options }: Options) {
  const nameOf = patientNames(options)
  if (labelFrom === undefined) {
    if (labels === undefined || match === undefined)
      throw new UserError(
        'what says which film is of which class? Give --labels TABLE.csv with --match FIELD, or --label-from EXPRESSION',
      )
    return joinLabels(folder, { ...options, labels, match, nameOf })
  }
  const ofTable = { labels, match, ...options }
  const given = (['labels', 'match', 'keyColumn', 'labelColumn', 'patientColumn'] as const).find(
    (name) => ofTable[name] !== undefined,
  )
  if (given !== undefined)
    throw new UserError('--label-from reads the names of the films and needs no table; leave out the options of one')
  return labelsFromNames(folder, { out: options.out, labelFrom, nameOf })
}
