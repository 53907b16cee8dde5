/** The answer first: verdict in plain words with its interval and comparator, then the key numbers. */
import type { Result, Verdict } from '../../record/result.js'
import { armInSentence, armName, metricName, setName } from '../arm-name.js'
import { type FigureList, resultSets } from '../figure-list.js'
import { absent, count, counted, fixed, ranges, signed, signedInterval, signedLimits, withInterval } from '../format.js'
import { type Content, html, type Markup } from '../html.js'
import { bullets, figureBlock, table, warning } from '../layout.js'

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
<p class="lead">${verdict.text}</p>
<p>${meaning(result)}</p>
${measured(verdict)}
</div>
</div>
${cautions(result).map(warning)}
${figureBlock(
  figures.get('verdict'),
  html`<b>The verdict’s comparators.</b> AUC of ${armInSentence(result.search.arm)} minus the AUC of each comparator, internal test set. A yes needs every bar to lie right of “no difference”; a no needs one bar to end left of the gain that matters (${fixed(verdict.delta, 3)}). The lower limit is one-sided at 97.5 %, the upper one is widened for the number of comparators. For ${scopeWords(verdict)}.`,
)}
${externalComparators(result)}
</section>\n`
}

/** How far a verdict reaches. */
export function scopeWords(verdict: Verdict): string {
  return verdict.scope === 'model'
    ? 'these fitted models, this test set, one GAN'
    : 'this procedure, repeated with several GANs, on this test set'
}

function headline(verdict: Verdict): string {
  switch (verdict.benefit) {
    case 'yes':
      return verdict.scope === 'procedure'
        ? 'Yes: adding synthetic films helps on films like these'
        : 'Yes: this model is better on these cases'
    case 'no':
      return harm(verdict) ? 'No: with synthetic films it does worse' : 'No: a gain that matters is excluded'
    case 'unclear':
      return 'Unclear: these test films can’t tell'
    default:
      return 'No verdict'
  }
}

/** Harm is said only against the original films. */
function harm(verdict: Verdict): boolean {
  const high = verdict.comparators.find((one) => one.name === 'OD')?.high
  return high !== null && high !== undefined && high < 0
}

function meaning(result: Result): string {
  const { verdict } = result
  const against = verdict.comparator ? ` (the nearest: ${armInSentence(verdict.comparator)})` : ''
  switch (verdict.benefit) {
    case 'yes':
      return verdict.scope === 'procedure'
        ? `What it means: trained again with another GAN, a classifier with synthetic films can be expected to do better than every comparator${against}.`
        : `What it means: on films like the test films, use the classifier trained with synthetic films. It does better than every comparator${against}. Whether another GAN would do it again was not tried.`
    case 'no':
      return harm(verdict)
        ? 'What it means: leave the synthetic films out. The classifier trained on the original films alone does better on these cases.'
        : `What it means: leave the synthetic films out. Against ${verdict.comparator ? armInSentence(verdict.comparator) : 'a simpler training set'}, a gain of ${fixed(verdict.delta, 3)} in AUC, set beforehand as the smallest that matters, is excluded.`
    case 'unclear': {
      const open =
        verdict.high === null ? '' : ` A gain of up to ${fixed(Math.max(0, verdict.high))} in AUC is not excluded.`
      const needed =
        verdict.casesNeeded === null
          ? ''
          : ` About ${counted(verdict.casesNeeded, 'test case')} would decide at a gain of ${fixed(verdict.delta, 3)}; this run has ${count(internalCases(result))}.`
      return `What it means: neither a gain nor its absence has been shown.${open}${needed}`
    }
    default:
      return `What it means: the figures below describe this run; they don’t say whether synthetic films help. ${verdict.reason ?? ''}`
  }
}

function internalCases(result: Result): number | null {
  return result.arms.find((arm) => arm.evaluations.internal)?.evaluations.internal.n ?? null
}

function measured(verdict: Verdict): Markup | undefined {
  if (verdict.comparator === null) return undefined
  const decisive = verdict.comparators.find((one) => one.name === verdict.comparator)
  return html`<dl class="measured">
