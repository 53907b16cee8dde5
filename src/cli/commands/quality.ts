/** `kopt quality`: whether synthetic images are good and whether they are copies, without any experiment. */
import { type Command, Option } from 'commander'
import { shownLines } from '../../base/shown.js'
import type { Outside } from '../command.js'
import { backboneOption, deviceOption, encodingOption, patientFromOption } from '../config-options.js'
import { measureQuality, type QualityOptions } from '../measure-quality.js'
import { examples, pixelSize } from '../options.js'
import { qualityInWords } from '../quality-words.js'

export function define(command: Command, outside: Outside): void {
  command
    .description(
      'Are synthetic images good, and are they copies? Two datasets (class by class, on the features of a backbone), or two\n' +
        'matrices of features (.npy, a row an image). REAL are the images that the generator learned from.',
    )
    .argument('<real>', 'the real films: a folder with one folder per class, a CSV manifest, or a .npy matrix')
    .argument('<synthetic>', 'the synthetic images: a folder with one folder per class, or a .npy matrix')
    .option('--held-out <what>', 'real films of the same kind that the generator has not seen, in the form of <real>')
    .addOption(backboneOption().default('scattering'))
    .addOption(
      new Option(
        '--size <h>x<w>',
        "reduce all images to this size first, as a run does with 56x56 (default: the backbone's own)",
      ).argParser(pixelSize),
    )
    .option('--standardise', 'scale each feature by the real films, as a run does')
    .addOption(deviceOption().default('cpu'))
    .addOption(patientFromOption())
    .addOption(encodingOption())
    .action(async (real: string, synthetic: string, options: QualityOptions) => {
      const measured = await measureQuality(real, synthetic, options, outside)
      const words = [measured].flat().flatMap((quality, i) => [...(i === 0 ? [] : ['']), ...qualityInWords(quality)])
      outside.result(measured, shownLines(words))
    })
  examples(command, [
    ["A StyleGAN's images against the films it was trained on", 'kopt quality films/train drawn --patient-from prefix'],
    [
      'The same with films it has not seen beside',
      'kopt quality films/train drawn --held-out films/held-out --size 56x56',
    ],
    ['Features that other software extracted', 'kopt quality real.npy synthetic.npy --json'],
  ])
}
