/** Performance on each test set: ROC curves (the paper's Figure 2), measures with intervals (Table 1), comparisons with Holm. */

import { absent, count, counted, fixed, listing, merged, pNumber, signed, signedLimits } from '../../base/format.js'
import type { Comparison, Evaluation, Result } from '../../record/result.js'
import { armName, armWithCode, aucName, measureNames, rankingName, setName } from '../../words/names.js'
import { ofModels } from '../../words/reach.js'
import { evaluatedArms, type FigureList, resultSets } from '../figure-list.js'
import { type Content, html, type Markup } from '../html.js'
import { bullets, estimate, estimateCell, figureBlock, section, table } from '../layout.js'
import { perClass } from './per-class.js'

export function performance(
  result: Result,
  figures: FigureList,
  openings: Readonly<Record<string, number>> = {},
  added: Readonly<Record<string, string>> = {},
): Markup {
  const sets = resultSets(result)
  const external = sets.filter((set) => set !== 'internal')
  const elsewhere =
    external.length > 0
      ? `Every arm was scored on films of ${external.length === 1 ? 'another hospital' : 'other hospitals'} too (${listing(external)}): on all of them, and nothing was fitted again.`
      : 'No set from another hospital was given, so nothing is known about films from elsewhere.'
  return section(
    'performance',
    'Performance',
    html`<p>Test films took no part in training or in choosing K${result.search.selectOn === 'test' && ' (not so here: K was chosen on them)'}. Each arm was tested as one model${armRepeats(result)}${result.folds.length > 0 && ' in each fold, and every internal film was scored by the models of the one fold that never saw it'}. ${elsewhere}</p>`,
    sets.map((set) => setPerformance(result, set, figures, { opened: openings[set], added: added[set] })),
  )
}

function armRepeats(result: Result): string {
  const repeats = result.search.trials[0]?.scores.length ?? 1
  return repeats > 1 ? `, the average of ${repeats} heads` : ''
}

function setPerformance(
  result: Result,
  set: string,
  figures: FigureList,
  { opened, added }: { opened: number | undefined; added: string | undefined },
): Markup {
  const arms = evaluatedArms(result, set)
  const first = arms[0]?.on
  const counts = set === 'internal' ? internalCounts(result) : result.dataset.external[set]
  const classes = result.dataset.classes.map((name) => `${name}: ${count(counts?.[name] ?? null)}`)
  return html`<h3>${setName(set)}</h3>
<p>${first ? `${counted(first.n, 'film')} of ${counted(first.patients, 'patient')} (${classes.join(', ')}).` : ''} ${opened !== undefined && openedWords(opened)}</p>
${added !== undefined && html`<p>${added}</p>`}
${figureBlock(figures.get(`roc-${set}`), html`<b>ROC curves of the arms</b>, ${setName(set).toLowerCase()}${set === 'internal' && ' (as the paper’s Figure 2)'}. Area under each with its 95 % interval.`)}
${figureBlock(figures.get(`auc-${set}`), html`<b>${rankingName(result)} of every arm and control</b>, ${setName(set).toLowerCase()}, with 95 % intervals. Intervals that overlap don’t settle a comparison; the table of comparisons does.`)}
${measureTable(result, set)}
${countTable(result, set)}
${perClass(result, set, figures)}
${comparisonTable(result, set)}
${secondLook(result, set)}`
}

/** Internal films that were tested, by class: the test set, or with folds every film. */
function internalCounts({ dataset: { classes, split }, folds }: Result): Record<string, number> {
  if (folds.length === 0) return split.test
  return Object.fromEntries(
    classes.map((name) => [name, (split.train[name] ?? 0) + (split.tuning[name] ?? 0) + (split.test[name] ?? 0)]),
  )
}

/** Looking at a test set again and again chooses on it, whatever each single run does. */
function openedWords(runs: number): string {
  if (runs === 1) return 'No other run beside this one has opened these films.'
  return `These films have been opened in ${runs} runs of this folder, this one included: to report the best of them would be to choose on the test films.`
}

/** What an external set says of the verdict: it comes second, and can only take a yes back. */
function secondLook({ verdict }: Result, set: string): Markup | undefined {
  if (verdict.comparators.every((one) => one.external[set] === undefined)) return undefined
  return table({
    caption: html`<b>Second look at the verdict</b>, ${setName(set).toLowerCase()}: the same differences here, with their upper limits. A limit below 0 turns a yes into unclear.`,
    columns: [{ label: 'Comparator' }, { label: 'Difference', numeric: true }, { label: 'At most', numeric: true }],
    rows: verdict.comparators.map((one) => ({
      cells: [armWithCode(one.name), signed(one.external[set]?.difference), signed(one.external[set]?.high)],
    })),
  })
}

