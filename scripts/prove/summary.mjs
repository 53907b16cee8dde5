/** What the cohorts of a study say together, cell by cell (a source of films and a size of cohorts), with 95 % limits over cohorts. */
import { groupBy } from '../../dist/base/group-by.js'
import { version } from '../../dist/index.js'
import { tQuantile } from '../../dist/metrics/distributions.js'
import { designEffect, wilson } from '../../dist/metrics/index.js'
import { configOf } from './study.mjs'

/** @returns what proof/NAME.json keeps */
export function summarise(study, observations) {
  const { name, about, data, backbone, sizes, diseased, split, synthetic, tests, truth, config } = study
  const { delta } = configOf(study, synthetic[0]).verdict
  const cells = [...groupBy(observations, ({ source, size }) => `${source} ${size}`).values()]
  return {
    name,
    about,
    version,
    study: { data, backbone, sizes, diseased, split, synthetic, tests, truth, config },
    delta,
    /** Cohorts that were asked for. */
    planned: study.cohorts * synthetic.length * sizes.length,
    minutes: sum(observations.map(({ seconds }) => seconds)) / 60,
    cells: cells.map((cohorts) => cellOf(cohorts, delta)),
    /** Over all cells; runs of the same films with other additions count as runs of their own. */
    verdicts: verdictsOf(observations, delta),
    intervals: intervalsOf(observations),
  }
}

function cellOf(cohorts, delta) {
  const [{ source, size, trained }] = cohorts
  return {
    source,
    size,
    trained,
    cohorts: cohorts.length,
    seconds: mean(cohorts.map(({ seconds }) => seconds)),
    aucs: Object.fromEntries(
      Object.keys(cohorts[0].trueAuc).map((arm) => [arm, estimate(cohorts.map(({ trueAuc }) => trueAuc[arm]))]),
    ),
    /** Of the chosen arm over the best comparator. */
    gain: estimate(cohorts.map(({ gain }) => gain)),
    worthwhile: share(cohorts, ({ gain }) => gain >= delta),
    gainOverNothing: estimate(cohorts.map(({ gainOverNothing }) => gainOverNothing)),
    curve: curveOf(cohorts),
    choices: choicesOf(cohorts),
    verdicts: verdictsOf(cohorts, delta),
    search: searchOf(cohorts),
    worth: worthOf(cohorts),
  }
}

/** What each K was worth on the films left over: over K = 1, in every cohort that tried it. */
function curveOf(cohorts) {
  const ks = [...new Set(cohorts.flatMap(({ curve }) => curve.map(({ k }) => k)))].sort((a, b) => a - b)
  return ks.map((k) => {
    const tried = cohorts.filter((cohort) => at(cohort, k))
    return {
      k,
      cohorts: tried.length,
      auc: estimate(tried.map((cohort) => at(cohort, k).auc)),
      overFirst: estimate(tried.map((cohort) => at(cohort, k).auc - cohort.curve[0].auc)),
    }
  })
}

function at({ curve }, k) {
  return curve.find((tried) => tried.k === k)
}

/** Regret: AUC of the best K there was less that of the chosen one. */
function choicesOf(cohorts) {
  const all = cohorts.flatMap((cohort) => {
    const best = Math.max(...cohort.curve.map(({ auc }) => auc))
    return cohort.choices.map((choice) => ({ ...choice, seed: cohort.seed, regret: best - at(cohort, choice.k).auc }))
  })
  return [...groupBy(all, ({ metric, rule }) => `${metric} ${rule}`).values()].map((of) => ({
    metric: of[0].metric,
    rule: of[0].rule,
    cohorts: of.length,
    medianK: median(of.map(({ k }) => k)),
    regret: estimate(of.map(({ regret }) => regret)),
    regrets: Object.fromEntries(of.map(({ seed, regret }) => [seed, Number(regret.toFixed(5))])),
    ...(of[0].optimism !== undefined && { optimism: estimate(of.map(({ optimism }) => optimism)) }),
  }))
}

/**
 * Regret of every rule and metric less that of the default. Films that were drawn once count once, whatever was added to them and in
 * however many studies: what they say together is one value.
 *
 * @param cells of one study or several
 */
export function regretsAgainst(preset, cells) {
  const isPreset = ({ metric, rule }) => metric === preset.metric && rule === preset.rule
  const differences = cells.flatMap(({ size, choices }) => {
    const { regrets } = choices.find(isPreset)
    return choices
      .filter((choice) => !isPreset(choice))
      .flatMap(({ metric, rule, regrets: others }) =>
        Object.entries(others).map(([seed, regret]) => ({
          metric,
          rule,
          cohort: `${size} ${seed}`,
          less: regret - regrets[seed],
        })),
      )
  })
  return [...groupBy(differences, ({ metric, rule }) => `${metric} ${rule}`).values()].map((of) => {
    const cohorts = [...groupBy(of, ({ cohort }) => cohort).values()]
    return {
      metric: of[0].metric,
      rule: of[0].rule,
      cohorts: cohorts.length,
      difference: estimate(cohorts.map((runs) => mean(runs.map(({ less }) => less)))),
    }
  })
}

