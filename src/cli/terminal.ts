/**
 * Events of a run, for eyes. In a terminal: a line for each stage at work that is redrawn (amount, rate, time left)
 * below lines that stay. Piped, or in CI: plain lines, progress of a stage every few seconds, after ten minutes every minute.
 * Standard error only, so that results can be piped. NO_COLOR and CI are respected.
 */
import pc from 'picocolors'
import { asGiven, duration, fixed } from '../base/format.js'
import { type Shown, shown, shownLine } from '../base/shown.js'
import type { RunEvent, StageName } from '../record/events.js'
import { stageWords } from '../record/stage.js'
import { expectedTime } from '../words/plan.js'
import { foldWords, progressWords } from '../words/progress.js'
import { metricName } from '../words/search-metric.js'

/** Between two progress lines of a stage where the output is not a terminal: in the first ten minutes, and later. */
const plainIntervalMs = { first: 5000, later: 60_000 }
const firstMs = 600_000
/** Between two drawings in a terminal. */
const drawIntervalMs = 100
const barWidth = 20

export interface Terminal {
  /** A line that stays. */
  note(text: Shown): void
  /** The same where remarks are not wanted. */
  insist(text: Shown): void
  show(event: RunEvent): void
  /** Clears what is redrawn. */
  close(): void
}

export interface TextStream {
  write(text: string): unknown
  readonly isTTY?: boolean
  readonly columns?: number
}

/** `quiet`: nothing but what is insisted on; `verbose`: every trial and the curves of a training, too. `now` in milliseconds; tests hand in their own. */
export function openTerminal(
  stream: TextStream,
  env: Record<string, string | undefined>,
  {
    quiet = false,
    verbose = false,
    now = () => performance.now(),
  }: { quiet?: boolean; verbose?: boolean; now?: () => number } = {},
): Terminal {
  const opened = now()
  const live = stream.isTTY === true && !env.CI && env.TERM !== 'dumb'
  const color = pc.createColors(live && !env.NO_COLOR)
  /** The stages at work, each with its line. */
  const working = new Map<StageName, Shown>()
  const lastLine = new Map<StageName, number>()
  /** A run that has begun and is not named yet. */
  let begun: Shown | undefined
  let drawn = 0
  let lastDrawn = Number.NEGATIVE_INFINITY

  const clear = () => {
    if (drawn > 0) stream.write(`\x1b[${drawn}A\r\x1b[0J`)
    drawn = 0
  }
  const draw = () => {
    if (!live) return
    clear()
    const width = (stream.columns ?? 80) - 1
    for (const line of working.values()) stream.write(`${[...line].slice(0, width).join('')}\n`)
    drawn = working.size
    lastDrawn = now()
  }
  const write = (text: string) => {
    clear()
    stream.write(`${text}\n`)
    draw()
  }
  const note = (text: Shown) => {
    if (!quiet) write(text)
  }
  const intervalMs = () => (now() - opened < firstMs ? plainIntervalMs.first : plainIntervalMs.later)

  /** `drawn`: what stands before it where it is redrawn. */
  const progressLine = (stage: StageName, text: string, drawn = '') => {
    if (live) {
      working.set(stage, shownLine(`${drawn}${text}`))
      if (now() - lastDrawn >= drawIntervalMs) draw()
    } else if (now() - (lastLine.get(stage) ?? Number.NEGATIVE_INFINITY) >= intervalMs()) {
      lastLine.set(stage, now())
      note(shownLine(text))
    }
  }

  const show = (event: RunEvent) => {
    if (quiet) return
    const where = foldWords(event)
    switch (event.type) {
      case 'run-started':
        // A run whose films are refused takes its folder back: one that begins is named once they are accepted.
        if (event.resumed) write(`going on with ${color.bold(shownLine(event.run))}`)
        else begun = shownLine(event.run)
        return
      case 'stage-started':
        working.set(event.stage, shown`${where}${stageWords(event.stage)} ...`)
        lastLine.set(event.stage, now())
        return draw()
      case 'stage-finished': {
        working.delete(event.stage)
        if (begun !== undefined) write(`run ${color.bold(begun)}`)
        begun = undefined
        const time = event.skipped ? 'done before' : duration(event.seconds)
        return write(`${color.green('done')} ${where}${stageWords(event.stage)} ${color.dim(`(${time})`)}`)
      }
      case 'progress':
        return progressLine(event.stage, progressWords(event), `${bar(event)} `)
      case 'program-line':
        return progressLine('call-generator', `${where}${stageWords('call-generator')}: ${event.text}`)
      case 'trial':
        // The arms without a multiple are one figure each; the others are seen in the report's curve.
        if (event.k === 0 && event.repeat === 1)
          note(shown`${where}${event.arm}: ${metricName(event)} ${fixed(event.score)} on the films that choose K`)
        else if (verbose)
          note(
            shown`${where}${event.arm}${event.k === 0 ? '' : ` at K = ${asGiven(event.k)}`}, repeat ${event.repeat}: ${metricName(event)} ${fixed(event.score)}`,
          )
        return
      case 'expected-time':
        return note(shown`expected to take ${expectedTime(event.seconds)}`)
      case 'warning':
        return write(`${color.yellow('warning')}: ${shownLine(`${where}${event.text}`)}`)
      case 'note':
        return note(shownLine(event.text))
      case 'training-curve':
        if (verbose) {
          const values = Object.entries(event.values).map(([name, value]) => `${name} ${fixed(value)}`)
          note(shown`${where}step ${event.step}: ${values.join(', ')}`)
        }
        return
      case 'run-finished':
        return
    }
  }
  return { note, insist: write, show, close: clear }
}

function bar({ done, total }: { done: number; total: number }): string {
  const filled = total > 0 ? Math.floor((Math.min(done, total) / total) * barWidth) : 0
  return `[${'#'.repeat(filled)}${'-'.repeat(barWidth - filled)}]`
}
