/**
 * An inspection as one self-contained page. It names files and shows films, so it stays where the films are: it is never
 * part of what a run shows.
 */

import { capitalised } from '../base/capitalised.js'
import { elementAt } from '../base/element-at.js'
import { count, counted, fixed, listing, proportion, withInterval } from '../base/format.js'
import { toolName, version } from '../base/version.js'
import type { Clue, DatasetInspection, NearDuplicate, SetInspection, Tally } from '../record/inspection.js'
import { pairGroups, quietSentence, searchedSentence, sourceWords, trapSentences } from '../words/inspection.js'
import type { FigureDraw } from './figure-list.js'
import { greyHistogram, type HistogramSeries } from './figures/grey-histogram.js'
import { type IntervalRow, intervalPlot } from './figures/interval-plot.js'
import { html, type Markup } from './html.js'
import { bullets, figureBlock, section, table, warning } from './layout.js'
import { htmlPage, requireDataAddresses } from './page.js'

/** What marks a page as an inspection's. */
export const inspectionMark = `${toolName} inspect`

/** `pictures`: films of pairs by id, as PNG or JPEG `data:` addresses. Throws an `InternalError` for any other address. */
export function renderInspection(facts: DatasetInspection, pictures: Readonly<Record<string, string>> = {}): string {
  requireDataAddresses(Object.values(pictures))
  const sets: readonly NamedSet[] = [['These films', facts], ...Object.entries(facts.external).map(externalSet)]
  const body = html`
<header class="top">
  <p class="tool">${toolName} ${version}<span>Research use only</span></p>
  <h1>${facts.dataset}</h1>
  <p class="question">What is there, and what may go wrong with it</p>
</header>
<main>
${warning('Private: this page names files and may show films. Keep it where the films are.')}
${findings(facts)}
${films(facts, sets)}
${greyValues(sets)}
${pairs(facts, pictures)}
${traps(facts)}
</main>`
  return htmlPage(`${facts.dataset}: inspection`, body, inspectionMark)
}

type NamedSet = readonly [name: string, set: SetInspection]

function externalSet([name, set]: readonly [string, SetInspection]): NamedSet {
  return [`External “${name}”`, set]
}

function findings(facts: DatasetInspection): Markup {
  const traps = trapSentences(facts)
  const groups = pairGroups(facts.nearDuplicates).map(({ text }) => text)
  const noted = [...facts.warnings, ...facts.remarks]
  const quiet = facts.problems.length + traps.length + groups.length + facts.warnings.length === 0
  return section(
    'findings',
    'Findings',
    facts.problems.length > 0 && html`<h3>Why the films can’t be used as they are</h3>${bullets(facts.problems)}`,
    traps.length > 0 && html`<h3>Traps</h3>${bullets(traps.map(sentence))}`,
    groups.length > 0 && html`<h3>Almost the same image</h3>${bullets(groups.map(sentence))}`,
    noted.length > 0 && html`<h3>Noted while reading</h3>${bullets(noted)}`,
    quiet && html`<p>Nothing stood out. That is no proof that nothing is wrong: look at the films.</p>`,
  )
}

function sentence(text: string): string {
  return `${capitalised(text)}.`
}

function films(facts: DatasetInspection, sets: readonly NamedSet[]): Markup {
  const classes = [...new Set(sets.flatMap(([, set]) => Object.keys(set.classes)))]
  const columns = [{ label: '' }, ...sets.map(([name]) => ({ label: name, numeric: true }))]
  const row = (name: string, value: (set: SetInspection) => string) => ({
    cells: [name, ...sets.map(([, set]) => value(set))],
  })
  const positive = facts.positive === null ? 'A run will need --positive' : facts.positive
  return section(
    'films',
    'Films',
    html`<p>The class that is looked for: <b>${positive}</b>. ${sentence(sourceWords[facts.patientSource])}</p>`,
    table({
      caption: html`<b>Films and patients.</b> Films that were left out are not counted.`,
      columns,
      rows: [
        ...classes.map((label) =>
          row(label, (set) => {
            const own = set.classes[label]
            return own ? `${count(own.films)} of ${counted(own.patients, 'patient')}` : '–'
          }),
        ),
        { ...row('All', (set) => `${count(set.films)} of ${counted(set.patients, 'patient')}`), strong: true },
        row('Patients with films of several classes', (set) => count(set.mixedPatients)),
        row('Rows', (set) => extents(set, 'rows')),
        row('Columns', (set) => extents(set, 'columns')),
        row('Pixels', (set) => listing(set.pixels.map(pixelKind))),
        row('Left out', (set) => listing(set.flow.excluded.map((one) => `${count(one.count)} (${one.reason})`)) || '0'),
      ],
      stack: true,
    }),
    ...sets.flatMap(([name, set]) => [
      tallyTable(`${name}: files`, 'Kind of file', set.formats),
      tallyTable(`${name}: makers`, 'Maker and model', set.makers),
      tallyTable(`${name}: views`, 'View', set.views),
    ]),
  )
}

function extents(set: SetInspection, side: 'rows' | 'columns'): string {
  const least = Math.min(...set.pixels.map((kind) => kind[side].least))
  const most = Math.max(...set.pixels.map((kind) => kind[side].most))
  return least === most ? count(least) : `${count(least)} to ${count(most)}`
}

function pixelKind({ films, channels, bits }: SetInspection['pixels'][number]): string {
  return `${count(films)} ${channels === 1 ? 'grey' : 'colour'}, ${bits} bit`
}

