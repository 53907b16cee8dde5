/** A run's status in sentences, for whoever looks at its folder. */
import { clockTime, duration, signedLimits } from '../base/format.js'
import type { RunStatus } from '../record/run-status.js'
import { progressWords } from './progress.js'
import { unitLines } from './unit.js'

/** A holder that writes a sign of life every ten seconds is worth a remark after so many seconds without one. */
const longSilence = 60

/** Lines on one run: what it does or what it found, and what to type next. `folder`: the run's, as people type it. */
export function statusLines(status: RunStatus, folder: string): string[] {
  const { state, begun, holder, silentFor, progress, cause, verdict, problem, units, cancelled } = status
  const resuming = `kopt resume ${folder}`
  const since = begun ? `, begun ${localTime(begun)}` : ''
  switch (state) {
    case 'running':
      return [
        `${status.name} is at work${holder ? `: ${holder.doing}, process ${holder.pid}${holder.here ? '' : ` on ${holder.host}`}` : ''}${since}`,
        progress ? progressWords(progress) : 'it has not told yet how far it is',
        ...unitLines(units),
        ...(silentFor !== null && silentFor > longSilence
          ? [`its last sign of life was ${duration(silentFor)} ago; if that computer is off, ${resuming} takes over`]
          : []),
      ]
    case 'finished':
      return [`${status.name} has finished${since}`, ...(verdict ? [verdict.text] : [])]
    case 'stopped':
      return [
        `${status.name} was ${cancelled ? 'cancelled' : `stopped${cause?.how === 'interrupted' ? ' by whoever ran it' : ''}`}${since}`,
        ...(progress ? [`it got as far as: ${progressWords(progress)}`] : []),
        ...unitLines(units),
        ...(cause
          ? cause.how === 'interrupted'
            ? []
            : [cause.text]
          : cancelled
            ? []
            : ['it was killed or its computer was switched off; it left no reason']),
        `go on with: ${resuming}`,
      ]
    case 'damaged':
      return [`${status.name} can't be read: ${problem}`]
  }
}

/** One line on a run among others: its state, and its main figure or how far it is. */
export function statusInBrief({ state, verdict, progress, problem, cause }: RunStatus): string {
  switch (state) {
    case 'finished':
      return verdict ? `${benefitInBrief(verdict)}${gain(verdict)}` : ''
    case 'running':
      return progress ? progressWords(progress) : ''
    case 'stopped':
      return cause?.how ?? 'killed'
    case 'damaged':
      return problem ?? ''
  }
}

function benefitInBrief({ benefit }: NonNullable<RunStatus['verdict']>): string {
  return benefit === null ? 'no verdict' : `benefit: ${benefit}`
}

function gain({ low, high }: { low: number | null; high: number | null }): string {
  return low === null || high === null ? '' : `, gain in AUC ${signedLimits(low, high)}`
}

function localTime(iso: string): string {
  const time = new Date(iso)
  return Number.isNaN(time.getTime()) ? iso : clockTime(time)
}
