/**
 * The evaluation of an arm on a set, whatever the number of classes. With more than two the most probable class is called:
 * each class against the rest has what two classes have; on top stand the macro AUC, Hand and Till's M, the accuracy and
 * the classes' means.
 */
import { classProportions, macroProportions } from '../../metrics/class-proportions.js'
import {
  classConfusion,
  classMeasures,
  confusionMatrix,
  mostProbable,
  multiClassBrier,
} from '../../metrics/confusion-matrix.js'
import { estimateInterval } from '../../metrics/estimate.js'
import type { Evaluation } from '../../record/result.js'
import { finite, finiteInterval, finiteMeasures } from '../scoring/finite.js'
import { classAgainstRest, handTillOf, type SetScores, scoreColumns, setAuc } from '../scoring/set-scores.js'
import { evaluateTwoClasses } from './evaluate-arms.js'

export function evaluateSet(set: SetScores, arm: string): Evaluation {
  return set.classes.length === 2 ? evaluateTwoClasses(set, arm) : evaluateClasses(set, arm)
}

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
    intervals: macroProportions(yTrue, called, classes.length, patients),
    brier: finite(multiClassBrier(yTrue, scores)),
    roc: [],
    perClass: classes.map((name, c) => {
      const { auc, brier, roc } = evaluateTwoClasses(classAgainstRest(set, c), arm)
      return {
        class: name,
        n: new Set(films.filter((_, i) => yTrue[i] === c)).size,
        auc,
        ...finiteMeasures(measured.classes[c]),
        confusion: classConfusion(matrix, c),
        intervals: classProportions(yTrue, called, c, patients),
        brier,
        roc,
      }
    }),
  }
}
