/**
 * From arms and multiples, and from snapshots, to units of work, and from units to their outcomes on disk, one JSON file each:
 * a trial that was finished before a kill is not run again. What is written of a trial is written here.
 */
import { guarded } from '../../base/callback.js'
import { elementAt } from '../../base/element-at.js'
import { InternalError } from '../../base/errors.js'
import { readJson } from '../../base/files.js'
import { hashPlain } from '../../base/hash.js'
import { Rng } from '../../base/random.js'
import { outputsFor } from '../../head/head.js'
import type { StageName } from '../../record/events.js'
import { progressOf } from '../../record/progress.js'
import { recordedMetric } from '../../record/search-metric.js'
import { unsettledWords } from '../../words/run-warnings.js'
import { type Arm, composition, type Kind, type Part, type PoolSource } from '../arms.js'
import { classCounts, type FilmSet, labelOf, labelsOf, type SearchData } from '../cohort/film-set.js'
import { multiplesTried } from '../config/multiples.js'
import type { Config } from '../config/schema.js'
import { filmMatrix, type PixelPath } from './film-features.js'
import { requireOutcome } from './received-outcome.js'
import { type Repeat, repeatsOf } from './repeats.js'
import type { RunContext } from './run-context.js'
import { metricAfter, trialMetric } from './trial-metric.js'
import {
  type HeadSpec,
  type Rows,
  rowsOf,
  type TrainingRows,
  type TrialOutcome,
  type TrialUnit,
  type UnitOutcome,
} from './unit.js'

/** A seed for one repeat: of the GAN, of the pool it draws, or of the heads it fits. */
export function repeatSeed(
  seed: number,
  purpose: 'gan' | 'snapshot' | 'pool' | 'head' | 'resample' | 'block',
  repeat: number,
): number {
  return new Rng(seed).split(purpose).at(repeat).uint32()
}

/** Name of a pool's feature matrix; draws count over all GANs. */
export function poolName(source: PoolSource, draw: number, classIndex: number): string {
  return `${source}-r${draw}-c${classIndex}`
}

/** Name of the feature matrix of a snapshot's images of a class; `gan` from 1. */
export function snapshotMatrix(gan: number, step: number, classIndex: number): string {
  return `snapshot-g${gan}-s${step}-c${classIndex}`
}

/** Images of each class that a snapshot is judged by, at most. */
const mostSnapshotImages = 300

/** Images of each class that every snapshot is judged by: as many as the largest class has films, up to a number that settles it. */
export function snapshotImages(trainingFilms: readonly number[]): number {
  return Math.min(mostSnapshotImages, Math.max(...trainingFilms))
}

/** What stands in an arm's place in the trial of a snapshot. */
export function snapshotName(step: number): string {
  return `snapshot-${String(step).padStart(6, '0')}`
}

/** The multiples an arm is scored at: the search's where it has a K, else the one form it has (0 without balancing). */
export function multiplesOf(arm: Arm, search: Config['search']): readonly number[] {
  if (arm.multiplyWith) return multiplesTried(search)
  return [arm.balanceWith ? 1 : 0]
}

/** What trials are made of. */
type TrialContext = Pick<RunContext, 'config' | 'directory' | 'seals' | 'top' | 'selectedRows' | 'innerRounds'>

/** Trials of an arm at one K, one per repeat. `steps`: optimiser steps in place of epochs (equal-steps controls). */
export function trialsOf(
  context: TrialContext,
  data: SearchData,
  arm: Arm,
  k: number,
  steps: number | null = null,
): TrialUnit[] {
  return repeatsOf(context.config).map((repeat) => trialUnit(context, data, arm, k, repeat, steps))
}

function trialUnit(
  context: TrialContext,
  data: SearchData,
  arm: Arm,
  k: number,
  repeat: Repeat,
  steps: number | null,
): TrialUnit {
  const training = { arm, k, repeat, steps }
  const { innerRounds } = context
  const id = `${arm.name} k=${k} r=${repeat.repeat}`
  const metric = trialMetric(context.config, data, { arm, k })
  const folds = innerRounds?.map((round) => ({
    ...trainingOf({ ...context, directory: round.directory }, round.data, training),
    cases: round.data.selection.films.length,
  }))
  const named = { id, arm: arm.name, k, repeat: repeat.repeat, metric, ...(folds && { folds }) }
  return unitOf(context, data, { ...named, ...trainingOf(context, data, training) }, pathOf(arm), repeat.head)
}

