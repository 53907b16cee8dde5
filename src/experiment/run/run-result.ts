/** result.json of a run, put together from what its parts have left; nothing is measured or decided here. */
import { elementAt } from '../../base/element-at.js'
import { knownValue } from '../../base/own-value.js'
import { toolName, version } from '../../base/version.js'
import { generatorKind } from '../../generator/registry.js'
import type { TrainingSummary } from '../../generator/train.js'
import { chosenArm } from '../../record/arm.js'
import { findConcerns } from '../../record/find-concerns.js'
import {
  type ArmResult,
  type GeneratorFacts,
  ganFigures,
  type Result,
  result as resultSchema,
} from '../../record/result.js'
import { runStages } from '../../record/stage.js'
import { differencesOf } from '../../scoring/comparisons.js'
import { evaluateSet } from '../../scoring/evaluation.js'
import type { ArmFigures } from '../../scoring/figures.js'
import type { SetScores } from '../../scoring/set-scores.js'
import { withoutRivalWords } from '../../words/rivals.js'
import { withoutSelectionWords } from '../../words/selection.js'
import { composition, type Kind, teacherArm } from '../arms.js'
import { classCounts, type SearchData } from '../cohort/film-set.js'
import { givenImages } from '../config/chosen-generator.js'
import { largestTried } from '../config/multiples.js'
import type { Config } from '../config/schema.js'
import { shownConfig } from '../config/shown.js'
import { type StageContext, stageSeconds } from '../stage.js'
import { recordedSnapshot } from '../stages/choose-snapshot.js'
import { selectionScore } from '../stages/export-model.js'
import type { GivenImages } from '../stages/given-images.js'
import type { RunBackbone } from '../stages/open-backbone.js'
import type { DeliveredArm } from '../work/delivered-arm.js'
import type { FoldOutcome } from './folds.js'
import type { ProcedureOutcome } from './procedure.js'
import type { RivalsOutcome } from './rivals.js'
import type { SelectionOutcome } from './selection.js'

/** What a run's stages have left. */
export interface RunOutcome
  extends Pick<
    Result,
    | 'dataset'
    | 'quality'
    | 'search'
    | 'searches'
    | 'comparisons'
    | 'accuracyComparisons'
    | 'worth'
    | 'verdict'
    | 'model'
  > {
  readonly backbone: RunBackbone
  readonly data: SearchData
  readonly procedure: Pick<
    ProcedureOutcome,
    'gans' | 'snapshots' | 'called' | 'pools' | 'delivered' | 'rivals' | 'selection' | 'innerSeconds'
  >
  /** Null where the generator is the run's own. */
  readonly given: GivenImages | null
  readonly folds: readonly FoldOutcome[]
  /** In the order of the delivered arms. */
  readonly figures: readonly ArmFigures[]
  readonly scores: readonly SetScores[]
}

export function runResult(context: StageContext, outcome: RunOutcome): Result {
  const { config } = context
  const { data, given, folds, figures } = outcome
  const { gans, snapshots, called, pools, delivered, innerSeconds } = outcome.procedure
  const generator = generatorFacts(gans, snapshots, config)
  const found = resultSchema.parse({
    schemaVersion: 1,
    tool: { name: toolName, version },
    seed: config.seed,
    config: shownConfig(config),
    device: deviceFacts(context),
    dataset: outcome.dataset,
    backbone: backboneFacts(outcome.backbone, config),
    gan: ganFacts(generator, config),
    generator,
    synthetic: syntheticFacts(data.classes, config, { given, called, pools }),
    quality: outcome.quality,
    search: outcome.search,
    searches: outcome.searches,
    folds: folds.map(({ facts }) => facts),
    arms: delivered.map((arm, i) => ({ ...armFacts(config, data, arm), ...elementAt(figures, i) })),
    comparisons: outcome.comparisons,
    accuracyComparisons: outcome.accuracyComparisons,
    ...rivalFacts(config, data, outcome.procedure.rivals, outcome.scores),
    ...selectionFacts(config, data, outcome.procedure.selection, outcome.scores),
    worth: outcome.worth,
    verdict: outcome.verdict,
    model: outcome.model,
    seconds: {
      ...stageSeconds(context, runStages),
      ...(innerSeconds !== null && { innerFolds: innerSeconds }),
      ...(folds.length > 0 ? { folds: folds.reduce((sum, { seconds }) => sum + seconds, 0) } : {}),
    },
  } satisfies Result)
  return { ...found, concerns: findConcerns(found) }
}

function deviceFacts({ config, threads }: StageContext): Result['device'] {
  const platform = `${process.platform} ${process.arch}`
  return { provider: config.compute.device, threads, platform, node: process.version }
}

function backboneFacts({ contract, top }: RunBackbone, { backbone }: Config): Result['backbone'] {
  return {
    name: contract.name,
    hash: contract.hash,
    features: contract.features,
    inputSize: [...contract.inputSize],
    ...(contract.note ? { note: contract.note } : {}),
    ...(top && { unfrozen: backbone.unfreeze }),
  }
}

/** The rivals that were scored on every set: in a fold one may have had too few films. */
function rivalFacts(
  config: Config,
  data: SearchData,
  { delivered, searches, rivals, leftOut }: RivalsOutcome,
  scores: readonly SetScores[],
): Pick<Result, 'rivals'> {
  if (rivals.length + leftOut.length === 0) return {}
  const isScored = ({ name }: { name: string }) => isOnEverySet(scores, name)
  const arms = delivered.flatMap((arm, i) => {
    const { name, label, makes } = elementAt(rivals, i)
    if (!isScored({ name })) return []
    const search = knownValue(searches, name)
    return {
      name,
      label,
      makes,
      ...armFacts(config, data, arm),
      evaluations: evaluationsOf(scores, name),
      search,
      differences: differencesOf(scores, chosenArm, name),
    }
  })
  const reason = withoutRivalWords('missing-in-fold')
  const missing = rivals.filter((rival) => !isScored(rival)).map(({ name, label }) => ({ name, label, reason }))
  return { rivals: { arms, leftOut: [...leftOut, ...missing] } }
}

