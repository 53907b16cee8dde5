/**
 * A run from its films to its result. Each stage leaves its output on disk and is skipped when it is already there, so
 * that a killed run goes on where it was.
 */
import { Interrupted } from '../base/errors.js'
import { shownPath } from '../base/shown-path.js'
import { toolName, version } from '../base/version.js'
import { requireGenerated } from '../dataset/generated.js'
import type { AcganSummary } from '../generator/acgan/train.js'
import { findConcerns } from '../record/find-concerns.js'
import { type ArmResult, type Result, result as resultSchema } from '../record/result.js'
import { runStages } from '../record/stage.js'
import { chosenArm, composition } from './arms.js'
import { classCounts, type SearchData } from './cohort/film-set.js'
import type { Config } from './config/schema.js'
import { shownConfig } from './config/shown.js'
import type { DeliveredArm } from './delivered.js'
import { comparatorsOfFolds, type FoldOutcome, joinFolds, runFolds, writeJoinedScores } from './folds.js'
import { sayExpectedTime } from './measure/expected-time.js'
import { type ProcedureOutcome, runProcedure, upToMultiple } from './procedure.js'
import { openForRun } from './run-backbone.js'
import type { SetScores } from './scoring/set-scores.js'
import { type RunContext, runStage, stageSeconds } from './stage.js'
import { compareArms } from './stages/compare-arms.js'
import { decide } from './stages/decide.js'
import { evaluateSet } from './stages/evaluate-classes.js'
import { exportModel, favouredArm, selectionScore } from './stages/export-model.js'
import type { SiftedPools } from './stages/fill-pool.js'
import { type GivenImages, readGivenImages } from './stages/given-images.js'
import { compareAccuracy, judgeArm } from './stages/judge-arms.js'
import { measureSynthetic } from './stages/measure-synthetic.js'
import { prepareData } from './stages/prepare-data.js'
import { writeSamples } from './stages/sample-images.js'

export async function runPipeline(run: RunContext): Promise<Result> {
  const { config, directory, seals, threads } = run
  const { from } = config.synthetic
  if (from !== null && !seals.holds(directory.stage('read-synthetic'))) requireGenerated(from)
  const { backbone, contract, unfrozen } = await openForRun(run)
  const context = { ...run, ...(unfrozen && { unfrozen }) }
  try {
    const { search: data, sealed, folds, dataset } = await prepareData(context)
    const given = from === null ? null : await readGivenImages(context, data, sealed)
    const limited = given ? upToMultiple(context, given.kMax) : context
    if (!seals.holds(directory.stage('extract-features'))) {
      const seconds = await sayExpectedTime(limited, backbone, { data, sealed, folds: folds.length })
      if ((await run.confirm?.(seconds)) === false)
        throw new Interrupted(`stopped before the long part; go on with: kopt resume ${shownPath(directory.root)}`)
    }
    const own = await runProcedure(limited, backbone, data, sealed)
    const { gans, delivered, searches } = own
    const quality = await measureSynthetic(context, data)
    await writeSamples(context, data)
    const search = searches[chosenArm]
    const favoured = favouredArm(data, delivered)
    await runStage(context, 'export-model', () => exportModel(context, data, delivered, backbone))
    const foldOutcomes = await runFolds(context, backbone, folds)
    const { scores, comparators } = foldOutcomes.length > 0 ? outsideFolds(context, own, foldOutcomes) : own
    const { [chosenArm]: _, ...otherSearches } = searches
    const comparisons = compareArms(scores)
    const arms = delivered.map((arm) => armResult(context, data, arm, scores))
    const found = resultSchema.parse({
      schemaVersion: 1,
      tool: { name: toolName, version },
      seed: config.seed,
      config: shownConfig(config),
      device: {
        provider: config.compute.device,
        threads,
        platform: `${process.platform} ${process.arch}`,
        node: process.version,
      },
      dataset,
      backbone: {
        name: contract.name,
        hash: contract.hash,
        features: contract.features,
        inputSize: [...contract.inputSize],
        ...(contract.note ? { note: contract.note } : {}),
        ...(unfrozen && { unfrozen: 'block4' as const }),
      },
      gan: gans.length > 0 ? ganFacts(gans, context) : null,
      synthetic: syntheticFacts(data.classes, config, given, own.pools),
      quality,
      search,
      searches: otherSearches,
      folds: foldOutcomes.map(({ facts }) => facts),
      arms,
      comparisons,
      accuracyComparisons: compareAccuracy(scores, arms, comparisons),
      verdict: decide(
        config,
        comparators,
        scores,
        search,
        foldOutcomes.length > 0 ? foldOutcomes.map(({ facts }) => facts.kOptimal) : [search.kOptimal],
      ),
      model: { arm: chosenArm, favoured },
      seconds: {
        ...stageSeconds(context, runStages),
        ...(foldOutcomes.length > 0 ? { folds: foldOutcomes.reduce((sum, { seconds }) => sum + seconds, 0) } : {}),
      },
    } satisfies Result)
    const result = { ...found, concerns: findConcerns(found) }
    seals.writeJson(directory.result, result)
    return result
  } finally {
    await backbone.close()
  }
}

