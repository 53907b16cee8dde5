/**
 * What a unit of work costs on this machine, from a few seconds of the real thing: GAN steps at the configured width and
 * batch, images through the backbone, heads of two sizes. Nothing of it is kept.
 */

import { type Backbone, extractionBatch } from '../../backbone/backbone.js'
import { elementAt } from '../../base/element-at.js'
import { extents, type NDArray, rowCount, rows, takeRows } from '../../base/ndarray.js'
import { Rng } from '../../base/random.js'
import { measureInChild } from '../../generator/measure-in-child.js'
import { outputsFor, standardisation } from '../../head/head.js'
import type { StageName } from '../../record/events.js'
import type { Range } from '../../record/plan.js'
import { secondsInAll } from '../../record/stage.js'
import { isTrained, trainedGenerator } from '../config/chosen-generator.js'
import { chosenRivals } from '../config/chosen-rivals.js'
import type { Config } from '../config/schema.js'
import { fitHead } from '../work/trial.js'
import { headSpec } from '../work/trials.js'
import { timeRivals } from './rivals.js'
import type { UnitCounts, WorkUnit } from './workload.js'

/** Seconds of one unit. */
export type UnitCosts = Readonly<Record<WorkUnit, Range>>

export interface MachineJob {
  readonly config: Config
  readonly backbone: Backbone
  readonly threads: number
  /** Heads side by side. */
  readonly processes: number
  readonly classes: readonly string[]
  /** Training films on the common pixel path, uint8 [N, H, W, C], and their classes' indices. */
  readonly pixels: NDArray<'uint8'>
  readonly classIndices: readonly number[]
  /** Films of the largest class, whose number K multiplies. */
  readonly balancedClassSize: number
  /** Seconds that decoding a film took while they were read. */
  readonly filmSeconds: number
}

/** How long to look: `brief` for a line before a run (a few seconds), `full` for a plan. */
export type Effort = 'brief' | 'full'

const efforts = {
  // A generator of at most `untimedSteps` is trained in the time that it would be timed in.
  brief: { ganSeconds: 2, mostSteps: 8, untimedSteps: 25, batches: 2, headMultiple: 4 },
  full: { ganSeconds: 15, mostSteps: 60, untimedSteps: 0, batches: 6, headMultiple: 10 },
} as const

/** Work that was timed once, or on stand-ins, may take so much less or more. */
const loose: readonly [number, number] = [0.6, 1.7]
const nothing: Range = { value: 0, low: 0, high: 0 }

export async function measureMachine(job: MachineJob, effort: Effort, signal?: AbortSignal): Promise<UnitCosts> {
  const { config, pixels, classIndices, classes, threads, filmSeconds } = job
  const { ganSeconds, mostSteps, untimedSteps, batches } = efforts[effort]
  const [featuresSeconds, features] = await timeBackbone(job, batches, signal)
  const [perHead, perRow] = timeHeads(job, features, efforts[effort].headMultiple)
  signal?.throwIfAborted()
  const film = around(filmSeconds)
  const heads = { head: around(perHead / job.processes), 'head-row': around(perRow / job.processes) }
  const rivals = await timeRivals(chosenRivals(config).taken, job, features)
  const images = { film, features: around(featuresSeconds), 'rival-drawing': around(rivals) }
  // What is not trained here costs nothing that could be measured.
  const generator = isTrained(config) ? trainedGenerator(config) : null
  const tooShort = generator && !generator.kind.inClosedForm && generator.steps <= untimedSteps
  if (!generator || tooShort) return { ...images, ...heads, gan: nothing, 'gan-step': nothing, drawing: nothing }
  const [, height, width, channels] = extents(pixels, 4)
  const gan = await measureInChild(
    {
      kind: generator.kind.kind,
      images: pixels,
      labels: Int32Array.from(classIndices),
      options: generator.optionsFor(
        { classes: [...classes], imageSize: [height, width], channels: channels as 1 | 3 },
        config.seed,
      ),
      threads,
      device: config.compute.device,
      lowering: config.compute.lowering,
      seconds: ganSeconds,
      mostSteps,
    },
    signal,
  )
  return {
    ...images,
    ...heads,
    gan: around(gan.startSeconds),
    'gan-step': stepRange(gan.stepSeconds),
    drawing: around(gan.drawingSeconds),
  }
}

