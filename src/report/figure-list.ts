/** Every figure of a run by name, each drawn on demand: wide for a page, narrow for a phone, or as a file of its own. */

import { capitalised } from '../base/capitalised.js'
import { elementAt } from '../base/element-at.js'
import { count, fixed, signed, signedInterval, withInterval } from '../base/format.js'
import { generatorOf, isTrainedInSteps } from '../record/generator-of.js'
import type { ArmResult, Evaluation, Result, SearchResult } from '../record/result.js'
import { recordedRange } from '../record/search-metric.js'
import { choosingName } from '../words/choosing-films.js'
import { curveLabels } from '../words/generator.js'
import { armName, armWithCode, aucName, measureNames, rankingName, setName } from '../words/names.js'
import { metricTitle } from '../words/search-metric.js'
import { armSeries } from './arm-series.js'
import { calibrationCurves } from './figures/calibration-curve.js'
import { decisionCurves } from './figures/decision-curve.js'
import { type IntervalRow, intervalPlot } from './figures/interval-plot.js'
import { kCurve } from './figures/k-curve.js'
import { learningCurveFigure, learningCurveTitle } from './figures/learning-curve.js'
import { measuresCurve } from './figures/measures-curve.js'
import { type RocOptions, rocCurves } from './figures/roc-curve.js'
import { searchCurves } from './figures/search-curves.js'
import { similarity } from './figures/similarity.js'
import { similarityByMultiple } from './figures/similarity-by-multiple.js'
import { type TrainingCurveRow, trainingCurves } from './figures/training-curves.js'
import { standalone } from './svg.js'

export type FigureShape = 'wide' | 'narrow'
export type FigureDraw = (shape: FigureShape) => string
/** Names: verdict, training-curves, similarity, similarity-by-k, k-curve, measures-curve, k-curve-ARM, rivals, learning-curve, roc-SET, auc-SET, calibration-SET, decision-SET. */
export type FigureList = ReadonlyMap<string, FigureDraw>

const narrowWidth = 350

/** Figures that have data; the order is the report's. */
export function reportFigures(result: Result, curves: readonly TrainingCurveRow[]): FigureList {
  const figures = new Map<string, FigureDraw>()
  const add = (name: string, draw: (id: string, width: number | undefined) => string) => {
    figures.set(name, (shape) => draw(`${name}-${shape}`, shape === 'narrow' ? narrowWidth : undefined))
  }
  if (result.verdict.comparators.length > 0) add('verdict', (id, width) => verdictFigure(result, id, width))
  if (curves.length > 0 && isTrainedInSteps(generatorOf(result)))
    add('training-curves', (id, width) => trainingCurves(curves, { id, width, ...curveLabels(result) }))
  const [measured] = result.quality
  if (measured !== undefined) {
    add('similarity', (id, width) => similarity(result.quality, { id, width, metric: measured.msSsim.metric }))
  }
  if (result.quality.some(({ msSsim }) => msSsim.byMultiple?.some(({ mean }) => mean !== null)))
    add('similarity-by-k', (id, width) => similarityByMultipleFigure(result, id, width))
  add('k-curve', (id, width) => searchFigure(result.search, id, width))
  add('measures-curve', (id, width) =>
    measuresCurve(result.search.trials, { id, width, panels: measureNames, kOptimal: result.search.kOptimal }),
  )
  for (const [arm, search] of otherSearches(result))
    add(`k-curve-${arm}`, (id, width) => searchFigure(search, id, width))
  if (result.rivals && result.rivals.arms.length > 0) add('rivals', (id, width) => rivalsFigure(result, id, width))
  if (result.worth && result.worth.curve.length > 0)
    add('learning-curve', (id, width) => worthFigure(result, id, width))
  for (const set of resultSets(result)) {
    if (result.dataset.positive === null) {
      for (const [c, name] of result.dataset.classes.entries())
        add(`roc-${set}-class${c + 1}`, (id, width) => classRocFigure(result, set, { name, index: c }, id, width))
    } else {
      add(`roc-${set}`, (id, width) => rocFigure(result, set, id, width))
    }
    add(`auc-${set}`, (id, width) => aucFigure(result, set, id, width))
    if (armsInUse(result, set).some((arm) => arm.calibration?.[set]))
      add(`calibration-${set}`, (id, width) => calibrationFigure(result, set, id, width))
    if (armsInUse(result, set).some((arm) => arm.decision?.[set]))
      add(`decision-${set}`, (id, width) => decisionFigure(result, set, id, width))
  }
  return figures
}

