/**
 * Before the hours: what a run would do, how long it would take here, how the films fall, what the test films could show,
 * and how the classifier learns from real films alone. No generator is trained but for a few steps against the clock.
 * Of the test films nothing is used but their number: pixels are loaded of the training and tuning films only.
 */
import { type Backbone, openBackbone } from '../../backbone/backbone.js'
import type { Film } from '../../dataset/sample.js'
import type { EventSink, StageName } from '../../record/events.js'
import type { Plan } from '../../record/plan.js'
import { adviceWords } from '../../words/advice.js'
import { callsNotTimed } from '../../words/run-warnings.js'
import { openCohorts } from '../cohort/cohorts.js'
import {
  countsByClass,
  namedCounts,
  patientCount,
  type ReadCohorts,
  readCohorts,
  remarksOn,
  warningsOf,
} from '../cohort/read-cohorts.js'
import { isGiven, isTrained, trainedGenerator } from '../config/chosen-generator.js'
import { multiplesTried } from '../config/multiples.js'
import type { Config } from '../config/schema.js'
import { curveWork, headsOfCurve, type MeasuredCurve, measureCurve } from '../learning/learning-curve.js'
import { largeStateWarnings } from '../measure/generator-size.js'
import { measureMachine, secondsOf, totalOf, type UnitCosts } from '../measure/machine.js'
import { callsOf, type RoundSizes, type Rounds, type StageWork, type WorkUnit, workload } from '../measure/workload.js'
import { advise } from './advice.js'
import {
  type DevelopmentSet,
  extractDevelopmentFeatures,
  imagesToExtract,
  loadDevelopmentSet,
} from './development-set.js'
import { pieceOfWork } from './piece-of-work.js'
import { baselineOf, plannedCurve } from './planned-curve.js'
import { testSetPower } from './test-set-power.js'
import { type Pieces, withWorkers } from './with-workers.js'

export interface PlanEffects {
  readonly onEvent: EventSink
  readonly signal?: AbortSignal
}

/** Plans an experiment. Throws a `UserError` with all problems of the films. */
export async function planExperiment(config: Config, effects: PlanEffects): Promise<Plan> {
  const begin = performance.now()
  const { read, filmSeconds } = await readFilms(config, effects)
  const large = largeStateWarnings(config, { classes: read.opened.classes, channels: read.channels })
  const { threads } = config.compute
  const backbone = await openBackbone(config.backbone.name, {
    threads,
    device: config.compute.device,
    inputSize: config.backbone.inputSize ?? undefined,
  })
  try {
    const development = await loadDevelopmentSet(read, config, effects.signal)
    const curve = await learnFromRealFilms(development, backbone, read, config, effects)
    const rounds = roundsOf(read)
    const costs = await timeUnits(development, backbone, { config, rounds, filmSeconds }, effects)
    const work = workload(config, read.opened.films, rounds)
    const stages = work.map(({ stage, counts }) => ({ stage, seconds: secondsOf(counts, costs) }))
    const seconds = totalOf(stages)
    return {
      dataset: read.audited.internal.cohort.name,
      classes: read.opened.classes,
      positive: read.opened.positive,
      preset: config.preset,
      backbone: backbone.contract.name,
      ...filmFacts(read),
      work: workFacts(work, config, callsOf(config, rounds)),
      stages,
      seconds,
      workers: withWorkers(piecesOf(work, stages, costs, config, rounds.length), seconds),
      machine: {
        platform: `${process.platform} ${process.arch}`,
        threads,
        ganStepSeconds: costs['gan-step'],
        imagesPerSecond: 1 / costs.features.value,
        planSeconds: (performance.now() - begin) / 1000,
      },
      ...expectations(read, config, curve, development, rounds[0].train),
      warnings: [...large, ...warnings(read, config, callsOf(config, rounds))],
    }
  } finally {
    await backbone.close()
  }
}

/** Every film read once, and the seconds that each took. */
async function readFilms(
  config: Config,
  { onEvent, signal }: PlanEffects,
): Promise<{ read: ReadCohorts; filmSeconds: number }> {
  const reading = pieceOfWork(onEvent, 'prepare-data', 'films')
  const opened = openCohorts(config)
  reading.start(opened.films)
  const read = await readCohorts(opened, config, { onProgress: reading.more, signal })
  reading.end()
  for (const text of remarksOn(read.audited)) onEvent({ type: 'note', text })
  return { read, filmSeconds: reading.seconds() / opened.films }
}

/** Sizes of the sets of the run's rounds: of the model that is handed over, which meets other hospitals too, and of each fold. */
function roundsOf({ opened: { classes }, audited, division: { split, folds, inner } }: ReadCohorts): Rounds {
  const sizes = ({ train, tuning, test }: ReadCohorts['division']['split'], others = 0): RoundSizes => ({
    train: countsByClass(classes, train),
    selection: tuning.length,
    test: test.length + others,
  })
  const elsewhere = total(Object.values(audited.external).map(({ cohort }) => cohort.films.length))
  const ofFolds = [...folds.map((fold) => fold.split), ...inner]
  return [sizes(split, elsewhere), ...ofFolds.map((fold) => ({ ...sizes(fold), fold: true as const }))]
}

