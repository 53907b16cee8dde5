/**
 * Before the hours: what a run would do, how long it would take here, how the films fall, what the test films could show,
 * and how the classifier learns from real films alone. No generator is trained but for a few steps against the clock.
 * Of the test films nothing is used but their number: pixels are loaded of the training and tuning films only.
 */

import { openBackbone } from '../../backbone/backbone.js'
import { Rng } from '../../base/random.js'
import type { AuditedFilm } from '../../dataset/audit.js'
import { loadPixels } from '../../dataset/load.js'
import type { Film } from '../../dataset/sample.js'
import { shownWarning } from '../../dataset/warning.js'
import { estimateDifference, estimateInterval } from '../../metrics/estimate.js'
import { fitLearningCurve } from '../../metrics/learning-curve.js'
import { casesToShow, powerToShow, smallestGainShown, type TestSetDesign } from '../../metrics/power.js'
import type { EventSink, StageName } from '../../record/events.js'
import type { Baseline, Plan, PlannedCurve, TestSetPower } from '../../record/plan.js'
import { drawConventional } from '../../synthetic/pool.js'
import { distinctComparatorCount } from '../arms.js'
import type { Config } from '../config/schema.js'
import { measureMachine, secondsOf, totalOf } from '../measure/machine.js'
import { readCohorts } from '../stages/prepare-data.js'
import { type RoundSizes, workPlan } from '../work/plan.js'
import { advise, aheadInWords } from './advice.js'
import type { DevelopmentFeatures, DevelopmentSet } from './development-set.js'
import { headsOfCurve, type MeasuredCurve, measureCurve } from './learning-curve.js'

export interface PlanEffects {
  readonly onEvent: EventSink
  readonly signal?: AbortSignal
}

/** More films than this are not needed to see a curve, and would take too long. */
const mostDevelopmentFilms = 800
const curveDraws = 999
/** Chance at which a gain counts as shown. */
const wantedChance = 0.8
const moreFilms = [50, 100, 200]

