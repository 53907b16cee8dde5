/** What is known of an arm before any test film: its cutoffs, chosen on tuning films alone, and its priors. */
import { formatCsv } from '../../base/csv.js'
import { writeAtomic } from '../../base/files.js'
import { Rng } from '../../base/random.js'
import { probability } from '../../head/probability.js'
import type { Priors } from '../../scoring/calibration.js'
import type { ClinicalArm } from '../../scoring/clinical.js'
import { chooseCutoffs } from '../../scoring/cutoffs.js'
import type { ScoredFilms } from '../../scoring/set-scores.js'
import { composition } from '../arms.js'
import { classCounts, labelsOf, patientsOf, type SearchData } from '../cohort/film-set.js'
import type { StageContext } from '../stage.js'
import type { DeliveredArm } from '../work/delivered-arm.js'

/** Chooses the cutoffs of an arm; undefined with more than two classes. Leaves `scores/ARM.tuning.csv`, of inner folds `scores/ARM.out-of-fold.csv`. */
export function judgeArm(
  context: Pick<StageContext, 'config' | 'directory'>,
  data: SearchData,
  delivered: DeliveredArm,
): ClinicalArm | undefined {
  if (data.positiveIndex === null) return undefined
  const { config } = context
  const cutoffs = chooseCutoffs(tuningScores(context, data, delivered), {
    sensitivity: config.evaluation.sensitivity,
    rng: new Rng(config.seed).split('cutoff').split(delivered.arm.name),
  })
  return { cutoffs, priors: priorsOf(data, delivered) }
}

/** Shares of the positive class in an arm's training set and among the original training films. */
function priorsOf(data: SearchData, { arm, k }: DeliveredArm): Priors {
  const originals = classCounts(data.train, data.classes)
  const share = (counts: readonly { classIndex: number; count: number }[]) => {
    const sum = (parts: readonly { count: number }[]) => parts.reduce((total, { count }) => total + count, 0)
    return sum(counts.filter(({ classIndex }) => classIndex === data.positiveIndex)) / sum(counts)
  }
  return {
    training: share(composition(arm, originals, k)),
    films: share(originals.map((count, classIndex) => ({ count, classIndex }))),
  }
}

/**
 * Scores of films that the arm's heads were not fitted to: of the delivered model on the tuning films, or of inner folds. Kept as a
 * table beside those of the test sets; null where K had the test films.
 */
function tuningScores(
  { config, directory }: Pick<StageContext, 'config' | 'directory'>,
  data: SearchData,
  { arm, selectionLogits }: DeliveredArm,
): ScoredFilms | null {
  if (config.search.selectOn === 'test') return null
  const { films, folds } = data.selection
  const scores = Array.from(selectionLogits, probability)
  const yTrue = labelsOf(data.selection, data.positiveIndex)
  const patients = patientsOf(data.selection)
  writeAtomic(
    directory.scoresOf(arm.name, folds ? 'out-of-fold' : 'tuning'),
    formatCsv(
      ['film', 'label', 'score', 'patient', ...(folds ? ['fold'] : [])],
      films.map((film, i) => [film.id, yTrue[i], scores[i], patients[i], ...(folds ? [folds[i]] : [])]),
    ),
  )
  return { yTrue, scores, patients }
}
