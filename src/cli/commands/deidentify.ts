/** `kopt deidentify`: DICOM files without what identifies the patient. */
import { type Command, Option } from 'commander'
import { UserError } from '../../base/errors.js'
import { counted } from '../../base/format.js'
import { shown } from '../../base/shown.js'
import { shownPath } from '../../base/shown-path.js'
import { cleanFolder } from '../../dataset/deidentify/clean-folder.js'
import { openPatientKey, patientKeyFile } from '../../dataset/patient-key.js'
import { firstFew } from '../../dataset/reader.js'
import { progressOf } from '../../record/progress.js'
import type { Outside } from '../command.js'
import { examples } from '../options.js'

interface Options {
  out: string
  key?: string
  dates: 'shift' | 'remove'
  names?: string
}

export function define(command: Command, outside: Outside): void {
  command
    .description(
      'Writes DICOM files cleaned by the Basic Application Level Confidentiality Profile (PS3.15, Annex E): every element of its\n' +
        'table, private ones, overlays; UIDs, patient ids and dates changed the same way every time, by your key. Pixels stay as\n' +
        'they are: look yourself for text burned into them where a warning says so.',
    )
    .argument('<folder>', 'DICOM files, in any folders below')
    .requiredOption('--out <folder>', 'a new folder')
    .option('--key <file>', 'the key (default: yours; made where there is none)')
    .addOption(
      new Option(
        '--dates <how>',
        'shift: moved back by one number of days per patient, times cut to the hour; remove: as the basic profile does',
      )
        .choices(['shift', 'remove'])
        .default('shift'),
    )
    .option('--names <file>', 'a CSV of old and new names, to be kept with the originals')
    .action((folder: string, options: Options) => clean(folder, options, outside))
  examples(command, [
    ['A study for a partner', 'kopt deidentify export --out cleaned'],
    [
      'With a list of names for yourself, and no dates',
      'kopt deidentify export --out cleaned --names private/names.csv --dates remove',
    ],
  ])
}

async function clean(folder: string, options: Options, { result, note, show, interruption }: Outside): Promise<void> {
  const keyFile = options.key ?? patientKeyFile()
  let progress: (more: number) => void = () => {}
  const { written, patients, refused, others, remarks } = await cleanFolder(folder, options.out, {
    key: openPatientKey(keyFile),
    shiftDates: options.dates === 'shift',
    names: options.names,
    onFiles: (files) => {
      progress = progressOf({ emit: show }, 'prepare-data', files, 'files')
    },
    onProgress: (more) => progress(more),
    signal: interruption(),
  })
  for (const { text, names } of remarks)
    note(shown`warning: ${counted(names.length, 'film')}: ${text}: ${firstFew(names)}`)
  if (others.length > 0)
    note(
      shown`${counted(others.length, 'file')} that ${others.length === 1 ? 'is' : 'are'} no DICOM left out: ${firstFew(others)}`,
    )
  if (written > 0) {
    result(
      { written, patients, out: options.out, key: keyFile, refused, others, remarks },
      shown`${counted(written, 'file')} of ${counted(patients, 'patient')} in ${shownPath(options.out)}, under the key ${shownPath(keyFile)}`,
    )
  }
  if (refused.length > 0) {
    const lines = refused.map(({ name, reason }) => `  - ${name} ${reason}`)
    throw new UserError(`${counted(refused.length, 'file')} not written:`, { lines })
  }
  if (written === 0) throw new UserError(`${folder} holds no DICOM files; nothing was written`)
}