/** Seconds of a stage's counts. */
export function secondsOf(counts: UnitCounts, costs: UnitCosts): Range {
  const units = Object.keys(counts) as WorkUnit[]
  const total = (bound: keyof Range) => units.reduce((sum, unit) => sum + counts[unit] * costs[unit][bound], 0)
  return { value: total('value'), low: total('low'), high: total('high') }
}

/**
 * Seconds of a whole run. Early arms and generator run side by side: at best in the time of the longer, and, where both
 * want every core, in that of one after the other.
 */
export function totalOf(stages: readonly { readonly stage: StageName; readonly seconds: Range }[]): Range {
  const each = (bound: keyof Range) => stages.map(({ stage, seconds }) => [stage, seconds[bound]] as const)
  const oneAfterTheOther = (bound: keyof Range) => each(bound).reduce((sum, [, seconds]) => sum + seconds, 0)
  return {
    value: oneAfterTheOther('value'),
    low: secondsInAll(each('low')),
    high: oneAfterTheOther('high'),
  }
}

/** Median step, from a fast one to a slow one: hours are many steps, of which the machine disturbs some. */
function stepRange(seconds: readonly number[]): Range {
  const sorted = seconds.toSorted((a, b) => a - b)
  const quantile = (q: number) => elementAt(sorted, Math.round(q * (sorted.length - 1)))
  return { value: quantile(0.5), low: 0.9 * quantile(0.1), high: 1.2 * quantile(0.9) }
}

export function around(seconds: number): Range {
  return { value: seconds, low: loose[0] * seconds, high: loose[1] * seconds }
}

async function timeBackbone(
  { backbone, pixels }: MachineJob,
  batches: number,
  signal?: AbortSignal,
): Promise<[secondsPerImage: number, features: NDArray<'float32'>]> {
  // The first batch is slower than the rest.
  await backbone.extract(rows(pixels, 0, Math.min(extractionBatch, rowCount(pixels))), { signal })
  const count = Math.min(rowCount(pixels), batches * extractionBatch)
  const start = performance.now()
  const features = await backbone.extract(rows(pixels, 0, count), { signal })
  const full = Math.ceil(count / extractionBatch) * extractionBatch
  return [(performance.now() - start) / 1000 / full, features]
}

/** Heads on the features there are, drawn again with a little noise until K times the balanced set is full. */
function timeHeads(
  { config, classes, classIndices, balancedClassSize }: MachineJob,
  features: NDArray<'float32'>,
  multiple: number,
): [perHead: number, perRow: number] {
  const outputs = outputsFor(classes.length)
  const count = rowCount(features)
  // Films come class by class, so that the first ones may be of one class alone: half of them are called the other.
  const known = new Set(classIndices.slice(0, count)).size === classes.length
  const labelOfRow = (row: number) => (known ? elementAt(classIndices, row) : row % classes.length)
  const standardise = config.head.standardise ? standardisation(features) : null
  const tuning = { features, labels: Array.from({ length: count }, (_, row) => labelOfRow(row)) }
  const time = (size: number) => {
    const rng = new Rng(1).at(size)
    const drawn = Array.from({ length: size }, () => rng.integer(count))
    const x = takeRows(features, drawn)
    const spread = standardisation(features).deviation
    x.data.forEach((value, at) => {
      x.data[at] = value + 0.5 * elementAt(spread, at % spread.length) * (rng.uniform() - 0.5)
    })
    const start = performance.now()
    fitHead(headSpec(config, size, 1), { features: x, labels: drawn.map(labelOfRow) }, { outputs, standardise, tuning })
    return (performance.now() - start) / 1000
  }
  const small = classes.length * balancedClassSize
  // The first head is slower than the rest, and its surplus would be counted once for every head.
  time(small)
  const large = multiple * small
  const [first, second] = [time(small), time(large)]
  const perRow = Math.max(0, (second - first) / (large - small))
  return [Math.max(0, first - perRow * small), perRow]
}
