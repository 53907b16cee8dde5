/** `kopt evaluate SCORES.csv`: a table of scores from anywhere, read, checked and evaluated. */
import { elementAt } from '../../base/element-at.js'
import { throwProblems, UserError } from '../../base/errors.js'
import { fixed, percentage, pValue } from '../../base/format.js'
import { groupBy } from '../../base/group-by.js'
import { shownLine, shownLines } from '../../base/shown.js'
import { problemsOfClassNames } from '../../dataset/class-names.js'
import { resolvePositive } from '../../dataset/positive.js'
import { firstFew } from '../../dataset/reader.js'
import type { Outside } from '../command.js'
import { readScoreTable, type ScoreTable } from '../score-table.js'
import { evaluateClassScores } from './class-scores.js'
import { difference, type Figure, figureTable, number, share } from './figure-table.js'
import {
  type EvaluationOptions,
  evaluateRows,
  rowsOfFilms,
  type ScoredRows,
  type ScoreEvaluation,
} from './score-evaluation.js'

const form =
  'a table of scores has the columns label,score and may have score_b, score_c ..., film, patient, set, fold and time'

/** More than these are no classes but, say, names of files. */
const mostClasses = 50

interface Options extends EvaluationOptions {
  positive?: string
  encoding?: string
}

export function evaluateScores(file: string, options: Options, { result, note }: Outside): void {
  const first = readScoreTable(file, [], form, options.encoding)
  for (const remark of first.notes) note(shownLine(remark))
  const labels = classesOf(file, first)
  throwProblems(file, problemsOfClassNames(labels))
  if (labels.length > 2) {
    const table = readScoreTable(file, ['label'], form, options.encoding)
    refuseTwoClassOptions(labels, options)
    const { found, words } = evaluateClassScores(file, table, labels)
    result(found, shownLines(words))
    return
  }
  const { positive, classes, sets } = readSets(file, options)
  const evaluated = Object.entries(sets).map(([name, rows]) => ({
    name,
    rows,
    evaluation: evaluateRows(rows, options),
  }))
  const facts = { positive, classes }
  const several = evaluated.length > 1
  const n = evaluated.reduce((sum, { evaluation }) => sum + evaluation.n, 0)
  const evaluations = Object.fromEntries(evaluated.map(({ name, evaluation }) => [name, evaluation]))
  const found = several ? { n, ...facts, sets: evaluations } : { ...evaluated[0]?.evaluation, ...facts }
  const words = evaluated.flatMap(({ name, rows, evaluation }, i) => [
    ...(i === 0 ? [] : ['']),
    ...(several ? [`Set ${name}`] : []),
    ...inWords(evaluation, rows, facts, options),
  ])
  result(found, shownLines(words))
}

/** Labels of the table, where it has any. */
function classesOf(file: string, table: ScoreTable): string[] {
  if (!table.header.includes('label')) return []
  const classes = [...new Set(table.text('label').filter((label) => label !== ''))].sort()
  if (classes.length <= mostClasses) return classes
  throw new UserError(
    `${file} has ${classes.length} different values in its column label (${firstFew(classes)}): is it the class of the row?`,
  )
}

function refuseTwoClassOptions(classes: readonly string[], { positive, cutoff, prevalence }: Options): void {
  resolvePositive(classes, positive)
  const asked = cutoff !== undefined ? '--cutoff' : prevalence !== undefined ? '--prevalence' : undefined
  if (asked === undefined) return
  throw new UserError(
    `${asked} is for two classes; there are ${classes.length} (${classes.join(', ')}), so leave it out`,
  )
}

interface ReadSets {
  positive: string
  /** Rows of each class, over all sets. */
  classes: Record<string, number>
  sets: Record<string, ScoredRows>
}

/** Everything that is wrong with the table is said at once. */
function readSets(file: string, { positive: askedPositive, encoding }: Options): ReadSets {
  const table = readScoreTable(file, ['label', 'score'], form, encoding)
  const columns = table.header.filter((name) => /^score(_.+)?$/.test(name))
  const has = (column: string) => table.header.includes(column)
  const folds = ['fold', 'time'].filter(has)
  throwProblems(file, [
    ...table.problems({ text: ['label', ...['film', 'patient', 'set', ...folds].filter(has)], numbers: columns }),
    ...(has('time') && !has('fold') ? ["a column 'time' needs a column 'fold'; add it, or drop time"] : []),
    ...(has('time') && has('fold') && !has('film') && !has('patient')
      ? [
          "a column 'time' needs a column 'film' or 'patient', which says what rows of several times are of one film; add one, or drop time",
        ]
      : []),
  ])
  const labels = table.text('label')
  const classes = [...new Set(labels)].sort()
  if (classes.length !== 2) {
    throw new UserError(
      `${file} has ${classes.length === 1 ? `only one class, '${classes[0]}'` : `${classes.length} classes (${classes.join(', ')})`} in its column label; two were expected, such as 0 and 1${classes.length > 2 ? ': for one class against the rest write 1 for it and 0 for the others' : ''}`,
    )
  }
  const positive = resolvePositive(classes, askedPositive) as string
  const yTrue = labels.map((label) => (label === positive ? 1 : 0))
  const scores = columns.map((column) => [column, table.numbers(column)] as const)
  const setOf = has('set') ? table.text('set') : labels.map(() => '')
  const rowsOfSet = groupBy([...setOf.entries()], ([, set]) => set)
  const foldOf = has('fold') ? foldsOf(table, has('time')) : undefined
  const patients = has('patient') ? table.text('patient') : undefined
  const films = has('film') ? table.text('film') : undefined
  const scoredRows = (rows: readonly number[]): ScoredRows => {
    const pick = <T>(values: readonly T[]) => rows.map((row) => elementAt(values, row))
    return {
      yTrue: pick(yTrue),
      scores: Object.fromEntries(scores.map(([column, values]) => [column, pick(values)])),
      ...(patients ? { patients: pick(patients) } : {}),
      ...(films ? { films: pick(films) } : {}),
      ...(foldOf ? { folds: pick(foldOf) } : {}),
    }
  }
  const sets = Object.fromEntries([...rowsOfSet].map(([name, rows]) => [name, scoredRows(rows.map(([row]) => row))]))
  const ofFilms = Object.values(sets).flatMap((rows) => rowsOfFilms(rows).map((row) => rows.yTrue[row]))
  const countOf = (label: string) => ofFilms.filter((truth) => truth === (label === positive ? 1 : 0)).length
  return { positive, classes: Object.fromEntries(classes.map((label) => [label, countOf(label)])), sets }
}

