/** `kopt export`: a finished run's model as a folder that can be handed on, with its papers, or as a page that judges films. */
import type { Command } from 'commander'
import { UserError } from '../../base/errors.js'
import { megabytes } from '../../base/format.js'
import { type Shown, shown, shownLines } from '../../base/shown.js'
import { shownPath } from '../../base/shown-path.js'
import type { ExportedRun } from '../../export/export-run.js'
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
        '--page writes one HTML file instead, or as well: whoever opens it in a browser drops films there and sees their\n' +
        'probabilities, equal to those of kopt predict. It holds the classifier, and nothing leaves it.\n' +
        'Research use only.',
    )
    .argument('<run>', 'folder of a finished run')
    .option('--out <folder>', 'a new or an empty folder')
    .option('--page <file>', 'a page with the classifier in it, FILE.html')
    .action(async (run: string, { out, page }: { out?: string; page?: string }) => {
      if (out === undefined && page === undefined) {
        throw new UserError('say what to write: --out DIR for the folder, --page FILE.html for the page, or both')
      }
      const { exportPage, requirePage } = await import('../../export/write-page.js')
      if (page !== undefined) requirePage(page)
      const folder =
        out === undefined ? undefined : await (await import('../../export/export-run.js')).exportRun(run, out)
      const written = page === undefined ? undefined : await exportPage(run, page)
      result({ ...folder, ...(written && { page: written }) }, () =>
        shownLines([
          ...(folder ? inWords(folder) : []),
          ...(written ? [shown`${shownPath(written.file)}, ${megabytes(written.bytes)}: open it in a browser`] : []),
          folder
            ? 'The classifier was trained on films, and a generator can draw images like them: ask whoever is responsible for data protection before you pass them on.'
            : 'The classifier was trained on films: ask whoever is responsible for data protection before you pass it on.',
          'research use only',
        ]),
      )
    })
  examples(command, [
    ['The model and its papers', 'kopt export runs/0001-ours --out model'],
    ['The same, with sizes and checksums for a script', 'kopt export runs/0001-ours --out model --json'],
    ['A page for colleagues who have no kopt', 'kopt export runs/0001-ours --page model.html'],
  ])
}

function inWords({ folder, files, noGenerator }: ExportedRun): Shown[] {
  return [
    shown`${files.length} files in ${shownPath(folder)}: ${files.map(({ name }) => name).join(', ')}`,
    ...(noGenerator === null ? [] : [shown`no generator.onnx: ${noGenerator}`]),
  ]
}
