import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { readNpy } from '../../../src/base/npy.js'
import type { Arm } from '../../../src/experiment/arms.js'
import { earlyArms } from '../../../src/experiment/arms.js'
import { classCounts } from '../../../src/experiment/cohort/film-set.js'
import { fillConventionalPool } from '../../../src/experiment/stages/fill-pool.js'
import { scoreMultiples, scoresWholeGrid } from '../../../src/experiment/stages/score-multiples.js'
import { searchArm } from '../../../src/experiment/stages/search-k.js'
import type { TrialExecutor } from '../../../src/experiment/work/executor.js'
import { search as searchSchema } from '../../../src/record/result.js'
import { preparedWork, type TinyWorkOptions } from '../tiny-work.js'

const augmented = earlyArms.find((arm) => arm.name === 'OD+CDA') as Arm

/** Films, and pools of their augmented variants: an arm with multiples that needs no generator. */
async function searchable(options?: TinyWorkOptions) {
  const work = await preparedWork(options)
  await fillConventionalPool(work.context, work.prepared.search, work.cache, 'early-arms')
  return work
}

describe('the pools of conventional augmentation', () => {
  it('hold what the largest K asks for, another drawing for each repeat, and the same again', async () => {
    const { context, prepared, cache, goOn } = await searchable()
    const counts = classCounts(prepared.search.train, prepared.search.classes)
    const pool = (draw: number, c: number) =>
      readNpy(context.directory.featureMatrix(`conventional-r${draw}-c${c}`), 'float32')
    for (const [c, count] of counts.entries()) {
      expect(pool(1, c).shape[0]).toBe(3 * Math.max(...counts) - count)
      expect(pool(2, c).data).not.toEqual(pool(1, c).data)
    }
    const before = pool(1, 0)
    const again = goOn()
    again.seals.distrust(context.directory.featureMatrix('conventional-r1-c0'))
    await fillConventionalPool(again, prepared.search, cache, 'early-arms')
    expect(pool(1, 0)).toEqual(before)
  })
})

describe('searching K', () => {
  it('scores every K once for each repeat and chooses one of them', async () => {
    const { context, prepared, trials } = await searchable()
    const { search, chosen } = await searchArm(context, prepared.search, augmented, 'search-k')
    expect(searchSchema.parse(search)).toEqual(search)
    expect(trials.toSorted()).toEqual([1, 2, 3].flatMap((k) => [1, 2].map((r) => `OD+CDA k=${k} r=${r}`)))
    expect(search.trials.map(({ k }) => k)).toEqual([1, 2, 3])
    for (const { scores, mean } of search.trials) expect(mean).toBeCloseTo((scores[0] + scores[1]) / 2, 12)
    expect(chosen.map(({ k, repeat }) => [k, repeat])).toEqual([1, 2].map((repeat) => [search.kOptimal, repeat]))
    expect(search.selectionCases).toBe(prepared.search.selection.films.length)
    const best = Math.max(...search.trials.map(({ mean }) => mean))
    expect(search.trials[search.kOptimal - 1].mean).toBe(best)
    expect(search.null.p).not.toBeNull()
  })

  it('does no trial again, and finds the same', async () => {
    const { context, prepared, trials, goOn } = await searchable()
    const first = await searchArm(context, prepared.search, augmented, 'search-k')
    const done = trials.length
    expect(await searchArm(goOn(), prepared.search, augmented, 'search-k')).toEqual(first)
    expect(trials).toHaveLength(done)
  })

  it('takes the K that is asked for', async () => {
    const { context, prepared } = await searchable({ set: ['search.rule=fixed', 'search.fixedK=2'] })
    expect((await searchArm(context, prepared.search, augmented, 'search-k')).search.kOptimal).toBe(2)
  })

  it('of three classes ranks by the macro AUC', async () => {
    const { context, prepared } = await searchable({ classes: 3, patients: 21 })
    const { search, chosen } = await searchArm(context, prepared.search, augmented, 'search-k')
    expect(search.metric).toMatch(/^macro-/)
    expect(chosen[0].bias).toHaveLength(3)
    expect(chosen[0].selectionLogits).toHaveLength(3 * search.selectionCases)
  })
})

