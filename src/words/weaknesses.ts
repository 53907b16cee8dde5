/** What a run can't show, in sentences: the report's small print and the limits in a model's papers. */
import { counted } from '../base/format.js'
import { isDemonstration } from '../record/demonstration.js'
import { generatorOf, isTrainedInSteps } from '../record/generator-of.js'
import type { Result } from '../record/result.js'
import { choosingName } from './choosing-films.js'
import { snapshotsChosen } from './snapshots.js'

export function weaknesses(result: Result): string[] {
  const { search, dataset, verdict } = result
  const { training, noun } = generatorOf(result)
  const repeats = search.trials[0]?.scores.length ?? 0
  const out: string[] = []
  if (isDemonstration(result))
    out.push(
      `This is a demonstration: the preset “quick” ${isTrainedInSteps(generatorOf(result)) ? `trains a small ${noun} briefly` : 'fits one repeat'}. Draw no conclusion from it.`,
    )
  if (verdict.scope === 'model')
    out.push(
      training
        ? `One ${noun} was trained. What another ${noun}, or another training of this one, would give is not known.`
        : result.synthetic?.source === 'called'
          ? 'The synthetic films come from one call of a program for each training set. What another seed would give is not known.'
          : 'The synthetic films come from one generator, made elsewhere. Which films it was trained on is not known here, and what another generator would give is not known.',
    )
  if (repeats === 1)
    out.push(
      'There was one repeat for each K, so how much a score depends on which synthetic films were drawn is not known.',
    )
  out.push(
    `K was chosen on ${counted(search.selectionCases, `${choosingName(search)} film`)}. A stop rule of this kind returns some K even where K has no effect at all: the chosen K alone proves nothing.`,
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
    'How alike pairs are shows a generator that repeats itself, not one that copies training films; the check for copies finds close ones, and misses others.',
  )
  if (result.backbone.note) out.push(`Backbone: ${result.backbone.note}`)
  out.push('Research use only: not a medical device, not for decisions about patients.')
  return out
}
