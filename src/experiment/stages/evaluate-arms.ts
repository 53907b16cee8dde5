/**
 * The one place where a run opens its test sets: when every K, penalty and arm has been fixed, each delivered model meets
 * each set once. Leaves scores/*.csv.
 */
import type { FeatureCache } from '../../backbone/feature-cache.js'
import { UserError } from '../../base/errors.js'
import { readNpy } from '../../base/npy.js'
import { recordOpening } from '../../record/openings.js'
import { progressOf } from '../../record/progress.js'
import { scoreTable } from '../../scoring/score-table.js'
import { headScores, type SetScores } from '../../scoring/set-scores.js'
import { type SealedTestSets, type SearchData, scoredSetOf, type TestSet } from '../cohort/film-set.js'
import { runStage, type StageContext } from '../stage.js'
import { armFeatures, type DeliveredArm } from '../work/delivered-arm.js'
import type { PixelPath } from '../work/film-features.js'
import type { RunContext } from '../work/run-context.js'
import { type FeatureContext, filmFeatures } from './extract-features.js'

type EvaluationContext = FeatureContext & Pick<RunContext, 'top'>

/** Scores the delivered arms on every set. `chosen`: the choices that are final by now. */
export async function evaluateArms(
  context: EvaluationContext,
  sealed: SealedTestSets,
  arms: readonly DeliveredArm[],
  chosen: { readonly kOptimal: number },
  data: SearchData,
  cache: FeatureCache,
): Promise<SetScores[]> {
  const scored = await runStage(context, 'evaluate-arms', async () => {
    const sets = sealed.open(chosen)
    for (const set of sets) noteOpening(context, set)
    const progress = progressOf(context, 'evaluate-arms', sealed.size, 'films', 2)
    const scores: SetScores[] = []
    for (const set of sets) scores.push(await scoreSet(context, set, arms, data, cache, progress))
    return scores
  })
  writeScores(context, scored)
  return scored
}

/** Leaves `scores/ARM.SET.csv` of every arm on every set. */
export function writeScores(
  { directory, seals }: Pick<StageContext, 'directory' | 'seals'>,
  sets: readonly SetScores[],
): void {
  for (const set of sets) {
    for (const arm of Object.keys(set.scores)) seals.keep(directory.scoresOf(arm, set.set), scoreTable(set, arm))
  }
}

/** A ledger that can't be written (a shared folder, say) costs its count, not the run. */
export function noteOpening({ run, emit }: Pick<StageContext, 'run' | 'emit'>, { name, films }: TestSet): void {
  try {
    recordOpening(run, { set: name, pixelHashes: films.map((film) => film.pixelHash) })
  } catch (error) {
    if (!(error instanceof UserError)) throw error
    emit({ type: 'warning', text: `how often the test films were opened can't be counted: ${error.message}` })
  }
}

async function scoreSet(
  context: EvaluationContext,
  set: TestSet,
  arms: readonly DeliveredArm[],
  data: SearchData,
  cache: FeatureCache,
  progress: (more: number) => void,
): Promise<SetScores> {
  const matrix = async (name: string, path: PixelPath) =>
    readNpy(await filmFeatures(context, cache, name, { set, path }, progress), 'float32')
  const common = await matrix(`test-${set.name}`, 'common')
  const native = await matrix(`native-test-${set.name}`, 'native')
  const scores: Record<string, number[]> = {}
  const byGan: Record<string, number[][]> = {}
  for (const delivered of arms) {
    const { arm, head, headsByGan } = delivered
    const features = await armFeatures(context, delivered, arm.native ? native : common)
    scores[arm.name] = headScores(head, features)
    byGan[arm.name] = headsByGan.map((headOfGan) => headScores(headOfGan, features))
  }
  return { ...scoredSetOf(set, data), scores, ...(context.config.training.seeds > 1 ? { byGan } : {}) }
}
