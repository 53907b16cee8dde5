/** From units to outcomes on disk: what is done, what is taken as it stands, and what an executor may not leave out. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { fromNumbers } from '../../../src/base/ndarray.js'
import { Rng } from '../../../src/base/random.js'
import { runFolderSource } from '../../../src/experiment/work/content-source.js'
import type { TrialExecutor } from '../../../src/experiment/work/executor.js'
import { unitRunner } from '../../../src/experiment/work/run-unit.js'
import { runTrials } from '../../../src/experiment/work/trials.js'
import { rowsOf, type TrialUnit, type Unit, type UnitOutcome } from '../../../src/experiment/work/unit.js'
import type { RunEvent } from '../../../src/record/events.js'
import { RunDirectory } from '../../../src/record/run-directory.js'
import { Seals } from '../../../src/record/seals.js'
import { temporaryFolder } from '../../support/kopt.js'

/** A run's folder with one matrix, an executor that does units here and notes which, and what of a context trials need. */
function atWork({ leaveOut = '' } = {}) {
  const directory = new RunDirectory(temporaryFolder())
  const seals = new Seals(directory)
  const rng = new Rng(7)
  const labels = Array.from({ length: 30 }, (_, i) => i % 2)
  const file = directory.featureMatrix('train')
  const values = labels.flatMap((label) => [label + rng.normal(), rng.normal()])
  seals.writeNpy(file, fromNumbers('float32', [30, 2], values))
  const matrix = seals.recorded(file) as string
  const done: string[] = []
  const runUnit = unitRunner(runFolderSource(directory.root))
  const executor: TrialExecutor = {
    async run(units: readonly Unit[], { onOutcome }) {
      for (const unit of units.filter(({ id }) => id !== leaveOut)) {
        done.push(unit.id)
        await onOutcome(await runUnit(unit))
      }
    },
    async close() {},
  }
  const events: RunEvent[] = []
  const context = { directory, seals, executor, emit: (event: RunEvent) => void events.push(event) }
  const unit = (k: number): TrialUnit => ({
    kind: 'trial',
    id: `OD k=${k} r=1`,
    arm: 'OD',
    k,
    repeat: 1,
    outputs: 1,
    training: [0, 1].map((label) => ({
      matrix,
      rows: rowsOf(labels.flatMap((each, row) => (each === label && row < 10 + 2 * k ? [row] : []))),
      label,
    })),
    selection: { matrix, rows: 'all', labels },
    metric: { name: 'auc' },
    standardiseBy: null,
    head: { kind: 'logistic' },
  })
  return { context, directory, seals, done, events, unit }
}

