/**
 * Arms as a clinic would use them: each with its cutoffs, calibration, decision curve and figures by patient on every set,
 * and the arms against each other in sensitivity and specificity. Cutoffs come from tuning films alone.
 */
import { formatCsv } from '../../base/csv.js'
import { writeAtomic } from '../../base/files.js'
import { Rng } from '../../base/random.js'
import { probability } from '../../head/probability.js'
import { holm } from '../../metrics/holm.js'
import { pairedAccuracy } from '../../metrics/paired-proportions.js'
import type { AccuracyComparison, CutoffResult } from '../../record/clinical-result.js'
import type { ArmResult, Comparison } from '../../record/result.js'
import { composition } from '../arms.js'
import { classCounts, labelsOf, type SearchData } from '../cohort/film-set.js'
import type { DeliveredArm } from '../delivered.js'
import {
  atCutoff,
  byPatientOf,
  calibrationOf,
  chooseCutoffs,
  decisionOf,
  type Priors,
  type ScoredFilms,
} from '../scoring/clinical.js'
import { finite } from '../scoring/finite.js'
import type { SetScores } from '../scoring/set-scores.js'
import type { RunContext } from '../stage.js'

export type ClinicalFields = Pick<ArmResult, 'cutoffs' | 'calibration' | 'decision' | 'byPatient'>

/** Cutoffs of an arm and what it is worth on every set; nothing with more than two classes. */
export function judgeArm(
  context: RunContext,
  data: SearchData,
  delivered: DeliveredArm,
  sets: readonly SetScores[],
): ClinicalFields {
  if (data.positiveIndex === null) return {}
  const { config } = context
  const { name } = delivered.arm
  const tuning = tuningScores(context, data, delivered)
  const cutoffs = chooseCutoffs(tuning, {
    sensitivity: config.evaluation.sensitivity,
    rng: new Rng(config.seed).split('cutoff').split(name),
  })
  return onSets(sets, name, cutoffs, priorsOf(data, delivered), config.evaluation.prevalence)
}

/** The same for cutoffs and priors that are known already, as on one more hospital's films. */
export function onSets(
  sets: readonly SetScores[],
  arm: string,
  cutoffs: readonly Omit<CutoffResult, 'evaluations'>[],
  priors: Priors,
  prevalence: number | null,
): Required<ClinicalFields> {
  const bySet = <T>(of: (films: ScoredFilms) => T | undefined, among = sets) =>
    Object.fromEntries(
      among.flatMap((set) => {
        const found = of({ yTrue: set.yTrue, scores: set.scores[arm], patients: set.patients })
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

/** Scores of the delivered model on the tuning films, kept as a table beside those of the test sets. */
function tuningScores(
  { config, directory }: RunContext,
  data: SearchData,
  { arm, selectionLogits }: DeliveredArm,
): ScoredFilms | { reason: string } {
  if (config.search.selectOn === 'test')
    return { reason: 'K was chosen on the test films, and no film is left to choose a cutoff on' }
  const { films } = data.selection
  const scores = Array.from(selectionLogits, probability)
  const yTrue = labelsOf(data.selection, data.positiveIndex)
  const patients = films.map((film) => film.patientId)
  writeAtomic(
    directory.scoresOf(arm.name, 'tuning'),
    formatCsv(
      ['film', 'label', 'score', 'patient'],
      films.map((film, i) => [film.id, yTrue[i], scores[i], patients[i]]),
    ),
  )
  return { yTrue, scores, patients }
}

/** The pairs whose AUCs are compared, in sensitivity and specificity at each rule's cutoffs; Holm within a set and rule. */
export function compareAccuracy(
  sets: readonly SetScores[],
  arms: readonly Pick<ArmResult, 'name' | 'cutoffs'>[],
  pairs: readonly Pick<Comparison, 'set' | 'a' | 'b'>[],
): AccuracyComparison[] {
  const rules = arms[0]?.cutoffs?.map(({ rule }) => rule) ?? []
  return sets
    .filter((set) => set.folds === undefined)
    .flatMap((set) => rules.flatMap((rule) => compareAtRule(set, rule, arms, pairs)))
}

function compareAtRule(
  { set, yTrue, patients, scores }: SetScores,
  rule: CutoffResult['rule'],
  arms: readonly Pick<ArmResult, 'name' | 'cutoffs'>[],
  pairs: readonly Pick<Comparison, 'set' | 'a' | 'b'>[],
): AccuracyComparison[] {
  const cutoffOf = (name: string) =>
    arms.find((arm) => arm.name === name)?.cutoffs?.find((cutoff) => cutoff.rule === rule)?.value ?? null
  const tests = pairs
    .filter((pair) => pair.set === set)
    .flatMap(({ a, b }) => {
      const [cutoffA, cutoffB] = [cutoffOf(a), cutoffOf(b)]
      if (cutoffA === null || cutoffB === null) return []
      const { sensitivity, specificity } = pairedAccuracy(yTrue, scores[a], scores[b], { cutoffA, cutoffB, patients })
      return [
        { a, b, measure: 'sensitivity' as const, test: sensitivity },
        { a, b, measure: 'specificity' as const, test: specificity },
      ]
    })
  const adjusted = holm(tests.map(({ test }) => test.p))
  return tests.map(({ a, b, measure, test }, i) => ({
    set,
    rule,
    measure,
    a,
    b,
    difference: finite(test.difference),
    low: finite(test.low),
    high: finite(test.high),
    p: finite(test.p),
    pHolm: finite(adjusted[i]),
    method: test.method,
    ...(test.reason ? { reason: test.reason } : {}),
  }))
}