/** The learning curve of the classifier on frozen features of real films. */
async function learnFromRealFilms(
  development: DevelopmentSet,
  backbone: Backbone,
  { opened: { classes, positive } }: ReadCohorts,
  config: Config,
  { onEvent, signal }: PlanEffects,
): Promise<MeasuredCurve> {
  const extracting = pieceOfWork(onEvent, 'extract-features', 'images')
  extracting.start(imagesToExtract(development))
  const options = { onImages: extracting.more, signal }
  const features = await extractDevelopmentFeatures(development, backbone, config, options)
  extracting.end()
  const learning = pieceOfWork(onEvent, 'learning-curve', 'heads')
  const positiveIndex = positive === null ? null : classes.indexOf(positive)
  const curveOptions = { config, positiveIndex, onFit: learning.more, signal }
  const divided = curveWork(development, curveOptions)
  learning.start(headsOfCurve(divided, features))
  const curve = await measureCurve(divided, features, curveOptions)
  learning.end()
  return curve
}

interface Timed {
  readonly config: Config
  readonly rounds: Rounds
  readonly filmSeconds: number
}

/** What a unit of each kind of work costs on this machine. */
async function timeUnits(
  { pixels, classIndices, classes }: DevelopmentSet,
  backbone: Backbone,
  { config, rounds, filmSeconds }: Timed,
  { onEvent, signal }: PlanEffects,
): Promise<UnitCosts> {
  const { threads, processes } = config.compute
  const balancedClassSize = Math.max(...rounds[0].train)
  const timing = pieceOfWork(onEvent, 'measure-machine', 'measurements')
  timing.start(1)
  const job = { config, backbone, threads, processes, classes, pixels, classIndices, balancedClassSize, filmSeconds }
  const costs = await measureMachine(job, 'full', signal)
  timing.end()
  return costs
}

/** How the films fall. */
function filmFacts({
  opened: { classes },
  audited,
  division: { split, folds, inner },
}: ReadCohorts): Pick<Plan, 'split' | 'patients' | 'external' | 'folds' | 'innerFolds'> {
  const ofEachSet = <T>(value: (films: readonly Film[]) => T) => ({
    train: value(split.train),
    tuning: value(split.tuning),
    test: value(split.test),
  })
  return {
    split: ofEachSet((films) => namedCounts(classes, films)),
    patients: ofEachSet(patientCount),
    external: Object.fromEntries(
      Object.entries(audited.external).map(([name, { cohort }]) => [name, namedCounts(classes, cohort.films)]),
    ),
    folds: folds.length,
    innerFolds: inner.length,
  }
}

/** Of each generator; 0 where none is trained in steps. */
function stepsOfTraining(config: Config): number {
  if (!isTrained(config)) return 0
  const { kind, steps } = trainedGenerator(config)
  return kind.inClosedForm ? 0 : steps
}

/** What of the work others can do, and what the one that leads does alone. */
export function piecesOf(
  work: readonly StageWork[],
  stages: Plan['stages'],
  costs: UnitCosts,
  { training }: Config,
  rounds: number,
): Pieces {
  const secondsIn = (name: StageName) =>
    total(stages.filter(({ stage }) => stage === name).map(({ seconds }) => seconds.value))
  // Heads of the learning curve are no trials.
  const trials = total(
    work
      .filter(({ stage }) => stage !== 'learning-curve')
      .map(({ counts }) => counts.head * costs.head.value + counts['head-row'] * costs['head-row'].value),
  )
  const trainings = secondsIn('train-gan')
  const rest = total(stages.map(({ seconds }) => seconds.value)) - trainings - trials
  return { rounds, trainingsEach: trainings > 0 ? training.seeds : 0, trainings, trials, rest }
}

function workFacts(work: readonly StageWork[], config: Config, calls: number): Plan['work'] {
  const { search } = config
  const sum = (unit: WorkUnit) => total(work.map(({ counts }) => counts[unit]))
  return {
    ganSteps: stepsOfTraining(config),
    gans: sum('gan'),
    calls,
    multiples: multiplesTried(search),
    repeats: search.repeats,
    heads: sum('head'),
    imagesDrawn: sum('drawing'),
    imagesThroughBackbone: sum('features'),
  }
}

/** What real films alone reach, what the test films could show of a gain, and whether a run is worth it. */
function expectations(
  { opened: { classes, positive }, audited, division: { split, folds, inner } }: ReadCohorts,
  config: Config,
  curve: MeasuredCurve,
  development: DevelopmentSet,
  train: readonly number[],
): Pick<Plan, 'baseline' | 'testSet' | 'learningCurve' | 'advice'> {
  const baseline = baselineOf(curve, development)
  const { films } = audited.internal.cohort
  const tested = folds.length > 0 ? [...new Set(folds.flatMap((fold) => fold.split.test))] : split.test
  const foldable =
    folds.length === 0 && inner.length === 0 && !isGiven(config) && films.every((film) => film.split === undefined)
  const testSet = testSetPower(tested, foldable ? films : null, { config, classes, positive, curve, train })
  const learningCurve = plannedCurve(curve, total(train), config.seed)
  return { baseline, testSet, learningCurve, advice: adviceWords(advise({ baseline, testSet, learningCurve })) }
}

function warnings({ audited, division }: ReadCohorts, { backbone }: Config, calls: number): string[] {
  const frozenAlone =
    'the learning curve is of frozen features, and no time counts training the last block; a run measures that'
  return [
    ...division.warnings,
    ...(calls > 0 ? [callsNotTimed(calls)] : []),
    ...(backbone.unfreeze === 'none' ? [] : [frozenAlone]),
    ...warningsOf(audited),
  ]
}

function total(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0)
}
