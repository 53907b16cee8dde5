/** What stands in the way of an answer: found by its numbers, said in sentences, shown before all else. */
import { describe, expect, test } from 'vitest'
import { concern as concernSchema } from '../../src/record/concern.js'
import { findConcerns } from '../../src/record/find-concerns.js'
import type { Result } from '../../src/record/result.js'
import { renderReport } from '../../src/report/report.js'
import { concernLines, concernWords } from '../../src/words/concerns.js'
import { sampleReportInput, sampleResult, withInnerFolds } from '../support/sample-result.js'

type Change = (result: Result) => void

function changed(...changes: Change[]): Result {
  const result = sampleResult()
  for (const change of changes) change(result)
  return result
}

const kinds = (...changes: Change[]) => findConcerns(changed(...changes)).map(({ kind }) => kind)

/** Figures of a class, 0 for sinusitis' neighbour. */
const quality =
  (index: number, figures: object): Change =>
  ({ quality: all }) => {
    Object.assign(all[index], figures)
  }
const failed = {
  precision: 0,
  recall: 0,
  density: 0,
  coverage: 0,
  kid: { value: 1233, low: 1180, high: 1290 },
}
const auc =
  (set: string, value: number | null, low: number | null, high: number | null): Change =>
  ({ arms, model }) => {
    arms.find(({ name }) => name === model.arm)!.evaluations[set].auc = { value, low, high, method: 'made' }
  }
const scored =
  (...means: number[]): Change =>
  ({ search }) => {
    search.trials = means.map((mean, i) => ({ ...search.trials[i], mean, scores: [mean] }))
    search.kOptimal = 1
  }

describe('a result in which nothing stands in the way', () => {
  test('has no concern, in data and on the page', () => {
    expect(findConcerns(sampleResult())).toEqual([])
    expect(renderReport(sampleReportInput())).not.toContain('id="first"')
  })
})

describe('a generator that failed', () => {
  test('is found where its films and the real ones have nothing in common, and named by class', () => {
    const [found] = findConcerns(changed(quality(0, failed)))
    expect(found).toEqual({
      kind: 'generator-failed',
      classes: [
        {
          class: 'healthy',
          overlap: 'none',
          precision: 0,
          recall: 0,
          density: 0,
          coverage: 0,
          kid: 1233,
          kidHeldOut: 0.02,
        },
      ],
    })
  })

  test('is found where images strewn far and wide have a recall of 1, or a heap of copies a density above 1', () => {
    const scattered = findConcerns(changed(quality(1, { ...failed, recall: 1 })))
    expect(scattered[0]).toMatchObject({ classes: [{ class: 'sinusitis', overlap: 'none' }] })
    const heap = findConcerns(changed(quality(1, { ...failed, precision: 0.97, density: 4.1, coverage: 0.01 })))
    expect(heap[0]).toMatchObject({ classes: [{ class: 'sinusitis', overlap: 'narrow' }] })
  })

  test('is found without held-out films and without a KID', () => {
    const alone = { ...failed, reference: { kid: null, fid: null, authenticity: null } }
    expect(kinds(quality(0, alone))).toEqual(['generator-failed'])
    const none = { value: null, low: null, high: null, reason: 'too few films' }
    expect(kinds(quality(0, { ...alone, kid: none }))).toEqual(['generator-failed'])
  })

  test('is not said of a mean one, of one whose distance does not show, or where nothing was measured', () => {
    expect(kinds(quality(0, { ...failed, precision: 0.1, coverage: 0.1 }))).toEqual([])
    expect(kinds(quality(0, { ...failed, kid: { value: 0.3, low: 0.1, high: 0.5 } }))).toEqual([])
    expect(kinds(quality(0, { ...failed, coverage: null }))).toEqual([])
    expect(kinds((result) => Object.assign(result, { quality: [] }))).toEqual([])
  })

  test('is the first sentence, with what to do, and no other sentence makes light of it', () => {
    const input = sampleReportInput()
    quality(0, failed)(input.result)
    const page = renderReport(input)
    const words = page.replace(/<[^>]+>/g, ' ').replace(/\s+/g, ' ')
    expect(page.indexOf('The generator failed.')).toBeLessThan(page.indexOf('id="verdict"'))
    expect(words).toContain(
      'healthy: they lie among no real films (precision 0.00, coverage 0.00, KID 1,233 where unseen real films have 0.02)',
    )
    expect(words).toContain('run it again with more steps (--set generator.steps=18000; here 6,000)')
    expect(words).toContain('healthy: the generator failed.')
    expect(words).toContain('healthy: copies can’t be judged')
    expect(words).not.toContain('healthy: copies: none found')
    expect(words).not.toContain('healthy: these features tell synthetic from real films. That alone')
  })

  test('is said of the images where they were made elsewhere, and of the preset where it is the quick one', () => {
    const [given] = concernWords(changed(quality(0, failed), (result) => (result.gan = null)))
    expect(given.title).toBe('The synthetic films are not like the real ones.')
    const [quick] = concernWords(changed(quality(0, failed), ({ config }) => (config.preset = 'quick')))
    expect(quick.title).toBe('The synthetic films are not like the real ones yet.')
    expect(quick.remedy).toContain('--preset standard')
  })
})

