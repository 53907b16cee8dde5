/** `kopt predict`: probabilities of films by the classifier that a run left behind. */
import { type Command, Option } from 'commander'
import { formatCsv } from '../../base/csv.js'
import { nearest, throwProblems, UserError } from '../../base/errors.js'
import { exists, isDirectory, listDirectory, readBytes } from '../../base/files.js'
import { counted, proportion } from '../../base/format.js'
import { hashBytes } from '../../base/hash.js'
import { requireNewFolder } from '../../base/output.js'
import { type Shown, shown, shownLine, shownLines } from '../../base/shown.js'
import { version } from '../../base/version.js'
import { firstFew } from '../../dataset/reader.js'
import { openClassifier } from '../../head/predict.js'
import { readStoredHead, type StoredHead } from '../../head/stored-head.js'
import { progressOf } from '../../record/progress.js'
import { openRunDirectory, type RunDirectory } from '../../record/run-directory.js'
import { requireModel } from '../../record/run-model.js'
import { requireWhole } from '../../record/seals.js'
import { physicalCores } from '../../runtime/session.js'
import type { Outside } from '../command.js'
import { encodingOption } from '../config-options.js'
import { examples } from '../options.js'
import type { WrittenReports } from '../predict/dicom-reports.js'
import { type Judged, judge, type Prediction } from '../predict/judge.js'
import { placesOf, withRegions } from '../predict/places.js'

const researchUse = 'research use only'
/** Past so many films progress is shown. */
const soon = 64

interface Options {
  arm?: string
  roi?: string
  csv?: boolean
  dicomSr?: string
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
    .action((model: string, images: string[], options: Options) => predict(model, images, options, outside))
  examples(command, [
    ['Two films by the classifier of a run', 'kopt predict runs/0001-ours new/film-a.png new/film-b.png'],
    ['Every film of a folder, into a table', 'kopt predict runs/0001-ours new --csv > probabilities.csv'],
    ['The same without any generated image in its training', 'kopt predict runs/0001-ours new/film-a.png --arm OD'],
    ['A film that another program writes', 'export-film | kopt predict runs/0001-ours - --json'],
    ['The model alone', 'kopt predict classifier.onnx new/film-a.png'],
    ['DICOM films, with a structured report of each', 'kopt predict runs/0001-ours new --dicom-sr reports'],
    ['Every region that was drawn on a film', 'kopt predict runs/0001-ours new/film-a.png --roi new/regions.json'],
  ])
}

async function predict(
  model: string,
  images: readonly string[],
  { arm, roi, encoding, csv, dicomSr }: Options,
  outside: Outside,
) {
  const signal = outside.interruption()
  const run = isDirectory(model) ? openRunDirectory(model) : undefined
  if (!run && arm !== undefined) {
    throw new UserError(`--arm ${arm}: ${model} holds one arm alone; name the run folder to choose among its arms`)
  }
  const file = run ? requireModel(run, model) : model
  if (dicomSr !== undefined) requireNewFolder('--dicom-sr', dicomSr)
  const head = run && arm !== undefined ? readHead(run, arm) : undefined
  const classifier = await openClassifier(file, { threads: physicalCores(), head })
  try {
    const { info } = classifier
    const { places: films, others } = placesOf(images, encoding)
    if (info.cropped && roi === undefined && films.every((film) => film.roi === undefined)) {
      throw new UserError(
        `${model} was trained on regions cut out of films and can't judge a whole film; say where to look: --roi left,top,width,height, or --roi FILE of annotations`,
      )
    }
    const places = roi === undefined ? films : withRegions(films, roi, encoding)
    const { placesOfFilms } = await import('../../experiment/cohort/film-record.js')
    const judged = await judge(classifier, places, {
      seen: run && placesOfFilms(run),
      onFilms:
        places.length > soon ? progressOf({ emit: outside.show }, 'evaluate-arms', places.length, 'films') : () => {},
      signal,
    })
    const { predictions, skipped } = judged
    const problems = skipped.map(({ file, reason }) => `${file} ${reason}`)
    const [problem, ...more] = problems
    if (predictions.length === 0 && problem !== undefined && more.length === 0) throw new UserError(problem)
    if (predictions.length === 0) throwProblems('none of these could be judged', problems)
    const { classes, positive } = info
    const [ofArm, k] = [head?.arm ?? info.arm, head?.k ?? info.k]
    const written = dicomSr === undefined ? undefined : await writeReports(dicomSr, judged, file, `${ofArm}, K ${k}`)
    for (const remark of remarks(predictions, others)) outside.note(remark)
    if (csv) outside.note(shownLine(researchUse))
    outside.result(
      {
        use: researchUse,
        arm: ofArm,
        k,
        classes,
        positive,
        predictions,
        skipped,
        ...(written && { reports: written.reports }),
      },
      csv ? table(classes, predictions) : inWords(classes, predictions),
    )
    if (dicomSr !== undefined && written) {
      outside.note(shown`${counted(written.reports.length, 'structured report')} in ${dicomSr}`)
      const without = written.skipped.map(({ file, reason }) => `${file} ${reason}`)
      if (without.length > 0) problems.push(...without.map((text) => `no report: ${text}`))
    }
    throwProblems(
      `${problems.length} of ${counted(places.length, 'film')} could not be ${dicomSr === undefined ? 'judged' : 'judged or reported'}`,
      problems,
    )
  } finally {
    await classifier.close()
  }
}

