/** Units of a run's work in words: what they are, and who is at which. */
import { count, counted, duration } from '../base/format.js'
import type { PostedUnit, UnitState } from '../record/unit.js'

/** `the generator of fold 3`. */
function unitWords(unit: PostedUnit): string {
  if (unit.kind === 'trials') return counted(unit.trials, 'trial')
  const [, folder, fold, seed] = /^(?:(folds|inner)\/(\d+)\/)?gan(?:\/seed-(\d+))?$/.exec(unit.place) ?? []
  const of = folder ? `${folder === 'inner' ? 'inner fold' : 'fold'} ${Number(fold)}` : 'the model'
  return `the generator of ${of}${seed ? `, seed ${seed}` : ''}`
}

/** Lines on the units of a run; none where none is posted. */
export function unitLines(units: readonly UnitState[]): string[] {
  if (units.length === 0) return []
  const of = (state: UnitState['state']) => units.filter((unit) => unit.state === state)
  const parts = [
    `${count(of('done').length)} done`,
    `${count(of('at-work').length)} at work`,
    `${count(of('waiting').length)} waiting`,
    ...(of('failed').length > 0 ? [`${count(of('failed').length)} failed`] : []),
  ]
  return [
    `${counted(units.length, 'unit')} of work: ${parts.join(', ')}`,
    ...of('at-work').map((unit) => `  ${unitWords(unit.unit)}: ${whereWords(unit)}${progressWords(unit)}`),
    ...of('failed').map(({ unit, failure }) => `  ${unitWords(unit)} failed on ${failure?.host}: ${failure?.text}`),
  ]
}

function whereWords({ holder }: UnitState): string {
  if (!holder) return 'at work'
  return holder.here ? `process ${holder.pid}` : `${holder.host}, process ${holder.pid}`
}

function progressWords({ progress }: UnitState): string {
  return progress
    ? `, ${count(progress.done)} of ${count(progress.total)} steps, ${duration(progress.secondsLeft)} left`
    : ''
}
