/** The tables of the arms in use as CSV, numbers in full precision: cutoffs, accuracy, calibration, decision, patients. */
import { type Cell, formatCsv } from '../base/csv.js'
import type { Interval } from '../record/figure.js'
import type { ArmResult, Result } from '../record/result.js'

/** File name without ending to CSV text; nothing where the result has no such figures. */
export function tablesInUse(result: Result): Record<string, string> {
  if (!result.arms.some((arm) => arm.calibration)) return {}
  return {
    cutoffs: cutoffs(result),
    'sensitivity-specificity': accuracy(result),
    calibration: calibration(result),
    'decision-curve': decision(result),
    patients: patients(result),
  }
}

function threeOf(name: string): string[] {
  return [name, `${name}_low`, `${name}_high`]
}

function cells(one: Interval | undefined): Cell[] {
  return [one?.value, one?.low, one?.high]
}

function cutoffs({ arms }: Result): string {
  const names = ['sensitivity', 'specificity', 'ppv', 'npv', 'accuracy'] as const
  const header = [
    ...['set', 'arm', 'rule', 'wanted', 'cutoff', 'cutoff_low', 'cutoff_high', 'tuning_films'],
    ...names.flatMap(threeOf),
    ...['f1', 'tp', 'fn', 'tn', 'fp', 'sensitivity_at_high', 'sensitivity_at_low', 'specificity_at_low'],
    ...['specificity_at_high', 'prevalence', ...threeOf('ppv_at_prevalence'), ...threeOf('npv_at_prevalence')],
  ]
  const rows = arms.flatMap((arm) =>
    (arm.cutoffs ?? []).flatMap((cutoff) =>
      Object.entries(cutoff.evaluations).map(([set, on]): Cell[] => [
        ...[set, arm.name, cutoff.rule, cutoff.wanted, cutoff.value, cutoff.low, cutoff.high, cutoff.cases],
        ...names.flatMap((name) => cells(on[name])),
        ...[on.f1, on.confusion.tp, on.confusion.fn, on.confusion.tn, on.confusion.fp],
        ...[on.overCutoff?.sensitivity.low, on.overCutoff?.sensitivity.high],
        ...[on.overCutoff?.specificity.low, on.overCutoff?.specificity.high],
        ...[on.atPrevalence?.prevalence, ...cells(on.atPrevalence?.ppv), ...cells(on.atPrevalence?.npv)],
      ]),
    ),
  )
  return formatCsv(header, rows)
}

function accuracy({ accuracyComparisons = [] }: Result): string {
  const header = ['set', 'rule', 'measure', 'a', 'b', 'difference', 'low', 'high', 'p', 'p_holm', 'method', 'reason']
  const rows = accuracyComparisons.map((one): Cell[] => [
    ...[one.set, one.rule, one.measure, one.a, one.b, one.difference, one.low, one.high, one.p, one.pHolm],
    ...[one.method, one.reason],
  ])
  return formatCsv(header, rows)
}

/** An arm's entries of a field by set. */
function bySet<T>(arms: readonly ArmResult[], of: (arm: ArmResult) => Record<string, T> | undefined) {
  return arms.flatMap((arm) => Object.entries(of(arm) ?? {}).map(([set, found]) => ({ arm: arm.name, set, found })))
}

function calibration({ arms }: Result): string {
  const header = [
    ...['set', 'arm', 'probabilities', 'training_share', 'films_share', ...threeOf('intercept'), ...threeOf('slope')],
    ...[...threeOf('brier'), ...threeOf('scaled_brier'), 'reason'],
  ]
  const rows = bySet(arms, (arm) => arm.calibration).flatMap(({ arm, set, found }) =>
    [
      { name: 'as trained', fit: found.asTrained },
      ...(found.corrected ? [{ name: 'prior corrected', fit: found.corrected }] : []),
    ].map(({ name, fit }): Cell[] => [
      ...[set, arm, name, found.prior.training, found.prior.films, ...cells(fit.intercept), ...cells(fit.slope)],
      ...[...cells(fit.brier), ...cells(fit.scaledBrier), fit.slope.reason ?? fit.intercept.reason],
    ]),
  )
  return formatCsv(header, rows)
}

function decision({ arms }: Result): string {
  const header = ['set', 'arm', 'prevalence', 'probabilities', 'threshold', ...threeOf('net_benefit'), 'acting_on_all']
  const rows = bySet(arms, (arm) => arm.decision).flatMap(({ arm, set, found }) =>
    found.points.map((point): Cell[] => [
      ...[set, arm, found.prevalence, found.scores, point.threshold, point.model, point.low, point.high, point.all],
    ]),
  )
  return formatCsv(header, rows)
}

function patients({ arms }: Result): string {
  const header = [
    ...['set', 'arm', 'rule', 'patients', 'positive', 'of_both_classes', ...threeOf('auc'), 'cutoff'],
    ...[...threeOf('sensitivity'), ...threeOf('specificity')],
  ]
  const rows = bySet(arms, (arm) => arm.byPatient).map(({ arm, set, found }): Cell[] => [
    ...[set, arm, found.rule, found.n, found.positives, found.ofBothClasses, ...cells(found.auc), found.cutoff],
    ...[...cells(found.sensitivity), ...cells(found.specificity)],
  ])
  return formatCsv(header, rows)
}
