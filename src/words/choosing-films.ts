/** What the films are called that choose: K, penalties and cutoffs. */
import type { FilmsThatChoose } from '../record/result.js'

interface Asked {
  readonly selectOn: FilmsThatChoose
}

const names: Readonly<Record<FilmsThatChoose, string>> = { tuning: 'tuning', inner: 'out-of-fold', test: 'test' }

/** Of those that chose K, before "film": `tuning`, or `out-of-fold` where inner folds have scored the training films. */
export function choosingName({ selectOn }: Asked): string {
  return names[selectOn]
}

/** Of those that cutoffs are chosen on, before "film": none of the test films, whatever chose K. */
export function unseenName({ selectOn }: Asked): string {
  return selectOn === 'inner' ? names.inner : names.tuning
}
