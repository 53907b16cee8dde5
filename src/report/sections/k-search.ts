/** Choosing K: the curve (the paper's Figure 1), what chance alone would find, and every trial (Table S1). */

import { capitalised } from '../../base/capitalised.js'
import { absent, count, counted, fixed, listing, percentage, proportion, pValue, signed } from '../../base/format.js'
import { generatorOf } from '../../record/generator-of.js'
import type { Result, SearchResult } from '../../record/result.js'
import { choosingName } from '../../words/choosing-films.js'
import { amountWords, indistinguishableWords, scoredMultiples } from '../../words/multiple.js'
import { armInSentence, armWithCode, measureNames } from '../../words/names.js'
import { gainName, metricName, metricTitle, metricValue, metricWithDirection } from '../../words/search-metric.js'
import { snapshotsChosen } from '../../words/snapshots.js'
import { type FigureList, otherSearches } from '../figure-list.js'
import { html, type Markup } from '../html.js'
import { estimate, figureBlock, kEquals, section, table } from '../layout.js'

export function kSearch(result: Result, figures: FigureList): Markup {
  const { search } = result
  return section(
    'search',
    'Choosing K',
    html`<p>A training set of multiple K holds K times as many films as the balanced set: K = 1 fills every class up to the largest, ${steps(search)}. ${sentence(search, amountWords(result))}</p>`,
    search.innerFolds !== undefined && html`<p>${outOfFold(search.innerFolds)}</p>`,
    html`<p>${chance(search, snapshotsChosen(result) !== undefined)}</p>`,
    repeatsTable(search, generatorOf(result).noun),
    searchFigure(search, figures, 'k-curve'),
    choicesTable(search),
    measuresFigure(result, figures),
    trialTable(search),
    otherSearches(result).map(
      ([arm, other]) =>
        html`<h3>The same search for ${armInSentence(arm)}</h3><p>${sentence(other)}</p>${searchFigure(other, figures, `k-curve-${arm}`)}`,
    ),
  )
}

/** How every training film could choose K. */
function outOfFold(folds: number): string {
  return `Out of fold: the training films were shared out among ${folds} inner folds, and each film was scored by a generator and classifiers made from the other folds’ films alone. Films are ranked within their fold, for the scores of different models have no common scale. The model that is handed over was then trained on all of them.`
}

/** What lies beyond the balanced set. */
function steps(search: SearchResult): string {
  const between = scoredMultiples(search).some((k) => k < 2 && k > 1)
  return between
    ? 'K = 2 adds as many synthetic films again, K = 1.25 one synthetic film for every 4 of the balanced set'
    : 'K = 2 adds as many synthetic films again, and so on'
}

/** `amount`: what the chosen K is in words. */
function sentence(search: SearchResult, amount?: string): Markup {
  const films = counted(search.selectionCases, `${choosingName(search)} film`)
  const repeats = search.trials[0]?.scores.length ?? 0
  const mean = repeats > 1 ? `, mean of ${repeats} repeats` : ', one repeat'
  const known = `not distinguishable: ${indistinguishableWords(search)}`
  if (search.rule === 'fixed') return html`${kEquals(search.kOptimal)} was fixed beforehand, not searched.`
  const rule =
    search.rule === 'sliding-window'
      ? `the rule stops once the best has not been beaten for ${search.windowSize} further K`
      : 'the rule takes the smallest K within one standard error of the best'
  const end = search.converged
    ? html`It stopped at ${kEquals(search.stoppedAt)}.`
    : html`It reached the largest K that was to be tried, ${search.stoppedAt}, before the rule stopped: not converged.`
  return html`${kEquals(search.kOptimal)}${amount !== undefined && ` (${amount})`} chosen on ${films}; ${known}. (${metricWithDirection(search)}${mean}; ${rule}.) ${end}`
}

function factorInWords(factor: 'gan' | 'draw' | 'head' | 'residual', noun: string): string {
  switch (factor) {
    case 'gan':
      return `${noun.replace(/^[a-z]/, (letter) => letter.toUpperCase())} (another seed of its training)`
    case 'draw':
      return `Draw (other images of the same ${noun})`
    case 'head':
      return 'Head (another seed of the classifier)'
    case 'residual':
      return 'What is left over'
  }
}

/** What the repeats at the chosen K differ by, and by how much of it. */
function repeatsTable(search: SearchResult, noun: string): Markup | undefined {
  if (search.repeats.length < 2) return undefined
  const count = (factor: 'gan' | 'draw') => new Set(search.repeats.map((repeat) => repeat[factor])).size
  return table({
    caption: html`<b>What the ${search.repeats.length} repeats differ by</b> at ${kEquals(search.kOptimal)}: ${counted(count('gan'), noun)}, ${counted(count('draw'), 'draw')} in all, on the same ${search.selectionCases} ${choosingName(search)} films. Standard deviation that each source alone would give, with 95 % limits, and its share of the variance (method of moments; with few levels the limits are wide). How much the scores depend on which films there are is not among them; the band in the figure includes it.`,
    columns: [
      { label: 'Source' },
      { label: 'Standard deviation', numeric: true },
      { label: 'Share', numeric: true },
      { label: '' },
    ],
    rows: search.varianceShares.map(({ factor, variance, low, high, share, reason }) => ({
      cells: [
        factorInWords(factor, noun),
        variance === null
          ? 'not estimated'
          : estimate(fixed(Math.sqrt(variance)), `${fixed(root(low))} to ${fixed(root(high))}`),
        share === null ? absent : percentage(share),
        reason ?? '',
      ],
    })),
  })
}

