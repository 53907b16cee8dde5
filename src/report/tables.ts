/**
 * The report's tables as CSV, numbers in full precision, empty where a number could not be had.
 * Names: table1 (arms and measures on every set), table2 (composition), tableS1 (every trial of every search), figureS2 (how
 * alike the films are that each K adds), flow, comparisons, verdict, rivals, selection (what fell), selected (that arm on every
 * set), learning-curve (real films alone), folds, arms, quality (quality-table.ts), those of the arms in use (tables-in-use.ts), and the
 * reporting checklists (claim, tripod-ai).
 */
import { type Cell, formatCsv } from '../base/csv.js'
import type { Comparison, Evaluation, Result, RivalResult, SelectionResult } from '../record/result.js'
import { armName, measureNames } from '../words/names.js'
import { answer, type Checklist, checklists } from './checklists/checklist.js'
import { evaluatedArms, otherSearches, resultSets, rivalSets } from './figure-list.js'
import { qualityTable } from './quality-table.js'
import { tablesInUse } from './tables-in-use.js'

/** File name without ending to CSV text. */
export function reportTables(result: Result): Record<string, string> {
  return {
    table1: measures(result),
    ...(result.dataset.positive === null ? { classes: classes(result), confusion: confusion(result) } : {}),
    table2: composition(result),
    tableS1: trials(result),
    ...(result.quality.some(({ msSsim }) => msSsim.byMultiple) ? { figureS2: similarityByMultiple(result) } : {}),
    flow: flow(result),
    arms: arms(result),
    comparisons: comparisons(result),
    verdict: verdict(result),
    ...(result.rivals ? { rivals: rivals(result) } : {}),
    ...(result.selection ? selectionTables(result, result.selection) : {}),
    ...(result.worth && result.worth.curve.length > 0 ? { 'learning-curve': learningCurve(result.worth) } : {}),
    ...(result.folds.length > 0 ? { folds: folds(result) } : {}),
    ...(result.quality.length > 0 ? { quality: qualityTable(result) } : {}),
    ...tablesInUse(result),
    ...Object.fromEntries(checklists.map((checklist) => [checklist.id, checklistTable(checklist, result)])),
  }
}

function folds(result: Result): string {
  const arms = Object.keys(result.folds[0]?.aucs ?? {})
  const header = ['time', 'fold', 'films', 'patients', 'k', 'stopped_at', 'converged', 'search_p', ...arms]
  const rows = result.folds.map((fold): Cell[] => [
    fold.time,
    fold.fold,
    fold.n,
    fold.patients,
    fold.kOptimal,
    fold.stoppedAt,
    String(fold.converged),
    fold.searchP,
    ...arms.map((arm) => fold.aucs[arm]),
  ])
  return formatCsv(header, rows)
}

const proportions = measureNames.map(([key]) => key)

function measures(result: Result): string {
  const several = result.dataset.positive === null
  const header = [
    'set',
    'arm',
    'name',
    'k',
    'training_images',
    'films',
    'patients',
    'auc',
    'auc_low',
    'auc_high',
    'auc_method',
    'cutoff',
  ]
  header.push(
    ...proportions.flatMap((key) => (key === 'f1' ? [key] : [key, `${key}_low`, `${key}_high`])),
    'tp',
    'fn',
    'tn',
    'fp',
    'brier',
    ...(several ? ['hand_till', 'hand_till_low', 'hand_till_high'] : []),
  )
  const rows = resultSets(result).flatMap((set) =>
    evaluatedArms(result, set).map(({ name, k, size, on }): Cell[] => [
      set,
      name,
      armName(name),
      k,
      size,
      on.n,
      on.patients,
      on.auc.value,
      on.auc.low,
      on.auc.high,
      on.auc.method,
      on.cutoff,
      ...proportions.flatMap((key) =>
        key === 'f1' ? [on.f1] : [on[key], on.intervals[key]?.low, on.intervals[key]?.high],
      ),
      on.confusion?.tp,
      on.confusion?.fn,
      on.confusion?.tn,
      on.confusion?.fp,
      on.brier,
      ...(several ? [on.handTill?.value, on.handTill?.low, on.handTill?.high] : []),
    ]),
  )
  return formatCsv(header, rows)
}

/** Each class against the rest, where there are more than two. */
function classes(result: Result): string {
  const names = proportions.filter((key) => key !== 'accuracy')
  const header = ['set', 'arm', 'class', 'films', 'auc', 'auc_low', 'auc_high']
  header.push(...names.flatMap((key) => (key === 'f1' ? [key] : [key, `${key}_low`, `${key}_high`])))
  header.push('tp', 'fn', 'tn', 'fp', 'brier')
  const rows = eachEvaluation(result).flatMap(({ set, arm, on }) =>
    (on.perClass ?? []).map((one): Cell[] => [
      set,
      arm,
      one.class,
      one.n,
      one.auc.value,
      one.auc.low,
      one.auc.high,
      ...names.flatMap((key) =>
        key === 'f1' ? [one.f1] : [one[key], one.intervals[key]?.low, one.intervals[key]?.high],
      ),
      one.confusion.tp,
      one.confusion.fn,
      one.confusion.tn,
      one.confusion.fp,
      one.brier,
    ]),
  )
  return formatCsv(header, rows)
}