/** `model`: the classifier's file; `which`: the arm that judged. */
async function writeReports(folder: string, judged: Judged, model: string, which: string): Promise<WrittenReports> {
  const { writeDicomReports } = await import('../predict/dicom-reports.js')
  const hash = hashBytes(readBytes(model)).slice(0, 16)
  return writeDicomReports(folder, judged, {
    name: 'kopt classifier',
    version: `${version}, ${which}, SHA-256 ${hash}`,
  })
}

/** What is to be known of films that were judged, and of what was not taken for one. */
function remarks(predictions: readonly Prediction[], others: readonly string[]): Shown[] {
  const known = predictions.filter(({ seen }) => typeof seen === 'string')
  const trained = known.filter(({ seen }) => seen === 'train').length
  return [
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

function inWords(classes: readonly string[], predictions: readonly Prediction[]): Shown {
  const lines = predictions.map(({ file, roi, probabilities, seen }) => {
    const place = roi === undefined ? '' : ` (${roi})`
    const knownFrom = typeof seen === 'string' ? ` [${seenWords[seen] ?? `known from the set ${seen}`}]` : ''
    return `${file}${place}: ${classes.map((name) => `${name} ${proportion(probabilities[name])}`).join(', ')}${knownFrom}`
  })
  return shownLines([...lines, researchUse])
}

const seenWords: Record<string, string> = {
  train: 'a training film of this run',
  tuning: 'a tuning film of this run',
  test: 'a test film of this run',
}

function table(classes: readonly string[], predictions: readonly Prediction[]): Shown {
  const regions = predictions.some(({ roi }) => roi !== undefined)
  const known = predictions.some(({ seen }) => typeof seen === 'string')
  const text = formatCsv(
    ['file', ...(regions ? ['roi'] : []), ...classes.map((name) => shownLine(name)), ...(known ? ['seen'] : [])],
    predictions.map(({ file, roi, probabilities, seen }) => [
      shownLine(file),
      ...(regions ? [roi] : []),
      ...classes.map((name) => probabilities[name]),
      ...(known ? [seen] : []),
    ]),
  )
  return shownLines(text.trimEnd().split('\n'))
}

function readHead(run: RunDirectory, arm: string): StoredHead {
  const file = run.head(arm)
  if (!exists(file)) {
    const arms = listDirectory(run.heads).map(({ name }) => name.replace(/\.json$/, ''))
    const like = nearest(arm, arms)
    throw new UserError(
      `--arm ${arm} is not in this run, which has ${arms.join(', ')}${like ? `; did you mean ${like}?` : ''}`,
    )
  }
  requireWhole(run, file)
  const head = readStoredHead(file)
  if (head.blocks !== undefined) {
    throw new UserError(
      `--arm ${arm}: the last block was trained with every head of this run, and ${run.classifier} holds the delivered arm's alone; leave --arm out`,
    )
  }
  return head
}
