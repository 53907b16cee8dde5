/**
 * From arms and multiples to trials, and from trials to their outcomes on disk, one JSON file each:
 * a trial that was finished before a kill is not run again.
 */
import { guarded } from '../../base/callback.js'
import { InternalError } from '../../base/errors.js'
import { readJson } from '../../base/files.js'
import { hashPlain } from '../../base/hash.js'
import { Rng } from '../../base/random.js'
import { outputsFor } from '../../head/head.js'
import type { StageName } from '../../record/events.js'
import { type Arm, composition, type Kind } from '../arms.js'
import { classCounts, labelOf, labelsOf, type SearchData } from '../cohort/film-set.js'
import type { Config } from '../config/schema.js'
import { progressOf, type RunContext } from '../stage.js'
import type { TrialOutcome, TrialSpec } from './executor.js'
import { type Repeat, repeatsOf } from './repeats.js'

/** A seed for one repeat: of the GAN, of the pool it draws, or of the heads it fits. */
export function repeatSeed(
  seed: number,
  purpose: 'gan' | 'pool' | 'head' | 'resample' | 'block',
  repeat: number,
): number {
  return new Rng(seed).split(purpose).at(repeat).uint32()
}

/** Name of a pool's feature matrix; draws count over all GANs. */
export function poolName(kind: 'synthetic' | 'conventional', draw: number, classIndex: number): string {
  return `${kind}-r${draw}-c${classIndex}`
}

/** The multiples an arm is scored at: 1..kMax where it has a K, else the one form it has (0 without balancing). */
export function multiplesOf(arm: Arm, kMax: number): number[] {
  if (arm.multiplyWith) return Array.from({ length: kMax }, (_, i) => i + 1)
  return [arm.balanceWith ? 1 : 0]
}

/** Trials of an arm at one K, one per repeat. `steps`: optimiser steps in place of epochs (equal-steps controls). */
export function trialsOf(
  context: RunContext,
  data: SearchData,
  arm: Arm,
  k: number,
  steps: number | null = null,
): TrialSpec[] {
  return repeatsOf(context.config).map((repeat) => trialSpec(context, data, arm, k, repeat, steps))
}

function trialSpec(
  context: RunContext,
  data: SearchData,
  arm: Arm,
  k: number,
  { repeat, draw, head: headNumber }: Repeat,
  steps: number | null,
): TrialSpec {
  const { config, directory } = context
  const originals = classCounts(data.train, data.classes)
  const originalRows = data.classes.map((_, c) =>
    data.train.films.flatMap((film, row) => (film.classIndex === c ? [row] : [])),
  )
  const suffix = arm.native ? '-native' : ''
  const trainMatrix = directory.featureMatrix(`train${suffix}`)
  const rowsOf = (kind: Kind, classIndex: number, count: number) => {
    switch (kind) {
      case 'original':
        return { matrix: trainMatrix, rows: originalRows[classIndex] }
      case 'resampled': {
        const rng = new Rng(repeatSeed(config.seed, 'resample', draw)).at(classIndex)
        const from = originalRows[classIndex]
        return { matrix: trainMatrix, rows: Array.from({ length: count }, () => from[rng.integer(from.length)]) }
      }
      default:
        return {
          matrix: directory.featureMatrix(poolName(kind, draw, classIndex)),
          rows: Array.from({ length: count }, (_, i) => i),
        }
    }
  }
  const parts = composition(arm, originals, k)
  const size = parts.reduce((sum, part) => sum + part.count, 0)
  return {
    id: `${arm.name} k=${k} r=${repeat}`,
    arm: arm.name,
    k,
    repeat,
    outputs: outputsFor(data.classes.length),
    training: parts.map((part) => ({
      ...rowsOf(part.kind, part.classIndex, part.count),
      label: labelOf(part.classIndex, data.positiveIndex),
    })),
    selection: {
      matrix: directory.featureMatrix(`selection${suffix}`),
      rows: data.selection.films.map((_, row) => row),
      labels: labelsOf(data.selection, data.positiveIndex),
    },
    standardiseBy: config.head.standardise
      ? { matrix: trainMatrix, rows: data.train.films.map((_, row) => row) }
      : null,
    head: headSpec(config, size, repeatSeed(config.seed, 'head', headNumber), steps),
    ...(context.unfrozen && {
      fineTune: {
        ...context.unfrozen,
        ...config.backbone.fineTune,
        seed: repeatSeed(config.seed, 'block', headNumber),
        output: directory.trialBlock(arm.name, k, repeat),
      },
    }),
  }
}

/** How a head is fitted on a training set of a size. `steps`: optimiser steps in place of epochs. */
export function headSpec({ head }: Config, size: number, seed: number, steps: number | null = null): TrialSpec['head'] {
  if (head.kind === 'logistic') return { kind: 'logistic' }
  const { learningRate, batchSize, epochs } = head
  const own = steps ?? epochs * Math.ceil(size / batchSize)
  return { kind: 'adam', learningRate, batchSize, epochs, steps: own, seed }
}

/** Outcomes of all specs, in their order; those already on disk are taken from there, the rest go to the executor. */
export async function runTrials(
  context: RunContext,
  stage: StageName,
  specs: readonly TrialSpec[],
): Promise<TrialOutcome[]> {
  const { directory, seals, executor, emit, signal } = context
  const fileOf = ({ arm, k, repeat }: { arm: string; k: number; repeat: number }) => directory.trial(arm, k, repeat)
  const missing = distinct(specs).filter((spec) => !seals.holds(fileOf(spec)))
  const progress = progressOf(context, stage, missing.length, 'trials')
  // An executor of someone else may keep an error of what it calls to itself.
  const keeper = guarded((outcome: TrialOutcome) => {
    const { arm, k, repeat, size, score, tuned } = outcome
    if (tuned) seals.seal(directory.trialBlock(arm, k, repeat))
    seals.writeJson(fileOf(outcome), outcome)
    emit({ type: 'trial', arm, k, repeat, size, score })
    progress(1)
  })
  try {
    await executor.run(missing, keeper.tell, AbortSignal.any([keeper.failed, ...(signal ? [signal] : [])]))
  } finally {
    keeper.failed.throwIfAborted()
  }
  const lacking = missing.filter((spec) => !seals.holds(fileOf(spec)))
  if (lacking.length > 0) {
    throw new InternalError(`the executor ended without ${lacking.length} of its trials, such as ${lacking[0].id}`)
  }
  const outcomes = specs.map((spec) => readJson<TrialOutcome>(fileOf(spec)))
  const unsettled = outcomes.filter(({ unconverged }) => unconverged)
  if (unsettled.length > 0 && missing.length > 0) {
    const { arm, k, repeat } = unsettled[0]
    const example = `${arm}, K = ${k}, repeat ${repeat}`
    emit({
      type: 'warning',
      text: `${unsettled.length} of ${specs.length} classifiers had not settled when their fit ended at its largest number of steps (such as ${example}); their scores may be a little low. head.standardise=true helps, where it is off`,
    })
  }
  return outcomes
}

function distinct(specs: readonly TrialSpec[]): TrialSpec[] {
  return [...new Map(specs.map((spec) => [spec.id, spec])).values()]
}

/** Whether two specs train the same head: such arms (balanced data: GCB is OD) are counted once. */
export function sameTraining(a: TrialSpec, b: TrialSpec): boolean {
  const work = ({ training, selection, standardiseBy, head }: TrialSpec) =>
    hashPlain({ training, selection, standardiseBy, head })
  return work(a) === work(b)
}