interface Training {
  readonly arm: Arm
  readonly k: number
  readonly repeat: Repeat
  /** Optimiser steps in place of epochs. */
  readonly steps: number | null
}

/** What a head is fitted to: the training films of `data`, and images of the pools in the context's folder. */
function trainingOf(
  context: TrialContext,
  data: Pick<SearchData, 'train' | 'classes' | 'positiveIndex'>,
  { arm, k, repeat: { draw, head }, steps }: Training,
): TrainingRows {
  const { config } = context
  const originals = classCounts(data.train, data.classes)
  const originalRows = data.classes.map((_, c) =>
    data.train.films.flatMap((film, row) => (film.classIndex === c ? [row] : [])),
  )
  const path = pathOf(arm)
  const trainMatrix = contentOf(context, filmMatrix('train', path))
  const rows = (kind: Kind, classIndex: number, count: number) => {
    switch (kind) {
      case 'original':
        return { matrix: trainMatrix, rows: rowsOf(elementAt(originalRows, classIndex)) }
      case 'resampled': {
        const rng = new Rng(repeatSeed(config.seed, 'resample', draw)).at(classIndex)
        const from = elementAt(originalRows, classIndex)
        const drawn = Array.from({ length: count }, () => elementAt(from, rng.integer(from.length)))
        return { matrix: trainMatrix, rows: drawn }
      }
      case 'selected': {
        const passed = elementAt(elementAt(context.selectedRows ?? [], draw - 1), classIndex)
        return {
          matrix: contentOf(context, poolName('synthetic', draw, classIndex)),
          rows: rowsOf(passed.slice(0, count)),
        }
      }
      default:
        return { matrix: contentOf(context, poolName(kind, draw, classIndex)), rows: { from: 0, count } }
    }
  }
  const parts = composition(arm, originals, k)
  const training = parts.map((part) => ({
    ...rows(part.kind, part.classIndex, part.count),
    label: labelOf(part.classIndex, data.positiveIndex),
  }))
  return { training, ...fitOf(context, path, { size: sizeOf(parts), headNumber: head, steps }) }
}

function pathOf({ native }: Arm): PixelPath {
  return native ? 'native' : 'common'
}

/** A snapshot of a generator. */
export interface Snapshot {
  /** Of the run's generators, from 1. */
  readonly gan: number
  readonly step: number
  /** Images of each class whose features stand. */
  readonly images: number
}

/** The trial of a snapshot: a head on its images alone. It stands where an arm's do, as K = 1, repeats being generators. */
export function snapshotTrial(context: TrialContext, data: SearchData, { gan, step, images }: Snapshot): TrialUnit {
  const training = data.classes.map((_, classIndex) => ({
    matrix: contentOf(context, snapshotMatrix(gan, step, classIndex)),
    rows: { from: 0, count: images },
    label: labelOf(classIndex, data.positiveIndex),
  }))
  const counts = data.classes.map(() => images)
  const metric = metricAfter(counts, context.config, data)
  const name = snapshotName(step)
  const fit = fitOf(context, 'common', { size: images * counts.length, headNumber: 1, steps: null })
  return unitOf(
    context,
    data,
    { id: `${name} r=${gan}`, arm: name, k: 1, repeat: gan, metric, training, ...fit },
    'common',
    1,
  )
}

interface Fit {
  /** Images that the head is fitted on. */
  readonly size: number
  readonly headNumber: number
  readonly steps: number | null
}

/** How a head is fitted, whatever on. */
function fitOf(
  context: TrialContext,
  path: PixelPath,
  { size, headNumber, steps }: Fit,
): Pick<TrainingRows, 'standardiseBy' | 'head'> {
  const { config } = context
  return {
    standardiseBy: config.head.standardise
      ? { matrix: contentOf(context, filmMatrix('train', path)), rows: 'all' }
      : null,
    head: headSpec(config, size, repeatSeed(config.seed, 'head', headNumber), steps),
  }
}

function unitOf(
  context: TrialContext,
  data: SearchData,
  trial: Omit<TrialUnit, 'kind' | 'outputs' | 'selection' | 'fineTune'>,
  path: PixelPath,
  headNumber: number,
): TrialUnit {
  const { config, top } = context
  const { selection } = data
  return {
    kind: 'trial',
    outputs: outputsFor(data.classes.length),
    ...trial,
    selection: {
      matrix: contentOf(context, filmMatrix(selection.folds ? 'train' : 'selection', path)),
      rows: selection.folds ? rowsAmong(data.train, selection) : 'all',
      labels: labelsOf(selection, data.positiveIndex),
    },
    ...(top && {
      fineTune: {
        top: top.kind.id,
        weights: top.hash,
        input: top.input,
        ...config.backbone.fineTune,
        seed: repeatSeed(config.seed, 'block', headNumber),
      },
    }),
  }
}