describe('trials of a run', () => {
  it('leave one file each, in the order asked for, a unit asked for twice done once', async () => {
    const { context, directory, done, events, unit } = atWork()
    const outcomes = await runTrials(context, 'search-k', [unit(2), unit(1), unit(2)])
    expect(done).toEqual(['OD k=2 r=1', 'OD k=1 r=1'])
    expect(outcomes.map(({ k }) => k)).toEqual([2, 1, 2])
    const stored = JSON.parse(readFileSync(directory.trial('OD', 2, 1), 'utf8'))
    expect(stored).toEqual(outcomes[0])
    expect(Object.keys(stored).slice(0, 6)).toEqual(['id', 'arm', 'k', 'repeat', 'size', 'score'])
    expect(events.filter(({ type }) => type === 'trial')).toHaveLength(2)
  })

  it('are taken from disk where they stand, and done again where a file is damaged', async () => {
    const { context, directory, seals, done, unit } = atWork()
    const first = await runTrials(context, 'search-k', [unit(1), unit(2)])
    expect(await runTrials(context, 'search-k', [unit(1), unit(2), unit(3)])).toEqual([
      ...first,
      expect.objectContaining({ k: 3 }),
    ])
    expect(done).toEqual(['OD k=1 r=1', 'OD k=2 r=1', 'OD k=3 r=1'])

    const file = directory.trial('OD', 2, 1)
    const before = readFileSync(file)
    writeFileSync(file, '{}')
    seals.check()
    await runTrials(context, 'search-k', [unit(1), unit(2)])
    expect(done.slice(3)).toEqual(['OD k=2 r=1'])
    expect(readFileSync(file).equals(before)).toBe(true)
  })

  it('are missed where an executor ends without one', async () => {
    const { context, unit } = atWork({ leaveOut: 'OD k=2 r=1' })
    await expect(runTrials(context, 'search-k', [unit(1), unit(2)])).rejects.toThrow(
      'the executor ended without 1 of its trials, such as OD k=2 r=1',
    )
  })

  it.each<[string, (outcome: UnitOutcome) => unknown, string]>([
    ['nothing', () => null, 'told of undefined, which it was not asked for'],
    ['another unit', (told) => ({ ...told, trial: { ...told.trial, id: 'zzz' } }), 'told of "zzz", which it was not'],
    ['an id that is not the trial’s', (told) => ({ ...told, id: 'zzz' }), 'id is "zzz"'],
    ['another K', (told) => ({ ...told, trial: { ...told.trial, k: 9 } }), 'arm, k or repeat are of another unit'],
    ['a score that is none', (told) => ({ ...told, trial: { ...told.trial, score: Number.NaN } }), 'score is NaN'],
    ['a score that JSON has lost', (told) => ({ ...told, trial: { ...told.trial, score: null } }), 'score is null'],
    [
      'an AUC that can’t be',
      (told) => ({ ...told, trial: { ...told.trial, score: 1.2 } }),
      'score is 1.2, and not from 0 to 1',
    ],
    [
      'too few logits',
      (told) => ({ ...told, trial: { ...told.trial, selectionLogits: [] } }),
      'selectionLogits are not',
    ],
    ['no bias', (told) => ({ ...told, trial: { ...told.trial, bias: [] } }), 'bias is not one for each output'],
    ['no weights', (told) => ({ ...told, trial: { ...told.trial, weights: [] } }), 'weights are not as many'],
    ['a top that nobody asked for', (told) => ({ ...told, top: new Uint8Array(4) }), 'the trained top is missing, or'],
  ])('are not left where an executor tells of %s', async (_, changed, problem) => {
    const { context, directory, unit } = atWork()
    const wrong: TrialExecutor = {
      run: (units, { onOutcome }) =>
        context.executor.run(units, { onOutcome: (outcome) => onOutcome(changed(outcome) as UnitOutcome) }),
      async close() {},
    }
    await expect(runTrials({ ...context, executor: wrong }, 'search-k', [unit(1)])).rejects.toThrow(problem)
    expect(existsSync(directory.trial('OD', 1, 1))).toBe(false)
    // A proper one goes on from there.
    await runTrials(context, 'search-k', [unit(1)])
  })

  it('are scored by the metric that their unit names, and say so', async () => {
    const { context, events, unit } = atWork()
    const metric = { name: 'log-loss', priorShifts: [9] } as const
    const [{ score, selectionLogits }] = await runTrials(context, 'search-k', [{ ...unit(1), metric }])
    const { labels } = unit(1).selection
    const losses = selectionLogits.map((logit, i) => Math.log1p(Math.exp((labels[i] === 1 ? -1 : 1) * (logit + 9))))
    expect(score).toBeCloseTo(losses.reduce((sum, loss) => sum + loss, 0) / losses.length, 12)
    expect(score).toBeGreaterThan(1)
    expect(events).toContainEqual(expect.objectContaining({ type: 'trial', metric: 'log-loss', score }))
  })

  it('count once that are told twice', async () => {
    const { context, events, unit } = atWork()
    const twice: TrialExecutor = {
      run: (units, { onOutcome }) =>
        context.executor.run(units, {
          onOutcome: async (outcome) => {
            await onOutcome(outcome)
            await onOutcome(outcome)
          },
        }),
      async close() {},
    }
    await runTrials({ ...context, executor: twice }, 'search-k', [unit(1), unit(2)])
    expect(events.filter(({ type }) => type === 'trial')).toHaveLength(2)
  })

  it('end with an error of what is told of them, whatever the executor makes of it', async () => {
    const { context, unit } = atWork()
    const mistake = new Error('no room for the event')
    const deaf: TrialExecutor = {
      run: (units, effects) => context.executor.run(units, effects).catch(() => {}),
      async close() {},
    }
    const emit = () => {
      throw mistake
    }
    await expect(runTrials({ ...context, executor: deaf, emit }, 'search-k', [unit(1)])).rejects.toBe(mistake)
  })
})

describe('rows of a unit', () => {
  it('are said by their first and their number where they follow each other, and else one by one', () => {
    expect(rowsOf([4, 5, 6])).toEqual({ from: 4, count: 3 })
    expect(rowsOf([])).toEqual({ from: 0, count: 0 })
    expect(rowsOf([4, 6, 5])).toEqual([4, 6, 5])
    expect(rowsOf([4, 4])).toEqual([4, 4])
  })
})
