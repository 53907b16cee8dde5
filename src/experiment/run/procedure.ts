/**
 * The procedure, once: from training films to scored test sets; read from top to bottom, it is the method. A run does it
 * on its split, or in every outer fold and once more on all films. Its context names the folder that it works in, its data
 * the films that it may see.
 */
import type { Backbone } from '../../backbone/backbone.js'
import { FeatureCache } from '../../backbone/feature-cache.js'
import { elementAt } from '../../base/element-at.js'
import { knownValue } from '../../base/own-value.js'
import { checkpointName } from '../../generator/checkpoint.js'
import type { TrainingSummary } from '../../generator/train.js'
import { chosenArm } from '../../record/arm.js'
import type { StageName } from '../../record/events.js'
import type { SearchResult } from '../../record/result.js'
import type { SetScores } from '../../scoring/set-scores.js'
import { type Arm, earlyArms, equalStepsArms, generatorArms } from '../arms.js'
import type { SealedTestSets, SearchData } from '../cohort/film-set.js'
import { largestTried, upToMultiple } from '../config/multiples.js'
import { runStage } from '../stage.js'
import { type ChosenSnapshot, chooseSnapshots } from '../stages/choose-snapshot.js'
import { evaluateArms } from '../stages/evaluate-arms.js'
import { extractFilmFeatures } from '../stages/extract-features.js'
import { fillConventionalPool, type SiftedPools } from '../stages/fill-pool.js'
import { knownTrials } from '../stages/score-multiples.js'
import { searchArm } from '../stages/search-k.js'
import { type DeliveredArm, deliver, removeOtherTops } from '../work/delivered-arm.js'
import { together } from '../work/lanes.js'
import type { RunContext } from '../work/run-context.js'
import { multiplesOf, runTrials, trainingKey, trialsOf } from '../work/trials.js'
import { fillPools, type Generated, generate } from './generated.js'
import { makeInnerRounds } from './inner-folds.js'
import { type ArmSearches, type BegunRivals, beginRivals, type RivalsOutcome, searchRivals } from './rivals.js'
import { type SelectionOutcome, searchSelection } from './selection.js'

export interface ProcedureOutcome extends Generated {
  /** Of each generator the snapshot that its images are drawn from; null where that is its last. */
  readonly snapshots: readonly ChosenSnapshot[] | null
  /** What was left out of a trained generator's pools; null where suspected copies may stay, and of every other. */
  readonly pools: SiftedPools | null
  readonly delivered: readonly DeliveredArm[]
  /** By arm, the chosen one's among them. */
  readonly searches: Readonly<Record<string, SearchResult>>
  /** Beside them, never among the comparators. */
  readonly rivals: RivalsOutcome
  /** Beside them, too; null where it is not asked for. */
  readonly selection: SelectionOutcome | null
  /** Every arm but the chosen one, those that train the same head counted once. */
  readonly comparators: readonly string[]
  readonly scores: readonly SetScores[]
  /** That inner folds took before a K could be scored; null where there are none. */
  readonly innerSeconds: number | null
}

/** Films of a round: what it may see, and behind a seal what it may not. */
export interface RoundFilms {
  readonly search: SearchData
  readonly sealed: SealedTestSets
  /** Inner folds of its training films, where they choose K. */
  readonly inner?: readonly (() => SearchData)[]
}

/** Trains, searches and fits on what the round may see; only then the sealed sets are opened and scored. */
export async function runProcedure(
  run: RunContext,
  backbone: Backbone,
  { search: data, sealed, inner = [] }: RoundFilms,
): Promise<ProcedureOutcome> {
  const made = inner.length > 0 ? await makeInnerRounds(run, backbone, { data, sealed, folds: inner }) : null
  const context = made ? { ...run, innerRounds: made.rounds } : run
  const cache = new FeatureCache(context.directory.features, backbone)
  const [generated, begun] = await together<[Generated, BegunRivals]>(
    context.signal,
    (signal) => generate({ ...context, signal }, data, sealed),
    (signal) => scoreEarlyArms({ ...context, signal }, data, cache),
  )
  const snapshots = await chooseSnapshots(context, data, generated.gans.length, cache)
  const pools = await fillPools(context, { ...generated, gans: asChosen(generated.gans, snapshots) }, data, cache)
  const lastTo = pools?.kMax ?? generated.called?.kMax ?? largestTried(context.config.search)
  // A K must be scored in every inner fold.
  const kMax = Math.min(lastTo, ...(made?.rounds ?? []).map((round) => round.kMax))
  const limited = upToMultiple(context, kMax)
  const { delivered, searches } = await searchEveryArm(limited, data, snapshots)
  const rivals = await searchRivals(limited, data, begun)
  const selection = await searchSelection(limited, data, delivered, snapshots)
  const all = [...delivered, ...rivals.delivered, ...(selection?.arm ? [selection.arm.delivered] : [])]
  removeOtherTops(context, all)
  const chosen = { kOptimal: knownValue(searches, chosenArm).kOptimal }
  const scores = await evaluateArms(limited, sealed, all, chosen, data, cache)
  const comparators = distinctComparators(limited, data, delivered)
  return {
    gans: generated.gans,
    snapshots,
    called: generated.called && { ...generated.called, kMax },
    pools: pools && { ...pools, kMax },
    delivered,
    searches,
    rivals,
    selection,
    comparators,
    scores,
    innerSeconds: made?.seconds ?? null,
  }
}