/** Folds and times by whatever name, numbered in order of appearance. */
function foldsOf(table: ScoreTable, timed: boolean): { fold: number; time: number }[] {
  const numbered = (cells: readonly string[]) => {
    const numbers = new Map([...new Set(cells)].map((name, i) => [name, i + 1]))
    return cells.map((cell) => numbers.get(cell) as number)
  }
  const folds = numbered(table.text('fold'))
  const times = timed ? numbered(table.text('time')) : folds.map(() => 1)
  return folds.map((fold, i) => ({ fold, time: elementAt(times, i) }))
}

function inWords(
  evaluation: ScoreEvaluation,
  rows: ScoredRows,
  { positive, classes }: Pick<ReadSets, 'positive' | 'classes'>,
  { prevalence }: EvaluationOptions,
): string[] {
  const { n, auc, aucs, comparisons, clustered, folds, times, columns, accuracyComparisons } = evaluation
  const positives = rowsOfFilms(rows).filter((row) => rows.yTrue[row] === 1).length
  const counts = Object.keys(classes).map((label) => `${label}: ${label === positive ? positives : n - positives}`)
  const what = times === undefined ? 'rows' : `films, each scored ${times} times`
  const lines = [`${n} ${what} (${counts.join(', ')}), positive class: ${positive}`]
  if (clustered) lines.push(`${clustered.patients} patients, some with several rows: intervals and tests allow for it`)
  if (folds) lines.push(`${folds} folds: rows are compared within a fold alone`)
  const ofScores = Object.entries(columns).map(([name, column]) => ({
    name,
    column,
    figures: [share('AUC', aucs?.[name] ?? auc), ...figuresOf(column, prevalence)],
  }))
  const pairs = comparisons.map(({ a, b, difference: value, low, high, p, delong }): [string, Figure[]] => [
    `${a} less ${b}`,
    [
      difference('AUC', value, low, high, pValue(p)),
      ...(delong ? [{ name: 'DeLong’s plain test', value: '', interval: '', beside: pValue(delong.p) }] : []),
      ...accuracyComparisons
        .filter((accuracy) => accuracy.a === a && accuracy.b === b)
        .map((accuracy) =>
          difference(accuracy.measure, accuracy.difference, accuracy.low, accuracy.high, pValue(accuracy.p)),
        ),
    ],
  ])
  const remarks = ofScores.flatMap(({ name, column: { measures, reason } }) =>
    measures === undefined && reason ? [`${name}: ${reason}`] : [],
  )
  const parts = ofScores.flatMap(({ name, column: { byPatient }, figures }): [string, Figure[]][] => [
    [name, figures],
    [`${name} by patient (${byPatient?.n}, the highest score of each)`, figuresOfPatients(byPatient)],
  ])
  return [...lines, ...figureTable([...parts, ...pairs]), ...remarks]
}

type Column = ScoreEvaluation['columns'][string]

function figuresOf({ measures, calibration, decision = [] }: Column, prevalence?: number): Figure[] {
  const at = prevalence === undefined ? 'prevalence of these rows' : `prevalence ${percentage(prevalence)}`
  return [
    ...(measures
      ? [
          share('sensitivity', measures.sensitivity, `positive from ${measures.cutoff} on`),
          share('specificity', measures.specificity),
          share('accuracy', measures.accuracy),
          share('PPV', measures.atPrevalence?.ppv ?? measures.ppv, at),
          share('NPV', measures.atPrevalence?.npv ?? measures.npv, at),
        ]
      : []),
    ...(calibration
      ? [
          number('intercept', calibration.intercept, 'as probabilities; 0 is right'),
          number('slope', calibration.slope, '1 is right'),
          share('Brier score', calibration.brier, '0 is best'),
          number('scaled Brier score', calibration.scaledBrier, '1 is best'),
        ]
      : []),
    ...(decision.length > 0 ? [netBenefit(decision)] : []),
  ]
}

function figuresOfPatients(byPatient: Column['byPatient']): Figure[] {
  if (byPatient === undefined) return []
  const { auc, sensitivity, specificity } = byPatient
  return [share('AUC', auc), share('sensitivity', sensitivity), share('specificity', specificity)]
}

/** At how many thresholds acting by the score is better than acting on everybody and on nobody; limits stand in --json. */
function netBenefit(decision: NonNullable<Column['decision']>): Figure {
  const useful = decision.filter(({ model, all }) => model > Math.max(0, all))
  const [least, most] = [useful[0], useful.at(-1)]
  return {
    name: 'net benefit',
    value: `${useful.length}/${decision.length}`,
    interval: least && most ? `${fixed(least.threshold, 2)} to ${fixed(most.threshold, 2)}` : '',
    beside: 'thresholds that have one',
  }
}
