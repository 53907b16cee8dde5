import { describe, expect, it } from 'vitest'
import { shown } from '../../src/base/shown.js'
import { openTerminal } from '../../src/cli/terminal.js'
import type { RunEvent } from '../../src/record/events.js'

/** A stream that remembers what was written, and a clock that is set by hand. */
function observed(
  isTTY: boolean,
  env: Record<string, string> = {},
  wanted: { quiet?: boolean; verbose?: boolean } = {},
) {
  let text = ''
  let time = 0
  const write = (more: string) => {
    text += more
  }
  const stream = { isTTY, columns: 60, write }
  const terminal = openTerminal(stream, env, { ...wanted, now: () => time })
  return {
    terminal,
    at: (milliseconds: number, event: RunEvent) => {
      time = milliseconds
      terminal.show(event)
    },
    text: () => text,
  }
}

function steps(done: number, total = 600): RunEvent {
  return {
    type: 'progress',
    stage: 'train-gan',
    done,
    total,
    unit: 'steps',
    rate: 4,
    secondsLeft: (total - done) / 4,
  }
}

describe('the progress display', () => {
  it('says beforehand how long a run will take, no more precisely than can be known', () => {
    const { at, text } = observed(false)
    at(0, { type: 'expected-time', seconds: { value: 4823, low: 3111, high: 7507 } })
    expect(text()).toBe('expected to take about 1 h 20 min (50 min to 2 h 05 min)\n')
  })

  it('names a run once its films are accepted, and prints plain lines, at most one every five seconds, where the output is piped', () => {
    const { at, text } = observed(false)
    at(0, { type: 'run-started', run: 'runs/0001-ours', resumed: false })
    expect(text()).toBe('')
    at(0, { type: 'stage-finished', stage: 'prepare-data', seconds: 2, skipped: false })
    at(0, { type: 'stage-started', stage: 'train-gan' })
    at(1000, steps(4))
    at(5000, steps(20))
    at(5100, steps(21))
    at(11000, steps(44))
    at(60000, { type: 'stage-finished', stage: 'train-gan', seconds: 60, skipped: false })
    expect(text()).toBe(
      [
        'run runs/0001-ours',
        'done reading films (2.0 s)',
        'training the generator: 20 of 600 steps, 4.0 a second, 2 min 25 s left',
        'training the generator: 44 of 600 steps, 4.0 a second, 2 min 19 s left',
        'done training the generator (1 min)',
        '',
      ].join('\n'),
    )
  })

  it('prints them a minute apart after ten minutes', () => {
    const { at, text } = observed(false)
    at(0, { type: 'stage-started', stage: 'train-gan' })
    for (let second = 1; second <= 780; second++) at(1000 * second, steps(second, 999))
    const seconds = [...text().matchAll(/: (\d+) of 999/g)].map(([, second]) => Number(second))
    expect(seconds).toEqual([...Array.from({ length: 119 }, (_, i) => 5 * (i + 1)), 655, 715, 775])
  })

  it('shows the last line that a program of the user has written, as harmless as any', () => {
    const begin: RunEvent = { type: 'stage-started', stage: 'call-generator' }
    const said = (text: string): RunEvent => ({ type: 'program-line', text, fold: { number: 2, of: 5 } })
    const piped = observed(false)
    piped.at(0, begin)
    piped.at(4000, said('epoch 1'))
    piped.at(6000, said('epoch 2 \x1b[2J'))
    expect(piped.text()).toBe("fold 2 of 5: running the generator's program: epoch 2 \\x1b[2J\n")
    const live = observed(true)
    live.at(0, begin)
    live.at(1000, said('epoch 1'))
    live.at(2000, said('epoch 2'))
    expect(live.text().split('\x1b[1A\r\x1b[0J').at(-1)).toBe("fold 2 of 5: running the generator's program: epoch 2\n")
  })

  it('says nothing where remarks are not wanted, but what is insisted on', () => {
    for (const isTTY of [false, true]) {
      const { at, terminal, text } = observed(isTTY, { NO_COLOR: '1' }, { quiet: true })
      at(0, { type: 'stage-started', stage: 'train-gan' })
      at(6000, steps(20))
      at(7000, { type: 'warning', text: 'names look paired' })
      terminal.note(shown`a remark`)
      terminal.insist(shown`it went wrong`)
      expect(text()).toBe('it went wrong\n')
    }
  })

  it('obeys no name: escapes, changes of direction and new lines are written out', () => {
    const hostile = 'a\x1b[2J\x1b]0;title\x07\u009b31m\u202egnp\nVerdict: yes'
    const harmless = 'a\\x1b[2J\\x1b]0;title\\x07\\x9b31m\\u202egnp\\nVerdict: yes'
    const { at, text } = observed(false)
    at(0, { type: 'run-started', run: hostile, resumed: true })
    at(0, { type: 'warning', text: hostile })
    at(0, { type: 'note', text: hostile })
    at(0, { type: 'trial', arm: hostile, k: 0, repeat: 1, size: 1, metric: 'auc', score: 0.5 })
    const lines = text().split('\n')
    expect(lines).toEqual([
      `going on with ${harmless}`,
      `warning: ${harmless}`,
      harmless,
      `${harmless}: AUC 0.500 on the films that choose K`,
      '',
    ])
  })

  it('redraws a line for each stage at work in a terminal, no wider than the terminal', () => {
    const { at, text } = observed(true, { NO_COLOR: '1' })
    at(0, { type: 'stage-started', stage: 'train-gan' })
    at(0, { type: 'stage-started', stage: 'early-arms' })
    at(200, steps(300))
    const last = text().split('\x1b[2A\r\x1b[0J').at(-1) as string
    expect(last.split('\n')).toEqual([
      '[##########----------] training the generator: 300 of 600 s',
      'scoring the arms that need no generator ...',
      '',
    ])
  })

  it('keeps notes above what is redrawn', () => {
    const { at, terminal, text } = observed(true, { NO_COLOR: '1' })
    at(0, { type: 'stage-started', stage: 'train-gan' })
    terminal.note(shown`a remark`)
    expect(text().endsWith('\x1b[1A\r\x1b[0Ja remark\ntraining the generator ...\n')).toBe(true)
    terminal.close()
    expect(text().endsWith('\x1b[1A\r\x1b[0J')).toBe(true)
  })

  it('uses colour in a terminal, none with NO_COLOR, and no redrawing in CI', () => {
    const event: RunEvent = { type: 'warning', text: 'names look paired' }
    const shown = (isTTY: boolean, env: Record<string, string>) => {
      const { at, text } = observed(isTTY, env)
      at(0, event)
      return text()
    }
    expect(shown(true, {})).toBe('\x1b[33mwarning\x1b[39m: names look paired\n')
    expect(shown(true, { NO_COLOR: '1' })).toBe('warning: names look paired\n')
    expect(shown(true, { CI: 'true' })).toBe('warning: names look paired\n')
    expect(shown(false, {})).toBe('warning: names look paired\n')
  })

  it('shows every trial and the curves of a training where more is wanted', () => {
    const trial = { type: 'trial', arm: 'GCB+OMGDA', size: 90, metric: 'auc', score: 0.8125 } as const
    const events: RunEvent[] = [
      { ...trial, k: 1.25, repeat: 2 },
      { type: 'training-curve', step: 10, values: { denoising: 0.5 } },
    ]
    const [more, usual] = [observed(false, {}, { verbose: true }), observed(false)]
    for (const event of events) for (const { at } of [more, usual]) at(0, event)
    expect(usual.text()).toBe('')
    expect(more.text()).toBe('GCB+OMGDA at K = 1.25, repeat 2: AUC 0.813\nstep 10: denoising 0.500\n')
  })

  it('shows the first figure of each arm that has no multiple', () => {
    const { at, text } = observed(false)
    at(0, { type: 'trial', arm: 'OD', k: 0, repeat: 1, size: 278, metric: 'auc', score: 0.8416 })
    at(0, { type: 'trial', arm: 'OD+CDA', k: 3, repeat: 1, size: 900, metric: 'auc', score: 0.86 })
    expect(text()).toBe('OD: AUC 0.842 on the films that choose K\n')
  })
})
