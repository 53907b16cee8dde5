/**
 * From scores to figures: all that is said of the arms on some sets, each by itself and one against another. A run says it
 * of its test sets, and one more hospital's films are looked at in the same way.
 */
import type { ArmResult, Result } from '../record/result.js'
import { compareAccuracy } from './accuracy-comparisons.js'
import { type ClinicalArm, type ClinicalFigures, clinicalFigures } from './clinical.js'
import { compareArms } from './comparisons.js'
import { evaluateSet } from './evaluation.js'
import type { SetScores } from './set-scores.js'

/** An arm whose scores are there. */
export interface ScoredArm {
  readonly name: string
  /** Its cutoffs and priors; absent with more than two classes. */
  readonly clinical?: ClinicalArm
}

export type ArmFigures = Pick<ArmResult, 'name' | 'evaluations'> & Partial<ClinicalFigures>

export interface Figures extends Required<Pick<Result, 'comparisons' | 'accuracyComparisons'>> {
  /** In the order of the arms that were given. */
  readonly arms: readonly ArmFigures[]
}

/**
 * Figures of the arms on every set.
 * @param prevalence of the population that is meant; null: that of the films
 */
export function figuresOnSets(
  sets: readonly SetScores[],
  arms: readonly ScoredArm[],
  prevalence: number | null,
): Figures {
  const figures = arms.map(
    ({ name, clinical }): ArmFigures => ({
      name,
      evaluations: Object.fromEntries(sets.map((set) => [set.set, evaluateSet(set, name)])),
      ...(clinical && clinicalFigures(sets, name, clinical, prevalence)),
    }),
  )
  const comparisons = compareArms(sets)
  return { arms: figures, comparisons, accuracyComparisons: compareAccuracy(sets, figures, comparisons) }
}