describe('a classifier that does not carry over', () => {
  test('is found where it is surely worse elsewhere, where chance is not excluded, and where it is below', () => {
    const inside = auc('internal', 0.97, 0.93, 0.99)
    expect(findConcerns(changed(inside, auc('bundang', 0.85, 0.79, 0.9)))).toEqual([
      {
        kind: 'not-carried-over',
        arm: 'GCB+OMGDA',
        inside: { value: 0.97, low: 0.93, high: 0.99 },
        outside: [{ set: 'bundang', value: 0.85, low: 0.79, high: 0.9, reason: 'worse' }],
      },
    ])
    const reasonAt = (value: number, low: number, high: number) => {
      const [found] = findConcerns(changed(inside, auc('bundang', value, low, high)))
      return found?.kind === 'not-carried-over' ? found.outside[0].reason : undefined
    }
    expect(reasonAt(0.55, 0.44, 0.66)).toBe('worse')
    expect(reasonAt(0.8, 0.45, 0.95)).toBe('chance')
    expect(reasonAt(0.4, 0.31, 0.49)).toBe('below chance')
    expect(reasonAt(0.9, 0.82, 0.95)).toBeUndefined()
  })

  test('says what it was inside and outside, what to do, and no more than the intervals bear', () => {
    const [worse] = concernWords(changed(auc('internal', 0.97, 0.93, 0.99), auc('bundang', 0.4, 0.31, 0.49)))
    expect(worse.title).toBe('The classifier does not carry over to other hospitals.')
    expect(worse.says).toContain('0.97 (0.93-0.99) on the internal test films, and 0.40 (0.31-0.49) on “bundang”')
    expect(worse.remedy).toContain('kopt inspect DATASET --external NAME=PATH')
    const [wide] = concernWords(changed(auc('bundang', 0.8, 0.45, 0.95)))
    expect(wide.title).toBe('The classifier is not shown to carry over to other hospitals.')
  })

  test('is not said where it has learned nothing inside either: that is said instead', () => {
    expect(kinds(auc('internal', 0.6, 0.47, 0.72), auc('bundang', 0.5, 0.4, 0.6))).toEqual(['not-learned'])
    expect(concernLines(changed(auc('internal', 0.6, 0.47, 0.72)))[0]).toContain('0.5 is chance')
  })

  test('takes a set without an interval for no evidence', () => {
    expect(kinds(auc('bundang', null, null, null))).toEqual([])
    expect(kinds(auc('internal', null, null, null), auc('bundang', 0.4, 0.3, 0.45))).toEqual([])
  })
})

