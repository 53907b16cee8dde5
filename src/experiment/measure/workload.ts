/**
 * How much work a run is, from the resolved configuration and the sizes of its sets alone: the one place that counts
 * GAN steps, images and heads. A round is one GAN on one training set with everything that follows from it; a run of
 * several GANs or folds is several rounds. Pure: what a unit costs on a machine is measured elsewhere.
 */
import { elementAt } from '../../base/element-at.js'
import { blockSize } from '../../generator/sampler.js'
import { snapshotSteps } from '../../generator/snapshot-policy.js'
import { chosenArm } from '../../record/arm.js'
import type { StageName } from '../../record/events.js'
import type { Rival } from '../../rivals/rival.js'
import { additions } from '../../synthetic/allocation.js'
import { selectionThresholds } from '../../synthetic/selection.js'
import { type Arm, composition, earlyArms, equalStepsArms, generatorArms, rivalArm, selectedArmAt } from '../arms.js'
import { calledLine, isTrained, trainedGenerator } from '../config/chosen-generator.js'
import { chosenRivals } from '../config/chosen-rivals.js'
import { selectionAsked } from '../config/chosen-selection.js'
import { largestTried } from '../config/multiples.js'
import type { Config } from '../config/schema.js'
import { headsAtMost } from '../learning/learning-curve.js'
import { drawsOf, repeatsOf } from '../work/repeats.js'
import { multiplesOf, snapshotImages } from '../work/trials.js'

/** Sizes of the sets of one round. */
export interface RoundSizes {
  /** Training films per class, in the order of the classes. */
  readonly train: readonly number[]
  /** Films that score every trial. */
  readonly selection: number
  /** Films scored at the end, of all test sets together. */
  readonly test: number
  /** An outer or inner fold: the run has its films' features by then. */
  readonly fold?: true
}

/** Of the model that is handed over, and of each fold. */
export type Rounds = readonly [RoundSizes, ...RoundSizes[]]

/**
 * What is counted: films decoded, images through the backbone, GANs begun and their steps, images drawn by the generator,
 * images or vectors drawn by rivals, heads fitted, and rows that heads are fitted on (a head costs a part for itself and a part for each row).
 */
export type WorkUnit = 'film' | 'features' | 'gan' | 'gan-step' | 'drawing' | 'rival-drawing' | 'head' | 'head-row'

export type UnitCounts = Readonly<Record<WorkUnit, number>>

export interface StageWork {
  readonly stage: StageName
  readonly counts: UnitCounts
}

/** Work of the rounds, stage by stage in their order. `films`: all films of all sets, each read once at the beginning. */
export function workload(config: Config, films: number, [handedOver, ...folds]: Rounds): StageWork[] {
  // Every film is decoded by the audit and once more on the common pixel path.
  const reading: StageWork = { stage: 'prepare-data', counts: counts({ film: 2 * films }) }
  const perFold = folds.map((fold) => roundWork(config, fold))
  return [
    reading,
    ...roundWork(config, handedOver).map(({ stage, counts }, at) => ({
      stage,
      counts: perFold.map((work) => elementAt(work, at).counts).reduce(added, counts),
    })),
  ]
}

/** Calls of a generator that is called, over all rounds; 0 for every other. */
export function callsOf(config: Config, rounds: readonly RoundSizes[]): number {
  return calledLine(config) === null ? 0 : rounds.length * config.training.seeds
}

function roundWork(config: Config, { train, selection, test, fold }: RoundSizes): StageWork[] {
  const trainFilms = total(train)
  const pool = drawsOf(config).length * total(additions(train, largestTried(config.search)))
  // What is not trained here costs nothing that could be counted.
  const { seeds } = config.training
  const { taken } = chosenRivals(config)
  const trained = isTrained(config) ? { gan: seeds, 'gan-step': seeds * trainedGenerator(config).steps } : null
  return [
    stageWork('extract-features', fold ? {} : filmCounts(trainFilms + selection)),
    stageWork('early-arms', added(counts({ features: pool }), headCounts(config, train, earlyArms))),
    ...(taken.length > 0 ? [stageWork('rivals', rivalCounts(config, train, pool, taken))] : []),
    stageWork('train-gan', trained ?? {}),
    ...(config.training.snapshot === 'last' ? [] : [stageWork('choose-snapshot', snapshotCounts(config, train))]),
    stageWork('fill-pool', { drawing: trained ? pool : 0, features: pool }),
    stageWork('learning-curve', fold ? {} : curveCounts(config, trainFilms + selection)),
    stageWork('search-k', added(headCounts(config, train, generatorArms), equalStepsCounts(config, train))),
    // At most: what passes a selection does not last to the largest K.
    ...(selectionAsked(config) === 'yes'
      ? [stageWork('select-films', headCounts(config, train, selectionThresholds.map(selectedArmAt)))]
      : []),
    stageWork('evaluate-arms', fold ? {} : filmCounts(test)),
  ]
}

