/** `kopt predict`: probabilities of films by the classifier that a run left behind. */
import { type Command, Option } from 'commander'
import { throwProblems, UserError } from '../../base/errors.js'
import { counted, proportion } from '../../base/format.js'
import { type Shown, shown, shownLine, shownLines } from '../../base/shown.js'
import { firstFew } from '../../dataset/reader.js'
import type { WrittenReports } from '../../prediction/dicom-reports.js'
import type { Prediction } from '../../prediction/judge.js'
import type { PredictionReport } from '../../prediction/predict-films.js'
import { predictionTable } from '../../prediction/prediction-table.js'
import type { Outside } from '../command.js'
import { encodingOption } from '../config-options.js'
import { examples } from '../options.js'

interface Options {
  arm?: string
  roi?: string
  csv?: boolean
  dicomSr?: string
  secondaryCapture?: boolean
  encoding?: string
}

export function define(command: Command, outside: Outside): void {
  command
    .description(
      "Gives each film's probability of every class, equal to the scores that the run recorded. Of folders every image below is\n" +
        "judged, of a manifest every row. A film that can't be judged is left out and named, the others are printed, and the exit\n" +
        'code is 2. With a run folder, films that the run knows from its training, tuning or tests are marked.\n' +
        'Research use only: nothing here is a diagnosis.',
    )
    .argument('<model>', 'a run folder, or its model/classifier.onnx')
    .argument(
      '<image...>',
      'PNG, JPEG, TIFF or DICOM files, folders of them, CSV manifests (file[,roi][,frame]); - for one that is piped in',
    )
    .option('--arm <name>', 'another arm of the run, such as OD (default: the arm with the K found)')
    .addOption(
      new Option(
        '--roi <where>',
        'the part of each film to look at: left,top,width,height[,rotation] in pixels and degrees, or a file of annotations',
      ),
    )
    .addOption(encodingOption())
    .option('--csv', 'print a CSV table')
    .option(
      '--dicom-sr <folder>',
      'write a DICOM structured report (TID 1500) of each DICOM film into a new or an empty folder, for the archive',
    )
    .option(
      '--secondary-capture',
      'with --dicom-sr: beside each report the film as a DICOM image with the probabilities in its pixels',
    )
    .action((model: string, images: string[], options: Options) => predict(model, images, options, outside))
  examples(command, [
    ['Two films by the classifier of a run', 'kopt predict runs/0001-ours new/film-a.png new/film-b.png'],
    ['Every film of a folder, into a table', 'kopt predict runs/0001-ours new --csv > probabilities.csv'],
    ['The same without any synthetic film in its training', 'kopt predict runs/0001-ours new/film-a.png --arm OD'],
    ['A film that another program writes', 'export-film | kopt predict runs/0001-ours - --json'],
    ['The model alone', 'kopt predict classifier.onnx new/film-a.png'],
    ['DICOM films, with a structured report of each', 'kopt predict runs/0001-ours new --dicom-sr reports'],
    [
      'The same for viewers that show no reports',
      'kopt predict runs/0001-ours new --dicom-sr reports --secondary-capture',
    ],
    ['Every region that was drawn on a film', 'kopt predict runs/0001-ours new/film-a.png --roi new/regions.json'],
  ])
}

async function predict(
  model: string,
  images: readonly string[],
  { arm, roi, encoding, csv, dicomSr, secondaryCapture }: Options,
  outside: Outside,
) {
  if (secondaryCapture && dicomSr === undefined) {
    throw new UserError(
      '--secondary-capture: captures lie beside the reports; name a folder for both with --dicom-sr DIR',
    )
  }
  const { predictFilms, problemsOf } = await import('../../prediction/predict-films.js')
  const { predictions, skipped, others, reports, ...facts } = await predictFilms(
    { model, images, arm, roi, encoding, reportsInto: dicomSr, captures: secondaryCapture },
    { onEvent: outside.show, signal: outside.interruption() },
  )
  for (const remark of remarks(predictions, others)) outside.note(remark)
  if (csv) outside.note(shownLine(facts.use))
  outside.result(
    { ...facts, predictions, skipped, ...(reports && { reports: reports.reports }) },
    csv ? shownLines(predictionTable(facts.classes, predictions).trimEnd().split('\n')) : inWords(facts, predictions),
  )
  if (reports) outside.note(shown`${writtenInWords(reports)} in ${dicomSr ?? ''}`)
  const problems = [...problemsOf(skipped), ...problemsOf(reports?.skipped ?? []).map((text) => `no report: ${text}`)]
  const all = predictions.length + skipped.length
  throwProblems(
    `${problems.length} of ${counted(all, 'film')} could not be ${reports ? 'judged or reported' : 'judged'}`,
    problems,
  )
}

function writtenInWords({ reports }: WrittenReports): string {
  const captures = reports.flatMap((report) => report.captures ?? []).length
  const told = counted(reports.length, 'structured report')
  return captures === 0 ? told : `${told} and ${counted(captures, 'secondary capture')}`
}

/** What is to be known of films that were judged, and of what was not taken for one. */
function remarks(predictions: readonly Prediction[], others: readonly string[]): Shown[] {
  const known = predictions.filter(({ seen }) => typeof seen === 'string')
  const trained = known.filter(({ seen }) => seen === 'train').length
  const unlike = predictions.filter(({ likeness }) => likeness?.unlike).length
  return [
    ...(unlike === 0
      ? []
      : [
          shown`warning: ${counted(unlike, 'film')} of these ${unlike === 1 ? 'is' : 'are'} unlike the films that this run trained on; its probabilities say nothing of ${unlike === 1 ? 'it' : 'them'}`,
        ]),
    ...(known.length === 0
      ? []
      : [
          shown`warning: ${counted(known.length, 'film')} of these ${known.length === 1 ? 'is' : 'are'} this run's own (${trained === 0 ? 'none' : trained} that it trained on); what it says of them is no measure of how good it is`,
        ]),
    ...(others.length === 0
      ? []
      : [
          shown`${counted(others.length, 'file')} left out as no ${others.length === 1 ? 'image' : 'images'}: ${firstFew(others)}`,
        ]),
  ]
}

function inWords(
  { use, classes }: Pick<PredictionReport, 'use' | 'classes'>,
  predictions: readonly Prediction[],
): Shown {
  const lines = predictions.map(({ file, roi, probabilities, seen, likeness }) => {
    const place = roi === undefined ? '' : ` (${roi})`
    const knownFrom = typeof seen === 'string' ? ` [${seenWords[seen] ?? `known from the set ${seen}`}]` : ''
    return `${file}${place}: ${classes.map((name) => `${name} ${proportion(probabilities[name])}`).join(', ')}${knownFrom}${likeness?.unlike ? ' [unlike the training films]' : ''}`
  })
  return shownLines([...lines, use])
}

const seenWords: Record<string, string> = {
  train: 'a training film of this run',
  tuning: 'a tuning film of this run',
  test: 'a test film of this run',
}
