/** How good the synthetic films of each class are, and whether they are copies: the figures beside what real films give, and how to read them. */

import { absent, count, counted, fixed, listing, proportion, short } from '../../base/format.js'
import { findConcerns } from '../../record/find-concerns.js'
import type { FeatureQuality, RejectedFilms, Result } from '../../record/result.js'
import type { ClosestPairs } from '../../record/samples.js'
import { byChanceWords } from '../../words/run-warnings.js'
import { type Content, html, type Markup } from '../html.js'
import { bullets, estimate, table, warning } from '../layout.js'

type Measured = Result['quality'][number]
type Figures = Measured & FeatureQuality

export function syntheticQuality(result: Result, closest: ClosestPairs): Markup | undefined {
  const measured = result.quality.filter(isMeasured)
  const [first] = measured
  if (first === undefined) return undefined
  const heldOut = measured.some((one) => one.n.heldOut > 0)
  const failed = failedClasses(result)
  return html`<h3>Quality</h3>
${qualityTable(result, measured, first.features)}
${bullets(reading(measured, heldOut, failed))}
<h3>Copies</h3>
${copyTable(measured)}
${measured.map((one) => copySentence(one, failed))}
${leftOut(result)}
${closestFigure(closest)}
${bullets([
  html`<b>Suspected</b>: closer to a training film than 99 % of training films are to the closest film of another patient; by features, and by the correlation of their pixels, mirrored and shifted, whatever their exposure. A few are to be expected by chance. Turned, zoomed or blended copies are often missed.`,
  html`<b>Nearest ratio</b>: median distance to the nearest training film, over that of ${measured.some((one) => one.copies.reference === 'held-out') ? 'held-out real films' : 'training films among themselves'}. Near 1, synthetic films lie as far from the training films as unseen films do; well below, they may be copies, or merely lack detail.`,
  html`<b>Authentic</b>: further from its nearest training film than that film is from another training film (Alaa et al. 2022). About half of unseen real films are.`,
])}`
}

function isMeasured(one: Measured): one is Figures {
  return one.kid !== undefined && one.copies !== undefined && one.findings !== undefined
}

function qualityTable(result: Result, measured: readonly Figures[], features: Figures['features']): Markup {
  const columns = ['KID', 'FID', 'Precision', 'Recall', 'Density', 'Coverage', 'Pairs to held-out films']
  return table({
    caption: html`<b>Synthetic films against the training films of their class</b>, on ${features} features of ${result.backbone.name}; the second row of each class shows what real films alone give. KID on ${synthetics(measured, 'kid')}, the others on ${synthetics(measured, 'manifolds')} synthetic films, as many as there are real ones. 95 % intervals in brackets.`,
    columns: [{ label: 'Class' }, ...columns.map((label) => ({ label, numeric: true }))],
    rows: measured.flatMap((one) => [
      {
        heading: one.class,
        cells: [
          'Synthetic',
          withLimits(one.kid),
          figure(one.fid),
          proportion(one.precision),
          proportion(one.recall),
          fixed(one.density),
          proportion(one.coverage),
          similar(one.msSsim.syntheticToHeldOut),
        ],
      },
      {
        cells: [
          one.reference.kid ? 'Held-out real' : 'Real',
          withLimits(one.reference.kid),
          html`${figure(one.reference.fid)}${one.reference.fid !== null && ' (two halves)'}`,
          absent,
          absent,
          absent,
          absent,
          similar(one.msSsim.realToHeldOut),
        ],
      },
    ]),
    stack: true,
  })
}

function copyTable(measured: readonly Figures[]): Markup {
  const columns = [
    'Synthetic films',
    'Suspected by features',
    'By chance',
    'Suspected by image',
    'By chance',
    'Nearest ratio',
    'Authentic',
    'Held-out real: authentic',
  ]
  return table({
    caption: html`<b>Are synthetic films copies of training films?</b> Every synthetic film of the first pool against every training film of its class.`,
    columns: [{ label: 'Class' }, ...columns.map((label) => ({ label, numeric: true }))],
    rows: measured.map(({ class: label, n, copies, reference }) => ({
      cells: [
        label,
        count(n.synthetic),
        count(copies.suspected),
        fixed(copies.suspectedByChance, 1),
        copies.images ? `${count(copies.images.suspected)} of ${count(copies.images.compared)}` : absent,
        fixed(copies.images?.suspectedByChance, 1),
        fixed(copies.nearestRatio, 2),
        proportion(copies.authenticity),
        proportion(reference.authenticity),
      ],
    })),
    stack: true,
  })
}

/** What was found of copies; of films that are like no real one a search for likeness says nothing. */
function copySentence({ class: label, n, copies, findings }: Figures, failed: FailedClasses): Markup {
  if (findings.suspicious) return warning(html`<b>${label}:</b> ${findings.copies}.`)
  const text =
    failed.get(label) === 'none'
      ? `copies can’t be judged: a copy would resemble a real film, and these films resemble none (${count(copies.suspected)} of ${count(n.synthetic)} suspected by features)`
      : findings.copies
  return html`<p><b>${label}:</b> ${text}.</p>\n`
}

