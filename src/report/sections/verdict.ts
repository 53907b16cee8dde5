/** The answer first: verdict in plain words with its interval and comparator, then the key numbers. */

import { capitalised } from '../../base/capitalised.js'
import {
  absent,
  count,
  counted,
  limits,
  listing,
  proportion,
  pValue,
  short,
  signed,
  signedLimits,
} from '../../base/format.js'
import { isDemonstration } from '../../record/demonstration.js'
import { findConcerns } from '../../record/find-concerns.js'
import { generatorOf, isTrainedInSteps } from '../../record/generator-of.js'
import type { Result, Verdict } from '../../record/result.js'
import { choosingName } from '../../words/choosing-films.js'
import { verdictFirst } from '../../words/concerns.js'
import { amountWords, indistinguishableWords } from '../../words/multiple.js'
import { armInSentence, aucName, rankingName, setName } from '../../words/names.js'
import { reach } from '../../words/reach.js'
import { gainName } from '../../words/search-metric.js'
import { type FigureList, resultSets } from '../figure-list.js'
import { type Content, html, type Markup } from '../html.js'
import { estimate, figureBlock, kEquals, warning } from '../layout.js'
import { concerns } from './concerns.js'

const marks = { yes: '✓', no: '✕', unclear: '?', none: '–' }

/** The verdict, what it means, what it was measured against, and what must be known before it is used. */
export function verdictCard(result: Result, figures: FigureList): Markup {
  const { verdict } = result
  const kind = verdict.benefit ?? 'none'
  return html`<section id="verdict">
<div class="verdict ${kind}">
<div class="mark" aria-hidden="true">${marks[kind]}</div>
<div>
<h2>${headline(verdict)}</h2>
<p class="lead">${withoutAnswer(verdict.text)}</p>
<p>${meaning(result)}</p>
${result.worth?.realFilms && html`<p>${result.worth.text}</p>`}
${measured(result)}
</div>
</div>
${verdictFirst(result) && concerns(result)}
${cautions(result).map(warning)}
${figureBlock(
  figures.get('verdict'),
  html`<b>The verdict’s comparators.</b> ${rankingName(result)} of ${armInSentence(result.search.arm)} minus that of each comparator, internal test set. A yes needs every bar to lie right of “no difference”; a no needs one bar to end left of the gain that matters (${short(verdict.delta)}). The lower limit is one-sided at 97.5 %, the upper one is widened for the number of comparators. For ${reach(verdict)}.`,
)}
</section>\n`
}

function headline(verdict: Verdict): string {
  switch (verdict.benefit) {
    case 'yes':
      return verdict.scope === 'procedure'
        ? 'Yes: adding synthetic films helps on films like these'
        : 'Yes: this model is better on these test films'
    case 'no':
      return harm(verdict) ? 'No: with synthetic films it does worse' : 'No: a gain that matters is excluded'
    case 'unclear':
      return 'Unclear: these test films can’t tell'
    default:
      return 'No verdict'
  }
}

/** The headline has given the answer in a word. */
function withoutAnswer(text: string): string {
  return capitalised(text.replace(/^(Unclear\.|No\.|No verdict:) /, ''))
}

/** Harm is said only against the original films. */
function harm(verdict: Verdict): boolean {
  const high = verdict.comparators.find((one) => one.name === 'OD')?.high
  return high !== null && high !== undefined && high < 0
}

function meaning(result: Result): string {
  const { verdict } = result
  const { noun } = generatorOf(result)
  const against = verdict.comparator ? ` (the nearest: ${armInSentence(verdict.comparator)})` : ''
  switch (verdict.benefit) {
    case 'yes':
      return verdict.scope === 'procedure'
        ? `What it means: trained again with another ${noun}, a classifier with synthetic films can be expected to do better than every comparator${against}.`
        : `What it means: on films like the test films, use the classifier trained with synthetic films. It does better than every comparator${against}. Whether another ${noun} would do it again was not tried.`
    case 'no':
      return harm(verdict)
        ? 'What it means: leave the synthetic films out. The classifier trained on the original films alone does better on these test films.'
        : `What it means: leave the synthetic films out. Against ${verdict.comparator ? armInSentence(verdict.comparator) : 'a simpler training set'}, a gain of ${short(verdict.delta)} in ${aucName(result)}, set beforehand as the smallest that matters, is excluded.`
    case 'unclear':
      return 'What it means: this run gives no reason to add synthetic films, and none not to.'
    default:
      return 'What it means: the figures below describe this run; they don’t say whether synthetic films help.'
  }
}

