/**
 * The generators on the training films alone, each a unit of work that any process may do that sees the run's folder; the early
 * arms are scored meanwhile.
 */
import path from 'node:path'
import { InternalError } from '../../base/errors.js'
import { readJson } from '../../base/files.js'
import { paceAt } from '../../base/meter.js'
import { extents } from '../../base/ndarray.js'
import { snapshotSteps } from '../../generator/snapshot-policy.js'
import type { TrainingEvent, TrainingSummary } from '../../generator/train.js'
import { PostedWork } from '../../record/posted-work.js'
import type { Stored } from '../cohort/film-record.js'
import type { SearchData } from '../cohort/film-set.js'
import type { Prepared } from '../cohort/prepared.js'
import { isTrained, trainedGenerator } from '../config/chosen-generator.js'
import { runStage, type StageContext, stageSeconds } from '../stage.js'
import { inLanes } from '../work/lanes.js'
import { type PostedTraining, postedTraining, trained } from '../work/training.js'
import { repeatSeed } from '../work/trials.js'

/** GANs that train at a time. */
const mostLanes = 2

interface Share<Item> {
  readonly items: readonly Item[]
  readonly lanes: number
  /** Of each. */
  readonly threads: number
}

/**
 * Who shares the threads with whom: two GANs side by side took 0.78 to 0.94 of the time of one after the other on two cores
 * (widths 0.25, 0.5 and 1; with all threads each 0.96 to 1.09), and an odd one has all threads for itself. It is a matter of
 * the configuration, not of what is left to do, for bytes hang on the number of threads.
 */
function shares<Item>(items: readonly Item[], threads: number): Share<Item>[] {
  const lanes = Math.max(1, Math.min(mostLanes, items.length, threads))
  const paired = items.length - (items.length % lanes)
  return [
    { items: items.slice(0, paired), lanes, threads: Math.floor(threads / lanes) },
    { items: items.slice(paired), lanes: 1, threads },
  ]
}

/** Trains every GAN of the run, or of one of its folds. `checkpoint` of a summary is the name of a file in the GAN's folder. */
export function trainGans(context: StageContext, data: SearchData): Promise<TrainingSummary[]> {
  const { run, directory, seals } = context
  const { seeds } = context.config.training
  const { steps } = trainedGenerator(context.config)
  return runStage(context, 'train-gan', async () => {
    const summaries: TrainingSummary[] = []
    const progress = ganProgress(context, seeds, steps)
    const posted = new PostedWork(run)
    const left: string[] = []
    for (const { items, lanes } of sharedTrainings(context, data)) {
      const work = async ({ gan, training }: TrainingOfGan, signal: AbortSignal) => {
        const { summary, files } = await trained(run, training, { onEvent: (event) => progress(gan, event), signal })
        summaries[gan - 1] = summary
        left.push(...Object.keys(files).map((name) => path.join(directory.ganOf(gan), name)))
        progress(gan, { type: 'progress', step: steps, steps, stepsPerSecond: 0, secondsLeft: 0 })
      }
      await inLanes(context.signal, lanes, items, work, ({ training }) => posted.isFree(training.unit))
    }
    for (const file of left.sort()) seals.seal(file)
    return summaries
  })
}

interface TrainingOfGan {
  /** From 1. */
  readonly gan: number
  readonly training: PostedTraining
}

function sharedTrainings(context: StageContext, data: SearchData): Share<TrainingOfGan>[] {
  const gans = Array.from({ length: context.config.training.seeds }, (_, i) => i + 1)
  return shares(gans, context.threads).map((share) => ({
    ...share,
    items: share.items.map((gan) => ({ gan, training: trainingOf(context, data, gan, share.threads) })),
  }))
}

/** All that trains in a run, in the order in which it is needed, for whoever can do some of it before the run comes to it. */
export function postTrainings(
  context: StageContext,
  { search, inner, folds }: Pick<Prepared, 'search' | 'inner' | 'folds'>,
): void {
  if (!isTrained(context.config)) return
  const { directory, run } = context
  const ofInner = inner.map((data, i) => ({ context: { ...context, directory: directory.inner(i + 1) }, data }))
  const ofFolds = folds.map((assemble, i) => ({
    context: { ...context, directory: directory.fold(i + 1) },
    data: () => assemble().search,
  }))
  const rounds = [
    ...foldShares(context, ofInner),
    { items: [{ context, data: () => search }], threads: context.threads },
    ...foldShares(context, ofFolds),
  ]
  const trainings = rounds.flatMap(({ items, threads }) =>
    items
      .filter((round) => !hasTrained(round.context))
      .flatMap((round) => sharedTrainings({ ...round.context, threads }, round.data()))
      .flatMap((share) => share.items.map(({ training }) => training)),
  )
  new PostedWork(run).postOnly(trainings)
}

