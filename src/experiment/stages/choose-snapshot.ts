/**
 * The snapshot that each trained generator's images are drawn from, where the configuration asks for the best one: a head is fitted
 * on images of every snapshot, and what it scores on the tuning films decides. The earliest within one standard error of the best is
 * taken, so that a training that gains nothing by going on is cut short. What comes in has no place for test films.
 */
import type { FeatureCache } from '../../backbone/feature-cache.js'
import { elementAt } from '../../base/element-at.js'
import { removeFile } from '../../base/files.js'
import { rowCount } from '../../base/ndarray.js'
import { readNpy } from '../../base/npy.js'
import { checkpointFile } from '../../generator/checkpoint.js'
import { openSampler } from '../../generator/sampler.js'
import { snapshotSteps } from '../../generator/snapshot-policy.js'
import { outputsFor } from '../../head/head.js'
import type { StageName } from '../../record/events.js'
import { progressOf } from '../../record/progress.js'
import type { SnapshotChoice } from '../../record/result.js'
import { directedMetric, metricFacts, risingValue, type SearchMetric } from '../../record/search-metric.js'
import { metricInfluence } from '../../scoring/metric.js'
import { oneStandardError } from '../../search/one-standard-error.js'
import { meanOf, type SearchScores } from '../../search/policy.js'
import { differenceError, scoreError } from '../../search/score-error.js'
import { drawSynthetic } from '../../synthetic/pool.js'
import { drawSifted, type Sieve } from '../../synthetic/sift.js'
import { chosenSnapshotWords } from '../../words/snapshots.js'
import { classCounts, labelsOf, patientsOf, type SearchData } from '../cohort/film-set.js'
import { trainedGenerator } from '../config/chosen-generator.js'
import { runStage } from '../stage.js'
import type { RunContext } from '../work/run-context.js'
import {
  repeatSeed,
  runTrials,
  type Snapshot,
  snapshotImages,
  snapshotMatrix,
  snapshotName,
  snapshotTrial,
} from '../work/trials.js'
import { copySieves } from './exclude-copies.js'
import { featureMatrix } from './extract-features.js'

const stage: StageName = 'choose-snapshot'

/** What the tuning films say of a snapshot. */
export interface SnapshotScore {
  readonly step: number
  /** Images of each class that its head was fitted on. */
  readonly images: number
  /** By the metric of the search, in its own direction; null where there was nothing to fit a head on. */
  readonly score: number | null
  readonly se: number | null
  /** How much each tuning patient moves the score. */
  readonly influence: readonly number[]
}

/** Of one generator. */
export interface ChosenSnapshot {
  /** Of the run's generators, from 1. */
  readonly gan: number
  readonly step: number
  /** Of all, by their steps. */
  readonly scores: readonly SnapshotScore[]
}

/** Chooses for each of the generators, `count` of them; null where each is taken as it was at its end. */
export async function chooseSnapshots(
  context: RunContext,
  data: SearchData,
  count: number,
  cache: FeatureCache,
): Promise<ChosenSnapshot[] | null> {
  const { config, emit, runFilms } = context
  const { snapshot: rule } = config.training
  if (rule === 'last') return null
  const generator = trainedGenerator(config)
  const steps = snapshotSteps(rule, generator.steps)
  const gans = Array.from({ length: count }, (_, i) => i + 1)
  const chosen = await runStage(context, stage, async () => {
    const snapshots: Snapshot[] = []
    const sieves = await copySieves(context, data)
    const wanted = snapshotImages(classCounts(data.train, data.classes))
    const progress = progressOf(context, stage, count * steps.length * data.classes.length * wanted, 'images', 2)
    for (const gan of gans) {
      for (const step of steps) {
        const images = await drawFrom(context, data, cache, { gan, step, images: wanted }, sieves, progress)
        snapshots.push({ gan, step, images })
      }
    }
    const scored = await scoreAll(context, data, snapshots)
    const found = gans.map((gan): ChosenSnapshot => {
      const scores = scored.flatMap((one, i) => (elementAt(snapshots, i).gan === gan ? [one] : []))
      return { gan, step: choose(config.search.metric, scores), scores }
    })
    // Those of the folds would say the same again and again.
    const said = {
      noun: generator.kind.noun,
      gans: count,
      films: data.selection.films.length,
      by: directedMetric(config.search, data.classes.length > 2),
    }
    if (!runFilms)
      for (const choice of found) emit({ type: 'note', text: chosenSnapshotWords(recordedSnapshot(choice), said) })
    return found
  })
  removeDrawn(
    context,
    data,
    gans.flatMap((gan) => steps.map((step) => ({ gan, step }))),
  )
  return chosen
}

