/** The small print: what each arm trained on, which procedures were used, what this can't show, and the sources. */

import { absent, count, counted, listing, merged, short } from '../../base/format.js'
import type { Result } from '../../record/result.js'
import { armName } from '../../words/names.js'
import { weaknesses } from '../../words/weaknesses.js'
import { type Content, html, type Markup } from '../html.js'
import { bullets, section, table } from '../layout.js'
import { methodsText } from '../methods-text.js'
import { cite, referencesOf } from '../references.js'

export function method(result: Result): Markup {
  return section(
    'method',
    'Method and small print',
    armTable(result),
    html`<h3>How the figures were made</h3>${bullets(procedures(result))}`,
    html`<h3>What this run can’t show</h3>${bullets(weaknesses(result))}`,
    html`<h3>Sources</h3><div class="sources">${bullets(sources(result))}</div>`,
  )
}

/** Of what the methods text cites, the method itself and the checklists. */
function sources(result: Result): string[] {
  const cited = [...methodsText(result).map(({ text }) => text), cite('kong'), cite('claim'), cite('tripod')]
  return referencesOf(cited.join('\n'))
}

function armTable(result: Result): Markup {
  const stepped = result.arms.some((arm) => arm.steps !== null)
  return table({
    caption: html`<b>What each arm trained on.</b> The paper’s codes in brackets.${!stepped && ' Heads were fitted to convergence, so that no arm gains by training longer.'}`,
    columns: [
      { label: 'Arm' },
      ...['K', 'Original', 'Synthetic', 'Conventional', 'All', ...(stepped ? ['Steps of the head'] : [])].map(
        (label) => ({ label, numeric: true }),
      ),
    ],
    rows: result.arms.map((arm) => ({
      cells: [
        html`${armName(arm.name)} <span class="code">[${arm.name}]</span>`,
        arm.k === 0 ? absent : String(arm.k),
        count(arm.composition.original),
        count(arm.composition.synthetic),
        count(arm.composition.conventional),
        count(arm.size),
        ...(stepped ? [arm.steps === null ? 'to convergence' : count(arm.steps)] : []),
      ],
      strong: arm.name === result.search.arm,
    })),
    stack: true,
  })
}

function procedures(result: Result): Content[] {
  const evaluations = result.arms.flatMap((arm) => Object.values(arm.evaluations))
  const auc = merged(evaluations.map((one) => one.auc.method))
  const proportions = merged(
    evaluations.flatMap((one) => Object.values(one.intervals).map((interval) => interval.method)),
  )
  const pairs = merged(result.comparisons.map((one) => one.method))
  const m = result.verdict.comparators.length
  const [measured] = result.quality
  return [
    html`Features: ${result.backbone.name}, ${result.backbone.unfrozen ? 'frozen up to its last block' : 'frozen'}, ${count(result.backbone.features)} numbers a film; ${result.backbone.unfrozen ? 'that block (batch statistics fixed) and the last layer are trained, for the same number of steps in every arm' : 'only the last layer is trained'}. Every film of every arm is resized and rounded in the same way${result.arms.some((arm) => arm.name.startsWith('OD=native')) && ', except in the control at native size'}.`,
    auc.length > 0 && html`Interval of an AUC: ${listing(auc)}.`,
    proportions.length > 0 && html`Intervals of proportions: ${listing(proportions)}.`,
    pairs.length > 0 && html`Differences of AUCs: ${listing(pairs)}; several comparisons on one set: Holm.`,
    m > 0 &&
      html`Verdict: ${counted(m, 'comparator')}. Yes where the lower limit (one-sided, 97.5 %) lies above 0 for all of them; no where an upper limit (one-sided, 1 − 0.025/${m}) lies below ${short(result.verdict.delta)}; unclear otherwise. The margin ${short(result.verdict.delta)} stood in the configuration before any film was scored.`,
    html`K not distinguishable from the best: those whose difference to the best stays within its standard error over films and repeats.`,
    html`What the search finds by chance: multiplier draws that keep one set of films and nested training sets together (White’s reality check).`,
    measured !== undefined && html`How alike films are: ${measured.msSsim.metric}, random pairs inside a class.`,
  ].filter((item) => item !== false)
}