/** Films of each class with each value; nothing where no film says. */
function tallyTable(caption: string, what: string, tally: Tally): Markup | undefined {
  const values = Object.entries(tally)
  if (values.length === 0) return undefined
  const classes = [...new Set(values.flatMap(([, counts]) => Object.keys(counts)))].sort()
  const total = (counts: Readonly<Record<string, number>>) => Object.values(counts).reduce((sum, n) => sum + n, 0)
  return table({
    caption: html`<b>${caption}.</b>`,
    dense: true,
    columns: [{ label: what }, ...classes.map((label) => ({ label, numeric: true }))],
    rows: values
      .toSorted(([, a], [, b]) => total(b) - total(a))
      .map(([value, counts]) => ({ cells: [value, ...classes.map((label) => count(counts[label] ?? 0))] })),
  })
}

const dashes = ['', 'long', 'short', 'dots'] as const

function greyValues(sets: readonly NamedSet[]): Markup {
  const series = sets.flatMap(([name, set], s) =>
    Object.entries(set.histograms).map(
      ([label, shares], c): HistogramSeries => ({
        label: sets.length > 1 ? `${label}, ${name.toLowerCase()}` : label,
        shares,
        colour: colourOf(c),
        dash: elementAt(dashes, s % dashes.length),
      }),
    ),
  )
  const title = 'Grey values of each class'
  return section(
    'grey-values',
    'Grey values',
    figureBlock(
      drawn('grey-values', (id, width) => greyHistogram(series, { id, title, width })),
      html`<b>${title}.</b> Share of a class’s pixels at each step from black to full white, every film counting the same. Very common values (a black background) are cut off at the top.`,
    ),
  )
}

function pairs(facts: DatasetInspection, pictures: Readonly<Record<string, string>>): Markup {
  const groups = pairGroups(facts.nearDuplicates)
  if (groups.length === 0) {
    return section('pairs', 'Almost the same image', html`<p>No such pair was found by this check.</p>`)
  }
  return section(
    'pairs',
    'Almost the same image',
    html`<p>Films that were saved again, resized or lit otherwise. The figure is the correlation of the two films’ fine structure; different films of one kind stay below 0.7.</p>`,
    ...groups.map(({ text, pairs: own }) => {
      const shown = own.filter(({ a, b }) => a.id in pictures && b.id in pictures)
      return html`<h3>${sentence(text)}</h3>
<div class="pairs">${shown.map((pair) => pairOf(pair, pictures))}</div>
${shown.length < own.length && bullets(own.slice(shown.length).map(({ a, b }) => `${a.name} = ${b.name}`))}`
    }),
  )
}

function pairOf({ a, b, correlation }: NearDuplicate, pictures: Readonly<Record<string, string>>): Markup {
  const one = ({ id, set, name, label }: NearDuplicate['a']) =>
    html`<div><img src="${pictures[id]}" alt=""><span>${set !== 'internal' && html`${set}: `}${name}<br>${label}</span></div>`
  return html`<figure class="pair">${one(a)}${one(b)}<figcaption>correlation ${fixed(correlation, 2)}</figcaption></figure>\n`
}

function traps(facts: DatasetInspection): Markup {
  const scored = facts.clues.filter(({ auc }) => auc.length > 0)
  const hospitals = Object.keys(facts.external)
  if (scored.length === 0) {
    return section('traps', 'Traps', html`<p>Too few patients of a class, or nothing that differs between films.</p>`)
  }
  const searched = searchedSentence(facts)
  const quiet = facts.clues.filter(({ constant }) => constant).map(({ name }) => name)
  return section(
    'traps',
    'Told apart without looking at the disease?',
    html`<p>A small classifier is fitted on each of these alone and scored by cross-validation, all films of a patient in one fold. It should not do better than chance, 0.5. A warning is given where the lower limit is above ${'0.6'} (size, format, maker, view: no part of a disease) or ${'0.7'} (brightness, border: part of what a film shows).</p>`,
    figureBlock(
      drawn('traps', (id, width) =>
        intervalPlot(scored.flatMap(rowsOf), {
          id,
          title: 'AUC of what a classifier should not need',
          valueTitle: 'AUC, cross-validated',
          width,
          references: [{ value: 0.5, label: 'chance' }],
          bounds: [0, 1],
        }),
      ),
      html`<b>AUC of what a classifier should not need</b>, with 95 % intervals. In bold: a trap.`,
    ),
    searched !== null && html`<p>${sentence(searched)}.</p>`,
    quietSentence(facts) !== null &&
      quiet.length > 0 &&
      html`<p>The same for all films, or not said: ${listing(quiet)}.</p>`,
    hospitals.length > 0 &&
      table({
        caption: html`<b>Learned here, tried elsewhere.</b> AUC of each of them on the external films. Where it is high there too, an external test would not show that it was learned.`,
        columns: [{ label: '' }, ...hospitals.map((label) => ({ label, numeric: true }))],
        rows: scored.flatMap(({ name, auc }) =>
          auc.map((one) => ({
            cells: [
              auc.length > 1 ? `${name}, ${one.class}` : name,
              ...hospitals.map((hospital) => proportion(one.external[hospital], 2)),
            ],
          })),
        ),
      }),
  )
}

function rowsOf({ name, auc, warning }: Clue): IntervalRow[] {
  return auc.map(({ class: label, value, low, high }) => ({
    label: auc.length > 1 ? `${name}: ${label} against the rest` : name,
    value,
    low,
    high,
    shown: withInterval(value, low, high, 2),
    colour: warning === null ? 2 : 5,
    strong: warning !== null,
  }))
}

function colourOf(index: number): 1 | 2 | 3 | 4 | 5 | 6 {
  return elementAt([1, 3, 4, 5, 6, 2] as const, index % 6)
}

/** A figure in both widths. */
function drawn(name: string, draw: (id: string, width: number | undefined) => string): FigureDraw {
  return (shape) => draw(`${name}-${shape}`, shape === 'narrow' ? 350 : undefined)
}