/** Plans an experiment. Throws a `UserError` with all problems of the films. */
export async function planExperiment(config: Config, { onEvent, signal }: PlanEffects): Promise<Plan> {
  const begin = performance.now()
  const { threads, processes } = config.compute
  const reading = stage(onEvent, 'prepare-data', 'films')
  const read = await readCohorts(config, {
    onFilms: (films) => reading.start(films),
    onProgress: reading.more,
    signal,
  })
  reading.end()
  const { classes, positive, audited, division, channels } = read
  const { split, folds } = division
  const counts = (films: readonly Film[]) => classes.map((label) => films.filter((f) => f.label === label).length)
  const external = Object.entries(audited.external).map(([name, e]) => [name, counts(e.cohort.films)] as const)
  const externalFilms = external.reduce((sum, [, own]) => sum + total(own), 0)
  const rounds: RoundSizes[] = [
    { train: counts(split.train), selection: split.tuning.length, test: split.test.length + externalFilms },
    ...folds.map(({ split: fold }) => ({
      train: counts(fold.train),
      selection: fold.tuning.length,
      test: fold.test.length,
    })),
  ]
  const filmSeconds = reading.seconds() / read.films

  const backbone = await openBackbone(config.backbone.name, {
    threads,
    device: config.compute.device,
    inputSize: config.backbone.inputSize ?? undefined,
  })
  try {
    const { maxValue } = audited.internal
    const chosen = atMost([...split.train, ...split.tuning], config.seed)
    const [height, width] = config.image.size
    const pixels = await loadPixels(chosen, { height, width, channels, maxValue }, undefined, signal)
    const development: DevelopmentSet = {
      pixels,
      classes,
      classIndices: chosen.map((film) => classes.indexOf(film.label)),
      patients: chosen.map((film) => film.patientId),
    }
    // Films, and as many augmented copies of them.
    const extracting = stage(onEvent, 'extract-features', 'images')
    extracting.start(2 * chosen.length)
    const copies = drawConventional(pixels, {
      classIndex: 0,
      seed: config.seed,
      count: chosen.length,
      augmentation: config.augment,
    })
    const options = { onImages: extracting.more, signal }
    const features: DevelopmentFeatures = {
      films: await backbone.extract(pixels, options),
      copies: await backbone.extract(copies, options),
    }
    extracting.end()

    const learning = stage(onEvent, 'learning-curve', 'heads')
    learning.start(headsOfCurve(development))
    const positiveIndex = classes.length === 2 && positive !== null ? classes.indexOf(positive) : null
    const curve = await measureCurve(development, features, { config, positiveIndex, onFit: learning.more, signal })
    learning.end()

    const timing = stage(onEvent, 'measure-machine', 'measurements')
    timing.start(1)
    const job = { config, backbone, threads, processes, classes, pixels, filmSeconds }
    const { classIndices } = development
    const balancedClassSize = Math.max(...rounds[0].train)
    const costs = await measureMachine({ ...job, classIndices, balancedClassSize }, 'full', signal)
    timing.end()

    const work = workPlan(config, read.films, rounds)
    const stages = work.map(({ stage, counts }) => ({ stage, seconds: secondsOf(counts, costs) }))
    const sum = (unit: keyof (typeof work)[number]['counts']) => total(work.map((one) => one.counts[unit]))
    const baseline = baselineOf(curve, development)
    const tested = folds.length > 0 ? folds.flatMap((fold) => fold.split.test) : split.test
    const assumed = { config, classes, positive, curve, train: rounds[0].train }
    const { films } = audited.internal.cohort
    const foldable =
      folds.length === 0 && config.synthetic.from === null && films.every((film) => film.split === undefined)
    const testSet = testSetPower(unique(tested), foldable ? films : null, assumed)
    const learningCurve = plannedCurve(curve, total(rounds[0].train), config.seed)
    return {
      dataset: audited.internal.cohort.name,
      classes,
      positive,
      preset: config.preset,
      backbone: backbone.contract.name,
      split: {
        train: named(classes, counts(split.train)),
        tuning: named(classes, counts(split.tuning)),
        test: named(classes, counts(split.test)),
      },
      patients: {
        train: patientsOf(split.train),
        tuning: patientsOf(split.tuning),
        test: patientsOf(split.test),
      },
      external: Object.fromEntries(external.map(([name, own]) => [name, named(classes, own)])),
      folds: folds.length,
      work: {
        ganSteps: config.gan.steps,
        gans: sum('gan'),
        kMax: config.search.kMax,
        repeats: config.search.repeats,
        heads: sum('head'),
        imagesDrawn: sum('drawing'),
        imagesThroughBackbone: sum('features'),
      },
      stages,
      seconds: totalOf(stages),
      machine: {
        platform: `${process.platform} ${process.arch}`,
        threads,
        ganStepSeconds: costs['gan-step'],
        imagesPerSecond: 1 / costs.features.value,
        planSeconds: (performance.now() - begin) / 1000,
      },
      baseline,
      testSet,
      learningCurve,
      advice: advise({ baseline, testSet, learningCurve }),
      warnings: [
        ...division.warnings,
        ...(config.backbone.unfreeze === 'none'
          ? []
          : [
              'the learning curve is of frozen features, and no time counts training the last block; a run measures that',
            ]),
        ...audited.internal.cohort.warnings.map(shownWarning),
        ...Object.entries(audited.external).flatMap(([name, { cohort }]) =>
          cohort.warnings.map((one) => `${name}: ${shownWarning(one)}`),
        ),
      ],
    }
  } finally {
    await backbone.close()
  }
}

/** The films, or of very many a random part, whole patients. */
function atMost(films: readonly AuditedFilm[], seed: number): AuditedFilm[] {
  if (films.length <= mostDevelopmentFilms) return [...films]
  const kept = new Set<string>()
  let count = 0
  for (const patient of new Rng(seed).split('plan-films').shuffle([...new Set(films.map((film) => film.patientId))])) {
    if (count >= mostDevelopmentFilms) break
    kept.add(patient)
    count += films.filter((film) => film.patientId === patient).length
  }
  return films.filter((film) => kept.has(film.patientId))
}

function baselineOf({ sizes }: MeasuredCurve, { patients }: DevelopmentSet): Baseline | null {
  const last = sizes.at(-1)
  if (last === undefined) return null
  const { value, low, high } = estimateInterval(last.estimate)
  return {
    auc: { value, low, high },
    trainedOn: last.films,
    films: patients.length,
    patients: new Set(patients).size,
  }
}

interface Assumed {
  readonly config: Config
  readonly classes: readonly string[]
  readonly positive: string | null
  readonly curve: MeasuredCurve
  /** Training films per class. */
  readonly train: readonly number[]
}