/** As a result keeps it. */
export function recordedSnapshot({ gan, step, scores }: ChosenSnapshot): SnapshotChoice {
  return { gan, step, scores: scores.map(({ influence: _, ...score }) => score) }
}

/** Scores of one generator's snapshots as the rules of the search take them, larger being better; those without one are left out. */
export function comparableScores(metric: SearchMetric, scores: readonly SnapshotScore[]): SearchScores {
  const { better } = metricFacts(metric)
  const known = scores.flatMap((one) => (one.score === null ? [] : [{ ...one, score: one.score }]))
  return {
    ks: known.map(({ step }) => step),
    theta: known.map(({ score }) => [risingValue(better, score)]),
    u: known.map(({ influence }) => Float64Array.from(influence, (value) => risingValue(better, value))),
  }
}

/** The step of the snapshot to take; the last where none has a score. */
function choose(metric: SearchMetric, scores: readonly SnapshotScore[]): number {
  const among = comparableScores(metric, scores)
  if (among.ks.length === 0) return elementAt(scores, scores.length - 1).step
  return oneStandardError(among.ks, among.theta.map(meanOf), (a, b) => differenceError(among, a, b))
}

/** Leaves features of a snapshot's images of every class; answers how many each has at least. Suspected copies are left out as of the pools. */
async function drawFrom(
  context: RunContext,
  data: SearchData,
  cache: FeatureCache,
  { gan, step, images: wanted }: Snapshot,
  sieves: readonly Sieve[] | null,
  progress: (more: number) => void,
): Promise<number> {
  const { config, directory, seals, threads, signal } = context
  const names = data.classes.map((_, c) => snapshotMatrix(gan, step, c))
  if (!names.every((name) => seals.holds(directory.featureMatrix(name)))) {
    const file = checkpointFile(directory.ganOf(gan), step)
    const sampler = await openSampler(file, { threads, device: config.compute.device })
    try {
      for (const [classIndex, name] of names.entries()) {
        // The same for every snapshot: what they differ by is the training, not the draw.
        const draw = { classIndex, seed: repeatSeed(config.seed, 'snapshot', gan), count: wanted }
        const sieve = sieves?.[classIndex]
        const images = async () =>
          sieve
            ? (await drawSifted(sampler, sieve, draw, progress, signal)).images
            : drawSynthetic(sampler, draw, progress, signal)
        await featureMatrix(context, cache, name, images, progress)
      }
    } finally {
      await sampler.close()
    }
  }
  return Math.min(...names.map((name) => rowCount(readNpy(directory.featureMatrix(name), 'float32'))))
}

async function scoreAll(
  context: RunContext,
  data: SearchData,
  snapshots: readonly Snapshot[],
): Promise<SnapshotScore[]> {
  const judged = snapshots.filter(({ images }) => images > 0)
  const units = judged.map((snapshot) => snapshotTrial(context, data, snapshot))
  // They are no arms, and nobody waits for their scores.
  const emit: RunContext['emit'] = (event) => event.type !== 'trial' && context.emit(event)
  const outcomes = await runTrials({ ...context, emit }, stage, units)
  const cases = {
    labels: labelsOf(data.selection, data.positiveIndex),
    patients: patientsOf(data.selection),
    outputs: outputsFor(data.classes.length),
  }
  return snapshots.map((snapshot): SnapshotScore => {
    const { step, images } = snapshot
    const at = judged.indexOf(snapshot)
    const outcome = outcomes[at]
    const { theta, u } = outcome
      ? metricInfluence(elementAt(units, at).metric, cases, [outcome.selectionLogits])
      : { theta: [Number.NaN], u: new Float64Array() }
    const score = elementAt(theta, 0)
    if (!Number.isFinite(score)) return { step, images, score: null, se: null, influence: [] }
    const se = scoreError({ ks: [step], theta: [theta], u: [u] }, 0)
    return { step, images, score, se: Number.isFinite(se) ? se : null, influence: [...u] }
  })
}

/** Once chosen nothing asks for them again. */
function removeDrawn(
  { directory, seals }: Pick<RunContext, 'directory' | 'seals'>,
  data: SearchData,
  snapshots: readonly Omit<Snapshot, 'images'>[],
): void {
  const files = snapshots.flatMap(({ gan, step }) => [
    ...data.classes.map((_, c) => directory.featureMatrix(snapshotMatrix(gan, step, c))),
    directory.trial(snapshotName(step), 1, gan),
    directory.trialTop(snapshotName(step), 1, gan),
  ])
  seals.forget(...files)
  for (const file of files) removeFile(file)
}
