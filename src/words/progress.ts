/** How far a stage is, in a line: for the terminal of the run itself, and for whoever looks at its folder. */
import { count, duration, rate } from '../base/format.js'
import type { RunEvent } from '../record/events.js'
import { stageWords } from '../record/stage.js'

export function progressWords(event: RunEvent & { readonly type: 'progress' }): string {
  const { stage, done, total, unit, rate: perSecond, secondsLeft } = event
  const left = done < total ? `, ${duration(secondsLeft)} left` : ''
  return `${foldWords(event)}${stageWords(stage)}: ${count(done)} of ${count(total)} ${unit}, ${pace(perSecond)}${left}`
}

/** `fold 2 of 5: `, `inner fold 2 of 5: `, or nothing. */
export function foldWords({ fold }: Pick<RunEvent, 'fold'>): string {
  return fold ? `${fold.inner ? 'inner fold' : 'fold'} ${fold.number} of ${fold.of}: ` : ''
}

/** Of slow work by the minute: `0.0 a second` says nothing. */
function pace(perSecond: number): string {
  return perSecond > 0 && perSecond < 0.95 ? `${rate(perSecond * 60)} a minute` : `${rate(perSecond)} a second`
}
