/**
 * The arms in use: what a chosen cutoff does, whether probabilities can be taken at their word, from which probability on
 * acting would pay, and the same by patient. Nothing with more than two classes.
 */

import {
  absent,
  count,
  counted,
  fixed,
  limits,
  merged,
  percentage,
  pNumber,
  proportion,
  short,
  signed,
  signedLimits,
} from '../../base/format.js'
import type { AccuracyComparison, CutoffEvaluation, CutoffResult } from '../../record/clinical-result.js'
import type { Interval } from '../../record/figure.js'
import type { ArmResult, Result } from '../../record/result.js'
import { unseenName } from '../../words/choosing-films.js'
import { armName, armWithCode, setName } from '../../words/names.js'
import { armsInUse, type FigureList, resultSets } from '../figure-list.js'
import { type Content, html, type Markup } from '../html.js'
import { bullets, estimate, figureBlock, section, table } from '../layout.js'

export function use(result: Result, figures: FigureList): Markup | undefined {
  const sets = resultSets(result).filter((set) => armsInUse(result, set).length > 0)
  if (sets.length === 0) return undefined
  return section(
    'use',
    'In use',
    html`<p>The AUC says how well films are ranked, not what to do about a single one. Here the paper’s arms have a cutoff, and their probabilities are compared with the true classes. Nothing was fitted to test films: cutoffs were chosen on ${unseenName(result.search)} films, and the prior is that of the original training films.</p>`,
    sets.map(
      (set) => html`<h3>${setName(set)}</h3>
${cutoffTable(result, set)}
${accuracyTable(result, set)}
${figureBlock(figures.get(`calibration-${set}`), calibrationCaption(result, set))}
${calibrationTable(result, set)}
${figureBlock(figures.get(`decision-${set}`), decisionCaption(result, set))}
${patientTable(result, set)}`,
    ),
  )
}

/** A cutoff's rule in words. */
function ruleName({ rule, wanted }: Pick<CutoffResult, 'rule' | 'wanted'>): string {
  if (rule === 'fixed') return 'Fixed'
  return rule === 'youden' ? 'Youden' : `Sensitivity of ${short(wanted)}`
}

function cutoffTable(result: Result, set: string): Markup | undefined {
  const rows = armsInUse(result, set).flatMap((arm) =>
    (arm.cutoffs ?? []).map((cutoff) => ({ arm, cutoff, on: cutoff.evaluations[set] })),
  )
  if (rows.length === 0) return undefined
  const prevalence = rows.find(({ on }) => on?.atPrevalence)?.on?.atPrevalence?.prevalence
  const cases = Math.max(0, ...rows.map(({ cutoff }) => cutoff.cases))
  const at = prevalence === undefined ? 'the shares of these films' : `a prevalence of ${percentage(prevalence)}`
  const values = (on: CutoffEvaluation | undefined) =>
    [on?.sensitivity, on?.specificity, on?.atPrevalence?.ppv ?? on?.ppv, on?.atPrevalence?.npv ?? on?.npv].map(cell)
  return html`${table({
    caption: html`<b>Cutoffs</b>, ${setName(set).toLowerCase()}. A film is called ${result.dataset.positive} from this probability on (as trained). Youden’s and the wanted sensitivity were chosen on ${counted(cases, `${unseenName(result.search)} film`)}; in brackets stands where 95 % of the cutoffs would lie if other patients had chosen them, and in the last column what sensitivity and specificity would be on these films at either end. 95 % intervals under the measures; PPV and NPV at ${at}.${result.folds.length > 0 && set === 'internal' && ' The chosen cutoffs are those of the model that is handed over, and here each fold’s own models called the films: dashes stand for what could not be measured.'}`,
    columns: [
      { label: 'Chosen by' },
      { label: 'Cutoff', numeric: true },
      { label: 'Sensitivity', numeric: true },
      { label: 'Specificity', numeric: true },
      { label: 'PPV', numeric: true },
      { label: 'NPV', numeric: true },
      { label: 'At the cutoff’s limits', numeric: true },
    ],
    rows: rows.map(({ arm, cutoff, on }, i) => ({
      cells: [
        ruleName(cutoff),
        estimate(fixed(cutoff.value), cutoff.low === null ? undefined : limits(cutoff.low, cutoff.high)),
        ...values(on),
        overCutoff(on),
      ],
      heading: arm === rows[i - 1]?.arm ? undefined : armWithCode(arm.name),
    })),
    stack: true,
  })}${bullets(reasons(rows.map(({ arm, cutoff }) => ({ reason: cutoff.reason, what: `${ruleName(cutoff)}, ${armWithCode(arm.name)}` }))))}`
}