function hasTrained({ directory, seals }: StageContext): boolean {
  return seals.holds(directory.stage('train-gan'))
}

/** Where a fold has several generators, these share the threads among themselves. */
function foldShares(context: StageContext, folds: readonly GanOfFold[]): Share<GanOfFold>[] {
  const { threads, config } = context
  return config.training.seeds > 1 ? [{ items: folds, lanes: 1, threads }] : shares(folds, threads)
}

export interface GanOfFold {
  /** Of the fold. */
  readonly context: StageContext
  readonly data: () => SearchData
}

/**
 * The GANs of all folds, which need nothing of each other; what follows in a fold finds them trained. Several in a fold share the
 * threads among themselves and wait for their fold.
 * @returns seconds that went into each fold's, now or before a stop: of two side by side half of what they took
 */
export async function trainGansOfFolds(context: StageContext, folds: readonly GanOfFold[]): Promise<number[]> {
  if (context.config.training.seeds > 1 || !isTrained(context.config)) return folds.map(() => 0)
  const seconds: number[] = []
  const posted = new PostedWork(context.run)
  for (const { items, lanes, threads } of foldShares(context, folds)) {
    const working = new Set<GanOfFold>()
    const missing = items.filter((fold) => !hasTrained(fold.context))
    const units = new Map(
      missing.map((fold) => [fold, trainingOf(fold.context, fold.data(), 1, threads).unit] as const),
    )
    const work = async (fold: GanOfFold, signal: AbortSignal) => {
      working.add(fold)
      // Of two folds side by side the first shows its progress.
      const emit: StageContext['emit'] = (event) => {
        if (event.type !== 'progress' || [...working][0] === fold) fold.context.emit(event)
      }
      await trainGans({ ...fold.context, threads, emit, signal }, fold.data())
      working.delete(fold)
    }
    const isFree = (fold: GanOfFold) => posted.isFree(elementOf(units, fold))
    await inLanes(context.signal, lanes, missing, work, isFree)
    for (const fold of items) {
      seconds.push((stageSeconds(fold.context, ['train-gan'])['train-gan'] ?? 0) / lanes)
    }
  }
  return seconds
}

/** The training of one generator of the run, or of one of its folds. */
function trainingOf(
  { config, directory, run, seals }: Pick<StageContext, 'config' | 'directory' | 'run' | 'seals'>,
  data: SearchData,
  gan: number,
  threads: number,
): PostedTraining {
  const [, height, width, channels] = extents(data.train.pixels, 4)
  const { kind, steps, optionsFor } = trainedGenerator(config)
  const pixels = seals.recorded(run.privateArray('internal'))
  if (pixels === undefined) throw new InternalError('a training is asked for before its films were read')
  const rowOf = new Map(readJson<Stored>(run.prepared).internal.films.map(({ id }, row) => [id, row]))
  return postedTraining({
    place: path.relative(run.root, directory.ganOf(gan)).split(path.sep).join('/'),
    kind: kind.kind,
    films: { pixels, rows: data.train.films.map(({ id }) => elementOf(rowOf, id)) },
    labels: data.train.films.map((film) => film.classIndex),
    options: {
      ...optionsFor(
        { classes: [...data.classes], imageSize: [height, width], channels: channels as 1 | 3 },
        gan === 1 ? config.seed : repeatSeed(config.seed, 'gan', gan),
      ),
    },
    checkpointEvery: config.training.checkpointEvery,
    gridEvery: config.training.gridEvery,
    snapshots: snapshotSteps(config.training.snapshot, steps),
    threads,
    device: config.compute.device,
    lowering: config.compute.lowering,
  })
}

function elementOf<Key, Value>(map: ReadonlyMap<Key, Value>, key: Key): Value {
  const found = map.get(key)
  if (found === undefined) throw new InternalError('a film, or a fold, is none of the run')
  return found
}

/** Tells the run of all its GANs as one piece of work; losses are the first one's. */
function ganProgress(
  { emit }: Pick<StageContext, 'emit'>,
  seeds: number,
  steps: number,
): (gan: number, event: TrainingEvent) => void {
  const done = new Map<number, number>()
  const rates = new Map<number, number>()
  return (gan, event) => {
    switch (event.type) {
      case 'progress': {
        done.set(gan, event.step)
        rates.set(gan, event.stepsPerSecond)
        const sum = (map: Map<number, number>) => [...map.values()].reduce((total, value) => total + value, 0)
        const pace = paceAt(sum(done), seeds * steps, sum(rates))
        emit({ type: 'progress', stage: 'train-gan', unit: 'steps', ...pace })
        break
      }
      case 'warning':
        emit(event)
        break
      case 'curve':
        if (gan === 1) emit({ type: 'training-curve', step: event.step, values: event.values })
        break
    }
  }
}