/** The same as SVG files in light colours: name to file content. */
export function figureFiles(result: Result, curves: readonly TrainingCurveRow[]): Record<string, string> {
  const files: Record<string, string> = {}
  for (const [name, draw] of reportFigures(result, curves)) files[name] = standalone(draw('wide'))
  return files
}

/** Test sets in the order shown: the internal one first, then the other hospitals as the result has them. */
export function resultSets(result: Result): string[] {
  const sets = new Set(result.arms.flatMap((arm) => Object.keys(arm.evaluations)))
  const external = Object.keys(result.dataset.external).filter((name) => sets.has(name))
  return [...(sets.has('internal') ? ['internal'] : []), ...external]
}

/** Test sets that the rivals have met: none that was added after the run. */
export function rivalSets(result: Result): string[] {
  return resultSets(result).filter((set) => result.rivals?.arms.some(({ evaluations }) => evaluations[set]))
}

/** Searches of arms other than the answer's. */
export function otherSearches(result: Result): [string, SearchResult][] {
  return Object.entries(result.searches).filter(([arm]) => arm !== result.search.arm)
}

/** The arms that have been evaluated on a set, the paper's four before the controls. */
export function evaluatedArms(
  result: Result,
  set: string,
): { name: string; role: 'arm' | 'control'; k: number; size: number; on: Evaluation }[] {
  return (['arm', 'control'] as const).flatMap((role) =>
    result.arms
      .filter((arm) => arm.role === role)
      .flatMap(({ name, k, size, evaluations: { [set]: on } }) =>
        on === undefined ? [] : [{ name, role, k, size, on }],
      ),
  )
}

/** The paper's arms whose probabilities were held against a set, the chosen one first; none with more than two classes. */
export function armsInUse(result: Result, set: string): ArmResult[] {
  const arms = result.arms.filter((arm) => arm.role === 'arm' && arm.calibration?.[set] !== undefined)
  const chosen = (arm: ArmResult) => (arm.name === result.search.arm ? 0 : 1)
  return arms.sort((a, b) => chosen(a) - chosen(b))
}

/** The chosen arm and the one that does nothing. */
function contrastedArms(result: Result, set: string): ArmResult[] {
  return armsInUse(result, set).filter((arm) => arm.name === result.search.arm || arm.name === 'OD')
}

function verdictFigure(result: Result, id: string, width: number | undefined): string {
  const { verdict } = result
  const rows = verdict.comparators.map(
    (one): IntervalRow => ({
      label: armWithCode(one.name),
      value: one.difference,
      low: one.low,
      high: one.high,
      shown: signedInterval(one.difference, one.low, one.high),
      colour: 1,
      strong: one.name === verdict.comparator,
    }),
  )
  return intervalPlot(rows, {
    id,
    width,
    title: `Difference in ${aucName(result)}: ${armName(result.search.arm).toLowerCase()} minus each comparator, internal test set`,
    valueTitle: `Difference in ${aucName(result)} with its limits`,
    references: [
      { value: 0, label: 'no difference' },
      { value: verdict.delta, label: `gain that matters` },
    ],
    formatTick: signed,
  })
}

/** The films that each K adds, class by class. */
function similarityByMultipleFigure({ quality }: Result, id: string, width: number | undefined): string {
  const colours = [1, 3, 4, 5, 6, 2] as const
  const curves = quality.map(({ class: label, msSsim: { byMultiple = [], real } }, c) => ({
    label,
    points: byMultiple,
    real,
    colour: elementAt(colours, c % colours.length),
  }))
  return similarityByMultiple(curves, { id, width, metric: quality[0]?.msSsim.metric ?? 'MS-SSIM' })
}

function searchFigure(search: SearchResult, id: string, width: number | undefined): string {
  const films = `${count(search.selectionCases)} ${choosingName(search)} films`
  return kCurve(search.trials, {
    ...search,
    id,
    width,
    scoreTitle: `${metricTitle(search)} on ${films}`,
    bounds: recordedRange(search.metric),
  })
}