/** `all`: the films that would be tested with outer folds; null where there can be none. */
function testSetPower(tested: readonly Film[], all: readonly Film[] | null, assumed: Assumed): TestSetPower | null {
  const design = designOf(tested, assumed)
  if (design === null) return null
  const { delta } = assumed.config.verdict
  const { positives, negatives, auc, correlation, comparators } = design
  const others = [correlation - 0.1, (1 + correlation) / 2]
  const folded = all && designOf(all, assumed)
  return {
    films: tested.length,
    positives,
    negatives,
    patients: patientsOf(tested),
    comparators,
    auc,
    correlation,
    probability: wantedChance,
    smallestGain: smallestGainShown(design, wantedChance),
    smallestGainAt: others.map((other) => ({
      correlation: other,
      gain: smallestGainShown({ ...design, correlation: other }, wantedChance),
    })),
    delta,
    chanceAtDelta: finiteOr(powerToShow(design, delta), 0),
    filmsForDelta: auc + delta < 1 ? casesToShow(design, delta, wantedChance) : null,
    withFolds: all && folded && { films: all.length, smallestGain: smallestGainShown(folded, wantedChance) },
  }
}

function designOf(films: readonly Film[], { config, classes, positive, curve, train }: Assumed): TestSetDesign | null {
  const last = curve.sizes.at(-1)
  if (last === undefined || !Number.isFinite(curve.correlation)) return null
  // Of more than two classes the rarest against the rest: no AUC of the macro average has fewer cases to go by.
  const counts = classes.map((label) => films.filter((film) => film.label === label).length)
  const one = positive ?? classes[counts.indexOf(Math.min(...counts))]
  const positives = films.filter((film) => film.label === one)
  const negatives = films.filter((film) => film.label !== one)
  if (positives.length < 2 || negatives.length < 2) return null
  const repeated = patientsOf(films) < films.length
  return {
    positives: positives.length,
    negatives: negatives.length,
    auc: Math.min(0.99, Math.max(0.5, last.estimate.value)),
    correlation: Math.min(0.99, Math.max(0.3, curve.correlation)),
    comparators: distinctComparatorCount(train, config.head.kind),
    designEffect: repeated ? curve.designEffect : 1,
    degreesOfFreedom: Math.max(1, Math.min(patientsOf(positives), patientsOf(negatives)) - 1),
  }
}

function plannedCurve({ sizes }: MeasuredCurve, present: number, seed: number): PlannedCurve | null {
  if (sizes.length < 3) return null
  const rng = new Rng(seed).split('learning-curve-draws')
  const curve = fitLearningCurve(
    sizes.map(({ point }) => point),
    { draws: curveDraws, rng },
  )
  const last = sizes[sizes.length - 1]
  const half = sizes.toSorted((a, b) => Math.abs(a.films - last.films / 2) - Math.abs(b.films - last.films / 2))[0]
  const { difference, low, high } = estimateDifference(last.estimate, half.estimate)
  // Far beyond the films there are a law that was fitted to them says nothing.
  const ahead = moreFilms
    .filter((more) => more <= present)
    .map((more) => ({ more, gain: curve.gain(present, present + more) }))
  const most = present + Math.max(0, ...ahead.map(({ more }) => more))
  const steps = 16
  const first = sizes[0].films
  const ladder = Array.from({ length: steps + 1 }, (_, i) => Math.round(first * (most / first) ** (i / steps)))
  return {
    points: sizes.map(({ films, estimate }) => {
      const interval = estimateInterval(estimate)
      return { films, auc: { value: interval.value, low: interval.low, high: interval.high } }
    }),
    band: [...new Set(ladder)].map((films) => ({ films, auc: curve.at(films) })),
    present,
    ahead,
    recent: { value: difference, low, high, from: half.films, to: last.films },
    text: aheadInWords(ahead),
  }
}

/** Progress of one piece of work. */
function stage(onEvent: EventSink, name: StageName, unit: string) {
  let start = 0
  let all = 0
  let done = 0
  const seconds = () => (performance.now() - start) / 1000
  return {
    start(count: number) {
      start = performance.now()
      all = count
      onEvent({ type: 'stage-started', stage: name })
    },
    more(count: number) {
      done += count
      const rate = done / Math.max(seconds(), 1e-3)
      onEvent({ type: 'progress', stage: name, done, total: all, unit, rate, secondsLeft: (all - done) / rate })
    },
    end() {
      onEvent({ type: 'stage-finished', stage: name, seconds: seconds(), skipped: false })
    },
    seconds,
  }
}

function unique<T>(items: readonly T[]): T[] {
  return [...new Set(items)]
}

function named(classes: readonly string[], counts: readonly number[]): Record<string, number> {
  return Object.fromEntries(classes.map((label, i) => [label, counts[i]]))
}

function patientsOf(films: readonly Film[]): number {
  return new Set(films.map((film) => film.patientId)).size
}

function total(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0)
}

function finiteOr(value: number, otherwise: number): number {
  return Number.isFinite(value) ? value : otherwise
}