<div><dt>Difference in AUC</dt><dd>${signed(decisive?.difference)} <span class="interval">(limits ${signedLimits(verdict.low, verdict.high)})</span></dd></div>
<div><dt>Comparator that decides</dt><dd>${armInSentence(verdict.comparator)}</dd></div>
<div><dt>Smallest gain that matters</dt><dd>${fixed(verdict.delta, 3)}, fixed before any film was scored</dd></div>
<div><dt>Said of</dt><dd>${scopeWords(verdict)}</dd></div>
</dl>`
}

/** What stands between the reader and relying on the figures. */
function cautions(result: Result): Content[] {
  const out: Content[] = []
  if (result.config.preset === 'quick') {
    out.push(
      html`<b>Only a demonstration.</b> The preset “quick” trains a small GAN for ${counted(result.gan.steps, 'step')} to show the whole path. Use “standard” before drawing a conclusion.`,
    )
  }
  if (result.search.selectOn === 'test') {
    out.push(
      html`<b>Optimistic.</b> K was chosen on the test films themselves (selectOn: test), as the paper’s own curve was. Every figure on the internal test set is better than it would be on new films, and there is no verdict.`,
    )
  }
  if (result.dataset.patientSource === 'image') {
    out.push(
      html`<b>Patients not known.</b> Each film counts as a patient of its own. If a patient has several films, some may stand on both sides of the split, and intervals are too narrow.`,
    )
  }
  return out
}

function externalComparators(result: Result): Markup | undefined {
  const sets = Object.keys(result.verdict.comparators[0]?.external ?? {})
  if (sets.length === 0) return undefined
  return table({
    caption: html`<b>Second look, on other hospitals.</b> The same differences there, with their upper limits. Where a limit lies below 0, a yes becomes unclear.`,
    columns: [{ label: 'Comparator' }, ...sets.map((set) => ({ label: setName(set), numeric: true }))],
    rows: result.verdict.comparators.map((one) => ({
      cells: [
        armName(one.name),
        ...sets.map(
          (set) =>
            html`${signed(one.external[set]?.difference)} <span class="interval">(at most ${signed(one.external[set]?.high)})</span>`,
        ),
      ],
    })),
    stack: true,
  })
}

/** A handful of numbers, each with its interval. */
export function keyNumbers(result: Result): Markup {
  const { search, dataset } = result
  const chosen = result.arms.find((arm) => arm.name === search.arm)
  const originals = result.arms.find((arm) => arm.name === 'OD')
  const tiles: { label: string; value: Content; note: Content }[] = []
  tiles.push({
    label: 'Multiple of the balanced training set',
    value: `K = ${search.kOptimal}`,
    note: `${search.rule === 'fixed' ? 'fixed beforehand' : `chosen on ${counted(search.selectionCases, `${search.selectOn} film`)}`}; not distinguishable: ${ranges(search.indistinguishable)}`,
  })
  for (const set of resultSets(result)) {
    for (const arm of [chosen, originals]) {
      const on = arm?.evaluations[set]
      if (!arm || !on) continue
      const [value, ...interval] = withInterval(on.auc.value, on.auc.low, on.auc.high).split(' ')
      tiles.push({
        label: `AUC, ${armInSentence(arm.name)}`,
        value: html`${value} <span class="interval">${interval.join(' ')}</span>`,
        note: `${setName(set)}, ${counted(on.n, 'film')} of ${counted(on.patients, 'patient')}`,
      })
    }
  }
  const direct = difference(result, search.arm, 'OD')
  if (direct) {
    tiles.push({
      label: 'Difference in AUC to the original films only',
      value: signed(direct.difference),
      note: `${signedInterval(direct.difference, direct.low, direct.high)}, unadjusted 95 % interval, internal test set`,
    })
  }
  const { train, tuning, test } = dataset.patients
  const analysed = dataset.flow.find((flow) => flow.set === 'internal')?.analysed
  tiles.push({
    label: 'Films analysed',
    value: count(analysed ?? null),
    note: `of ${counted(train + tuning + test, 'patient')}; ${listClasses(dataset.classes, dataset.positive)}`,
  })
  return html`<section id="key-numbers" aria-label="Key numbers"><div class="tiles">
${tiles.map((tile) => html`<div class="tile"><div class="label">${tile.label}</div><div class="number">${tile.value}</div><div class="note">${tile.note}</div></div>\n`)}</div>
${bullets(keySentences(result))}</section>\n`
}

function listClasses(classes: readonly string[], positive: string): string {
  return classes.map((name) => (name === positive ? `${name} (positive)` : name)).join(', ')
}

function keySentences(result: Result): Content[] {
  const { search, model } = result
  const { p, gain, reason } = search.null
  const chance =
    p === null
      ? `Chance of such a gain in ${metricName(search.metric)} without any effect of K: ${absent} (${reason ?? 'not computed'}).`
      : `A gain on the ${search.selectOn} films as large as the one found (${signed(gain)}) would turn up with probability ${p < 0.001 ? 'below 0.001' : fixed(p, p < 0.1 ? 3 : 2)} if K had no effect; it is not performance.`
  const favoured =
    model.arm === model.favoured
      ? `The model that was written is the one of ${armInSentence(model.arm)}, which the ${search.selectOn} films also favour.`
      : `The model that was written is the one of ${armInSentence(model.arm)}; the ${search.selectOn} films favour ${armInSentence(model.favoured)}, whose head lies beside it.`
  return search.rule === 'fixed' ? [favoured] : [chance, favoured]
}

/** The comparison of two arms on the internal test set, turned so that it reads a minus b. */
function difference(
  result: Result,
  a: string,
  b: string,
): { difference: number | null; low: number | null; high: number | null } | undefined {
  for (const one of result.comparisons) {
    if (one.set !== 'internal') continue
    if (one.a === a && one.b === b) return one
    if (one.a === b && one.b === a)
      return { difference: negate(one.difference), low: negate(one.high), high: negate(one.low) }
  }
  return undefined
}

function negate(value: number | null): number | null {
  return value === null ? null : -value
}