/** The chosen arm's search and those of the rivals. */
function rivalsFigure(result: Result, id: string, width: number | undefined): string {
  const { search } = result
  const curveOf = ({ trials: points, kOptimal }: SearchResult) => ({ points, kOptimal })
  const forms = [
    { colour: 2, dash: 'short' },
    { colour: 3, dash: '' },
    { colour: 4, dash: 'long' },
    { colour: 5, dash: '' },
    { colour: 6, dash: 'short' },
  ] as const
  const others = (result.rivals?.arms ?? []).map(({ label, search }, i) => ({
    label: capitalised(label),
    ...curveOf(search),
    ...elementAt(forms, i % forms.length),
  }))
  const curves = [{ label: armWithCode(search.arm), ...curveOf(search), ...armSeries(search.arm) }, ...others]
  const scoreTitle = `${metricTitle(search)} on ${count(search.selectionCases)} ${choosingName(search)} films`
  return searchCurves(curves, { id, width, title: 'The search with and without training', scoreTitle })
}

/** Real films alone, and the law that says what more of them would bring. */
function worthFigure({ worth }: Result, id: string, width: number | undefined): string {
  const { curve = [], band = [], films = 0 } = worth ?? {}
  return learningCurveFigure(curve, band, { id, width, title: learningCurveTitle, present: films })
}

function rocFigure(result: Result, set: string, id: string, width: number | undefined): string {
  return rocCurvesOf(result, set, (on) => on, { id, width, title: `ROC curves, ${setName(set).toLowerCase()}` })
}

/** One class against the rest, where there are more than two. */
function classRocFigure(
  result: Result,
  set: string,
  { name, index }: { name: string; index: number },
  id: string,
  width: number | undefined,
): string {
  const title = `ROC curves, ${name} against the rest, ${setName(set).toLowerCase()}`
  return rocCurvesOf(result, set, (on) => on.perClass?.[index], { id, width, title })
}

function rocCurvesOf(
  result: Result,
  set: string,
  curveOf: (on: Evaluation) => Pick<Evaluation, 'auc' | 'roc'> | undefined,
  options: RocOptions,
): string {
  const arms = evaluatedArms(result, set).filter((arm) => arm.role === 'arm')
  const order = ['GCB+OMGDA', 'GCB+CDA', 'GCB', 'OD']
  arms.sort((a, b) => order.indexOf(a.name) - order.indexOf(b.name))
  const series = arms.flatMap((arm) => {
    const curve = curveOf(arm.on)
    if (!curve) return []
    const { auc, roc } = curve
    return [
      {
        label: armWithCode(arm.name),
        auc: withInterval(auc.value, auc.low, auc.high),
        points: roc,
        ...armSeries(arm.name),
      },
    ]
  })
  return rocCurves(series, options)
}

function aucFigure(result: Result, set: string, id: string, width: number | undefined): string {
  const rows = evaluatedArms(result, set).map((arm): IntervalRow => {
    const { value, low, high } = arm.on.auc
    const main = arm.name === result.search.arm
    return {
      label: armWithCode(arm.name),
      value,
      low,
      high,
      shown: withInterval(value, low, high),
      colour: armSeries(arm.name).colour,
      strong: main,
    }
  })
  return intervalPlot(rows, {
    id,
    width,
    title: `${rankingName(result)} of every arm, ${setName(set).toLowerCase()}`,
    valueTitle: `${rankingName(result)} with its 95 % interval`,
    bounds: [0, 1],
  })
}

function calibrationFigure(result: Result, set: string, id: string, width: number | undefined): string {
  const series = contrastedArms(result, set).flatMap((arm) => {
    const found = arm.calibration?.[set]
    if (!found) return []
    const { intercept, slope, groups, line } = found.corrected ?? found.asTrained
    const text = (name: string, { value, low, high }: typeof slope) =>
      value === null ? `${name}: none` : `${name} ${fixed(value, 2)} (${fixed(low, 2)} to ${fixed(high, 2)})`
    return {
      label: armWithCode(arm.name),
      note: `${text('intercept', intercept)}, ${text('slope', slope)}`,
      groups,
      line,
      ...armSeries(arm.name),
    }
  })
  return calibrationCurves(series, { id, width, title: `Calibration, ${setName(set).toLowerCase()}` })
}

function decisionFigure(result: Result, set: string, id: string, width: number | undefined): string {
  const series = contrastedArms(result, set).flatMap((arm) => {
    const points = arm.decision?.[set]?.points
    return points ? { label: armWithCode(arm.name), points, ...armSeries(arm.name) } : []
  })
  return decisionCurves(series, { id, width, title: `Decision curve, ${setName(set).toLowerCase()}` })
}