function measured(result: Result): Markup | undefined {
  const { verdict } = result
  if (verdict.comparator === null) return undefined
  const decisive = verdict.comparators.find((one) => one.name === verdict.comparator)
  return html`<dl class="measured">
<div><dt>Difference in ${aucName(result)}</dt><dd>${signed(decisive?.difference)} <span class="interval">(limits ${signedLimits(verdict.low, verdict.high)})</span></dd></div>
<div><dt>Comparator that decides</dt><dd>${armInSentence(verdict.comparator)}</dd></div>
<div><dt>Smallest gain that matters</dt><dd>${short(verdict.delta)}, fixed before any film was scored</dd></div>
<div><dt>Test films of this run</dt><dd>${filmsTested(result)}</dd></div>
<div><dt>Holds for</dt><dd>${reach(verdict)}</dd></div>
</dl>`
}

function filmsTested({ arms }: Result): string {
  const tested = arms.find(({ evaluations }) => evaluations.internal)?.evaluations.internal
  return tested ? `${count(tested.n)}, of ${counted(tested.patients, 'patient')}` : absent
}

/** What stands between the reader and relying on the figures. */
function cautions(result: Result): Content[] {
  const out: Content[] = []
  if (result.synthetic?.source === 'given') {
    out.push(
      html`<b>Made elsewhere.</b> The synthetic films come from a generator that this program did not train. It cannot know which films that generator has seen; if test films were among them, every figure of the arms with synthetic films is too good.`,
    )
  }
  if (result.synthetic?.source === 'called') {
    out.push(
      html`<b>Made by a program of the user.</b> It was handed the training films alone, but this program cannot tell what else it reads or was trained on before; if test films are among that, every figure of the arms with synthetic films is too good.`,
    )
  }
  const { training, noun } = generatorOf(result)
  // Where its films are not like the real ones, that is said with the same advice.
  const poor = findConcerns(result).some(({ kind }) => kind === 'generator-failed')
  if (isDemonstration(result) && training && !poor) {
    out.push(
      html`<b>Only a demonstration.</b> The preset “quick” ${isTrainedInSteps(generatorOf(result)) ? `trains a small ${noun} for ${counted(training.steps, 'step')}` : 'fits one repeat for each K'} to show the whole path. Use “standard” before drawing a conclusion.`,
    )
  }
  if (result.search.selectOn === 'test') {
    out.push(
      html`<b>Optimistic.</b> K was chosen on the test films themselves (selectOn: test), as the paper’s own curve was. Every figure on the internal test set is better than it would be on new films, and there is no verdict.`,
    )
  }
  if (result.dataset.patientSource === 'image') {
    out.push(
      html`<b>Patients not known.</b> Each film counts as a patient of its own. If a patient has several films, some may be on both sides of the split, and intervals are too narrow.`,
    )
  }
  return out
}

interface Tile {
  label: string
  value: Content
  note: Content
}

/** A handful of numbers, each with its interval: K and the films first, then a row for every test set. */
export function keyNumbers(result: Result): Markup {
  const tiles = [multipleTile(result), gainTile(result), filmsTile(result)]
  for (const set of resultSets(result)) {
    tiles.push(aucTile(result, set, result.search.arm), aucTile(result, set, 'OD'), differenceTile(result, set))
  }
  const shown = tiles.map(
    ({ label, value, note }) =>
      html`<div class="tile"><div class="label">${label}</div><div class="number">${value}</div><div class="note">${note}</div></div>\n`,
  )
  return html`<section id="key-numbers" aria-label="Key numbers"><div class="tiles">
${shown}</div>
${modelSentence(result)}</section>\n`
}