describe('too few films for an answer', () => {
  const few: Change = ({ dataset }) => {
    dataset.split.test = { healthy: 36, sinusitis: 9 }
    dataset.patients.tuning = 8
  }

  test('are named by part and class', () => {
    const [found] = findConcerns(changed(few))
    expect(found).toEqual({
      kind: 'too-few-films',
      parts: [
        { part: 'tuning', class: 'healthy', films: 15, patients: 8 },
        { part: 'test', class: 'sinusitis', films: 9, patients: 41 },
      ],
      testFilms: 79,
      casesNeeded: 410,
    })
    const line = concernLines(changed(few)).join(' ')
    expect(line).toContain(
      'there are only 9 internal test films of class sinusitis, and the internal test films come from 41 patients in all',
    )
    expect(line).toContain('an answer would take about 5 times as many test films as the 79 there are')
    expect(line).toContain('kopt plan DATASET')
  })

  test('are those that ten times as many would be needed for, and those that allow no comparison', () => {
    expect(kinds(({ verdict }) => (verdict.casesNeeded = 789))).toEqual([])
    expect(kinds(({ verdict }) => (verdict.casesNeeded = 790))).toEqual(['too-few-films'])
    const none = changed(({ verdict }) =>
      Object.assign(verdict, { benefit: null, casesNeeded: null, reason: 'the test set does not allow a comparison' }),
    )
    expect(concernLines(none)[0]).toContain('The test set does not allow a comparison.')
  })

  test('are not lamented where there is an answer, or where none was to be had', () => {
    expect(kinds(few, ({ verdict }) => (verdict.benefit = 'yes'))).toEqual([])
    expect(kinds(few, ({ verdict }) => (verdict.benefit = 'no'))).toEqual([])
    const onTest: Change = ({ search, verdict }) => {
      search.selectOn = 'test'
      verdict.benefit = null
    }
    expect(kinds(few, onTest)).toEqual([])
  })

  test('are not sought in a tuning set where inner folds choose K, which outer folds would have to do without', () => {
    expect(kinds(withInnerFolds)).toEqual([])
    const [line] = concernLines(changed(withInnerFolds, few))
    expect(line).toContain('too few films')
    expect(concernLines(changed(withInnerFolds, few)).join()).toContain(
      '--set search.selectOn=tuning --set resampling.folds=5',
    )
  })

  test('with folds are not sought in a test set that nothing was tested on', () => {
    const folds: Change = (result) => {
      result.dataset.split.test = { healthy: 0, sinusitis: 0 }
      result.dataset.patients.test = 0
      const fold = { time: 1, n: 78, patients: 39, kOptimal: 5, stoppedAt: 17, converged: true, searchP: 0.2, aucs: {} }
      result.folds = [1, 2, 3, 4, 5].map((number) => ({ fold: number, ...fold }))
    }
    expect(kinds(folds)).toEqual([])
  })
})

describe('tuning films that are all put in order', () => {
  test('leave K to ties', () => {
    expect(findConcerns(changed(scored(1, 0.98, 1, 1)))).toEqual([
      { kind: 'tuning-separated', films: 32, multiples: [1, 3, 4], chosen: 1 },
    ])
    const [line] = concernLines(changed(scored(1, 0.98, 1, 1)))
    expect(line).toContain(
      'K = 1 is one of several equals. Every one of the 32 films that chose K is ranked correctly at K = 1, 3, 4',
    )
  })

  test('say what the metric means by it, and nothing of one that falls', () => {
    const by = (metric: string, better: 'higher' | 'lower' = 'higher') =>
      changed(scored(1, 1), ({ search }) => void Object.assign(search, { metric, better, specificity: 0.9 }))
    expect(concernLines(by('macro-f1'))[0]).toContain(
      'Every one of the 32 films that chose K is classified correctly at K = 1',
    )
    expect(concernLines(by('sensitivity-at-specificity'))[0]).toContain(
      'no diseased film is missed, at a specificity of 0.9, at K = 1',
    )
    expect(findConcerns(by('brier', 'lower'))).toEqual([])
  })

  test('do not where one K alone does it, none does, or K was fixed', () => {
    expect(kinds(scored(0.97, 1, 0.99))).toEqual([])
    expect(kinds(scored(0.97, 0.97, 0.97))).toEqual([])
    expect(kinds(scored(1, 1), ({ search }) => (search.rule = 'fixed'))).toEqual([])
  })
})

describe('several of them', () => {
  const worst = changed(
    quality(0, failed),
    quality(1, failed),
    auc('internal', 0.97, 0.93, 0.99),
    auc('bundang', 0.55, 0.44, 0.66),
    scored(1, 1),
    ({ verdict }) => (verdict.casesNeeded = 1400),
  )

  test('stand in order, the gravest first, and are the same twice', () => {
    const found = findConcerns(worst)
    expect(found.map(({ kind }) => kind)).toEqual([
      'generator-failed',
      'not-carried-over',
      'too-few-films',
      'tuning-separated',
    ])
    expect(findConcerns(worst)).toEqual(found)
    for (const one of found) expect(concernSchema.parse(one)).toEqual(one)
  })

  test('each say something to do, and nothing has gone wrong in a sentence', () => {
    const lines = concernLines(worst)
    expect(lines).toHaveLength(2 * concernWords(worst).length)
    for (const [i, line] of lines.entries()) {
      // A line end within a line would be written out as '\\n' at the terminal.
      expect(line).toMatch(i % 2 === 0 ? /^[A-Z].*\.$/ : /^ {2}What to do: .*\.$/)
      expect(line).not.toMatch(/undefined|NaN|null|\[object|–|\.\./)
    }
  })
})