/** What films of each class were called, a row a pair of classes. */
function confusion(result: Result): string {
  const { classes: names } = result.dataset
  const rows = eachEvaluation(result).flatMap(({ set, arm, on }) =>
    (on.confusionMatrix ?? []).flatMap((row, truth) =>
      row.map((films, called): Cell[] => [set, arm, names[truth], names[called], films]),
    ),
  )
  return formatCsv(['set', 'arm', 'class', 'called', 'films'], rows)
}

function eachEvaluation(result: Result): { set: string; arm: string; on: Evaluation }[] {
  return resultSets(result).flatMap((set) => evaluatedArms(result, set).map(({ name, on }) => ({ set, arm: name, on })))
}

function composition({ dataset }: Result): string {
  const { train, tuning, test } = dataset.split
  const sets = Object.entries(dataset.external)
  const header = ['class', 'positive', 'train', 'tuning', 'test', ...sets.map(([name]) => `external ${name}`)]
  const rows = dataset.classes.map((name): Cell[] => [
    name,
    dataset.positive === null ? '' : yes(name === dataset.positive),
    train[name] ?? 0,
    tuning[name] ?? 0,
    test[name] ?? 0,
    ...sets.map(([, counts]) => counts[name] ?? 0),
  ])
  const { patients, externalPatients } = dataset
  rows.push([
    '(patients)',
    '',
    patients.train,
    patients.tuning,
    patients.test,
    ...sets.map(([name]) => externalPatients[name]),
  ])
  return formatCsv(header, rows)
}

function trials(result: Result): string {
  const beside = [...(result.rivals?.arms ?? []), ...(result.selection?.arm ? [result.selection.arm] : [])]
  const searches = [
    result.search,
    ...otherSearches(result).map(([, search]) => search),
    ...beside.map(({ search }) => search),
  ]
  const repeats = Math.max(0, ...searches.flatMap((search) => search.trials.map((trial) => trial.scores.length)))
  const header = [
    'arm',
    'metric',
    'unit',
    'better',
    'selected_on',
    'k',
    'training_images',
    'mean',
    'se',
    'spread',
    'chosen',
    'stop',
    'indistinguishable',
    ...proportions.flatMap((key) => (key === 'f1' ? [key] : [key, `${key}_low`, `${key}_high`])),
  ]
  const rows = searches.flatMap((search) =>
    [...search.trials]
      .sort((a, b) => a.k - b.k)
      .map((trial): Cell[] => [
        search.arm,
        search.metric,
        search.unit,
        search.better,
        search.selectOn,
        trial.k,
        trial.size,
        trial.mean,
        trial.se,
        trial.spread,
        yes(trial.k === search.kOptimal),
        yes(trial.k === search.stoppedAt),
        yes(search.indistinguishable.includes(trial.k)),
        ...proportions.flatMap((key) => {
          const { value, low, high } = trial.measures[key] ?? {}
          return key === 'f1' ? [value] : [value, low, high]
        }),
        ...Array.from({ length: repeats }, (_, r) => trial.scores[r]),
      ]),
  )
  return formatCsv([...header, ...Array.from({ length: repeats }, (_, r) => `repeat_${r + 1}`)], rows)
}

/** The films that each K adds, class by class, beside real ones. */
function similarityByMultiple({ quality }: Result): string {
  const header = ['class', 'metric', 'pairs', 'k', 'new_films', 'ms_ssim', 'ms_ssim_low', 'ms_ssim_high']
  const rows = quality.flatMap(({ class: label, msSsim: { metric, pairs, real, byMultiple = [] } }): Cell[][] => [
    ...byMultiple.map(({ k, images, mean, low, high }) => [label, metric, pairs, k, images, mean, low, high]),
    [label, metric, pairs, 'real', null, real.mean, real.low, real.high],
  ])
  return formatCsv(header, rows)
}

/** Every rival on every set, and the chosen arm less it. */
function rivals(result: Result): string {
  const rows = rivalSets(result).flatMap((set) =>
    (result.rivals?.arms ?? []).map((rival): Cell[] => [set, rival.name, rival.label, ...besideOn(rival, set)]),
  )
  return formatCsv(['set', 'rival', 'filled_up_with', ...besideHeader], rows)
}

const besideHeader = [
  ...['k', 'training_images', 'auc', 'auc_low', 'auc_high'],
  ...['difference', 'difference_low', 'difference_high', 'p', 'method'],
]

