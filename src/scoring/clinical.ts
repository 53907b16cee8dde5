/** What a clinic asks of an arm, on every set: its cutoffs there, calibration, the decision curve and figures by patient. */
import type { ArmResult } from '../record/result.js'
import { calibrationOf, decisionOf, type Priors } from './calibration.js'
import { type ArmCutoff, atCutoff, byPatientOf } from './cutoffs.js'
import { armOnSet, type ScoredFilms, type SetScores } from './set-scores.js'

export type ClinicalFigures = Required<Pick<ArmResult, 'cutoffs' | 'calibration' | 'decision' | 'byPatient'>>

/** What is known of an arm before a test film is met. */
export interface ClinicalArm {
  readonly cutoffs: readonly ArmCutoff[]
  readonly priors: Priors
}

/**
 * Clinical figures of an arm on sets of two classes, by set.
 * @param prevalence of the population that is meant; null: that of the films
 */
export function clinicalFigures(
  sets: readonly SetScores[],
  arm: string,
  { cutoffs, priors }: ClinicalArm,
  prevalence: number | null,
): ClinicalFigures {
  const bySet = <T>(figure: (films: ScoredFilms) => T | undefined, among = sets) =>
    Object.fromEntries(
      among.flatMap((set) => {
        const found = figure(armOnSet(set, arm))
        return found === undefined ? [] : [[set.set, found] as const]
      }),
    ) as Record<string, T>
  // A cutoff is the delivered model's; over folds each film was called by another model.
  const byOneModel = sets.filter((set) => set.folds === undefined)
  return {
    cutoffs: cutoffs.map((cutoff) => ({
      ...cutoff,
      evaluations: bySet((films) => atCutoff(films, cutoff, prevalence), cutoff.rule === 'fixed' ? sets : byOneModel),
    })),
    calibration: bySet((films) => calibrationOf(films, priors)),
    decision: bySet((films) => decisionOf(films, priors, prevalence)),
    byPatient: bySet((films) => byPatientOf(films), byOneModel),
  }
}
