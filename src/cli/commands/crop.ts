/** `kopt crop`: patches from annotated rectangles, as a dataset of their own. */
import type { Command } from 'commander'
import { shown, shownLine } from '../../base/shown.js'
import { shownPath } from '../../base/shown-path.js'
import { writePatches } from '../../dataset/patches.js'
import { patientNames } from '../../dataset/patient-key.js'
import { progressOf } from '../../record/progress.js'
import { readFilms } from '../cohort.js'
import type { Outside } from '../command.js'
import { encodingOption, patientFromOption } from '../config-options.js'
import { examples, keepPatientIdsOption, roiOption } from '../options.js'

interface Options {
  roi: string
  out: string
  patientFrom?: string
  encoding?: string
  keepPatientIds?: boolean
  skipUnreadable?: boolean
}

export function define(command: Command, outside: Outside): void {
  command
    .description(
      'Cuts regions of interest out of films and writes them as PNG (16 bit where the film is), a folder per class, with a\n' +
        'manifest that keeps the patches of a patient together. A region may have a label of its own, which goes before that\n' +
        'of its film. `kopt run DATASET --roi FILE` does the same in place.',
    )
    .argument('<dataset>', 'folder (with class folders, unless the regions have labels), or a CSV manifest')
    .addOption(roiOption().makeOptionMandatory())
    .requiredOption('--out <folder>', 'a new folder')
    .addOption(patientFromOption())
    .addOption(encodingOption())
    .addOption(keepPatientIdsOption())
    .option('--skip-unreadable', 'go on without films that cannot be read as images, or that a region does not fit')
    .action((dataset: string, options: Options) => crop(dataset, options, outside))
  examples(command, [
    ['Both sinuses of each film, drawn in LabelMe', 'kopt crop films/ours --roi films/annotations --out films/sinuses'],
    ['Then use them', 'kopt run films/sinuses --positive sinusitis'],
  ])
}

async function crop(dataset: string, options: Options, { show, note, result, interruption }: Outside): Promise<void> {
  const signal = interruption()
  const { cohort } = (await readFilms(dataset, { ...options, forSplit: false, signal })).internal
  for (const remark of cohort.remarks) note(shownLine(remark))
  for (const warning of cohort.warnings) note(shown`warning: ${String(warning)}`)
  const { patches, manifest } = await writePatches(cohort, options.out, {
    nameOf: patientNames(options),
    onProgress: progressOf({ emit: show }, 'prepare-data', cohort.films.length, 'patches'),
    signal,
  })
  result(
    { patches, out: options.out, manifest },
    shown`${patches} patches in ${shownPath(options.out)}, listed in ${shownPath(manifest)}`,
  )
}
