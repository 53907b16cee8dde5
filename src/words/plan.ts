/** A plan in sentences: the same at the terminal and on the page. */

import { count, counted, duration, fixed, percentage, proportion, ranges, withInterval } from '../base/format.js'
import type { Plan, Range } from '../record/plan.js'

/** `about 1 h 20 min (55 min to 2 h 05 min)`. */
export function expectedTime({ value, low, high }: Range): string {
  return `about ${duration(rounded(value))} (${duration(rounded(low))} to ${duration(rounded(high))})`
}

/** Seconds as precise as such a figure can be: to a tenth of itself. */
function rounded(seconds: number): number {
  const unit = seconds < 60 ? 5 : seconds < 600 ? 30 : 300
  return Math.max(unit, Math.round(seconds / unit) * unit)
}

/** What the expected time was counted up from. */
export function timedWork({ machine, work }: Plan): string {
  const steps =
    work.ganSteps > 0 ? `1,000 steps of the generator take ${duration(machine.ganStepSeconds.value * 1000)}, and ` : ''
  return `${steps}the backbone takes ${count(machine.imagesPerSecond)} images a second`
}

/** What more workers would bring. */
export function workersWords({ workers: { times, enough } }: Plan): string {
  const each = times
    .filter(({ workers }) => workers > 1)
    .map(({ workers, seconds }) => `${workers} take about ${duration(rounded(seconds.value))}`)
  return `with several workers like this computer (kopt work): ${each.join(', ')}; ${enough === 1 ? 'others hardly help' : `more than ${enough} hardly help`}`
}

export interface PlanSentences {
  readonly work: string
  readonly split: readonly string[]
  readonly testSet: readonly string[]
  readonly learning: readonly string[]
}

export function planSentences(plan: Plan): PlanSentences {
  return {
    work: workSentence(plan),
    split: splitLines(plan),
    testSet: testSetLines(plan),
    learning: learningLines(plan),
  }
}

function workSentence({ work, folds, innerFolds }: Plan): string {
  const steps = work.ganSteps > 0 ? ` of ${counted(work.ganSteps, 'step')}` : ''
  const generators =
    work.calls > 0
      ? `${counted(work.calls, 'call')} of the generator's program`
      : work.gans === 0
        ? 'images made elsewhere'
        : `${counted(work.gans, 'generator')}${steps}`
  const [rounds, name] = innerFolds > 0 ? [innerFolds, 'inner'] : [folds, 'outer']
  const inFolds = rounds > 0 ? ` (for the model, and in each of ${rounds} ${name} folds)` : ''
  return `${generators}${inFolds}; K = ${ranges(work.multiples)} with ${counted(work.repeats, 'repeat')}; ${counted(work.heads, 'classifier head')} to fit; ${counted(work.imagesDrawn, 'synthetic film')} to draw, and ${count(work.imagesThroughBackbone)} images to pass through the backbone`
}

function splitLines({ split, patients, external, folds, innerFolds }: Plan): string[] {
  const films = (counts: Readonly<Record<string, number>>) =>
    Object.entries(counts)
      .map(([label, n]) => `${label} ${count(n)}`)
      .join(', ')
  const names = { train: 'training', tuning: 'tuning', test: 'test' } as const
  const lines = (['train', 'tuning', 'test'] as const)
    .filter((set) => patients[set] > 0)
    .map((set) => `${names[set]}: ${films(split[set])}, of ${counted(patients[set], 'patient')}`)
  if (innerFolds > 0)
    lines.push(
      `K is chosen on the training films, each scored by what the other ${innerFolds - 1} inner folds have trained`,
    )
  if (folds > 0) lines.push(`test: every film once, in ${folds} outer folds`)
  return [...lines, ...Object.entries(external).map(([name, counts]) => `external ${name}: ${films(counts)}`)]
}

function testSetLines({ testSet, folds }: Plan): string[] {
  if (testSet === null) return ['too few films to say']
  const { films, patients, probability, smallestGain, smallestGainAt, delta, chanceAtDelta, filmsForDelta } = testSet
  const chance = percentage(probability)
  const gain = (value: number | null) => (value === null ? 'none' : `+${fixed(value)}`)
  const others = smallestGainAt.map((other) => `${gain(other.gain)} at ${fixed(other.correlation, 2)}`)
  return [
    `Smallest gain in AUC that ${counted(films, 'film')} of ${counted(patients, 'patient')} would show with ${chance} chance, against ${counted(testSet.comparators, 'comparator')}: ${gain(smallestGain)}`,
    `Chance that a gain of ${delta} is shown: ${percentage(chanceAtDelta)}; ${filmsForDelta === null ? 'no number of such films would show it' : `about ${count(filmsForDelta)} test films would show it`} with ${chance} chance`,
    `Assumed: the comparators have an AUC of ${proportion(testSet.auc, 2)}, and the scores of two arms a correlation of ${fixed(testSet.correlation, 2)}, as measured with augmented copies (smallest gain at other correlations: ${others.join(', ')})${folds > 0 ? '; folds count as one test set' : ''}`,
  ]
}

function learningLines({ baseline, learningCurve }: Plan): string[] {
  if (baseline === null) return ['too few films to cross-validate']
  const { auc, trainedOn, films, patients } = baseline
  const lines = [
    `AUC ${withInterval(auc.value, auc.low, auc.high)}, cross-validated on ${counted(films, 'training and tuning film')} of ${counted(patients, 'patient')}, each time trained on ${count(trainedOn)}`,
  ]
  if (learningCurve === null) return [...lines, 'too few films for a learning curve']
  const points = learningCurve.points.map((point) => `${count(point.films)} ${proportion(point.auc.value, 2)}`)
  lines.push(`AUC by training films: ${points.join(', ')}`)
  if (learningCurve.text !== '') lines.push(learningCurve.text)
  return lines
}