function multipleTile(result: Result): Tile {
  const { search } = result
  const amount = amountWords(result)
  const how =
    search.rule === 'fixed'
      ? 'fixed beforehand'
      : `chosen on ${counted(search.selectionCases, `${choosingName(search)} film`)}`
  return {
    label: 'Multiple of the balanced training set',
    value: kEquals(search.kOptimal),
    note: `${amount === undefined ? '' : `${amount}; `}${how}; not distinguishable: ${indistinguishableWords(search)}`,
  }
}

function gainTile({ search }: Result): Tile {
  const { p, gain, reason } = search.null
  return {
    label: 'Chance of such a gain if K had no effect',
    value: search.rule === 'fixed' || p === null ? absent : pValue(p),
    note:
      search.rule === 'fixed'
        ? 'K was not searched'
        : `${gainName(search)} on the ${choosingName(search)} films: ${signed(gain)}; these films chose K, so it is too good${p === null ? ` (${reason ?? 'not computed'})` : ''}`,
  }
}

function filmsTile({ dataset }: Result): Tile {
  const { train, tuning, test } = dataset.patients
  const internal = dataset.flow.find((flow) => flow.set === 'internal')
  const classes = dataset.classes.map((name) => (name === dataset.positive ? `${name} (positive)` : name))
  return {
    label: 'Films analysed',
    value: count(internal?.analysed),
    note: `of ${counted(train + tuning + test, 'patient')}; ${listing(classes)}`,
  }
}

function aucTile(result: Result, set: string, name: string): Tile {
  const on = result.arms.find((arm) => arm.name === name)?.evaluations[set]
  const label = `${rankingName(result)}, ${armInSentence(name)}`
  if (!on) return { label, value: absent, note: `${setName(set)}: not evaluated` }
  const known = on.auc.low !== null || on.auc.high !== null
  return {
    label,
    value: estimate(proportion(on.auc.value), known ? limits(on.auc.low, on.auc.high) : undefined),
    note: `${setName(set)}, ${counted(on.n, 'film')} of ${counted(on.patients, 'patient')}${on.auc.reason ? ` (${on.auc.reason})` : ''}`,
  }
}

function differenceTile(result: Result, set: string): Tile {
  const direct = difference(result, set, result.search.arm, 'OD')
  return {
    label: `Difference in ${aucName(result)} between the two`,
    value: direct ? estimate(signed(direct.difference), signedLimits(direct.low, direct.high)) : absent,
    note: direct ? `${setName(set)}, 95 % interval, not adjusted` : `${setName(set)}: ${whyNotCompared(result)}`,
  }
}

/** At K = 1 where the classes were balanced already both arms learn from the same films, and are one classifier. */
function whyNotCompared({ search, dataset, folds }: Result): string {
  const sizes = Object.values(dataset.split.train)
  const same =
    folds.length === 0 && search.kOptimal === 1 && sizes.length > 0 && sizes.every((size) => size === sizes[0])
  return same
    ? 'no synthetic film was added (K = 1, classes balanced already), so both are one classifier'
    : 'not compared'
}

function modelSentence({ model, search, folds }: Result): Markup {
  const which =
    model.arm === model.favoured
      ? `, which the ${choosingName(search)} films favour too`
      : `; the ${choosingName(search)} films favour ${armInSentence(model.favoured)}, whose head lies beside it`
  return html`<p>The model in model/classifier.onnx is the one of ${armInSentence(model.arm)}${which}.${folds.length > 0 && ' It was trained on all internal films, so that none was left to test it; the folds tested models made in the same way.'}</p>`
}

/** The comparison of two arms on a set, turned so that it reads a minus b. */
function difference(
  result: Result,
  set: string,
  a: string,
  b: string,
): { difference: number | null; low: number | null; high: number | null } | undefined {
  for (const one of result.comparisons) {
    if (one.set !== set) continue
    if (one.a === a && one.b === b) return one
    if (one.a === b && one.b === a)
      return { difference: negate(one.difference), low: negate(one.high), high: negate(one.low) }
  }
  return undefined
}

function negate(value: number | null): number | null {
  return value === null ? null : -value
}
