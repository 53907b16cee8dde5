/** The evaluation of an arm on a set, whatever the number of classes. */
import { elementAt } from '../base/element-at.js'
import { knownValue } from '../base/own-value.js'
import { aucInterval } from '../metrics/auc-interval.js'
import { brier } from '../metrics/calibration.js'
import { classProportions, macroProportions } from '../metrics/class-proportions.js'
import { confusionAt, measures } from '../metrics/confusion.js'
import {
  classConfusion,
  classMeasures,
  confusionMatrix,
  mostProbable,
  multiClassBrier,
} from '../metrics/confusion-matrix.js'
import { estimateInterval } from '../metrics/estimate.js'
import { proportionIntervals } from '../metrics/proportion.js'
import { meanRoc, rocCurve } from '../metrics/roc.js'
import type { Evaluation } from '../record/result.js'
import { proportionsInWords } from '../words/reasons.js'
import { finite, finiteInterval, finiteMeasures } from './finite.js'
import { fixedCutoff } from './fixed-cutoff.js'
import { handTillOf, setAuc } from './set-auc.js'
import { classAgainstRest, rowsOfFolds, type SetScores, scoreColumns } from './set-scores.js'

/** Measures of an arm on a set, with intervals. */
export function evaluateSet(set: SetScores, arm: string): Evaluation {
  return set.classes.length === 2 ? evaluateTwoClasses(set, arm) : evaluateClasses(set, arm)
}

/**
 * Measures of an arm on a set of two classes. Over folds the AUC and the curve compare films of the
 * same fold only (the curve is the mean of the folds' curves); the measures at the cutoff are of all films, each called by
 * the model that never saw it.
 */
function evaluateTwoClasses(set: SetScores, arm: string): Evaluation {
  const { yTrue, patients, folds } = set
  const scores = knownValue(set.scores, arm)
  const pooled = pooledEvaluation(yTrue, scores, patients)
  if (!folds) return pooled
  const curves = rowsOfFolds(folds)
    .flat()
    .map((rows) =>
      rocCurve(
        rows.map((row) => elementAt(yTrue, row)),
        rows.map((row) => elementAt(scores, row)),
      ),
    )
  return {
    ...pooled,
    n: new Set(set.films).size,
    auc: finiteInterval(setAuc(set, arm)),
    roc: meanRoc(curves).map(({ fpr, tpr }): [number, number] => [fpr, tpr]),
  }
}

/** The paper's seven measures with intervals, the ROC curve and the Brier score. */
function pooledEvaluation(
  yTrue: readonly number[],
  yScore: readonly number[],
  patients: readonly string[],
): Evaluation {
  const confusion = confusionAt(yTrue, yScore, fixedCutoff)
  return {
    n: yTrue.length,
    patients: new Set(patients).size,
    auc: finiteInterval(aucInterval(yTrue, yScore, { patients })),
    ...finiteMeasures(measures(confusion)),
    cutoff: fixedCutoff,
    confusion,
    intervals: proportionsInWords(proportionIntervals(yTrue, yScore, fixedCutoff, patients)),
    brier: finite(brier(yTrue, yScore)),
    roc: rocCurve(yTrue, yScore).map(({ fpr, tpr }): [number, number] => [fpr, tpr]),
  }
}

/**
 * Of more than two classes the most probable one is called: each class against the rest has what two classes have; on top
 * stand the macro AUC, Hand and Till's M, the accuracy and the classes' means.
 */
function evaluateClasses(set: SetScores, arm: string): Evaluation {
  const { classes, films, yTrue, patients } = set
  const scores = scoreColumns(set, arm)
  const called = mostProbable(scores)
  const matrix = confusionMatrix(yTrue, called, classes.length)
  const measured = classMeasures(matrix)
  return {
    n: new Set(films).size,
    patients: new Set(patients).size,
    auc: finiteInterval(setAuc(set, arm)),
    handTill: finiteInterval(estimateInterval(handTillOf(set, arm))),
    ...finiteMeasures(measured.macro),
    cutoff: null,
    confusion: null,
    confusionMatrix: matrix,
    intervals: proportionsInWords(macroProportions(yTrue, called, classes.length, patients)),
    brier: finite(multiClassBrier(yTrue, scores)),
    roc: [],
    perClass: classes.map((name, c) => {
      const { auc, brier, roc } = evaluateTwoClasses(classAgainstRest(set, c), arm)
      return {
        class: name,
        n: new Set(films.filter((_, i) => yTrue[i] === c)).size,
        auc,
        ...finiteMeasures(elementAt(measured.classes, c)),
        confusion: classConfusion(matrix, c),
        intervals: proportionsInWords(classProportions(yTrue, called, c, patients)),
        brier,
        roc,
      }
    }),
  }
}
