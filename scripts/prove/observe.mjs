/**
 * What a finished run of a cohort said, beside what is true of its models on all films that the cohort has not used: the truth, to the
 * error of thousands of films.
 */
import { existsSync } from 'node:fs'
import { parse } from 'csv-parse/sync'
import { readText } from '../../dist/base/files.js'
import { readStoredHead } from '../../dist/head/stored-head.js'
import { auc } from '../../dist/metrics/index.js'
import { chosenArm, originalsArm } from '../../dist/record/arm.js'
import { RunDirectory } from '../../dist/record/run-directory.js'
import { setAuc, setDifference } from '../../dist/scoring/set-auc.js'
import { headScores, sameModel } from '../../dist/scoring/set-scores.js'
import { decide } from '../../dist/scoring/verdict.js'
import { choicesOf, trialsOf } from './choices.mjs'

/** Arms whose difference to the chosen one is held against the truth. */
const compared = ['OD', 'GCB', 'OD+CDA', 'GCB+CDA']

/** @returns the observation of a cohort, as plain data */
export function observe({ result, runFolder, config, dataset, draw, positive }) {
  const directory = new RunDirectory(runFolder)
  const { classes, films } = dataset
  const arms = result.arms.map(({ name }) => readStoredHead(directory.head(name)))
  const features = { common: dataset.features('common'), native: dataset.features('native') }
  const scoresOf = (head) => headScores(head, head.native ? features.native : features.common)
  const scores = new Map(arms.map((head) => [head.arm, scoresOf(head)]))
  /** Films as a set that every arm has scored. */
  const setOf = (ofSet, all = scores) => ({
    set: 'internal',
    classes,
    films: ofSet.map(({ row }) => `film ${row}`),
    yTrue: ofSet.map(({ label }) => (label === positive ? 1 : 0)),
    patients: ofSet.map(({ patient }) => patient),
    scores: Object.fromEntries([...all].map(([arm, values]) => [arm, ofSet.map(({ row }) => values[row])])),
  })
  const aucOn = (set, arm) => auc(set.yTrue, set.scores[arm])
  const { rest, test } = draw.sets
  const truth = setOf(rest)
  const trueAuc = Object.fromEntries(arms.map(({ arm }) => [arm, aucOn(truth, arm)]))

  const comparators = [...new Set([originalsArm, ...result.verdict.comparators.map(({ name }) => name)])]
  const isCompared = (arm) => !sameModel(truth, chosenArm, arm)
  const best = Math.max(...comparators.filter(isCompared).map((arm) => trueAuc[arm]), 0)
  const verdictOn = (ofSet) =>
    decide([setOf(ofSet)], {
      delta: config.verdict.delta,
      comparators,
      gans: 1,
      selectOn: config.search.selectOn,
      chosenKs: [result.search.kOptimal],
    })
  const asked = [
    { size: test.length, films: test, benefit: result.verdict.benefit },
    ...draw.tests.map((set) => ({ ...set, benefit: verdictOn(set.films).benefit })),
  ]
  const all = {
    films: films.length - Object.entries(draw.sets).reduce((n, [set, of]) => n + (set === 'rest' ? 0 : of.length), 0),
    benefit: verdictOn(rest).benefit,
  }

  const trials = trialsOf(directory, result)
  const ofTrials = new Map(trials.map(({ k, head }) => [String(k), headScores(head, features.common)]))
  const onRest = setOf(rest, ofTrials)
  const onTest = setOf(test, ofTrials)
  const curve = trials.map(({ k }, i) => ({ k, auc: aucOn(onRest, String(k)), seen: result.search.trials[i].mean }))
  const trained = config.search.selectOn === 'inner' ? [...draw.sets.train, ...draw.sets.tuning] : draw.sets.train
  const choices = choicesOf(trials, selectionCases(directory), {
    config,
    data: {
      classes,
      positiveIndex: classes.indexOf(positive),
      train: { films: trained.map(({ label }) => ({ classIndex: classes.indexOf(label) })) },
    },
    testScores: trials.map(({ k }) => aucOn(onTest, String(k))),
  })
  const testOfK = (k) => aucOn(onTest, String(k))

  return {
    trained: trained.length,
    kOptimal: result.search.kOptimal,
    kMax: curve.at(-1).k,
    searchP: result.search.null.p,
    indistinguishable: result.search.indistinguishable,
    trueAuc: pick(trueAuc, [...compared, chosenArm]),
    /** Of the chosen arm over the best comparator, and over doing nothing. */
    gain: comparators.some(isCompared) ? trueAuc[chosenArm] - best : 0,
    gainOverNothing: trueAuc[chosenArm] - trueAuc[originalsArm],
    curve,
    choices: choices.map((choice) => ({
      ...choice,
      optimism: choice.metric.startsWith('auc of')
        ? testOfK(choice.k) - curve.find(({ k }) => k === choice.k).auc
        : undefined,
    })),
    verdicts: [
      ...asked.map(({ size, benefit }) => ({ films: size, benefit })),
      { films: all.films, benefit: all.benefit, all: true },
    ],
    intervals: asked.flatMap(({ size, films: ofSet }) =>
      intervalsOn(setOf(ofSet), truth, ofSet).map((limits) => ({ films: size, ...limits })),
    ),
    worth: result.worth?.realFilms
      ? { ...result.worth.realFilms, added: result.arms.find(({ name }) => name === chosenArm).size - trained.length }
      : null,
  }
}

/** Cases that chose K, with their folds where there were inner ones. */
function selectionCases(directory) {
  const inner = directory.scoresOf(chosenArm, 'out-of-fold')
  const rows = parse(readText(existsSync(inner) ? inner : directory.scoresOf(chosenArm, 'tuning')), {
    columns: true,
    bom: true,
  })
  return {
    labels: rows.map(({ label }) => Number(label)),
    patients: rows.map(({ patient }) => patient),
    ...(rows[0].fold !== undefined && { folds: rows.map(({ fold }) => Number(fold)) }),
  }
}

/** Limits on a test set, and where the truth lies: on all films left over but those of the set. */
function intervalsOn(set, truth, ofSet) {
  const tested = new Set(ofSet.map(({ row }) => `film ${row}`))
  const others = truth.films.flatMap((film, i) => (tested.has(film) ? [] : [i]))
  const yTrue = others.map((i) => truth.yTrue[i])
  const trueAuc = (arm) =>
    auc(
      yTrue,
      others.map((i) => truth.scores[arm][i]),
    )
  const aucs = [originalsArm, chosenArm].map((arm) => {
    const { low, high } = setAuc(set, arm)
    return { of: 'AUC', arm, low, high, truth: trueAuc(arm) }
  })
  const differences = compared
    .filter((arm) => !sameModel(truth, chosenArm, arm))
    .map((arm) => {
      const { low, high } = setDifference(set, chosenArm, arm)
      return { of: 'difference', arm, low, high, truth: trueAuc(chosenArm) - trueAuc(arm) }
    })
  return [...aucs, ...differences].map(({ low, high, truth: value, ...of }) => ({
    ...of,
    width: high - low,
    side: value < low ? 'below' : value > high ? 'above' : 'inside',
  }))
}

function pick(values, names) {
  return Object.fromEntries(names.flatMap((name) => (name in values ? [[name, values[name]]] : [])))
}