/** Images of every snapshot, and a head on those of each. */
function snapshotCounts(config: Config, train: readonly number[]): Partial<UnitCounts> {
  const { seeds, snapshot } = config.training
  const heads = seeds * snapshotSteps(snapshot, trainedGenerator(config).steps).length
  const ofClass = snapshotImages(train)
  const images = heads * train.length * ofClass
  // The generator computes whole blocks, and of each snapshot anew.
  const drawing = heads * train.length * blockSize * Math.ceil(ofClass / blockSize)
  return { drawing, features: images, head: heads, 'head-row': images }
}

/** Pools of the rivals, and their search. */
function rivalCounts(config: Config, train: readonly number[], pool: number, taken: readonly Rival[]): UnitCounts {
  const drawing = (makes: 'films' | 'features') => pool * taken.filter((rival) => rival.makes === makes).length
  const drawn = counts({ 'rival-drawing': drawing('films') + drawing('features'), features: drawing('films') })
  return added(drawn, headCounts(config, train, taken.map(rivalArm)))
}

/** Films through the backbone: on the common pixel path, and at the backbone's own size, which is read from the files again. */
function filmCounts(films: number): Partial<UnitCounts> {
  return { film: films, features: 2 * films }
}

/** Heads of the learning curve, on parts of the films. They are fitted one after the other, other heads side by side. */
function curveCounts({ compute, backbone, search }: Config, films: number): Partial<UnitCounts> {
  if (backbone.unfreeze !== 'none' || search.selectOn === 'test') return {}
  const { heads, rows } = headsAtMost(films)
  return { head: compute.processes * heads, 'head-row': compute.processes * rows }
}

/** Heads of arms at every multiple and repeat, and the rows that they are fitted on. */
function headCounts(config: Config, train: readonly number[], arms: readonly Arm[]): UnitCounts {
  const repeats = repeatsOf(config).length
  const sizes = arms.flatMap((arm) => multiplesOf(arm, config.search).map((k) => sizeOf(arm, train, k)))
  return counts({ head: repeats * sizes.length, 'head-row': repeats * total(sizes) })
}

/** The Adam head's controls with the chosen arm's steps: each costs what that arm's head does, taken at half of the largest K. */
function equalStepsCounts(config: Config, train: readonly number[]): UnitCounts {
  const { head, search } = config
  if (head.kind !== 'adam') return counts({})
  const chosen = generatorArms.find((arm) => arm.name === chosenArm) as Arm
  const heads = repeatsOf(config).length * equalStepsArms.length
  return counts({ head: heads, 'head-row': heads * sizeOf(chosen, train, Math.ceil(largestTried(search) / 2)) })
}

function sizeOf(arm: Arm, train: readonly number[], k: number): number {
  return total(composition(arm, train, k).map((part) => part.count))
}

function stageWork(stage: StageName, work: Partial<UnitCounts>): StageWork {
  return { stage, counts: counts(work) }
}

function counts(work: Partial<UnitCounts>): UnitCounts {
  return {
    film: 0,
    features: 0,
    gan: 0,
    'gan-step': 0,
    drawing: 0,
    'rival-drawing': 0,
    head: 0,
    'head-row': 0,
    ...work,
  }
}

function added(a: UnitCounts, b: UnitCounts): UnitCounts {
  const units = Object.keys(a) as WorkUnit[]
  return Object.fromEntries(units.map((unit) => [unit, a[unit] + b[unit]])) as Record<WorkUnit, number>
}

function total(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0)
}