/** Rows of the films of one set among those of another. */
function rowsAmong(all: FilmSet, { films }: FilmSet): Rows {
  const places = new Map(all.films.map(({ id }, row) => [id, row]))
  return rowsOf(films.map(({ id }) => places.get(id) as number))
}

/** The name of a feature matrix's content. */
function contentOf({ directory, seals }: TrialContext, matrix: string): string {
  const hash = seals.recorded(directory.featureMatrix(matrix))
  if (hash === undefined) throw new InternalError(`the feature matrix ${matrix} is asked for before it was made`)
  return hash
}

function sizeOf(parts: readonly Part[]): number {
  return parts.reduce((sum, part) => sum + part.count, 0)
}

/** How a head is fitted on a training set of a size. `steps`: optimiser steps in place of epochs. */
export function headSpec({ head }: Config, size: number, seed: number, steps: number | null = null): HeadSpec {
  if (head.kind === 'logistic') return { kind: 'logistic' }
  const { learningRate, batchSize, epochs } = head
  return {
    kind: 'adam',
    learningRate,
    batchSize,
    epochs,
    steps: steps ?? epochs * Math.ceil(size / batchSize),
    seed,
  }
}

/** Outcomes of all units, in their order; those already on disk are taken from there, the rest go to the executor. */
export async function runTrials(
  context: Pick<RunContext, 'directory' | 'seals' | 'executor' | 'emit' | 'signal'>,
  stage: StageName,
  units: readonly TrialUnit[],
): Promise<TrialOutcome[]> {
  const { directory, seals, executor, emit, signal } = context
  const fileOf = ({ arm, k, repeat }: { arm: string; k: number; repeat: number }) => directory.trial(arm, k, repeat)
  const missing = eachOnce(units).filter((unit) => !seals.holds(fileOf(unit)))
  const progress = progressOf(context, stage, missing.length, 'trials')
  // An executor of someone else may keep an error of what it calls to itself.
  const asked = new Map(missing.map((unit) => [unit.id, unit]))
  const keeper = guarded((outcome: UnitOutcome) => {
    requireOutcome(asked, outcome)
    const { trial, top } = outcome
    const { arm, k, repeat, size, score } = trial
    const { metric, outputs } = asked.get(trial.id) as TrialUnit
    // Told again: a queue may deliver twice.
    if (seals.holds(fileOf(trial))) return
    if (top) seals.write(directory.trialTop(arm, k, repeat), top)
    seals.writeJson(fileOf(trial), trial)
    emit({ type: 'trial', arm, k, repeat, size, metric: recordedMetric(metric.name, outputs > 1), score })
    progress(1)
  })
  try {
    const stop = AbortSignal.any([keeper.failed, ...(signal ? [signal] : [])])
    await executor.run(missing, { onOutcome: keeper.tell, signal: stop })
  } finally {
    keeper.failed.throwIfAborted()
  }
  const lacking = missing.filter((unit) => !seals.holds(fileOf(unit)))
  const [lost] = lacking
  if (lost) throw new InternalError(`the executor ended without ${lacking.length} of its trials, such as ${lost.id}`)
  const outcomes = units.map((unit) => readJson<TrialOutcome>(fileOf(unit)))
  const unsettled = outcomes.filter(({ unconverged }) => unconverged)
  const [first] = unsettled
  if (first && missing.length > 0)
    emit({ type: 'warning', text: unsettledWords(unsettled.length, units.length, first) })
  return outcomes
}

/** A unit that is asked for twice is done once. */
function eachOnce(units: readonly TrialUnit[]): TrialUnit[] {
  return [...new Map(units.map((unit) => [unit.id, unit])).values()]
}

/**
 * What an arm trains a head on and how, as a text: equal for two arms that train the same head, as GCB and OD do where the
 * classes are balanced. `steps`: optimiser steps in place of epochs.
 */
export function trainingKey(
  config: Config,
  data: SearchData,
  { arm, k, steps }: { arm: Arm; k: number; steps: number | null },
): string {
  const parts = composition(arm, classCounts(data.train, data.classes), k)
  return hashPlain({ native: arm.native ?? false, parts, head: headSpec(config, sizeOf(parts), 0, steps) })
}
