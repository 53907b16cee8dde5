/** `kopt gan train` and `kopt gan sample`: the generator alone, without any classifier. */
import path from 'node:path'
import { type Command, Option } from 'commander'
import { elementAt } from '../../base/element-at.js'
import { nearest, throwProblems, UserError } from '../../base/errors.js'
import { isDirectory, listDirectory, writeAtomic } from '../../base/files.js'
import { counted, duration, rate } from '../../base/format.js'
import { extents } from '../../base/ndarray.js'
import { markFolder, requireOwnFolder, writeFolder } from '../../base/output.js'
import { pathParts } from '../../base/path-name.js'
import { shown, shownLines } from '../../base/shown.js'
import { shownPath } from '../../base/shown-path.js'
import { parseSectionSettings } from '../../experiment/config/setting.js'
import { checkpointStep } from '../../generator/checkpoint.js'
import { kindOfPreset, trainedKind, trainedKinds } from '../../generator/registry.js'
import { openSampler, type Sampler } from '../../generator/sampler.js'
import { requireCheckpointSize } from '../../generator/state-size.js'
import { trainInChild } from '../../generator/train-in-child.js'
import { encodePng } from '../../image/codec.js'
import { holdFolder } from '../../record/run-store.js'
import { physicalCores, type RuntimeDevice } from '../../runtime/session.js'
import { channelsOf, readFilms } from '../cohort.js'
import type { Outside } from '../command.js'
import { deviceOption, encodingOption, patientFromOption } from '../config-options.js'
import { anyNumber, collected, examples, pixelSize, roiOption, seedOption, wholeNumber } from '../options.js'

/** What marks folders as made by the two. */
const trainedHere = 'kopt gan train'
const drawnHere = 'kopt gan sample'

/** Images drawn and written at a time. */
const drawnAtOnce = 64

export function define(command: Command, outside: Outside): void {
  command.description('The class-conditional generator alone: train it from a dataset, draw images from a checkpoint.')
  defineTrain(command.command('train'), outside)
  defineSample(command.command('sample'), outside)
}

/** What the section generator of a run does not hold, and how it is said here. */
const saidElsewhere: Readonly<Record<string, string>> = {
  seed: 'give --seed',
  channels: 'give --channels',
  imageSize: 'give --size',
  classes: 'the classes are those of the films',
}

interface TrainOptions {
  out: string
  kind: string
  steps: number
  size: [number, number]
  channels?: '1' | '3'
  width: number
  set?: string[]
  seed?: number
  device: RuntimeDevice
  checkpointEvery: number
  gridEvery: number
  patientFrom?: string
  encoding?: string
  roi?: string
  skipUnreadable?: boolean
}

function defineTrain(command: Command, outside: Outside): void {
  command
    .summary('train a generator on all films of a dataset')
    .description(
      'Trains on every film of the dataset (those of its training set, where the dataset names sets). Leaves checkpoints,\n' +
        'sample grids and curves; a second call with the same folder goes on where the first was stopped.',
    )
    .argument('<dataset>', 'folder with one folder per class, or a CSV manifest')
    .requiredOption('--out <folder>', 'folder of the checkpoints: a new one, or one that was begun so')
    .addOption(
      new Option('--kind <name>', 'kind of generator; by default the one that a run trains')
        .choices(trainedKinds.map(({ kind }) => kind))
        .default(kindOfPreset.standard),
    )
    .addOption(new Option('--steps <n>', 'training steps').argParser(wholeNumber(1)).default(6000))
    .addOption(
      new Option('--size <h>x<w>', 'pixels, both divisible by 8').argParser(pixelSize).default([56, 56], '56x56'),
    )
    .addOption(new Option('--channels <n>', '1 grey, 3 colour (default: what the films are)').choices(['1', '3']))
    .addOption(new Option('--width <x>', "multiplier of the networks' widths").argParser(anyNumber).default(1))
    .option(
      '--set <key=value>',
      'a key of the section generator, such as generator.batchSize=32 (may be repeated)',
      collected,
    )
    .addOption(seedOption())
    .addOption(deviceOption().default('cpu'))
    .addOption(
      new Option('--checkpoint-every <n>', 'steps from one checkpoint to the next')
        .argParser(wholeNumber(1))
        .default(500),
    )
    .addOption(
      new Option('--grid-every <n>', 'steps from one grid of sample images to the next')
        .argParser(wholeNumber(1))
        .default(500),
    )
    .addOption(patientFromOption())
    .addOption(encodingOption())
    .addOption(roiOption())
    .option('--skip-unreadable', 'go on without files that cannot be read as images')
    .action((dataset: string, options: TrainOptions) => train(dataset, options, command, outside))
  examples(command, [
    ['A generator of grey 56 x 56 films', 'kopt gan train films/ours --out generator --steps 6000'],
    [
      "The paper's GAN, with smaller batches for a small class",
      `kopt gan train films/ours --out generator --kind ${kindOfPreset.kong2022} --set generator.batchSize=32 --set generator.dropout=0.3`,
    ],
  ])
}

