/** `kopt features`: what a frozen backbone sees in each film, as a NumPy matrix, for other software. */
import path from 'node:path'
import { type Command, Option } from 'commander'
import { openBackbone } from '../../backbone/backbone.js'
import { formatCsv } from '../../base/csv.js'
import { UserError } from '../../base/errors.js'
import { extents } from '../../base/ndarray.js'
import { encodeNpy } from '../../base/npy.js'
import { requireNewFile, writeNewFiles } from '../../base/output.js'
import { shown } from '../../base/shown.js'
import { shownPath } from '../../base/shown-path.js'
import { patientNames } from '../../dataset/patient-key.js'
import { rectangleText } from '../../image/rectangle.js'
import { progressOf } from '../../record/progress.js'
import { physicalCores, type RuntimeDevice } from '../../runtime/session.js'
import { channelsOf, readFilms } from '../cohort.js'
import type { Outside } from '../command.js'
import { backboneOption, deviceOption, encodingOption, patientFromOption } from '../config-options.js'
import { examples, keepPatientIdsOption, pixelSize, roiOption } from '../options.js'

interface Options {
  out: string
  backbone: string
  size?: [number, number]
  device: RuntimeDevice
  patientFrom?: string
  encoding?: string
  roi?: string
  keepPatientIds?: boolean
  skipUnreadable?: boolean
}

export function define(command: Command, outside: Outside): void {
  command
    .description(
      'Writes a float32 matrix, a row for each film, and beside it a CSV whose rows name file, label and patient; both are\n' +
        'new files, nothing is written over.\n' +
        'Patients in the CSV are named under your key, unless you keep their ids.',
    )
    .argument('<dataset>', 'folder with one folder per class, or a CSV manifest')
    .requiredOption('--out <file.npy>', 'the matrix; FILE.csv is written beside it')
    .addOption(backboneOption().default('scattering'))
    .addOption(
      new Option(
        '--size <h>x<w>',
        "reduce films to this size first, as a run does with 56x56 (default: the backbone's own)",
      ).argParser(pixelSize),
    )
    .addOption(deviceOption().default('cpu'))
    .addOption(patientFromOption())
    .addOption(encodingOption())
    .addOption(roiOption())
    .addOption(keepPatientIdsOption())
    .option('--skip-unreadable', 'go on without files that cannot be read as images')
    .action((dataset: string, options: Options) => extract(dataset, options, outside))
  examples(command, [
    ['Scattering features of your films', 'kopt features films/ours --out features.npy'],
    [
      'Those of a network of your own, after the pixel path of a run',
      'kopt features films/ours --backbone densenet.onnx --size 56x56 --out features.npy',
    ],
  ])
}

async function extract(dataset: string, options: Options, { show, result, interruption }: Outside): Promise<void> {
  if (!/\.npy$/i.test(options.out))
    throw new UserError(`--out ${options.out} should end in .npy, for example features.npy`)
  const table = path.join(path.dirname(options.out), `${path.basename(options.out).replace(/\.npy$/i, '')}.csv`)
  for (const file of [options.out, table]) requireNewFile('--out', file)
  const signal = interruption()
  const audited = await readFilms(dataset, { ...options, signal })
  const backbone = await openBackbone(options.backbone, { threads: physicalCores(), device: options.device })
  try {
    const { films } = audited.internal.cohort
    const [height, width] = options.size ?? backbone.contract.inputSize
    const { images } = await audited.load(films, { height, width, channels: channelsOf(audited.colour) })
    const progress = progressOf({ emit: show }, 'extract-features', films.length, 'films')
    const features = await backbone.extract(images, { signal, onImages: progress })
    const nameOf = patientNames(options)
    const rows = formatCsv(
      ['file', 'label', 'patient', ...(options.roi === undefined ? [] : ['roi'])],
      films.map(({ name, label, patient, roi }) => [
        name,
        label,
        nameOf(patient),
        ...(options.roi === undefined || roi === undefined ? [] : [rectangleText(roi)]),
      ]),
    )
    const [rowCount, length] = extents(features, 2)
    writeNewFiles('--out', [
      { file: options.out, content: encodeNpy(features) },
      { file: table, content: rows },
    ])
    result(
      {
        films: rowCount,
        features: length,
        backbone: backbone.contract.name,
        out: options.out,
        table,
      },
      shown`${rowCount} films x ${length} features of ${backbone.contract.name} in ${shownPath(options.out)}, rows named in ${shownPath(table)}`,
    )
  } finally {
    await backbone.close()
  }
}