function overCutoff(on: CutoffEvaluation | undefined): Content {
  if (!on?.overCutoff) return absent
  const { sensitivity, specificity } = on.overCutoff
  const words = (name: string, { low, high }: typeof sensitivity) =>
    html`<span class="interval">${name} ${limits(low, high, 2)}</span>`
  return html`${words('sens.', sensitivity)} ${words('spec.', specificity)}`
}

function accuracyTable(result: Result, set: string): Markup | undefined {
  const list = (result.accuracyComparisons ?? []).filter(
    (one) => one.set === set && one.a === result.search.arm && one.rule !== 'sensitivity',
  )
  if (list.length === 0) return undefined
  const methods = merged(list.map((one) => one.method)).join('; ')
  const others = [...new Set(list.map((one) => one.b))]
  const of = (b: string, rule: AccuracyComparison['rule'], measure: AccuracyComparison['measure']) =>
    list.find((one) => one.b === b && one.rule === rule && one.measure === measure)
  const rows = (['fixed', 'youden'] as const).flatMap((rule) =>
    others.map((b, i) => {
      const [sensitivity, specificity] = [of(b, rule, 'sensitivity'), of(b, rule, 'specificity')]
      return {
        cells: [
          armWithCode(b),
          differenceCell(sensitivity),
          pNumber(sensitivity?.pHolm),
          differenceCell(specificity),
          pNumber(specificity?.pHolm),
        ],
        heading:
          i === 0 ? (rule === 'fixed' ? 'Both at the fixed cutoff' : 'Each at its own Youden cutoff') : undefined,
      }
    }),
  )
  return html`<details><summary>Sensitivity and specificity, pair by pair</summary>${table({
    caption: html`<b>${armName(result.search.arm)} less each other arm</b>, both on the same films, ${setName(set).toLowerCase()}. Unadjusted 95 % intervals; p after Holm over all pairs at that cutoff. At one fixed cutoff a difference may only mean that an arm’s probabilities lie higher. Method: ${methods}.`,
    columns: [
      { label: 'Other arm' },
      { label: 'Sensitivity', numeric: true },
      { label: 'p, Holm', numeric: true },
      { label: 'Specificity', numeric: true },
      { label: 'p, Holm', numeric: true },
    ],
    rows,
    stack: true,
  })}</details>`
}

function differenceCell(one: AccuracyComparison | undefined): Markup {
  if (!one || one.difference === null) return estimate(absent)
  return estimate(signed(one.difference), signedLimits(one.low, one.high))
}

/** Which probabilities a figure shows. */
function shownScores(result: Result, set: string): string {
  const corrected = armsInUse(result, set).some((arm) => arm.calibration?.[set]?.corrected)
  return corrected
    ? 'Probabilities after correction of the prior: arms trained on balanced classes give them for balanced classes, so their odds were multiplied by the training films’ odds of disease over those of the training set.'
    : 'Probabilities as trained; no arm’s training set has other shares of the classes than the original films, so no prior was corrected.'
}

function calibrationCaption(result: Result, set: string): Markup {
  return html`<b>Calibration</b>, ${setName(set).toLowerCase()}: points are groups of films in order of their probability with Wilson limits, larger where there are more films; the line is the logistic recalibration with its 95 % band. On the diagonal a predicted probability is right. ${shownScores(result, set)}`
}

