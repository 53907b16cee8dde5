/** What the synthetic images are worth, in real films: how many more of these would raise the AUC by as much (metrics/learning-curve). */
import { Rng } from '../../base/random.js'
import { normalQuantile } from '../../metrics/distributions.js'
import { fitLearningCurve } from '../../metrics/learning-curve.js'
import { chosenArm } from '../../record/arm.js'
import type { Comparison, Result } from '../../record/result.js'
import { withoutWorthWords, worthWords } from '../../words/worth.js'
import type { Config } from '../config/schema.js'
import { fewestSizes, type LearnedSize } from '../stages/learning-curve.js'

type Worth = NonNullable<Result['worth']>

const draws = 999
/** Steps of the band, evenly spaced in the logarithm of the films. */
const bandSteps = 16
/** The arm that does nothing. */
const nothingAdded = 'OD'

/**
 * @param present training films of the run: the law is not believed beyond twice as many
 * @param topTrained whether every trial trains the backbone's end
 */
export function worthOf(
  { seed, search }: Pick<Config, 'seed' | 'search'>,
  sizes: readonly LearnedSize[],
  comparisons: readonly Comparison[],
  { present, topTrained }: { readonly present: number; readonly topTrained: boolean },
): Worth {
  const unknown = (...reason: Parameters<typeof withoutWorthWords>): Worth => ({
    films: present,
    gain: null,
    realFilms: null,
    curve: [],
    band: [],
    text: withoutWorthWords(...reason),
  })
  if (topTrained) return unknown('top-is-trained')
  if (search.selectOn === 'test') return unknown('chosen-on-test-films')
  const [smallest, largest] = [sizes.at(0), sizes.at(-1)]
  if (sizes.length < fewestSizes || !smallest || !largest) return unknown('too-few-films')
  const law = fitLearningCurve(sizes, { draws, rng: new Rng(seed).split('worth-draws') })
  const most = 2 * present
  const ladder = Array.from({ length: bandSteps + 1 }, (_, i) =>
    Math.round(smallest.films * (most / smallest.films) ** (i / bandSteps)),
  )
  const measured = {
    films: present,
    curve: sizes.map(({ films, auc }) => ({ films, auc })),
    band: [...new Set(ladder)].map((films) => ({ films, auc: law.at(films) })),
  }
  const found = comparisons.find(({ set, a, b }) => set === 'internal' && a === chosenArm && b === nothingAdded)
  if (!found) return { ...unknown('same-model'), ...measured }
  const { difference: value, low, high } = found
  if (value === null || low === null || high === null) return { ...unknown('no-difference'), ...measured }
  const gain = { value, low, high }
  const standardError = (high - low) / (2 * normalQuantile(0.975))
  const realFilms = { ...law.filmsFor({ value, standardError }, { from: present, most: present }), most: present }
  return { ...measured, gain, realFilms, text: worthWords({ gain, realFilms }) }
}