/** With folds the internal scores are those of the folds; other hospitals are scored by the model that is handed over. */
function outsideFolds(
  context: RunContext,
  own: ProcedureOutcome,
  folds: readonly FoldOutcome[],
): Pick<ProcedureOutcome, 'scores' | 'comparators'> {
  const joined = joinFolds(folds)
  writeJoinedScores(context, joined)
  return { scores: [joined, ...own.scores], comparators: comparatorsOfFolds(folds) }
}

function armResult(
  context: RunContext,
  data: SearchData,
  delivered: DeliveredArm,
  scores: readonly SetScores[],
): ArmResult {
  const { arm, k, size, steps } = delivered
  const parts = composition(arm, classCounts(data.train, data.classes), k)
  const countOf = (kinds: readonly string[]) =>
    parts.filter((p) => kinds.includes(p.kind)).reduce((sum, p) => sum + p.count, 0)
  return {
    name: arm.name,
    k,
    size,
    composition: {
      original: countOf(['original', 'resampled']),
      synthetic: countOf(['synthetic']),
      conventional: countOf(['conventional']),
    },
    role: arm.role,
    steps,
    selectionScore: selectionScore(data, delivered),
    evaluations: Object.fromEntries(scores.map((s) => [s.set, evaluateSet(s, arm.name)])),
    ...judgeArm(context, data, delivered, scores),
  }
}

function syntheticFacts(
  classes: readonly string[],
  config: Config,
  given: GivenImages | null,
  pools: SiftedPools | null,
): Result['synthetic'] {
  const perClass = <T>(of: readonly T[]) => Object.fromEntries(classes.map((label, c) => [label, of[c]]))
  const ends = (used: number) => ({ asked: config.search.kMax, used })
  if (!given) return { source: 'gan', ...(pools && { excluded: perClass(pools.excluded), kMax: ends(pools.kMax) }) }
  return {
    source: 'given',
    order: config.synthetic.order,
    images: perClass(given.counts),
    trainingFilms: perClass(given.trainingFilms),
    ...(given.excluded && { excluded: perClass(given.excluded) }),
    kMax: ends(given.kMax),
    warnings: [...given.warnings],
  }
}

function ganFacts(gans: readonly AcganSummary[], { config }: RunContext): NonNullable<Result['gan']> {
  const [gan] = gans
  return {
    seeds: gans.length,
    steps: gan.steps,
    stepsPerSecond: gan.stepsPerSecond,
    seconds: gans.reduce((sum, { seconds }) => sum + seconds, 0),
    batchSize: config.gan.batchSize,
    width: config.gan.width,
    widths: config.gan.widths,
    parameters: gan.parameters,
  }
}
