/** `kopt evaluate SCORES.csv` with more than two classes: a score for each, `score_CLASS`; the likeliest is called. */
import { elementAt } from '../../base/element-at.js'
import { throwProblems } from '../../base/errors.js'
import { aucInterval } from '../../metrics/auc-interval.js'
import { classProportions, macroProportions } from '../../metrics/class-proportions.js'
import { confusionMatrix, mostProbable } from '../../metrics/confusion-matrix.js'
import { estimateInterval } from '../../metrics/estimate.js'
import { oneAgainstRest } from '../../metrics/macro-auc.js'
import { handTillEstimate, macroAucEstimate } from '../../metrics/multi-class.js'
import { figureInWords, proportionsInWords } from '../../words/reasons.js'
import type { ScoreTable } from '../score-table.js'
import { figureTable, share } from './figure-table.js'

type ClassEvaluation = ReturnType<typeof evaluateClassRows>

/** Reads a score for each class beside its label, and evaluates each against the rest and all together. */
export function evaluateClassScores(
  file: string,
  table: ScoreTable,
  classes: readonly string[],
): { found: ClassEvaluation; words: string[] } {
  const columns = classes.map((name) => `score_${name.toLowerCase()}`)
  const missing = columns.filter((column) => !table.header.includes(column))
  throwProblems(
    file,
    missing.map(
      (column) =>
        `there are ${classes.length} classes (${classes.join(', ')}) but no column '${column}'; with more than two, give each class its score: ${columns.join(', ')}`,
    ),
  )
  throwProblems(
    file,
    ['fold', 'set']
      .filter((column) => table.header.includes(column))
      .map(
        (column) =>
          `a column '${column}' is for two classes; with more, evaluate each ${column} from a file of its own`,
      ),
  )
  const several = table.header.includes('patient')
  throwProblems(file, table.problems({ text: ['label', ...(several ? ['patient'] : [])], numbers: columns }))
  const yTrue = table.text('label').map((label) => classes.indexOf(label))
  const patients = several ? table.text('patient') : yTrue.map((_, i) => String(i))
  const found = evaluateClassRows(
    classes,
    yTrue,
    columns.map((column) => table.numbers(column)),
    patients,
  )
  return { found, words: inWords(found) }
}

function evaluateClassRows(
  classes: readonly string[],
  yTrue: readonly number[],
  scores: readonly (readonly number[])[],
  patients: readonly string[],
) {
  const rows = [{ yTrue, scores, patients }]
  const called = mostProbable(scores)
  const patientCount = new Set(patients).size
  return {
    n: yTrue.length,
    positive: null,
    classes: Object.fromEntries(classes.map((name, c) => [name, yTrue.filter((label) => label === c).length])),
    auc: figureInWords(estimateInterval(macroAucEstimate(rows))),
    handTill: figureInWords(estimateInterval(handTillEstimate(rows))),
    measures: proportionsInWords(macroProportions(yTrue, called, classes.length, patients)),
    perClass: classes.map((name, c) => ({
      class: name,
      auc: figureInWords(aucInterval(oneAgainstRest(yTrue, c), elementAt(scores, c), { patients })),
      measures: proportionsInWords(classProportions(yTrue, called, c, patients)),
    })),
    confusionMatrix: confusionMatrix(yTrue, called, classes.length),
    ...(patientCount < patients.length ? { clustered: { patients: patientCount } } : {}),
  }
}

function inWords({
  n,
  classes,
  auc,
  handTill,
  measures,
  perClass,
  confusionMatrix: matrix,
  clustered,
}: ClassEvaluation) {
  const names = Object.keys(classes)
  const lines = [`${n} rows (${names.map((name) => `${name} ${classes[name]}`).join(', ')})`]
  if (clustered) lines.push(`${clustered.patients} patients, some with several rows: intervals allow for it`)
  const figures = figureTable([
    [
      'all classes, the likeliest is called',
      [
        share('macro AUC', auc),
        share("Hand and Till's M", handTill),
        share('accuracy', measures.accuracy),
        share('sensitivity', measures.sensitivity, 'mean over the classes'),
        share('specificity', measures.specificity, 'mean over the classes'),
      ],
    ],
    ...perClass.map(
      (one) =>
        [
          `${one.class} against the rest`,
          [
            share('AUC', one.auc),
            share('sensitivity', one.measures.sensitivity),
            share('specificity', one.measures.specificity),
          ],
        ] as const,
    ),
  ])
  const called = matrix.map(
    (row, truth) => `${names[truth]} called ${row.map((count, call) => `${names[call]} ${count}`).join(', ')}`,
  )
  return [...lines, ...figures, ...called]
}
