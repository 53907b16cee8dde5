/** `kopt export`: a finished run's model as a folder that can be handed on, with its papers. */
import type { Command } from 'commander'
import { shown, shownLines } from '../../base/shown.js'
import { shownPath } from '../../base/shown-path.js'
import type { Outside } from '../command.js'
import { examples } from '../options.js'

export function define(command: Command, { result }: Outside): void {
  command
    .description(
      'Writes a folder that can be handed on: classifier.onnx (backbone and last layer in one), generator.onnx (noise and class\n' +
        'in, image out), the last layers of all arms, a model card, MONAI metadata, the CHAI model card, a datasheet, CITATION.cff,\n' +
        'checksums, and predict.py and predict.mjs, which give the same probabilities as kopt predict. No film, file or patient is\n' +
        'named in it; what the run can\'t know is marked "TO BE FILLED IN". The generator stays out where copies of training films\n' +
        'are suspected among what it drew.\n' +
        'Research use only.',
    )
    .argument('<run>', 'folder of a finished run')
    .requiredOption('--out <folder>', 'a new or an empty folder')
    .action(async (run: string, { out }: { out: string }) => {
      const { exportRun } = await import('../../export/export-run.js')
      const exported = await exportRun(run, out)
      result(exported, () =>
        shownLines([
          shown`${exported.files.length} files in ${shownPath(out)}: ${exported.files.map(({ name }) => name).join(', ')}`,
          ...(exported.noGenerator === null ? [] : [shown`no generator.onnx: ${exported.noGenerator}`]),
          'The classifier was trained on films, and a generator can draw images like them: ask whoever answers for data protection before you pass them on.',
          'research use only',
        ]),
      )
    })
  examples(command, [
    ['The model and its papers', 'kopt export runs/0001-ours --out model'],
    ['The same, with sizes and checksums for a script', 'kopt export runs/0001-ours --out model --json'],
  ])
}
