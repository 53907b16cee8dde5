/** Cutoffs of an arm, chosen on tuning films alone, and what they do on test films: film by film, and patient by patient. */
import type { Rng } from '../base/random.js'
import { aucInterval } from '../metrics/auc-interval.js'
import { confusionAt, measures } from '../metrics/confusion.js'
import { type CutoffRule, chooseCutoff, cutoffLimits } from '../metrics/cutoff.js'
import { patientLevel } from '../metrics/patient-level.js'
import { predictiveValues } from '../metrics/predictive-values.js'
import { proportionIntervals } from '../metrics/proportion.js'
import type { ByPatientResult, CutoffEvaluation, CutoffResult } from '../record/clinical-result.js'
import { noFilmForCutoff, proportionsInWords, reasonWords } from '../words/reasons.js'
import { finite, finiteInterval } from './finite.js'
import { fixedCutoff } from './fixed-cutoff.js'
import type { ScoredFilms } from './set-scores.js'

/** Draws of tuning patients behind a cutoff's limits. */
const cutoffDraws = 999

/** A cutoff that has met no test film yet. */
export type ArmCutoff = Omit<CutoffResult, 'evaluations'>

/**
 * Cutoffs of an arm: the fixed one, Youden's, and where wanted the largest that reaches a sensitivity.
 * @param tuning null where no films were left to choose on
 */
export function chooseCutoffs(
  tuning: ScoredFilms | null,
  { sensitivity, rng }: { sensitivity: number | null; rng: Rng },
): ArmCutoff[] {
  const rules: CutoffRule[] = [{ rule: 'youden' }]
  if (sensitivity !== null) rules.push({ rule: 'sensitivity', wanted: sensitivity })
  const fixed = { rule: 'fixed', wanted: null, value: fixedCutoff, low: null, high: null, cases: 0 } as const
  return [fixed, ...rules.map((rule) => chosenByRule(tuning, rule, rng.split(rule.rule)))]
}

function chosenByRule(tuning: ScoredFilms | null, rule: CutoffRule, rng: Rng): ArmCutoff {
  const wanted = rule.rule === 'sensitivity' ? rule.wanted : null
  if (tuning === null) {
    return { rule: rule.rule, wanted, value: null, low: null, high: null, cases: 0, reason: noFilmForCutoff }
  }
  const { yTrue, scores, patients } = tuning
  const { value, sensitivity, specificity, reason } = chooseCutoff(yTrue, scores, rule)
  const { low, high } = cutoffLimits(yTrue, scores, rule, { patients, draws: cutoffDraws, rng })
  return {
    rule: rule.rule,
    wanted,
    value: finite(value),
    low: finite(low),
    high: finite(high),
    cases: yTrue.length,
    onTuning: { sensitivity: finite(sensitivity), specificity: finite(specificity) },
    ...(reason && { reason: reasonWords(reason) }),
  }
}

/** What a cutoff does on a set; as sensitivity falls and specificity rises with it, its limits bound what they can be. */
export function atCutoff(
  { yTrue, scores, patients }: ScoredFilms,
  cutoff: Pick<CutoffResult, 'value' | 'low' | 'high'>,
  prevalence: number | null,
): CutoffEvaluation | undefined {
  const { value, low, high } = cutoff
  if (value === null) return undefined
  const at = (other: number) => measures(confusionAt(yTrue, scores, other))
  const confusion = confusionAt(yTrue, scores, value)
  return {
    confusion,
    ...proportionsInWords(proportionIntervals(yTrue, scores, value, patients)),
    f1: finite(measures(confusion).f1),
    ...(low !== null && high !== null
      ? {
          overCutoff: {
            sensitivity: { low: finite(at(high).sensitivity), high: finite(at(low).sensitivity) },
            specificity: { low: finite(at(low).specificity), high: finite(at(high).specificity) },
          },
        }
      : {}),
    ...(prevalence !== null
      ? {
          atPrevalence: {
            prevalence,
            ...proportionsInWords(predictiveValues(yTrue, scores, { cutoff: value, prevalence, patients })),
          },
        }
      : {}),
  }
}

/** Figures by patient; undefined where each has one film. */
export function byPatientOf(
  { yTrue, scores, patients }: ScoredFilms,
  cutoff = fixedCutoff,
): ByPatientResult | undefined {
  const cases = patientLevel(yTrue, scores, patients)
  if (cases.patients.length === patients.length) return undefined
  const { sensitivity, specificity } = proportionsInWords(
    proportionIntervals(cases.yTrue, cases.yScore, cutoff, cases.patients),
  )
  return {
    rule: 'max',
    n: cases.patients.length,
    positives: cases.yTrue.filter((label) => label === 1).length,
    ofBothClasses: cases.ofBothClasses,
    auc: finiteInterval(aucInterval(cases.yTrue, cases.yScore)),
    cutoff,
    sensitivity,
    specificity,
  }
}
