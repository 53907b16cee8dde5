/** `kopt demo-data`: the made cohort as files, to try everything without a single real film. */
import type { Command } from 'commander'
import { InvalidArgumentError, Option } from 'commander'
import { shown } from '../../base/shown.js'
import { writeDemoData } from '../../dataset/demo-data.js'
import type { Outside } from '../command.js'
import { examples, wholeNumber } from '../options.js'

export function define(command: Command, { result }: Outside): void {
  command
    .description(
      'Writes drawn films of maxillary sinuses (no patient ever had them) as two hospitals with different apparatus:\n' +
        'hospital-a to train and test on, hospital-b as the external set.',
    )
    .argument('<folder>', 'an empty or a new folder')
    .addOption(new Option('--seed <n>', 'other films with another number').argParser(wholeNumber(0)).default(1))
    .addOption(
      new Option('--patients <n>', 'patients of hospital-a, two films each; hospital-b has half as many')
        .argParser(wholeNumber(6))
        .default(100),
    )
    .addOption(
      new Option('--classes <n>', '2: healthy, sinusitis; 3: healthy, thick mucosa, air-fluid level')
        .argParser(twoOrThree)
        .default(2),
    )
    .option('--dicom', 'as an archive exports: DICOM radiographs of both sinuses, regions of interest, a spreadsheet')
    .action(async (folder: string, options: { seed: number; patients: number; classes: 2 | 3; dicom?: boolean }) => {
      const { films, hospitalA, hospitalB } = await writeDemoData(folder, options)
      result(
        { films, hospitalA, hospitalB },
        shown`${films} ${options.dicom ? 'radiographs' : 'films'} in ${hospitalA} and ${hospitalB}`,
      )
    })
  examples(command, [
    ['Films to try kopt on', 'kopt demo-data films'],
    ['DICOM with regions of interest and a spreadsheet', 'kopt demo-data archive --dicom'],
    ['Three classes', 'kopt demo-data three-classes --classes 3'],
    ['A very small cohort', 'kopt demo-data small-films --patients 20'],
  ])
}

function twoOrThree(text: string): 2 | 3 {
  if (text === '2' || text === '3') return Number(text) as 2 | 3
  throw new InvalidArgumentError('2 or 3 was expected')
}
