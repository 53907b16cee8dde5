/**
 * A finished run as one self-contained HTML file, in reading order: what stands in the way of an answer, the verdict in
 * plain words (first where it is a demonstration), then what it rests on, then how it was done. No script, no request;
 * light and dark, screen, phone and paper (there the first two pages are a summary).
 */
import type { Result } from '../record/result.js'
import type { ClosestPairs } from '../record/samples.js'
import { verdictFirst } from '../words/concerns.js'
import { reportFigures } from './figure-list.js'
import type { TrainingCurveRow } from './figures/training-curves.js'
import { html, type Markup } from './html.js'
import { htmlPage, requireDataAddresses } from './page.js'
import { concerns } from './sections/concerns.js'
import { films } from './sections/films.js'
import { folds } from './sections/folds.js'
import { kSearch } from './sections/k-search.js'
import { manuscript } from './sections/manuscript.js'
import { method } from './sections/method.js'
import { performance } from './sections/performance.js'
import { provenance } from './sections/provenance.js'
import { rivals } from './sections/rivals.js'
import { selection } from './sections/selection.js'
import { type ClassSamples, synthetic } from './sections/synthetic.js'
import { terms } from './sections/terms.js'
import { use } from './sections/use.js'
import { keyNumbers, verdictCard } from './sections/verdict.js'
import { worth } from './sections/worth.js'

export interface ReportInput {
  /** As in `result.json`. */
  result: Result
  /** Rows of `gan/curves.csv`. */
  curves?: readonly TrainingCurveRow[]
  samples?: readonly ClassSamples[]
  /** Synthetic films beside the training films that they are closest to; none in a report to share. */
  closest?: ClosestPairs
  /** In how many runs each test set has been opened, this one included; a set that is not counted is absent. */
  openings?: Readonly<Record<string, number>>
  /** Sets that were added after the run, with what they say of it. */
  added?: Readonly<Record<string, string>>
}

/**
 * The report as one self-contained page of HTML; a run writes it by itself.
 *
 * ```ts run
 * import { readFileSync } from 'node:fs'
 * import { renderReport, resultSchema } from 'kopt'
 * const result = resultSchema.parse(JSON.parse(readFileSync('run/result.json', 'utf8')))
 * console.log(renderReport({ result }).includes('id="verdict"'))
 * ```
 *
 * ```text
 * true
 * ```
 *
 * @param input `result`; and, where the report is to show them, `curves` of the generator's training, `samples` and `closest`
 *   pairs (PNG or JPEG as `data:` addresses), `openings` of the test sets and sets `added` later; default: none of these
 * @returns HTML without a script and without a request
 * @throws `InternalError` for a sample that is not a PNG or JPEG `data:` address (it would be a request)
 */
export function renderReport({
  result,
  curves = [],
  samples = [],
  closest = [],
  openings = {},
  added = {},
}: ReportInput): string {
  requireDataAddresses(addressesOf(samples, closest))
  const figures = reportFigures(result, curves)
  const title = `${result.dataset.name}: do synthetic films help?`
  const body = html`
<header class="top">
  <p class="tool">${result.tool.name} ${result.tool.version}<span>Research use only</span></p>
  <h1>${result.dataset.name}</h1>
  <p class="question">How many synthetic films should be added to the training set, and do they help at all?</p>
</header>
<main>
<div class="summary">
${!verdictFirst(result) && concerns(result)}
${verdictCard(result, figures)}
${keyNumbers(result)}
</div>
${contents(result)}
${films(result)}
${synthetic(result, samples, closest, figures)}
${kSearch(result, figures)}
${folds(result)}
${performance(result, figures, openings, added)}
${rivals(result, figures)}
${selection(result)}
${worth(result, figures)}
${use(result, figures)}
${method(result)}
${manuscript(result)}
${provenance(result)}
${terms()}
</main>`
  return htmlPage(title, body)
}

function contents(result: Result): Markup {
  const entries = [
    ['films', 'Films'],
    ['synthetic', 'Synthetic films'],
    ['search', 'Choosing K'],
    ...(result.folds.length > 0 ? [['folds', 'Folds']] : []),
    ['performance', 'Performance'],
    ...(result.rivals ? [['rivals', 'Without training']] : []),
    ...(result.selection ? [['selection', 'Selected films']] : []),
    ...(result.worth ? [['worth', 'In real films']] : []),
    ...(result.arms.some((arm) => arm.calibration) ? [['use', 'In use']] : []),
    ['method', 'Method'],
    ['manuscript', 'For the manuscript'],
    ['provenance', 'Provenance'],
    ['terms', 'Words'],
  ]
  return html`<nav aria-label="Contents">${entries.map(([id, name]) => html`<a href="#${id}">${name}</a> `)}</nav>`
}

function addressesOf(samples: readonly ClassSamples[], closest: ClosestPairs): string[] {
  return [
    ...samples.flatMap(({ real, synthetic: made, conventional }) => [
      ...real,
      ...made,
      ...conventional.flatMap((one) => Object.values(one)),
    ]),
    ...closest.flatMap(({ pairs }) => pairs.flatMap(({ real, synthetic: made }) => [real, made])),
  ]
}
