/** The small print: what each arm trained on, which procedures were used, what this can't show, and the sources. */

import { absent, count, counted, listing, merged, short } from '../../base/format.js'
import { isDemonstration } from '../../record/demonstration.js'
import { generatorOf, isTrainedInSteps } from '../../record/generator-of.js'
import type { Result } from '../../record/result.js'
import { choosingName } from '../../words/choosing-films.js'
import { armName } from '../../words/names.js'
import { snapshotsChosen } from '../../words/snapshots.js'
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
    html`Features: ${result.backbone.name}, ${result.backbone.unfrozen ? 'frozen up to its last block' : 'frozen'}, ${count(result.backbone.features)} numbers a film; ${result.backbone.unfrozen ? 'that block (batch statistics fixed) and the last layer are trained, for the same number of steps in every arm' : 'only the last layer is trained'}. Every film of every arm takes the same pixel path${result.arms.some((arm) => arm.name.startsWith('OD=native')) && ', but for the control at native size'}.`,
    auc.length > 0 && html`Interval of an AUC: ${listing(auc)}.`,
    proportions.length > 0 && html`Intervals of proportions: ${listing(proportions)}.`,
    pairs.length > 0 && html`Differences of AUCs: ${listing(pairs)}; several comparisons on one set: Holm.`,
    m > 0 &&
      html`Verdict: ${counted(m, 'comparator')}. Yes where the lower limit (one-sided, 97.5 %) lies above 0 for all of them; no where an upper limit (one-sided, 1 − 0.025/${m}) lies below ${short(result.verdict.delta)}; unclear otherwise. The margin ${short(result.verdict.delta)} stood in the configuration before any film was scored.`,
    html`K not distinguishable from the best: those whose difference to the best stays within its standard error over films and repeats.`,
    html`Chance finding of the search: multiplier draws that keep one set of films and nested training sets together (White’s reality check).`,
    measured !== undefined && html`Likeness of films: ${measured.msSsim.metric}, random pairs inside a class.`,
  ].filter((item) => item !== false)
}

function weaknesses(result: Result): Content[] {
  const { search, dataset, verdict } = result
  const { training, noun } = generatorOf(result)
  const repeats = search.trials[0]?.scores.length ?? 0
  const out: Content[] = []
  if (isDemonstration(result))
    out.push(
      `This is a demonstration: the preset “quick” ${isTrainedInSteps(generatorOf(result)) ? `trains a small ${noun} briefly` : 'fits one repeat'}. It is no ground for a conclusion.`,
    )
  if (verdict.scope === 'model')
    out.push(
      training
        ? `One ${noun} was trained. What another ${noun}, or another training of this one, would give is not estimated.`
        : result.synthetic?.source === 'called'
          ? 'The synthetic films come from one call of a program for each training set. What another seed would give is not estimated.'
          : 'The synthetic films come from one generator, made elsewhere. Which films it was trained on is not known here, and what another generator would give is not estimated.',
    )
  if (repeats === 1)
    out.push('One repeat for each K: how much the draw of synthetic films alone moves a score is not estimated.')
  out.push(
    `K was chosen on ${counted(search.selectionCases, `${choosingName(search)} film`)}. Fed scores on which K has no effect at all, a stop rule of this kind still returns some K: the K alone proves nothing.`,
  )
  if (snapshotsChosen(result))
    out.push(
      'The tuning films chose the snapshot that synthetic films are drawn from as well as K: every score on them is a little too good. The test films took no part in either.',
    )
  if (!search.converged && search.rule !== 'fixed')
    out.push('The search ended at its largest K before the rule stopped; a larger K was not tried.')
  if (search.selectOn === 'test') out.push('K was chosen on the test films: their figures are optimistic.')
  if (dataset.patientSource === 'image')
    out.push(
      'Patients are not known, so neither the split nor the intervals can take account of several films of one patient.',
    )
  if (Object.keys(dataset.external).length === 0)
    out.push('All films come from one source. Films from elsewhere may fare worse.')
  else
    out.push(
      'External films were not resampled to the prevalence of any clinic; PPV and NPV hold for the shares shown.',
    )
  out.push(
    dataset.positive === null
      ? 'The most probable class is called: no cutoff was fitted. Balanced training shifts the probabilities away from the shares of the classes among the films.'
      : result.arms.some((arm) => arm.calibration)
        ? 'The measures under “Performance” are at one cutoff for all arms, not fitted. Balanced training shifts the probabilities away from the prevalence of the films; “In use” has chosen cutoffs, and the prior corrected.'
        : 'The cutoff is the same for all arms and was not fitted. Balanced training shifts the probabilities away from the prevalence of the films.',
  )
  out.push(
    'Likeness of pairs finds a generator that repeats itself, not copies of training films; the check for copies finds near ones, and misses what it was not made for.',
  )
  if (result.backbone.note) out.push(`Backbone: ${result.backbone.note}`)
  out.push('Research use only: not a medical device, not for decisions about patients.')
  return out
}
