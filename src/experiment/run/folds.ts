/**
 * Nested resampling: the whole procedure (GAN, pools, search, heads) inside each outer fold, the estimate outside. A fold
 * works in a folder of its own; what it leaves to the run is plain data, and its pools and features are then removed.
 */

import type { Backbone } from '../../backbone/backbone.js'
import { elementAt } from '../../base/element-at.js'
import { liesWithin, readJson, removeDirectory } from '../../base/files.js'
import { knownValue } from '../../base/own-value.js'
import { chosenArm } from '../../record/arm.js'
import type { FoldResult } from '../../record/result.js'
import { finite } from '../../scoring/finite.js'
import { setAuc } from '../../scoring/set-auc.js'
import type { SetScores } from '../../scoring/set-scores.js'
import type { SearchData } from '../cohort/film-set.js'
import type { FoldData } from '../cohort/prepared.js'
import { recordedSnapshot } from '../stages/choose-snapshot.js'
import { trainGansOfFolds } from '../stages/train-gan.js'
import { removeOtherTops } from '../work/delivered-arm.js'
import { FilmFeatures } from '../work/film-features.js'
import type { RunContext } from '../work/run-context.js'
import { runProcedure } from './procedure.js'

/** What a finished fold leaves to the run. */
export interface FoldOutcome {
  readonly facts: FoldResult
  /** Comparators that are trainings of their own in this fold. */
  readonly comparators: readonly string[]
  /** Of the films that this fold tests. */
  readonly scores: SetScores
  readonly seconds: number
}

/** Runs every fold that has not finished yet. `data`: the run's own films, whose features have been extracted. */
export async function runFolds(
  context: RunContext,
  backbone: Backbone,
  data: SearchData,
  folds: readonly (() => FoldData)[],
): Promise<FoldOutcome[]> {
  const runFilms = new FilmFeatures(context.directory, data)
  const each = folds.map((assemble, i) => {
    const fold = { number: i + 1, of: folds.length }
    const directory = context.directory.fold(fold.number)
    const inner: RunContext = { ...context, directory, runFilms, emit: (event) => context.emit({ ...event, fold }) }
    return { context: inner, assemble }
  })
  const trainingSeconds = await trainGansOfFolds(
    context,
    each.map((fold) => ({ context: fold.context, data: () => fold.assemble().search })),
  )
  const outcomes: FoldOutcome[] = []
  for (const [i, { context: inner, assemble }] of each.entries()) {
    const { directory, seals } = inner
    if (!seals.holds(directory.foldOutcome)) {
      const outcome = await runFold(inner, backbone, assemble())
      const seconds = outcome.seconds + elementAt(trainingSeconds, i)
      seals.writeJson(directory.foldOutcome, { ...outcome, seconds } satisfies FoldOutcome)
    }
    const ended = [directory.pool, directory.features].filter((folder) => liesWithin(folder, context.run.root))
    seals.forget(...ended)
    for (const folder of ended) removeDirectory(folder)
    removeOtherTops(inner, [])
    outcomes.push(readJson<FoldOutcome>(directory.foldOutcome))
  }
  return outcomes
}

async function runFold(context: RunContext, backbone: Backbone, data: FoldData): Promise<FoldOutcome> {
  const start = performance.now()
  const outcome = await runProcedure(context, backbone, data)
  const { searches, delivered, comparators, scores, snapshots } = outcome
  const { kOptimal, stoppedAt, converged, null: chance } = knownValue(searches, chosenArm)
  const internal = elementAt(scores, 0)
  return {
    facts: {
      fold: data.fold,
      time: data.time,
      n: internal.films.length,
      patients: new Set(internal.patients).size,
      kOptimal,
      stoppedAt,
      converged,
      searchP: chance.p,
      ...(snapshots && { snapshots: snapshots.map(recordedSnapshot) }),
      aucs: Object.fromEntries(delivered.map(({ arm }) => [arm.name, finite(setAuc(internal, arm.name).value)])),
    },
    comparators,
    scores: internal,
    seconds: (performance.now() - start) / 1000,
  }
}

/** The scores of all folds as one set: every film once for each time, scored by the model that never saw it. */
export function joinFolds(outcomes: readonly FoldOutcome[]): SetScores {
  const sets = outcomes.map(({ scores }) => scores)
  const { set, classes, scores } = elementAt(sets, 0)
  // A rival, or the arm of selected films, may be missing in a fold where too few of its films are left.
  const arms = Object.keys(scores).filter((arm) => sets.every((other) => Object.hasOwn(other.scores, arm)))
  return {
    set,
    classes,
    films: sets.flatMap((set) => set.films),
    yTrue: sets.flatMap((set) => set.yTrue),
    patients: sets.flatMap((set) => set.patients),
    folds: outcomes.flatMap(({ facts: { fold, time }, scores }) => scores.films.map(() => ({ fold, time }))),
    scores: Object.fromEntries(arms.map((arm) => [arm, sets.flatMap((other) => knownValue(other.scores, arm))])),
  }
}

/** Comparators that are a training of their own in some fold. */
export function comparatorsOfFolds(outcomes: readonly FoldOutcome[]): string[] {
  const inSome = new Set(outcomes.flatMap(({ comparators }) => comparators))
  return Object.keys(elementAt(outcomes, 0).scores.scores).filter((arm) => inSome.has(arm))
}
