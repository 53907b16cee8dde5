/** What synthetic images are worth in real films, in words that the limits bear. */
import { count, counted, signed } from '../base/format.js'
import type { Result } from '../record/result.js'

type Worth = NonNullable<Result['worth']>

export function worthWords({
  gain,
  realFilms,
}: {
  gain: NonNullable<Worth['gain']>
  realFilms: NonNullable<Worth['realFilms']>
}): string {
  const { value, low, high, most } = realFilms
  const shown = (films: number) => (films >= most ? `more than ${count(most)}` : count(Math.round(films)))
  const limits = `95 % limits ${shown(low)} to ${shown(high)}`
  const rounded = Math.round(value)
  const open =
    low < 0.5 && high >= most
      ? ': these films can’t tell'
      : low < 0.5 && rounded > 0
        ? '; it may be none'
        : ''
  if (rounded < 1)
    return `The synthetic images were worth no real film (${limits}${open}): the AUC changed by ${signed(gain.value)}.`
  const worth =
    value >= most ? `more than ${counted(most, 'more real film')}` : `about ${counted(rounded, 'more real film')}`
  return `The synthetic images were worth ${worth} (${limits}${open}): so many would raise the AUC by as much (${signed(gain.value)}), if learning from real films goes on as it has.`
}

export function withoutWorthWords(
  reason: 'top-is-trained' | 'chosen-on-test-films' | 'too-few-films' | 'same-model' | 'no-difference',
): string {
  const unknown = 'What the synthetic images are worth in real films is not known'
  switch (reason) {
    case 'top-is-trained':
      return `${unknown}: every trial trains the end of the backbone, and a learning curve of frozen features says nothing of that.`
    case 'chosen-on-test-films':
      return `${unknown}: K was chosen on the test films, so that the gain on them is too good.`
    case 'too-few-films':
      return `${unknown}: there are too few training and tuning films for a learning curve.`
    case 'same-model':
      return 'The synthetic images were worth no real film: the search took none of them.'
    case 'no-difference':
      return `${unknown}: the gain on the test films can’t be computed.`
  }
}