describe('searching K by another metric than the AUC', () => {
  const options = { set: ['search.metric=log-loss'], patients: 21 }

  it('takes the least of a metric that falls as it gets better, and records the metric itself', async () => {
    const { context, prepared } = await searchable(options)
    const { search } = await searchArm(context, prepared.search, augmented, 'search-k')
    expect(searchSchema.parse(search)).toEqual(search)
    expect([search.metric, search.better, search.unit]).toEqual(['log-loss', 'lower', 'nats'])
    const means = search.trials.map(({ mean }) => mean)
    expect(means[search.kOptimal - 1]).toBe(Math.min(...means))
    expect(search.null.gain).toBeCloseTo(means[0] - Math.min(...means), 12)
    expect(search.indistinguishable).toContain(search.kOptimal)
    // Training sets are balanced, the films that score them are not.
    const { train, selection, positiveIndex, classes } = prepared.search
    const [negative, positive] = classCounts(train, classes)
    expect(positive).not.toBe(negative)
    const shift = (positiveIndex === 1 ? 1 : -1) * Math.log(positive / negative)
    for (const { k, scores } of search.trials) {
      for (const [r, score] of scores.entries()) {
        const file = context.directory.trial(augmented.name, k, r + 1)
        const { selectionLogits, score: ofTrial } = JSON.parse(readFileSync(file, 'utf8'))
        const losses = selection.films.map(({ classIndex }, i) =>
          Math.log1p(Math.exp((classIndex === positiveIndex ? -1 : 1) * (selectionLogits[i] + shift))),
        )
        expect(score).toBeCloseTo(losses.reduce((sum, loss) => sum + loss, 0) / losses.length, 12)
        expect(ofTrial).toBe(score)
      }
    }
  })

  it('says what the AUC and the log loss would each have chosen, as a search by these does', async () => {
    for (const rule of ['search.rule=sliding-window', 'search.rule=one-standard-error']) {
      const chosen = await Promise.all(
        (['log-loss', 'auc', 'brier'] as const).map(async (metric) => {
          const { context, prepared } = await searchable({ set: [`search.metric=${metric}`, rule], patients: 21 })
          return (await searchArm(context, prepared.search, augmented, 'search-k')).search
        }),
      )
      const [byLoss, byAuc, byBrier] = chosen
      expect(byBrier.byMetric.map(({ metric }) => metric)).toEqual(['brier', 'auc', 'log-loss'])
      expect(byLoss.byMetric.map(({ metric }) => metric)).toEqual(['log-loss', 'auc'])
      for (const { byMetric, indistinguishable } of chosen) {
        for (const { metric, kOptimal, indistinguishable: alike } of byMetric) {
          const search = { 'log-loss': byLoss, auc: byAuc, brier: byBrier }[metric]
          expect(kOptimal).toBe(search?.kOptimal)
          expect(alike).toBe(indistinguishable.includes(kOptimal))
        }
      }
    }
    const { context, prepared } = await searchable({ set: ['search.rule=fixed', 'search.fixedK=2'] })
    expect((await searchArm(context, prepared.search, augmented, 'search-k')).search.byMetric).toEqual([])
  })

  it.each([
    ['accuracy', 'accuracy', 'accuracy'],
    ['balanced-accuracy', 'balanced-accuracy', 'specificity and sensitivity'],
    ['f1', 'macro-f1', 'f1'],
  ] as const)('of %s finds what stands among the measures of each K', async (metric, ofClasses, measure) => {
    for (const classes of [2, 3] as const) {
      const set = [`search.metric=${metric}`, 'search.repeats=1']
      const { context, prepared } = await searchable({ set, classes, patients: 21 })
      const { search } = await searchArm(context, prepared.search, augmented, 'search-k')
      expect([search.metric, search.better]).toEqual([classes === 2 ? metric : ofClasses, 'higher'])
      for (const { mean, measures } of search.trials) {
        const { sensitivity, specificity } = measures
        const balanced =
          classes === 2 ? ((sensitivity.value as number) + (specificity.value as number)) / 2 : sensitivity.value
        expect(mean).toBeCloseTo((measure in measures ? measures[measure].value : balanced) as number, 12)
      }
    }
  })

  it('reads the sensitivity at the specificity that is asked for', async () => {
    const set = ['search.metric=sensitivity-at-specificity', 'search.specificity=0.6']
    const { context, prepared } = await searchable({ set, classes: 3, patients: 21 })
    const { search } = await searchArm(context, prepared.search, augmented, 'search-k')
    expect([search.metric, search.specificity]).toEqual(['macro-sensitivity-at-specificity', 0.6])
    expect(search.trials[0].se).not.toBeNull()
  })
})

