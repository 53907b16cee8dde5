/** `kopt predict`: probabilities of films by the classifier that a run left behind. */
import { type Command, Option } from 'commander'
import { formatCsv } from '../../base/csv.js'
import { nearest, throwProblems, UserError } from '../../base/errors.js'
import { exists, isDirectory, listDirectory } from '../../base/files.js'
import { shownLine, shownLines } from '../../base/shown.js'
import { openClassifier } from '../../classifier/predict.js'
import { classProbabilities } from '../../classifier/probability.js'
import { readStoredHead, type StoredHead } from '../../classifier/stored-head.js'
import { readRaster } from '../../dataset/load.js'
import { matchRegions } from '../../dataset/regions/apply.js'
import { readRegions } from '../../dataset/regions/read.js'
import type { Film } from '../../dataset/sample.js'
import { ImageProblem, type Raster } from '../../image/raster.js'
import { parseRectangle, rectangleProblem, rectangleText } from '../../image/rectangle.js'
import { openRunDirectory, type RunDirectory } from '../../record/run-directory.js'
import { proportion } from '../../report/format.js'
import { physicalCores } from '../../runtime/session.js'
import type { Outside } from '../command.js'
import { examples } from '../options.js'

const researchUse = 'research use only'

interface Options {
  arm?: string
  roi?: string
  csv?: boolean
}

export function define(command: Command, { result, note }: Outside): void {
  command
    .description(
      "Gives each film's probability of every class, equal to the scores that the run recorded.\n" +
        'Research use only: nothing here is a diagnosis.',
    )
    .argument('<model>', 'a run folder, or its model/classifier.onnx')
    .argument('<image...>', 'PNG, JPEG, TIFF or DICOM files')
    .option('--arm <name>', 'another arm of the run, such as OD (default: the arm with the K found)')
    .addOption(
      new Option(
        '--roi <where>',
        'the part of each film to look at: left,top,width,height[,rotation] in pixels and degrees, or a file of annotations',
      ),
    )
    .option('--csv', 'print a CSV table')
    .action(async (model: string, images: string[], options: Options) => {
      const { arm, k, classes, positive, predictions } = await predict(model, images, options)
      const facts = { use: researchUse, arm, k, classes, positive, predictions }
      const withRegions = predictions.some(({ roi }) => roi !== undefined)
      const rows = predictions.map(({ file, roi, probabilities }) => ({
        file,
        roi,
        values: classes.map((name) => probabilities[name]),
      }))
      if (options.csv) {
        const table = formatCsv(
          ['file', ...(withRegions ? ['roi'] : []), ...classes],
          rows.map(({ file, roi, values }) => [shownLine(file), ...(withRegions ? [roi] : []), ...values]),
        )
        note(shownLine(researchUse))
        return result(facts, shownLines(table.trimEnd().split('\n')))
      }
      const lines = rows.map(
        ({ file, roi, values }) =>
          `${file}${roi === undefined ? '' : ` (${roi})`}: ${classes.map((name, i) => `${name} ${proportion(values[i])}`).join(', ')}`,
      )
      result(facts, shownLines([...lines, researchUse]))
    })
  examples(command, [
    ['Two films by the classifier of a run', 'kopt predict runs/0001-ours new/film-a.png new/film-b.png'],
    ['The same without any generated image in its training', 'kopt predict runs/0001-ours new/film-a.png --arm OD'],
    ['The model alone, into a table', 'kopt predict classifier.onnx new/film-a.png --csv > probabilities.csv'],
    ['Every region that was drawn on a film', 'kopt predict runs/0001-ours new/film-a.png --roi new/regions.json'],
  ])
}

async function predict(model: string, images: readonly string[], { arm, roi }: Options) {
  const run = isDirectory(model) ? openRunDirectory(model) : undefined
  if (run && !exists(run.classifier)) {
    throw new UserError(`${model} has no model yet; let the run finish: kopt resume ${model}`)
  }
  if (!run && arm !== undefined) {
    throw new UserError(`--arm ${arm}: ${model} holds one arm alone; name the run folder to choose among its arms`)
  }
  const head = run && arm !== undefined ? readHead(run, arm) : undefined
  const classifier = await openClassifier(run?.classifier ?? model, { threads: physicalCores(), head })
  try {
    const { info } = classifier
    if (info.cropped && roi === undefined) {
      throw new UserError(
        `${model} was trained on regions cut out of films and can't judge a whole film; say where to look: --roi left,top,width,height, or --roi FILE of annotations`,
      )
    }
    const places = roi === undefined ? images.map((file) => ({ file })) : placesOf(images, roi)
    const logits = await classifier.logits(await readFilms(places))
    const positive = info.positive === null ? null : info.classes.indexOf(info.positive)
    const predictions = places.map(({ file, roi: place }: Place, i) => {
      const values = classProbabilities(logits[i], positive)
      const probabilities = Object.fromEntries(info.classes.map((name, c) => [name, values[c]]))
      // One logit for two classes, else one by class.
      const logit =
        positive === null ? Object.fromEntries(info.classes.map((name, c) => [name, logits[i][c]])) : logits[i][0]
      return { file, ...(place && { roi: rectangleText(place) }), logit, probabilities }
    })
    return {
      arm: head?.arm ?? info.arm,
      k: head?.k ?? info.k,
      classes: info.classes,
      positive: info.positive,
      predictions,
    }
  } finally {
    await classifier.close()
  }
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
  const head = readStoredHead(file)
  if (head.blocks !== undefined) {
    throw new UserError(
      `--arm ${arm}: the last block was trained with every head of this run, and ${run.classifier} holds the delivered arm's alone; leave --arm out`,
    )
  }
  return head
}

/** What is judged: a film, or a part of one. */
type Place = Pick<Film, 'file' | 'roi' | 'region'>

/** The same rectangle of every film, or the regions that a file of annotations gives for each. */
function placesOf(images: readonly string[], roi: string): Place[] {
  const rectangle = parseRectangle(roi)
  if (rectangle !== undefined) {
    const wrong = rectangleProblem(rectangle)
    if (wrong !== undefined) throw new UserError(`--roi ${roi} ${wrong}`)
    return images.map((file) => ({ file, roi: rectangle }))
  }
  if (!exists(roi)) {
    throw new UserError(
      `--roi ${roi}: left,top,width,height[,rotation] was expected, for example 40,80,200,200, or a file of annotations`,
    )
  }
  const { regions, problems } = readRegions(roi)
  // the file may tell of other films, too
  const found = matchRegions(images, regions, [])
  const bare = images.filter((_, i) => !found.has(i)).map((file) => `${file} has no region there`)
  throwProblems(`--roi ${roi}`, [...problems, ...bare])
  return images.flatMap((file, i) => (found.get(i) ?? []).map((region) => ({ file, roi: region.rectangle, region })))
}

async function readFilms(places: readonly Place[]): Promise<Raster[]> {
  const films: Raster[] = []
  const problems: string[] = []
  for (const place of places) {
    try {
      films.push(await readRaster(place))
    } catch (error) {
      if (!(error instanceof ImageProblem || error instanceof UserError)) throw error
      problems.push(error instanceof ImageProblem ? `${place.file} ${error.message}` : error.message)
    }
  }
  if (problems.length === 1) throw new UserError(problems[0])
  throwProblems('not every file is a film', problems)
  return films
}
