/** `kopt predict`: probabilities of films by the classifier that a run left behind. */
import { type Command, Option } from 'commander'
import { formatCsv } from '../../base/csv.js'
import { nearest, throwProblems, UserError } from '../../base/errors.js'
import { exists, isDirectory, listDirectory } from '../../base/files.js'
import { counted, proportion } from '../../base/format.js'
import { type Shown, shown, shownLine, shownLines } from '../../base/shown.js'
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
import { judge, type Prediction } from '../predict/judge.js'
import { placesOf, withRegions } from '../predict/places.js'

const researchUse = 'research use only'
/** Past so many films progress is shown. */
const soon = 64

interface Options {
  arm?: string
  roi?: string
  csv?: boolean
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
    .action((model: string, images: string[], options: Options) => predict(model, images, options, outside))
  examples(command, [
    ['Two films by the classifier of a run', 'kopt predict runs/0001-ours new/film-a.png new/film-b.png'],
    ['Every film of a folder, into a table', 'kopt predict runs/0001-ours new --csv > probabilities.csv'],
    ['The same without any generated image in its training', 'kopt predict runs/0001-ours new/film-a.png --arm OD'],
    ['A film that another program writes', 'export-film | kopt predict runs/0001-ours - --json'],
    ['The model alone', 'kopt predict classifier.onnx new/film-a.png'],
    ['Every region that was drawn on a film', 'kopt predict runs/0001-ours new/film-a.png --roi new/regions.json'],
  ])
}

async function predict(
  model: string,
  images: readonly string[],
  { arm, roi, encoding, csv }: Options,
  outside: Outside,
) {
  const signal = outside.interruption()
  const run = isDirectory(model) ? openRunDirectory(model) : undefined
  if (!run && arm !== undefined) {
    throw new UserError(`--arm ${arm}: ${model} holds one arm alone; name the run folder to choose among its arms`)
  }
  const file = run ? requireModel(run, model) : model
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
    const { predictions, skipped } = await judge(classifier, places, {
      seen: run && placesOfFilms(run),
      onFilms:
        places.length > soon ? progressOf({ emit: outside.show }, 'evaluate-arms', places.length, 'films') : () => {},
      signal,
    })
    const problems = skipped.map(({ file, reason }) => `${file} ${reason}`)
    const [problem, ...more] = problems
    if (predictions.length === 0 && problem !== undefined && more.length === 0) throw new UserError(problem)
    if (predictions.length === 0) throwProblems('none of these could be judged', problems)
    const { classes, positive } = info
    for (const remark of remarks(predictions, others)) outside.note(remark)
    if (csv) outside.note(shownLine(researchUse))
    outside.result(
      { use: researchUse, arm: head?.arm ?? info.arm, k: head?.k ?? info.k, classes, positive, predictions, skipped },
      csv ? table(classes, predictions) : inWords(classes, predictions),
    )
    throwProblems(`${problems.length} of ${counted(places.length, 'film')} could not be judged`, problems)
  } finally {
    await classifier.close()
  }
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
