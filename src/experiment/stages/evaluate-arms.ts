/**
 * The one place where test sets are opened: when every K, penalty and arm has been fixed, each delivered model meets
 * each set once. Leaves scores/*.csv and the measures of every arm.
 */

import type { FeatureCache } from '../../backbone/feature-cache.js'
import { UserError } from '../../base/errors.js'
import type { NDArray } from '../../base/ndarray.js'
import { readNpy } from '../../base/npy.js'
import { type Head, headLogits } from '../../head/head.js'
import { probabilities } from '../../head/probability.js'
import type { StoredHead } from '../../head/stored-head.js'
import { aucInterval } from '../../metrics/auc-interval.js'
import { brier } from '../../metrics/calibration.js'
import { confusionAt, measures } from '../../metrics/confusion.js'
import { proportionIntervals } from '../../metrics/proportion.js'
import { meanRoc, rocCurve } from '../../metrics/roc.js'
import { recordOpening } from '../../record/openings.js'
import type { Evaluation } from '../../record/result.js'
import { labelsOf, type SealedTestSets, type SearchData, type TestSet } from '../cohort/film-set.js'
import { armFeatures, type DeliveredArm } from '../delivered.js'
import { finite, finiteInterval, finiteMeasures } from '../scoring/finite.js'
import { scoreTable } from '../scoring/score-table.js'
import { rowsOfFolds, type SetScores, setAuc } from '../scoring/set-scores.js'
import { progressOf, type RunContext, runStage } from '../stage.js'
import { featureMatrix, nativePixels } from './extract-features.js'

export const cutoff = 0.5

export async function evaluateArms(
  context: RunContext,
  sealed: SealedTestSets,
  arms: readonly DeliveredArm[],
  chosen: { kOptimal: number },
  data: SearchData,
  cache: FeatureCache,
): Promise<SetScores[]> {
  const scored = await runStage(context, 'evaluate-arms', async () => {
    const { sets } = sealed.open(chosen)
    for (const set of sets) noteOpening(context, set)
    const progress = progressOf(
      context,
      'evaluate-arms',
      sets.reduce((sum, set) => sum + set.films.length, 0),
      'films',
      2,
    )
    const all: SetScores[] = []
    for (const set of sets) all.push(await scoreSet(context, set, arms, data, cache, progress))
    return all
  })
  const { directory, seals } = context
  for (const set of scored) {
    for (const arm of Object.keys(set.scores)) seals.keep(directory.scoresOf(arm, set.set), scoreTable(set, arm))
  }
  return scored
}

/** A ledger that can't be written (a shared folder, say) costs its count, not the run. */
export function noteOpening({ run, emit }: Pick<RunContext, 'run' | 'emit'>, { name, films }: TestSet): void {
  try {
    recordOpening(run, { set: name, pixelHashes: films.map((film) => film.pixelHash) })
  } catch (error) {
    if (!(error instanceof UserError)) throw error
    emit({ type: 'warning', text: `how often the test films were opened can't be counted: ${error.message}` })
  }
}

async function scoreSet(
  context: RunContext,
  set: TestSet,
  arms: readonly DeliveredArm[],
  { classes, positiveIndex }: SearchData,
  cache: FeatureCache,
  progress: (more: number) => void,
): Promise<SetScores> {
  const name = `test-${set.name}`
  const common = readNpy(await featureMatrix(context, cache, name, () => set.pixels, progress), 'float32')
  const nativeFile = await featureMatrix(
    context,
    cache,
    `native-${name}`,
    () => nativePixels(context, set, cache.backbone),
    progress,
  )
  const native = readNpy(nativeFile, 'float32')
  const scores: Record<string, number[]> = {}
  const byGan: Record<string, number[][]> = {}
  for (const delivered of arms) {
    const { arm, head, headsByGan } = delivered
    const features = await armFeatures(context, delivered, arm.native ? native : common)
    const score = (each: Head) => probabilities(headLogits(each, features), each.bias.length)
    scores[arm.name] = score(head)
    byGan[arm.name] = headsByGan.map(score)
  }
  return {
    ...describedSet(set, { classes, positiveIndex }),
    scores,
    ...(context.config.gan.seeds > 1 ? { byGan } : {}),
  }
}

type ArmHead = Pick<StoredHead, 'arm' | 'native' | keyof Head>

/** Features of a set: on the common pixel path, and at the backbone's own size. */
interface SetFeatures {
  readonly common: NDArray<'float32'>
  readonly native: NDArray<'float32'>
}

function armProbabilities(head: ArmHead, { common, native }: SetFeatures): number[] {
  return probabilities(headLogits(head, head.native ? native : common), head.bias.length)
}

function describedSet(
  set: TestSet,
  { classes, positiveIndex }: Pick<SearchData, 'classes' | 'positiveIndex'>,
): Omit<SetScores, 'scores'> {
  return {
    set: set.name,
    classes,
    films: set.films.map((film) => film.id),
    yTrue: labelsOf(set, positiveIndex),
    patients: set.films.map((film) => film.patientId),
  }
}

/** Every head on a set. */
export function scoresOfArms(
  set: TestSet,
  heads: readonly ArmHead[],
  data: Pick<SearchData, 'classes' | 'positiveIndex'>,
  features: SetFeatures,
): SetScores {
  return {
    ...describedSet(set, data),
    scores: Object.fromEntries(heads.map((head) => [head.arm, armProbabilities(head, features)])),
  }
}

/**
 * Measures of an arm on a set of two classes. Over folds the AUC and the curve compare films of the same fold only (the curve is the mean
 * of the folds' curves); the measures at the cutoff are of all films, each called by the model that never saw it.
 */
export function evaluateTwoClasses(set: SetScores, arm: string): Evaluation {
  const { yTrue, patients, folds } = set
  const pooled = evaluation(yTrue, set.scores[arm], patients)
  if (!folds) return pooled
  const curves = rowsOfFolds(folds)
    .flat()
    .map((rows) =>
      rocCurve(
        rows.map((row) => yTrue[row]),
        rows.map((row) => set.scores[arm][row]),
      ),
    )
  return {
    ...pooled,
    n: new Set(set.films).size,
    auc: finiteInterval(setAuc(set, arm)),
    roc: meanRoc(curves).map(({ fpr, tpr }): [number, number] => [fpr, tpr]),
  }
}

/** The paper's seven measures with intervals, the ROC curve and the Brier score. */
function evaluation(yTrue: readonly number[], yScore: readonly number[], patients: readonly string[]): Evaluation {
  const confusion = confusionAt(yTrue, yScore, cutoff)
  return {
    n: yTrue.length,
    patients: new Set(patients).size,
    auc: finiteInterval(aucInterval(yTrue, yScore, { patients })),
    ...finiteMeasures(measures(confusion)),
    cutoff,
    confusion,
    intervals: proportionIntervals(yTrue, yScore, cutoff, patients),
    brier: finite(brier(yTrue, yScore)),
    roc: rocCurve(yTrue, yScore).map(({ fpr, tpr }): [number, number] => [fpr, tpr]),
  }
}