/** How often the verdict said what, on the run's own test films, on further sets of them, on all that are left. */
function verdictsOf(cohorts, delta) {
  const all = cohorts.flatMap(({ verdicts, source, size, seed, gain }) =>
    verdicts.map((verdict, i) => ({ ...verdict, seed: `${source} ${size} ${seed}`, gain, ofCohort: i === 0 })),
  )
  const kindOf = ({ films, ofCohort, all: left }) => (left ? 'all' : ofCohort ? 'of the cohort' : films)
  return [...groupBy(all, kindOf).values()].map((of) => {
    const shareOf = (test, among = of) => share(among, test)
    return {
      films: Math.round(mean(of.map(({ films }) => films))),
      set: of[0].all ? 'all that are left' : of[0].ofCohort ? 'of the cohort' : 'drawn',
      asked: of.length,
      yes: shareOf(({ benefit }) => benefit === 'yes'),
      no: shareOf(({ benefit }) => benefit === 'no'),
      unclear: shareOf(({ benefit }) => benefit === 'unclear' || benefit === null),
      /** Yes though the chosen arm is no better than the best comparator. */
      falseYes: shareOf(({ benefit, gain }) => benefit === 'yes' && gain <= 0),
      /** No though it is better by delta. */
      falseNo: shareOf(({ benefit, gain }) => benefit === 'no' && gain >= delta),
      /** Among cohorts where it is better by delta. */
      power: shareOf(
        ({ benefit }) => benefit === 'yes',
        of.filter(({ gain }) => gain >= delta),
      ),
    }
  })
}

/** What the search claimed, and what the K that it chose was worth over K = 1. */
function searchOf(cohorts) {
  const gained = (cohort) => at(cohort, cohort.kOptimal).auc - cohort.curve[0].auc
  const tested = cohorts.filter(({ searchP }) => searchP !== null)
  const bestOf = ({ curve }) => curve.reduce((best, tried) => (tried.auc > best.auc ? tried : best)).k
  return {
    medianK: median(cohorts.map(({ kOptimal }) => kOptimal)),
    claims: share(tested, ({ searchP }) => searchP <= 0.05),
    seenGain: estimate(cohorts.map((cohort) => at(cohort, cohort.kOptimal).seen - cohort.curve[0].seen)),
    trueGain: estimate(cohorts.map(gained)),
    bestAmongIndistinguishable: share(cohorts, (cohort) => cohort.indistinguishable.includes(bestOf(cohort))),
    indistinguishable: estimate(cohorts.map(({ indistinguishable, curve }) => indistinguishable.length / curve.length)),
  }
}

/** Where the synthetic films were real ones, how many they were worth is known: as many as were added. */
function worthOf(cohorts) {
  const known = cohorts.flatMap(({ worth, seed }) =>
    worth ? [{ ...worth, seed, truth: Math.min(worth.added, worth.most) }] : [],
  )
  return {
    cohorts: known.length,
    inside: share(known, ({ low, high, truth }) => low <= truth && truth <= high),
    below: share(known, ({ low, truth }) => truth < low),
    above: share(known, ({ high, truth }) => truth > high),
    nothingSaid: share(known, ({ low, high, most }) => low < 0.5 && high >= most),
    medianValue: known.length > 0 ? median(known.map(({ value }) => value)) : null,
    medianAdded: known.length > 0 ? median(known.map(({ added }) => added)) : null,
  }
}

/** How often 95 % limits held the truth, over all cells. */
function intervalsOf(observations) {
  const all = observations.flatMap(({ intervals, source, size, seed }) =>
    intervals.map((limits) => ({ ...limits, seed: `${source} ${size} ${seed}` })),
  )
  const kindOf = ({ of, films }) => `${of} ${films}`
  return [...groupBy(all, kindOf).values()]
    .map((of) => ({
      of: of[0].of,
      films: of[0].films,
      limits: of.length,
      inside: share(of, ({ side }) => side === 'inside'),
      below: share(of, ({ side }) => side === 'below'),
      above: share(of, ({ side }) => side === 'above'),
      width: median(of.map(({ width }) => width)),
    }))
    .sort((a, b) => a.of.localeCompare(b.of) || a.films - b.films)
}

/** Mean over cohorts with Student's limits; of one cohort it has none. */
function estimate(values) {
  const n = values.length
  const value = n > 0 ? mean(values) : null
  if (n < 2) return { value, low: null, high: null }
  const reach = tQuantile(0.975, n - 1) * Math.sqrt(sum(values.map((v) => (v - value) ** 2)) / (n - 1) / n)
  return { value, low: value - reach, high: value + reach }
}

/** A share with Wilson's limits; items of one cohort count as what they say together. */
function share(items, test) {
  if (items.length === 0) return { value: null, low: null, high: null }
  const outcomes = items.map((item) => (test(item) ? 1 : 0))
  const effect = designEffect(
    outcomes,
    items.map(({ seed }) => String(seed)),
  )
  return { value: mean(outcomes), ...wilson(sum(outcomes), items.length, { designEffect: effect }) }
}

function sum(values) {
  return values.reduce((a, b) => a + b, 0)
}

function mean(values) {
  return sum(values) / values.length
}

function median(values) {
  const sorted = values.toSorted((a, b) => a - b)
  return (sorted[Math.floor((sorted.length - 1) / 2)] + sorted[Math.ceil((sorted.length - 1) / 2)]) / 2
}