/** The generators as they are drawn from. */
function asChosen(
  gans: readonly TrainingSummary[],
  snapshots: readonly ChosenSnapshot[] | null,
): readonly TrainingSummary[] {
  if (!snapshots) return gans
  return gans.map((gan, i) => ({ ...gan, checkpoint: checkpointName(elementAt(snapshots, i).step) }))
}

/** First figures while the generator trains: what needs none of its images. */
async function scoreEarlyArms(context: RunContext, data: SearchData, cache: FeatureCache): Promise<BegunRivals> {
  // Inner folds have taken theirs from these.
  if (!context.innerRounds) await extractFilmFeatures(context, data, cache)
  await runStage(context, 'early-arms', async () => {
    await fillConventionalPool(context, data, cache, 'early-arms')
    await runTrials(context, 'early-arms', knownTrials(context, data, earlyArms))
    return null
  })
  return beginRivals(context, data, cache)
}

/** Every arm at its K: the multiples searched, the rest fitted once; then, for the Adam head, the equal-steps controls. */
async function searchEveryArm(
  context: RunContext,
  data: SearchData,
  snapshots: readonly ChosenSnapshot[] | null,
): Promise<ArmSearches> {
  const delivered: DeliveredArm[] = []
  const searches: Record<string, SearchResult> = {}
  const stage: StageName = 'search-k'
  await runStage(context, stage, async () => {
    await runTrials(context, stage, knownTrials(context, data, [...earlyArms, ...generatorArms]))
    return null
  })
  for (const arm of [...earlyArms, ...generatorArms]) {
    if (arm.multiplyWith) {
      const { search, chosen } = await searchArm(context, data, arm, stage, snapshots)
      searches[arm.name] = search
      delivered.push(deliver(context, arm, chosen))
    } else {
      delivered.push(deliver(context, arm, await fitOnce(context, data, arm)))
    }
  }
  if (context.config.head.kind === 'adam') delivered.push(...(await equalSteps(context, data, delivered)))
  return { delivered, searches }
}

/** An arm of one form. */
function fitOnce(context: RunContext, data: SearchData, arm: Arm) {
  const trials = multiplesOf(arm, context.config.search).flatMap((k) => trialsOf(context, data, arm, k))
  return runTrials(context, 'search-k', trials)
}

async function equalSteps(
  context: RunContext,
  data: SearchData,
  delivered: readonly DeliveredArm[],
): Promise<DeliveredArm[]> {
  const steps = delivered.find(({ arm }) => arm.name === chosenArm)?.steps ?? null
  const out: DeliveredArm[] = []
  for (const arm of equalStepsArms) {
    const k = delivered.find((other) => other.arm.name === arm.equalStepsOf)?.k ?? 0
    out.push(deliver(context, arm, await runTrials(context, 'search-k', trialsOf(context, data, arm, k, steps))))
  }
  return out
}

/** Every arm but the chosen one, those that train the same head (balanced data: GCB is OD) counted once. */
function distinctComparators(
  { config }: Pick<RunContext, 'config'>,
  data: SearchData,
  delivered: readonly DeliveredArm[],
): string[] {
  const comparators = delivered.filter(({ arm }) => arm.name !== chosenArm && !arm.beside)
  const keys = comparators.map(({ arm, k, steps }) =>
    trainingKey(config, data, { arm, k, steps: arm.equalStepsOf ? steps : null }),
  )
  return comparators.filter((_, i) => !keys.slice(0, i).includes(elementAt(keys, i))).map(({ arm }) => arm.name)
}