/** Suspected copies that never entered the pools. */
function leftOut({ synthetic }: Result): Markup[] {
  const copies = Object.entries(synthetic?.excluded ?? {}).map(
    ([label, { checked, excluded, byChance, suspicious }]) => {
      const text = html`<b>${label}, left out:</b> ${count(excluded)} of ${counted(checked, 'synthetic film')}${byChanceWords(byChance)} looked more like a training film than 99 % of training films look like each other, and other films took their place. All figures are of the films that stayed, so that none is suspected by image; what this check misses may have stayed.`
      return suspicious ? warning(text) : html`<p>${text}</p>\n`
    },
  )
  return [...copies, ...rejectedByEye(synthetic?.rejected)]
}

/** What a person has left out by looking. */
function rejectedByEye(rejected: RejectedFilms | undefined): Markup[] {
  if (!rejected) return []
  const films = listing(Object.entries(rejected.leftOut).map(([label, n]) => `${count(n)} of ${label}`))
  const missing =
    rejected.notDrawn > 0 ? html` ${counted(rejected.notDrawn, 'film')} of those rejected did not come up here.` : ''
  const seen = rejected.afterResult
    ? ' Test scores of that run could be seen by then: the test films have had a say in the choice.'
    : ' No test score of that run was to be seen by then.'
  const text = html`<b>Left out by eye:</b> ${films}. A person has looked at ${counted(rejected.decided, 'synthetic film')} of a run with the same settings and rejected these, and other films took their place.${missing}${seen} That a film looks wrong to a person says nothing of what a classifier learns from it.`
  return [rejected.afterResult ? warning(text) : html`<p>${text}</p>\n`]
}

function closestFigure(closest: ClosestPairs): Markup | undefined {
  if (closest.every(({ pairs }) => pairs.length === 0)) return undefined
  const pair = (label: string, one: ClosestPairs[number]['pairs'][number]) => {
    const how =
      one.by === 'image' ? `correlation ${fixed(one.value, 2)}` : `distance ${fixed(one.value, 2)} of the threshold`
    return html`<div class="triple"><span><img src="${one.synthetic}" alt="synthetic film ${one.number}, class ${label}">synthetic ${one.number}</span><span><img src="${one.real}" alt="training film ${one.film}, class ${label}">${one.film}</span><span>${how}${one.suspected && html`<br><b>suspected</b>`}</span></div>`
  }
  return html`<figure class="samples">
${closest.map(({ class: label, pairs }) => html`<div role="group" aria-label="${label}"><h4>${label}</h4><div class="triples">${pairs.map((one) => pair(label, one))}</div></div>\n`)}
<figcaption><b>The closest pairs</b>: synthetic films beside the training films that they are closest to, by features and by what they show (mirrored and shifted, too). Is it the same patient? Only eyes can tell. They are left out of a copy to share.</figcaption>
</figure>\n`
}

type FailedClasses = ReadonlyMap<string, 'none' | 'narrow'>

/** Classes whose generator failed, with what their films have in common with real ones. */
function failedClasses(result: Result): FailedClasses {
  const failure = findConcerns(result).find((one) => one.kind === 'generator-failed')
  return new Map(failure?.classes.map((one) => [one.class, one.overlap]))
}

function reading(measured: readonly Figures[], heldOut: boolean, failed: FailedClasses): Content[] {
  const differ = (one: Figures) => one.kid.low !== null && one.kid.low > Math.max(0, one.reference.kid?.high ?? 0)
  return [
    html`<b>KID</b> is 0 on average for two samples of one distribution and may be negative.${heldOut && ' Compare it with the held-out real films below it: no generator can be expected to do better.'}`,
    ...measured.map((one) =>
      failed.has(one.class)
        ? html`<b>${one.class}: the generator failed.</b> ${failed.get(one.class) === 'none' ? 'Its films lie among no real films' : 'Its films are like a few of the real films only'}, in these features. Such films can’t show whether synthetic films help.`
        : one.kid.value === null
          ? html`${one.class}: no KID, ${one.kid.reason}.`
          : differ(one)
            ? html`${one.class}: these features can tell synthetic films from real ones. That alone does not say whether they help.`
            : html`${one.class}: on this many films these features can’t tell synthetic films from real ones; there may still be a difference.`,
    ),
    html`<b>FID</b> is larger where films are few: the value given for real films is that between two halves of them, with nothing synthetic in either.`,
    html`<b>Precision</b> and <b>density</b> ask whether synthetic films look real (density near 1); <b>recall</b> and <b>coverage</b> whether they are as varied (coverage of unseen real films: 0.97 at equal numbers).`,
    ...measured.flatMap((one) =>
      one.reason ? [html`${one.class}: precision, recall, density and coverage can’t be given: ${one.reason}.`] : [],
    ),
  ]
}

function synthetics(measured: readonly Figures[], key: 'kid' | 'manifolds'): string {
  const counts = [...new Set(measured.map((one) => one.n[key]))].sort((a, b) => a - b)
  return counts.length === 1 ? count(counts[0]) : `${count(counts[0])} to ${count(counts.at(-1))}`
}

function withLimits(one: Figures['kid'] | null): Content {
  if (!one || one.value === null) return absent
  return one.low === null ? figure(one.value) : estimate(figure(one.value), `${figure(one.low)} to ${figure(one.high)}`)
}

function similar(one: { mean: number | null; low: number | null; high: number | null } | undefined): Content {
  if (!one || one.mean === null) return absent
  return estimate(fixed(one.mean), `${fixed(one.low)} to ${fixed(one.high)}`)
}

/** Three decimals, or whole numbers where there are hundreds. */
function figure(value: number | null): string {
  if (value === null) return absent
  return Math.abs(value) >= 100 ? fixed(value, 0) : short(value)
}