async function train(
  dataset: string,
  options: TrainOptions,
  command: Command,
  { show, note, interruption, result }: Outside,
): Promise<void> {
  requireOwnFolder('--out', options.out, trainedHere)
  const kind = trainedKind(options.kind)
  const settings = parseSectionSettings('generator', options.set ?? [], 'gan')
  throwProblems('--set', [
    ...Object.keys(settings)
      .filter((key) => Object.hasOwn(saidElsewhere, key))
      .map((key) => `${key} is no key of the section generator; ${saidElsewhere[key]}`),
    ...(['steps', 'width'] as const)
      .filter((key) => key in settings && command.getOptionValueSource(key) === 'cli')
      .map((key) => `generator.${key} is given by --${key} ${options[key]} too; leave one of them out`),
  ])
  throwProblems(
    `--kind ${kind.kind}`,
    (['steps', 'width'] as const)
      .filter((key) => !(key in kind.options.shape) && command.getOptionValueSource(key) === 'cli')
      .map((key) => `this kind has no ${key}; leave --${key} out`),
  )
  const signal = interruption()
  const audited = await readFilms(dataset, { ...options, signal })
  const [height, width] = options.size
  const { classes } = audited.internal.cohort
  const channels = options.channels ? (Number(options.channels) as 1 | 3) : channelsOf(audited.colour)
  const complete = kind.complete({
    ...('width' in kind.options.shape && { width: options.width }),
    steps: kind.inClosedForm ? 1 : options.steps,
    ...settings,
    classes: [...classes],
    imageSize: [height, width],
    channels,
    ...(options.seed === undefined ? {} : { seed: options.seed }),
  })
  requireCheckpointSize(kind, complete)
  const films = audited.internal.cohort.films.filter((film) => film.split === undefined || film.split === 'train')
  const { images, labels } = await audited.load(films, { height, width, channels })
  note(shown`${films.length} films (${classes.join(', ')}), ${height} x ${width} x ${channels}`)
  markFolder(options.out, trainedHere)
  const folder = path.resolve(options.out)
  const { lost, release } = holdFolder(folder, {
    lock: path.join(folder, 'kopt.lock'),
    doing: 'gan train',
    remedy: 'give the same command again',
  })
  const summary = await trainInChild(
    {
      images,
      labels,
      kind: kind.kind,
      options: complete,
      folder,
      checkpointEvery: options.checkpointEvery,
      gridEvery: options.gridEvery,
      threads: physicalCores(),
      device: options.device,
      lowering: 'auto',
    },
    (event) => {
      if (event.type !== 'progress') return
      const { step, steps, stepsPerSecond, secondsLeft } = event
      show({
        type: 'progress',
        stage: 'train-gan',
        done: step,
        total: steps,
        unit: 'steps',
        rate: stepsPerSecond,
        secondsLeft,
      })
    },
    AbortSignal.any([signal, lost]),
  )
    .catch((error) => {
      throw lost.aborted ? lost.reason : error
    })
    .finally(release)
  result(
    summary,
    shownLines([
      kind.inClosedForm
        ? `computed in ${duration(summary.seconds)}`
        : `${counted(summary.steps, 'step')} in ${duration(summary.seconds)}, ${rate(summary.stepsPerSecond)} a second`,
      `Checkpoint: ${shownPath(summary.checkpoint)}`,
    ]),
  )
}

interface SampleOptions {
  class?: string
  count: number
  out: string
  seed: number
  start: number
  device: RuntimeDevice
}