function measureTable(result: Result, set: string): Markup {
  const arms = evaluatedArms(result, set)
  const bothRoles = new Set(arms.map((arm) => arm.role)).size > 1
  const rows = arms.map((arm, i) => ({
    cells: [
      armCell(arm.name, arm.k),
      estimateCell(arm.on.auc.value, arm.on.auc),
      ...measureNames.map(([key]) => estimateCell(arm.on[key], arm.on.intervals[key])),
    ],
    strong: arm.name === result.search.arm,
    heading:
      bothRoles && arm.role !== arms[i - 1]?.role ? (arm.role === 'arm' ? 'The paper’s arms' : 'Controls') : undefined,
  }))
  return html`${table({
    caption: html`<b>Measures of every arm</b>, ${setName(set).toLowerCase()}${set === 'internal' && ' (the paper’s Table 1)'}. 95 % intervals in brackets; F1 has none. ${howCalled(result, arms)}`,
    columns: [
      { label: 'Arm' },
      ...[rankingName(result), ...measureNames.map(([, label]) => label)].map((label) => ({ label, numeric: true })),
    ],
    rows,
    stack: true,
  })}${bullets(missing(arms))}`
}

/** What the measures of the table rest on. */
function howCalled({ dataset }: Result, arms: readonly { on: Evaluation }[]): string {
  if (dataset.positive === null) {
    const m = arms.flatMap(({ on }) => (on.handTill ? [on.handTill] : []))
    return `The most probable class is called. Macro AUC: mean of the AUCs of each class against the rest; sensitivity, specificity, F1, PPV and NPV are such means too${m.length > 0 ? '; Hand and Till’s M stands in tables/table1.csv' : ''}.`
  }
  const cutoffs = [...new Set(arms.map((arm) => fixed(arm.on.cutoff, 2)))]
  return `Positive class: ${dataset.positive}. Cutoff ${listing(cutoffs)} for all but the AUC.`
}

function armCell(name: string, k: number): Markup {
  const code = armName(name) === name ? undefined : `[${name}]`
  return html`${armName(name)} <span class="code">${code}${k > 1 && ` K = ${k}`}</span>`
}

/** Why a cell is empty. */
function missing(arms: readonly { name: string; on: Evaluation }[]): Content[] {
  const reasons = new Map<string, string[]>()
  const note = (reason: string, what: string) => reasons.set(reason, [...(reasons.get(reason) ?? []), what])
  for (const { name, on } of arms) {
    if (on.auc.value === null || on.auc.low === null)
      note(on.auc.reason ?? 'no reason recorded', `AUC of ${armWithCode(name)}`)
    for (const [key, label] of measureNames) {
      const interval = on.intervals[key]
      if (on[key] === null) note(interval?.reason ?? 'its denominator is 0', `${label} of ${armWithCode(name)}`)
    }
  }
  return [...reasons].map(([reason, what]) => html`${absent} ${listing(what)}: ${reason}.`)
}

function countTable(result: Result, set: string): Markup | undefined {
  if (result.dataset.positive === null) return undefined
  return table({
    caption: html`<b>Counts behind the measures.</b> TP and FN: films of class ${result.dataset.positive} called positive and missed; TN and FP: the others called negative and called positive. Brier score: mean squared error of the probability (lower is better).`,
    columns: [{ label: 'Arm' }, ...['TP', 'FN', 'TN', 'FP', 'Brier'].map((label) => ({ label, numeric: true }))],
    rows: evaluatedArms(result, set).map(({ name, on }) => ({
      cells: [
        html`${armName(name)} <span class="code">[${name}]</span>`,
        ...[on.confusion?.tp, on.confusion?.fn, on.confusion?.tn, on.confusion?.fp].map((value) => count(value)),
        fixed(on.brier),
      ],
      strong: name === result.search.arm,
    })),
    dense: true,
  })
}

function comparisonTable(result: Result, set: string): Markup | undefined {
  const list = result.comparisons.filter((one) => one.set === set)
  if (list.length === 0) return undefined
  const methods = merged(list.map((one) => one.method))
  const plain = list.some((one) => one.delong.p !== null)
  return html`${table({
    caption: html`<b>Comparisons of arms</b>, ${setName(set).toLowerCase()}, for ${ofModels(set === 'internal' ? result.verdict.basis : { ...result.verdict.basis, folds: 0 })}. Difference: ${aucName(result)} of the first minus that of the second, with its unadjusted 95 % interval. p after Holm takes account of the ${count(list.length)} comparisons on this set. Method: ${listing(methods)}.${plain && ' Last column: p of DeLong’s plain test (1988), as papers give it, which treats every film as if it came from a patient of its own; not adjusted.'}`,
    columns: [
      { label: 'First arm' },
      { label: 'Second arm' },
      { label: 'Difference', numeric: true },
      { label: 'p', numeric: true },
      { label: 'p, Holm', numeric: true },
      ...(plain ? [{ label: 'p, DeLong', numeric: true }] : []),
    ],
    rows: list.map((one) => ({
      cells: [
        armWithCode(one.a),
        armWithCode(one.b),
        comparisonDifference(one),
        pNumber(one.p),
        pNumber(one.pHolm),
        ...(plain ? [pNumber(one.delong.p)] : []),
      ],
    })),
    stack: true,
  })}${bullets(list.filter((one) => one.reason).map((one) => html`${absent} ${armName(one.a)} and ${armName(one.b)}: ${one.reason}`))}`
}

function comparisonDifference(one: Comparison): Markup {
  if (one.difference === null) return estimate(absent)
  return estimate(
    signed(one.difference),
    one.low === null && one.high === null ? undefined : signedLimits(one.low, one.high),
  )
}