/** The arm of selected films, where it was scored on every set. */
function selectionFacts(
  config: Config,
  data: SearchData,
  selection: SelectionOutcome | null,
  scores: readonly SetScores[],
): Pick<Result, 'selection'> {
  if (selection === null) return {}
  const { classes, thresholds, arm, reason } = selection
  const perClass = <T>(values: readonly T[]) =>
    Object.fromEntries(values.map((value, c) => [elementAt(data.classes, c), value]))
  const found = arm && isOnEverySet(scores, arm.delivered.arm.name) ? arm : null
  return {
    selection: {
      teacher: teacherArm,
      classes: perClass(classes),
      thresholds: thresholds.map(({ refused, left, ...tried }) => ({
        ...tried,
        refused: perClass(refused),
        left: perClass(left),
      })),
      arm: found && {
        name: found.delivered.arm.name,
        threshold: found.threshold,
        ...armFacts(config, data, found.delivered),
        evaluations: evaluationsOf(scores, found.delivered.arm.name),
        search: found.search,
        differences: differencesOf(scores, found.delivered.arm.name, chosenArm),
      },
      ...(!found && { reason: reason ?? withoutSelectionWords('missing-in-fold') }),
    },
  }
}

function isOnEverySet(scores: readonly SetScores[], arm: string): boolean {
  return scores.every((set) => Object.hasOwn(set.scores, arm))
}

function evaluationsOf(scores: readonly SetScores[], arm: string): ArmResult['evaluations'] {
  return Object.fromEntries(scores.map((set) => [set.set, evaluateSet(set, arm)]))
}

function armFacts(config: Config, data: SearchData, delivered: DeliveredArm): Omit<ArmResult, keyof ArmFigures> {
  const { arm, k, size, steps } = delivered
  const parts = composition(arm, classCounts(data.train, data.classes), k)
  const countOf = (isCounted: (kind: Kind) => boolean) =>
    parts.filter((part) => isCounted(part.kind)).reduce((sum, { count }) => sum + count, 0)
  const isFilm = (kind: Kind) => kind === 'original' || kind === 'resampled'
  const isConventional = (kind: Kind) => kind === 'conventional'
  return {
    k,
    size,
    composition: {
      original: countOf(isFilm),
      synthetic: countOf((kind) => !isFilm(kind) && !isConventional(kind)),
      conventional: countOf(isConventional),
    },
    role: arm.role,
    steps,
    selectionScore: selectionScore(config, data, delivered),
  }
}

function syntheticFacts(
  classes: readonly string[],
  config: Config,
  { given, called, pools }: Pick<RunOutcome, 'given'> & Pick<ProcedureOutcome, 'called' | 'pools'>,
): Result['synthetic'] {
  const imagesGiven = givenImages(config)
  const perClass = <T>(values: readonly T[]) =>
    Object.fromEntries(classes.map((label, c) => [label, elementAt(values, c)]))
  const ends = (used: number) => ({ asked: largestTried(config.search), used })
  if (called)
    return {
      source: 'called',
      images: perClass(called.images),
      trainingFilms: perClass(called.trainingFilms),
      ...(called.excluded && { excluded: perClass(called.excluded) }),
      ...(called.rejected && { rejected: called.rejected }),
      kMax: ends(called.kMax),
      calls: config.training.seeds,
      seconds: called.seconds,
    }
  if (!given || !imagesGiven)
    return {
      source: 'gan',
      ...(pools?.excluded && { excluded: perClass(pools.excluded) }),
      ...(pools?.rejected && { rejected: pools.rejected }),
      ...(pools && { kMax: ends(pools.kMax) }),
    }
  return {
    source: 'given',
    order: imagesGiven.order,
    images: perClass(given.counts),
    trainingFilms: perClass(given.trainingFilms),
    ...(given.excluded && { excluded: perClass(given.excluded) }),
    ...(given.rejected && { rejected: given.rejected }),
    kMax: ends(given.kMax),
    warnings: [...given.warnings],
  }
}

function generatorFacts(
  [first, ...others]: readonly TrainingSummary[],
  snapshots: ProcedureOutcome['snapshots'],
  config: Config,
): GeneratorFacts {
  const kind = generatorKind(config.generator.kind)
  const { name, noun } = kind
  if (!first || kind.form !== 'trained') return { kind: kind.kind, name, noun, training: null }
  const { steps, stepsPerSecond, parameters } = first
  const seconds = others.reduce((sum, other) => sum + other.seconds, first.seconds)
  const { losses, shares } = kind.curves
  const curves = { losses: [...losses], shares: [...shares] }
  return {
    kind: kind.kind,
    name,
    noun,
    training: {
      seeds: 1 + others.length,
      steps,
      stepsPerSecond,
      seconds,
      parameters,
      curves,
      ...(snapshots && { snapshots: snapshots.map(recordedSnapshot) }),
    },
  }
}

/** The same in the words of before; null for a generator that has no such figures. */
function ganFacts({ training }: GeneratorFacts, { generator }: Config): Result['gan'] {
  return ganFigures.safeParse({ ...generator, ...training }).data ?? null
}
