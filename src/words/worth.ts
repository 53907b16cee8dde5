/** What synthetic images are worth in real films, in words that the limits bear. */
import { count, counted, signed } from '../base/format.js'
import type { Result } from '../record/result.js'

type Worth = NonNullable<Result['worth']>

type RealFilms = NonNullable<Worth['realFilms']>

export function worthWords({ gain, realFilms }: { gain: NonNullable<Worth['gain']>; realFilms: RealFilms }): string {
  const { value, low, high, most } = realFilms
  const shown = (films: number) => (films >= most ? `more than ${count(most)}` : count(Math.round(films)))
  const limits = `95 % limits ${shown(low)} to ${shown(high)}`
  const change = signed(gain.value)
  const none = low < 0.5
  if (none && high >= most)
    return `These films can’t tell how many real films the synthetic films were worth (${limits}): the AUC changed by ${change}.`
  if (Math.round(value) < 1)
    return `The synthetic films were worth no real film (${limits}): the AUC changed by ${change}.`
  const worth = `${value >= most ? 'more than' : 'about'} ${counted(Math.round(value), 'more real film')}`
  return `The synthetic films were worth ${worth} (${limits}${none ? '; it may be none' : ''}): that many would raise the AUC by as much (${change}), if learning from real films goes on as it has.`
}

export function withoutWorthWords(
  reason: 'top-is-trained' | 'chosen-on-test-films' | 'too-few-films' | 'same-model' | 'no-difference',
): string {
  const unknown = 'What the synthetic films are worth in real films is not known'
  switch (reason) {
    case 'top-is-trained':
      return `${unknown}: every trial trains the end of the backbone, and a learning curve of frozen features says nothing about that.`
    case 'chosen-on-test-films':
      return `${unknown}: K was chosen on the test films, so that the gain on them is too good.`
    case 'too-few-films':
      return `${unknown}: there are too few training and tuning films for a learning curve.`
    case 'same-model':
      return 'The synthetic films were worth no real film: the search took none of them.'
    case 'no-difference':
      return `${unknown}: the gain on the test films can’t be computed.`
  }
}