function calibrationTable(result: Result, set: string): Markup {
  const rows = armsInUse(result, set).flatMap((arm) => {
    const found = arm.calibration?.[set]
    if (!found) return []
    return [
      { arm, name: 'as trained', fit: found.asTrained },
      ...(found.corrected ? [{ arm, name: 'prior corrected', fit: found.corrected }] : []),
    ]
  })
  const worst = rows.flatMap(({ arm, fit }) =>
    [fit.intercept, fit.slope].map(({ reason }) => ({ reason, what: `calibration of ${armWithCode(arm.name)}` })),
  )
  return html`${table({
    caption: html`<b>Calibration of the arms.</b> Intercept (with the slope held at 1): 0 is right, below 0 probabilities are too high on the whole. Slope: 1 is right, below 1 they are too extreme. Brier: mean squared error, lower is better; scaled: 1 is perfect, 0 is no better than giving everybody the share of diseased.`,
    columns: [
      { label: 'Arm' },
      { label: 'Probabilities' },
      { label: 'Intercept', numeric: true },
      { label: 'Slope', numeric: true },
      { label: 'Brier', numeric: true },
      { label: 'Brier, scaled', numeric: true },
    ],
    rows: rows.map(({ arm, name, fit }) => ({
      cells: [
        armCell(arm),
        name,
        number(fit.intercept),
        number(fit.slope),
        number(fit.brier, 3),
        number(fit.scaledBrier),
      ],
      strong: arm.name === result.search.arm,
    })),
    stack: true,
  })}${bullets(reasons(worst))}`
}

function decisionCaption(result: Result, set: string): Markup {
  const decision = armsInUse(result, set).find((arm) => arm.decision?.[set])?.decision?.[set]
  const prevalence = decision
    ? `${percentage(decision.prevalence)}, ${decision.prevalenceFrom === 'configuration' ? 'as the configuration names it' : 'that of these films'}`
    : absent
  return html`<b>Decision curve</b>, ${setName(set).toLowerCase()}, at a prevalence of ${prevalence}. To act from a probability of 0.2 on is to count a needless action as a quarter as bad as a missed disease. A classifier is of use where it lies above both acting on everybody and acting on nobody; where its band reaches them, these films can’t tell. Band: pointwise 95 % interval of ${armWithCode(result.search.arm)}.`
}

function patientTable(result: Result, set: string): Markup | undefined {
  const arms = armsInUse(result, set).filter((arm) => arm.byPatient?.[set])
  const first = arms[0]?.byPatient?.[set]
  if (!first) return undefined
  const both =
    first.ofBothClasses > 0
      ? ` ${counted(first.ofBothClasses, 'patient')} with films of both classes ${first.ofBothClasses === 1 ? 'counts' : 'count'} as ${result.dataset.positive}.`
      : ''
  return table({
    caption: html`<b>By patient</b>, ${setName(set).toLowerCase()}: ${counted(first.n, 'patient')}, ${count(first.positives)} of them ${result.dataset.positive}. A patient counts as ${result.dataset.positive} where any film does, and is called so by the highest probability of any film: for a patient the question is whether the disease is there at all.${both} Cutoff ${fixed(first.cutoff, 2)}.`,
    columns: [
      { label: 'Arm' },
      { label: 'AUC', numeric: true },
      { label: 'Sensitivity', numeric: true },
      { label: 'Specificity', numeric: true },
    ],
    rows: arms.map((arm) => ({
      cells: [
        armCell(arm),
        ...[arm.byPatient?.[set]?.auc, arm.byPatient?.[set]?.sensitivity, arm.byPatient?.[set]?.specificity].map(cell),
      ],
      strong: arm.name === result.search.arm,
    })),
    stack: true,
  })
}

function armCell({ name }: ArmResult): Markup {
  return html`${armName(name)} <span class="code">[${name}]</span>`
}

function cell(one: Interval | undefined): Markup {
  if (!one || one.value === null) return estimate(absent)
  return estimate(proportion(one.value), one.low === null ? undefined : limits(one.low, one.high))
}

/** A number that may be below 0 or above 1. */
function number(one: Interval, digits = 2): Markup {
  if (one.value === null) return estimate(absent)
  return estimate(
    fixed(one.value, digits),
    one.low === null ? undefined : `${fixed(one.low, digits)} to ${fixed(one.high, digits)}`,
  )
}

/** Each reason once, with what it holds for. */
function reasons(list: readonly { reason?: string; what: string }[]): Content[] {
  const found = new Map<string, Set<string>>()
  for (const { reason, what } of list) {
    if (reason) found.set(reason, (found.get(reason) ?? new Set()).add(what))
  }
  return [...found].map(([reason, what]) => html`${absent} ${[...what].join('; ')}: ${reason}.`)
}