function defineSample(command: Command, outside: Outside): void {
  command
    .summary('draw images from a checkpoint')
    .description(
      'Writes PNG files into one folder per class. An image depends on checkpoint, class, seed and its number alone.\n' +
        'A folder that holds anything else, such as real films, is refused.',
    )
    .argument('<checkpoint>', 'checkpoint-....safetensors')
    .option('--class <name>', 'class to draw (default: every class)')
    .addOption(new Option('--count <n>', 'images of each class').argParser(wholeNumber(1)).default(64))
    .requiredOption('--out <folder>', 'a new folder, or one that was drawn into before')
    .addOption(new Option('--seed <n>', 'other images with another number').argParser(wholeNumber(0)).default(1))
    .addOption(new Option('--start <n>', 'number of the first image').argParser(wholeNumber(0)).default(0))
    .addOption(deviceOption().default('cpu'))
    .action((checkpoint: string, options: SampleOptions) => sample(checkpoint, options, outside))
  examples(command, [
    [
      '100 images of one class',
      'kopt gan sample generator/checkpoint-006000.safetensors --class sinusitis --count 100 --out drawn',
    ],
    [
      'The next 100',
      'kopt gan sample generator/checkpoint-006000.safetensors --class sinusitis --start 100 --count 100 --out drawn',
    ],
  ])
}

async function sample(checkpoint: string, options: SampleOptions, { result, interruption }: Outside): Promise<void> {
  const { out, seed, start, count, device } = options
  requireOwnFolder('--out', out, drawnHere)
  requireFile(checkpoint)
  const signal = interruption()
  const sampler = await openSampler(checkpoint, { threads: physicalCores(), device })
  try {
    const { classes } = sampler.images
    const wanted = options.class === undefined ? classes : [knownClass(options.class, classes, checkpoint)]
    const parts = pathParts(classes)
    const folderOf = (name: string) => elementAt(parts, classes.indexOf(name))
    await writeFolder('--out', out, async (draft) => {
      markFolder(draft, drawnHere)
      for (const name of wanted)
        await draw(sampler, name, { folder: path.join(draft, folderOf(name)), ...options, signal })
    })
    result(
      { out, seed, start, images: Object.fromEntries(wanted.map((name) => [name, count])) },
      shownLines(wanted.map((name) => `${count} images of ${name} in ${shownPath(path.join(out, folderOf(name)))}`)),
    )
  } finally {
    await sampler.close()
  }
}

/** The folder of `gan train` is easily named in place of a checkpoint in it. */
function requireFile(checkpoint: string): void {
  if (!isDirectory(checkpoint)) return
  const last = listDirectory(checkpoint)
    .map(({ name }) => name)
    .filter((name) => checkpointStep(name) !== undefined)
    .sort()
    .at(-1)
  const remedy = last
    ? `name a checkpoint in it, such as ${shownPath(path.join(checkpoint, last))}`
    : 'name a file checkpoint-....safetensors'
  throw new UserError(`${shownPath(checkpoint)} is a folder; ${remedy}`)
}

interface Drawing {
  readonly folder: string
  readonly seed: number
  readonly start: number
  readonly count: number
  readonly signal: AbortSignal
}

/** Writes images of a class, named by the folder's name, seed and number. */
async function draw(sampler: Sampler, name: string, { folder, seed, start, count, signal }: Drawing): Promise<void> {
  const classIndex = sampler.images.classes.indexOf(name)
  for (let done = 0; done < count; done += drawnAtOnce) {
    signal.throwIfAborted()
    const first = start + done
    const images = await sampler.draw({ classIndex, seed, start: first, count: Math.min(drawnAtOnce, count - done) })
    const [drawn, height, width, channels] = extents(images, 4)
    for (let i = 0; i < drawn; i++) {
      const data = images.data.subarray(i * height * width * channels, (i + 1) * height * width * channels)
      const png = await encodePng({ width, height, channels: channels as 1 | 3, bitDepth: 8, data })
      const number = String(first + i).padStart(6, '0')
      writeAtomic(path.join(folder, `${path.basename(folder)}-s${seed}-${number}.png`), png)
    }
  }
}

function knownClass(asked: string, classes: readonly string[], checkpoint: string): string {
  if (classes.includes(asked)) return asked
  const like = nearest(asked, classes)
  const hint = like === undefined ? '' : `; did you mean ${like}?`
  throw new UserError(`--class ${asked} is not in ${checkpoint}, which draws ${classes.join(', ')}${hint}`)
}
