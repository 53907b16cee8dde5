/** The generators on the training films alone, in child processes; the early arms are scored meanwhile. */
import path from 'node:path'
import { listDirectory } from '../../base/files.js'
import { paceAt } from '../../base/meter.js'
import { extents } from '../../base/ndarray.js'
import { snapshotSteps } from '../../generator/snapshot-policy.js'
import type { TrainingEvent, TrainingSummary } from '../../generator/train.js'
import { type NamedTrainingJob, trainInChild } from '../../generator/train-in-child.js'
import type { SearchData } from '../cohort/film-set.js'
import { isTrained, trainedGenerator } from '../config/chosen-generator.js'
import { runStage, type StageContext, stageSeconds } from '../stage.js'
import { inLanes } from '../work/lanes.js'
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
  const { seeds } = context.config.training
  const { steps } = trainedGenerator(context.config)
  return runStage(context, 'train-gan', async () => {
    const summaries: TrainingSummary[] = []
    const progress = ganProgress(context, seeds, steps)
    const gans = Array.from({ length: seeds }, (_, i) => i + 1)
    for (const { items, lanes, threads } of shares(gans, context.threads)) {
      await inLanes(context.signal, lanes, items, async (gan, signal) => {
        const job = ganJob(context, data, gan, threads)
        const { checkpoint, ...summary } = await trainInChild(job, (event) => progress(gan, event), signal)
        summaries[gan - 1] = { ...summary, checkpoint: path.basename(checkpoint) }
        progress(gan, { type: 'progress', step: steps, steps, stepsPerSecond: 0, secondsLeft: 0 })
      })
    }
    for (const gan of gans) sealGan(context, gan)
    return summaries
  })
}

function sealGan({ directory, seals }: Pick<StageContext, 'directory' | 'seals'>, gan: number): void {
  const folder = directory.ganOf(gan)
  for (const { name } of listDirectory(folder)) {
    if (/\.(safetensors|csv|png)$/.test(name)) seals.seal(path.join(folder, name))
  }
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
  for (const { items, lanes, threads } of shares(folds, context.threads)) {
    const working = new Set<GanOfFold>()
    const missing = items.filter((fold) => !fold.context.seals.holds(fold.context.directory.stage('train-gan')))
    await inLanes(context.signal, lanes, missing, async (fold, signal) => {
      working.add(fold)
      // Of two folds side by side the first shows its progress.
      const emit: StageContext['emit'] = (event) => {
        if (event.type !== 'progress' || [...working][0] === fold) fold.context.emit(event)
      }
      await trainGans({ ...fold.context, threads, emit, signal }, fold.data())
      working.delete(fold)
    })
    for (const fold of items) {
      seconds.push((stageSeconds(fold.context, ['train-gan'])['train-gan'] ?? 0) / lanes)
    }
  }
  return seconds
}

function ganJob(
  { config, directory }: Pick<StageContext, 'config' | 'directory'>,
  data: SearchData,
  gan: number,
  threads: number,
): NamedTrainingJob {
  const [, height, width, channels] = extents(data.train.pixels, 4)
  const { kind, steps, optionsFor } = trainedGenerator(config)
  return {
    kind: kind.kind,
    images: data.train.pixels,
    labels: Int32Array.from(data.train.films, (film) => film.classIndex),
    options: optionsFor(
      { classes: [...data.classes], imageSize: [height, width], channels: channels as 1 | 3 },
      gan === 1 ? config.seed : repeatSeed(config.seed, 'gan', gan),
    ),
    folder: directory.ganOf(gan),
    checkpointEvery: config.training.checkpointEvery,
    gridEvery: config.training.gridEvery,
    snapshots: snapshotSteps(config.training.snapshot, steps),
    threads,
    device: config.compute.device,
    lowering: config.compute.lowering,
  }
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
