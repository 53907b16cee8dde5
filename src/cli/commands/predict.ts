/** `kopt predict`: a finished run's model on films it has not seen. */
import path from 'node:path'
import { type Command, InvalidArgumentError, Option } from 'commander'
import { formatCsv } from '../../base/csv.js'
import { throwProblems, UserError } from '../../base/errors.js'
import { exists, isDirectory, listDirectory, readJson } from '../../base/files.js'
import { type OtherHead, openClassifier } from '../../classifier/predict.js'
import { readRaster } from '../../dataset/load.js'
import { probability } from '../../experiment/delivered.js'
import type { Rectangle } from '../../image/crop.js'
import { ImageProblem, type Raster } from '../../image/raster.js'
import { openRunDirectory, type RunDirectory } from '../../record/run-directory.js'
import { physicalCores } from '../../runtime/session.js'
import type { Outside } from '../command.js'
import { examples, jsonOption } from '../options.js'

interface Options {
  arm?: string
  roi?: Rectangle
  json?: boolean
  csv?: boolean
}

const use = 'Research use only: not for diagnosis.'

export function define(command: Command, outside: Outside): void {
  command
    .description('Gives each film its probability of each class. Scores equal those that the run recorded.')
    .argument('<model>', 'run folder, or its model/classifier.onnx')
    .argument('<image...>', 'PNG or JPEG films')
    .option('--arm <name>', "another arm's head, such as OD or GCB (a run folder is needed)")
    .addOption(
      new Option('--roi <left,top,width,height>', 'the part of each film that counts, in pixels').argParser(rectangle),
    )
    .addOption(jsonOption())
    .option('--csv', 'print CSV on standard output')
    .action((model: string, images: string[], options: Options) => predict(model, images, options, outside))
  examples(command, [
    ['Two films by the model of a run', 'kopt predict runs/0001-ours a.png b.png'],
    [
      'The same films by the arm without synthetic ones, as CSV',
      'kopt predict runs/0001-ours a.png b.png --arm OD --csv',
    ],
    ['The model alone, wherever it was copied to', 'kopt predict classifier.onnx a.png --json'],
  ])
}

async function predict(
  model: string,
  images: readonly string[],
  { arm, roi, json, csv }: Options,
  { print, note }: Outside,
): Promise<void> {
  const run = isDirectory(model) ? openRunDirectory(model) : undefined
  if (run && !exists(run.classifier))
    throw new UserError(`${model} has no model yet; finish it with: kopt resume ${model}`)
  if (arm !== undefined && !run)
    throw new UserError(`--arm ${arm} needs a run folder, for ${model} holds one head alone`)
  const head = run && arm !== undefined ? headOf(run, arm) : undefined
  const classifier = await openClassifier(run?.classifier ?? model, { threads: physicalCores(), head })
  try {
    const { classes, positive, cropped } = classifier.info
    if (cropped && roi === undefined) {
      throw new UserError(
        `${model} was trained on regions cut out of films; say where in these films: --roi left,top,width,height`,
      )
    }
    const logits = await classifier.logits(await readAll(images, roi))
    const rows = images.map((image, i) => {
      const p = probability(logits[i])
      return {
        image,
        probabilities: Object.fromEntries(classes.map((label) => [label, label === positive ? p : 1 - p])),
      }
    })
    if (json) return print(JSON.stringify({ use, positive, arm: arm ?? classifier.info.arm, films: rows }))
    if (csv) {
      const table = rows.map(({ image, probabilities }) => [image, ...classes.map((label) => probabilities[label])])
      note(use)
      return print(formatCsv(['image', ...classes], table).trimEnd())
    }
    for (const { image, probabilities } of rows) {
      print(`${image}  ${classes.map((label) => `${label} ${probabilities[label].toFixed(4)}`).join('  ')}`)
    }
    print(use)
  } finally {
    await classifier.close()
  }
}

function headOf(run: RunDirectory, arm: string): OtherHead {
  const file = run.head(arm)
  if (!exists(file)) {
    const known = listDirectory(run.heads).map(({ name }) => path.basename(name, '.json'))
    throw new UserError(`--arm ${arm}: this run has ${known.join(', ')}`)
  }
  const { weights, bias, native } = readJson<{ weights: number[]; bias: number; native: boolean }>(file)
  return { weights: Float64Array.from(weights), bias, native }
}

/** Every unreadable film is named at once. */
async function readAll(images: readonly string[], roi: Rectangle | undefined): Promise<Raster[]> {
  const problems: string[] = []
  const films: Raster[] = []
  for (const file of images) {
    try {
      films.push(await readRaster({ file, roi }))
    } catch (error) {
      if (error instanceof ImageProblem) problems.push(`${file} ${error.message}`)
      else if (error instanceof UserError) problems.push(error.message)
      else throw error
    }
  }
  throwProblems('films', problems)
  return films
}

function rectangle(text: string): Rectangle {
  const [left, top, width, height] = text.split(',').map(Number)
  if ([left, top, width, height].every((n) => Number.isInteger(n) && n >= 0) && width > 0 && height > 0) {
    return { left, top, width, height }
  }
  throw new InvalidArgumentError('left,top,width,height in whole pixels was expected, for example 10,20,128,128')
}