describe('scoring multiples', () => {
  it('stops where a falling metric has not fallen further for a window', async () => {
    const set = ['search.metric=log-loss', 'search.null=false', 'search.kMax=6', 'search.windowSize=1']
    const { context, prepared } = await searchable({ set })
    const scored = await scoreMultiples(context, prepared.search, augmented, 'search-k')
    const means = [...scored.values()].map((outcomes) => outcomes.reduce((sum, { score }) => sum + score, 0) / 2)
    const stop = means.findIndex((mean, i) => i > 0 && mean >= Math.min(...means.slice(0, i)))
    expect(scored.size).toBe(stop < 0 ? 6 : stop + 1)
  })

  it('stops where the rule does when the null is not asked for, and never before', async () => {
    const set = ['search.null=false', 'search.kMax=6', 'search.windowSize=1']
    const { context, prepared, trials } = await searchable({ set })
    expect(scoresWholeGrid(context.config.search)).toBe(false)
    const scored = await scoreMultiples(context, prepared.search, augmented, 'search-k')
    const means = [...scored].map(([k, outcomes]) => [k, outcomes.reduce((sum, { score }) => sum + score, 0) / 2])
    // The first K that is followed by a window without a better one.
    const stop = means.findIndex(([, mean], i) => i > 0 && mean <= Math.max(...means.slice(0, i).map(([, m]) => m)))
    expect(means.map(([k]) => k)).toEqual(means.map((_, i) => i + 1))
    expect(scored.size).toBe(stop < 0 ? 6 : stop + 1)
    expect(trials).toHaveLength(2 * scored.size)
    const { search } = await searchArm(context, prepared.search, augmented, 'search-k')
    expect([search.null.p, search.null.reason]).toEqual([null, 'not asked for'])
    expect(trials).toHaveLength(2 * scored.size)
  })

  it('takes means that differ by their rounding alone for the tie that they are to the rule', async () => {
    const set = ['search.null=false', 'search.kMax=7', 'search.windowSize=3', 'search.repeats=3']
    const { context, prepared } = await searchable({ set })
    // K = 2 is the best; the mean of K = 3, of the same scores in another order, is larger in its last bit.
    const scores = new Map([
      [2, [0.3, 0.2, 0.1]],
      [3, [0.1, 0.2, 0.3]],
    ])
    const executor: TrialExecutor = {
      run: (units, options) =>
        context.executor.run(units, {
          ...options,
          onOutcome: ({ trial, ...outcome }) =>
            options.onOutcome({ ...outcome, trial: { ...trial, score: scores.get(trial.k)?.[trial.repeat - 1] ?? 0 } }),
        }),
      async close() {},
    }
    const scored = await scoreMultiples({ ...context, executor }, prepared.search, augmented, 'search-k')
    expect([...scored.keys()]).toEqual([1, 2, 3, 4, 5])
  })
})
