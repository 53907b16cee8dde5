/** `kopt inspect`: what a dataset or one film holds, before anything is done with it. */
import { type Command, InvalidArgumentError, Option } from 'commander'
import { throwProblems } from '../../base/errors.js'
import { exists, isDirectory, readHead } from '../../base/files.js'
import { counted, fixed, short } from '../../base/format.js'
import { requireOwnPage, writePage } from '../../base/output.js'
import { shown, shownLines } from '../../base/shown.js'
import { shownPath } from '../../base/shown-path.js'
import { type FileInspection, inspectFile, type Moments } from '../../dataset/inspection.js'
import { refusalOf, sniffContent, sniffedBytes } from '../../image/codec.js'
import { parseVoiChoice, type VoiChoice } from '../../image/dicom/voi.js'
import { inspectDataset } from '../../inspection/inspect-dataset.js'
import { inspectionMark, renderInspection } from '../../report/inspection-page.js'
import type { Outside } from '../command.js'
import { encodingOption, patientFromOption, roiFilesOption } from '../config-options.js'
import { filmReading } from '../film-reading.js'
import { inspectionText } from '../inspection-text.js'
import { examples, namedPaths, requirePageName, wholeNumber } from '../options.js'

interface Options {
  external?: Record<string, string>
  patientFrom?: string
  encoding?: string
  roi?: Record<string, string>
  skipUnreadable?: boolean
  frame?: number
  voi?: VoiChoice
  out?: string
}

export function define(command: Command, { result, note, show, interruption }: Outside): void {
  command
    .description(
      'A dataset: its classes, patients, sizes and problems, films that are almost the same image, and whether size, border,\n' +
        'brightness or apparatus alone tell the classes apart; ends with exit code 2 where it can not be used.\n' +
        'One image: its facts and its pixels. What is printed, --json included, names files: keep it where the films are.',
    )
    .argument('<what>', 'a dataset (folder or CSV manifest), or an image')
    .option(
      '--external <name=path>',
      "another hospital's films, looked at together with these (may be repeated)",
      namedPaths,
    )
    .addOption(patientFromOption())
    .addOption(roiFilesOption())
    .addOption(encodingOption())
    .option('--skip-unreadable', 'count files that cannot be read as images instead of refusing them')
    .addOption(
      new Option('--frame <n>', 'of one DICOM file: which of its frames (default: the first)').argParser(
        wholeNumber(1),
      ),
    )
    .addOption(
      new Option(
        '--voi <view>',
        'of one DICOM file: lut:N, window:N or none (default: the first table, else the first window)',
      ).argParser(voiChoice),
    )
    .option('--out <file.html>', 'of a dataset: the same as a page with figures, for those who may see the films')
    .action(async (what: string, { out, frame, voi, ...options }: Options) => {
      if (isImage(what)) {
        const facts = await inspectFile(what, { frame, voi })
        return result(facts, shownLines(fileInWords(facts)))
      }
      if (out !== undefined) {
        requirePageName(out)
        requireOwnPage('--out', out, inspectionMark)
      }
      const reading = filmReading(show)
      const { facts, picturePairs } = await inspectDataset(what, { ...options, ...reading, signal: interruption() })
      reading.done()
      if (out !== undefined) {
        writePage('--out', out, inspectionMark, renderInspection(facts, await picturePairs()))
        note(shown`Page (names files and may show films: keep it where the films are): ${shownPath(out)}`)
      }
      result(facts, () => shownLines(inspectionText(facts)))
      throwProblems(`${what} can't be used as it is`, facts.problems)
    })
  examples(command, [
    ['Is this export ready to be used?', 'kopt inspect films/ours'],
    ['Is a film of the other hospital also among these?', 'kopt inspect films/ours --external clinic-b=films/clinic-b'],
    ['Do the names tell the patients apart?', 'kopt inspect films/ours --patient-from prefix'],
    ['As a page with figures', 'kopt inspect films/ours --out inspection.html'],
    ['One film, and what is done to its grey values', 'kopt inspect films/ours/normal/IM000001'],
    ['The same for a program', 'kopt inspect films/ours/normal/0001.png --json'],
  ])
}

/** An image by its content. A file that is neither image nor table is refused where it is read as a dataset. */
function isImage(what: string): boolean {
  return exists(what) && !isDirectory(what) && refusalOf(sniffContent(readHead(what, sniffedBytes))) === undefined
}

function voiChoice(text: string): VoiChoice {
  const choice = parseVoiChoice(text)
  if (choice === undefined) throw new InvalidArgumentError('lut:N, window:N or none was expected, for example window:2')
  return choice
}

function fileInWords(facts: FileInspection): string[] {
  const { file, format, rows, columns, frames, channels, bitsStored, stored, display, done, notes } = facts
  const packed = facts.transferSyntaxName ? ` (${facts.transferSyntaxName}, ${facts.photometric})` : ''
  const many = frames > 1 ? `, ${frames} frames` : ''
  const size = `${rows} rows x ${columns} columns${many}, ${counted(channels, 'channel')}, ${bitsStored} bit`
  const range = ({ min, max, mean, std }: Moments, digits: number) =>
    `${short(min, digits)} to ${short(max, digits)}, mean ${fixed(mean, 2)}, standard deviation ${fixed(std, 2)}`
  return [
    `${file}: ${format.toUpperCase()}${packed}, ${size}`,
    `  stored:    ${range(stored, 0)}`,
    ...done.map((step, i) => `  ${i === 0 ? 'then:    ' : '         '}  ${step}`),
    `  displayed: ${range(display, 1)} (0 is black, 255 is white)`,
    ...notes.map((note) => `  note: ${note}`),
  ]
}