function root(variance: number | null): number | null {
  return variance === null ? null : Math.sqrt(variance)
}

/** `snapshot`: whether the same films chose the snapshot that synthetic films are drawn from. */
function chance(search: SearchResult, snapshot: boolean): string {
  if (search.rule === 'fixed') return 'With K fixed there is nothing that chance could have found.'
  const { p, gain, quantiles, reason } = search.null
  const known = Object.entries(quantiles)
    .map(([level, value]) => ({ level: Number(level), value }))
    .filter(({ level }) => Number.isFinite(level))
    .sort((a, b) => a.level - b.level)
    .map(({ level, value }) => `${signed(value)} in ${Math.round(level <= 1 ? level * 100 : level)} %`)
  const alone = known.length > 0 ? ` Gains of chance alone stay below ${listing(known)} of such searches.` : ''
  const found = p === null ? `${absent} (${reason ?? 'not computed'})` : pValue(p)
  const rule = snapshot ? 'choosing a snapshot and a K by the same rules' : 'the same rule'
  const seen = snapshot
    ? ' The films that chose the snapshot choose K, too: their scores at every K with synthetic films are a little too good, and the draws that chance is learnt from make that choice anew each time.'
    : ''
  return `How sure is this K? The ${gainName(search)} over K = ${scoredMultiples(search)[0]} on the ${choosingName(search)} films is ${signed(gain)}. If K had no effect at all, ${rule} on the same films would find a gain this large or larger by chance: ${found}.${alone}${seen} That gain was found on the films that chose K, so it is too good to be taken as performance.`
}

function searchFigure(search: SearchResult, figures: FigureList, name: string): Markup | undefined {
  const band = search.trials.some((trial) => trial.se !== null)
  const after = search.stoppedAt < Math.max(0, ...search.trials.map((trial) => trial.k))
  return figureBlock(
    figures.get(name),
    html`<b>${metricTitle(search)} against the size of the training set</b>, ${armInSentence(search.arm)} (as the paper’s Figure 1).${band && ' Band: one standard error, over films and repeats.'}${(search.trials[0]?.scores.length ?? 0) > 1 && ' Dots: single repeats.'}${after && ' Grey: past the stop, scored only to learn what chance finds.'} Bar below the axis: the K that these ${count(search.selectionCases)} films can’t tell from the best, ${indistinguishableWords(search)}.`,
  )
}

function measuresFigure({ search, dataset }: Result, figures: FigureList): Markup | undefined {
  const films = counted(search.selectionCases, `${choosingName(search)} film`)
  return figureBlock(
    figures.get('measures-curve'),
    html`<b>Measures ${dataset.classes.length > 2 ? 'of the most probable class, means over the classes,' : 'at a cutoff of 0.5'} against the size of the training set</b>, ${armInSentence(search.arm)}, ${films} (as the paper’s Figure 1). Band: 95 % limits. The ring marks the chosen K.`,
  )
}

/** What the same rule would have chosen by other metrics: whether they differ by more than these films can tell. */
function choicesTable(search: SearchResult): Markup | undefined {
  if (search.byMetric.length === 0) return undefined
  return table({
    caption: html`<b>What each metric would have chosen</b>, ${armInSentence(search.arm)}: the same rule on the same trials. K was chosen by the ${metricName(search)}; whatever chooses it, the verdict rests on the AUC of test films.`,
    columns: [
      { label: 'Metric' },
      { label: 'K', numeric: true },
      { label: `Can the ${metricName(search)} tell it from its best?` },
    ],
    rows: search.byMetric.map(({ metric, kOptimal, converged, indistinguishable }) => ({
      cells: [
        capitalised(metricName({ ...search, metric })),
        html`${kOptimal}${!converged && ' (not converged)'}`,
        indistinguishable ? 'no' : 'yes',
      ],
      strong: metric === search.metric,
    })),
  })
}

function trialTable(search: SearchResult): Markup {
  const trials = [...search.trials].sort((a, b) => a.k - b.k)
  const body = table({
    caption: html`<b>${metricTitle(search)} and measures for each K</b> (the paper’s Table S1), ${armWithCode(search.arm)}, ${counted(search.selectionCases, `${choosingName(search)} film`)}. Error: standard error over films and repeats; limits of the measures and the spread of repeats are in tables/tableS1.csv. These scores chose K, so they are too good to be taken as performance.`,
    columns: [
      { label: 'K' },
      { label: 'Training images', numeric: true },
      { label: `${capitalised(metricName(search))} (± error)`, numeric: true },
      ...measureNames.map(([, label]) => ({ label, numeric: true })),
    ],
    dense: true,
    rows: trials.map((trial) => ({
      cells: [
        html`${trial.k}${trial.k === search.kOptimal && ' (chosen)'}${trial.k === search.stoppedAt && trial.k !== search.kOptimal && (search.converged ? ' (stop)' : ' (end)')}`,
        count(trial.size),
        `${metricValue(search, trial.mean)} (± ${fixed(trial.se)})`,
        ...measureNames.map(([key]) => proportion(trial.measures[key]?.value ?? null)),
      ],
      strong: trial.k === search.kOptimal,
    })),
  })
  return html`<details open><summary>Every K</summary>${body}</details>`
}
