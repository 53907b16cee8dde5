/** The arm of selected synthetic films, in words. */
import { asGiven, counted, fixed } from '../base/format.js'
import type { Result, SelectionResult } from '../record/result.js'
import { choosingName } from './choosing-films.js'
import { aucName } from './names.js'
import { metricName, metricValue } from './search-metric.js'

export function withoutSelectionWords(
  reason: 'features-are-trained' | 'inner-folds' | 'one-patient' | 'too-few-images' | 'missing-in-fold',
): string {
  switch (reason) {
    case 'features-are-trained':
      return 'films are selected by features of a frozen backbone, and the end of this one is trained in every trial'
    case 'inner-folds':
      return 'every inner fold would need a classifier of its own to select by, whose penalty none of its films has chosen'
    case 'one-patient':
      return 'the training films of a class are all of one patient, so that nothing says how far apart films of patients lie'
    case 'too-few-images':
      return 'too few of the synthetic films pass the selection'
    case 'missing-in-fold':
      return 'in one of the folds too few of the synthetic films pass the selection'
  }
}

/** `range, and a probability above 0.5`; of 0, which every probability is above, that the teacher has no say. */
export function thresholdWords(threshold: number): string {
  return threshold === 0 ? 'range alone' : `range, and a probability above ${asGiven(threshold)}`
}

/** What was tried of the thresholds, and that it is one more look at the films that choose. */
export function thresholdChoiceWords({ search }: Result, { thresholds }: SelectionResult): string {
  const films = `the same ${counted(search.selectionCases, `${choosingName(search)} film`)}`
  const tried = thresholds.map(({ threshold, found }) => {
    const scored = found ? `${metricValue(search, found.score)} at K = ${found.kOptimal}` : 'too few left'
    return `${thresholdWords(threshold)}: ${scored}`
  })
  return `How sure the teacher must be was chosen by the ${metricName(search)} on ${films} (${tried.join('; ')}): one more choice made on them, for which neither these scores nor the null of that search correct.`
}

/** Whether it helped to select, by the interval on internal test films. */
export function selectionAnswer(result: Result, arm: NonNullable<SelectionResult['arm']>): string {
  const {
    search: { selectOn },
    verdict: { delta },
  } = result
  if (selectOn === 'test') return 'No answer: every K, and the threshold, were chosen on the test films themselves.'
  const { low = null, high = null } = arm.differences.find(({ set }) => set === 'internal') ?? {}
  if (low === null || high === null) return 'No answer: the two arms could not be compared on these films.'
  const score = aucName(result)
  if (high < 0) return 'No, on these films: the arm scores lower with selected films.'
  if (high < delta) return `No, on these films: a gain of ${asGiven(delta)} in ${score} is excluded.`
  if (low > 0) return 'Yes, on these films: the arm scores higher with selected films.'
  return `Unclear: no gain in ${score} is shown, and one of up to ${fixed(high)} is not excluded.`
}
