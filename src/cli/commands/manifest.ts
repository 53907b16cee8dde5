/** `kopt manifest`: labels from a spreadsheet, joined to files by name or by what DICOM says. */
import type { Command } from 'commander'
import { shownLine } from '../../base/shown.js'
import { joinLabels } from '../../dataset/labels/join.js'
import { patientNames } from '../../dataset/patient-key.js'
import { joiningRemarks, joiningSummary } from '../../inspection/joining.js'
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
      for (const line of joiningRemarks(joining)) note(shownLine(line))
      result(joining, joiningSummary(joining))
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