/** An arm beside the others on a set, with the difference that it records. */
function besideOn(
  { k, size, evaluations, differences }: Pick<RivalResult, 'k' | 'size' | 'evaluations' | 'differences'>,
  set: string,
): Cell[] {
  const auc = evaluations[set]?.auc
  const found = differences.find((one) => one.set === set)
  const difference = [found?.difference, found?.low, found?.high, found?.p, found?.method]
  return [k, size, auc?.value, auc?.low, auc?.high, ...difference]
}

/** What fell of each class at each threshold; and the arm at the one that was taken on every set, less the chosen one. */
function selectionTables(result: Result, { classes, thresholds, arm }: SelectionResult): Record<string, string> {
  const fallen = thresholds.flatMap(({ threshold, refused, left, kMax, found }) =>
    Object.entries(classes).map(([label, { drawn, outOfRange }]): Cell[] => [
      threshold,
      yes(threshold === arm?.threshold),
      label,
      drawn,
      outOfRange,
      refused[label],
      left[label],
      kMax,
      found?.kOptimal,
      found?.score,
    ]),
  )
  const header = ['threshold', 'taken', 'class', 'drawn', 'out_of_range', 'refused', 'left', 'last_to_k', 'k', 'score']
  const sets = resultSets(result).filter((set) => arm?.evaluations[set])
  return {
    selection: formatCsv(header, fallen),
    ...(arm && {
      selected: formatCsv(
        ['set', 'arm', 'threshold', ...besideHeader],
        sets.map((set): Cell[] => [set, arm.name, arm.threshold, ...besideOn(arm, set)]),
      ),
    }),
  }
}

/** Measured sizes of the training set of real films alone. */
function learningCurve({ curve }: NonNullable<Result['worth']>): string {
  const rows = curve.map(({ films, auc }): Cell[] => [films, auc.value, auc.low, auc.high])
  return formatCsv(['training_films', 'auc', 'auc_low', 'auc_high'], rows)
}

function yes(condition: boolean): string {
  return condition ? 'yes' : 'no'
}

function flow({ dataset }: Result): string {
  const rows = dataset.flow.flatMap((one): Cell[][] => [
    [one.set, 'found', '', one.found],
    ...one.excluded.map((excluded) => [one.set, 'excluded', excluded.reason, excluded.count]),
    [one.set, 'analysed', '', one.analysed],
  ])
  return formatCsv(['set', 'step', 'reason', 'films'], rows)
}

function arms(result: Result): string {
  const header = [
    'arm',
    'name',
    'role',
    'k',
    'original',
    'synthetic',
    'conventional',
    'training_images',
    'head_steps',
    'selection_score',
  ]
  const rows = result.arms.map((arm): Cell[] => {
    const { original, synthetic, conventional } = arm.composition
    return [
      arm.name,
      armName(arm.name),
      arm.role,
      arm.k,
      original,
      synthetic,
      conventional,
      arm.size,
      arm.steps,
      arm.selectionScore,
    ]
  })
  return formatCsv(header, rows)
}

function comparisons(result: Result): string {
  const several = result.dataset.positive === null
  const header = [
    'set',
    'a',
    'b',
    'difference',
    'low',
    'high',
    'z',
    'p',
    'p_holm',
    'delong_z',
    'delong_p',
    'method',
    'reason',
    ...(several ? ['class'] : []),
  ]
  const row = (one: Comparison, name?: string): Cell[] => [
    one.set,
    one.a,
    one.b,
    one.difference,
    one.low,
    one.high,
    one.z,
    one.p,
    one.pHolm,
    one.delong.z,
    one.delong.p,
    one.method,
    one.reason,
    ...(several ? [name ?? 'macro'] : []),
  ]
  const rows = result.comparisons.flatMap((one) => [
    row(one),
    ...(one.perClass ?? []).map((own) => row({ ...one, ...own, pHolm: null }, own.class)),
  ])
  return formatCsv(header, rows)
}

function verdict({ verdict: one }: Result): string {
  const sets = Object.keys(one.comparators[0]?.external ?? {})
  const header = [
    'comparator',
    'decides',
    'difference',
    'low',
    'high',
    'cases_needed',
    ...sets.flatMap((set) => [`${set} difference`, `${set} high`]),
  ]
  const rows = one.comparators.map((comparator): Cell[] => [
    comparator.name,
    yes(comparator.name === one.comparator),
    comparator.difference,
    comparator.low,
    comparator.high,
    comparator.casesNeeded,
    ...sets.flatMap((set) => [comparator.external[set]?.difference, comparator.external[set]?.high]),
  ])
  return formatCsv(header, rows)
}

function checklistTable(checklist: Checklist, result: Result): string {
  const rows = checklist.groups.flatMap(({ heading, items }) =>
    items.map((item): Cell[] => {
      const { methods, run, authors, filled } = answer(item, result)
      const known = [...methods.map(({ text }) => text), run].filter((text) => text !== undefined)
      return [item.id, heading, item.asks, known.join(' '), authors ?? '', filled]
    }),
  )
  return formatCsv(['item', 'group', 'asks', 'from_the_run', 'to_be_added', 'filled'], rows)
}
