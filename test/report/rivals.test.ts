import { describe, expect, it } from 'vitest'
import { type Result, type RivalResult, result as resultSchema } from '../../src/record/result.js'
import { reportFigures } from '../../src/report/figure-list.js'
import { methodsText } from '../../src/report/methods-text.js'
import { renderReport } from '../../src/report/report.js'
import { reportTables } from '../../src/report/tables.js'
import { rivalAnswers } from '../../src/words/rivals.js'
import { sampleResult } from '../support/sample-result.js'

type Limits = readonly [low: number, high: number]

const made = {
  smote: { label: 'features between neighbouring films (SMOTE)', makes: 'features' },
  duplicates: { label: 'the training films again', makes: 'duplicates' },
  pca: { label: 'films by principal components', makes: 'films' },
} as const

/** The sample with rivals whose differences on the internal films have these limits. */
function withRivals(limits: Partial<Record<keyof typeof made, Limits>>, change: Partial<Result> = {}): Result {
  const result = { ...sampleResult(), ...change }
  const [like] = result.arms
  const arms = Object.entries(limits).map(
    ([name, [low, high]]): RivalResult => ({
      ...like,
      ...made[name as keyof typeof made],
      name,
      k: 3,
      search: { ...result.search, arm: name, kOptimal: 3 },
      differences: ['internal', 'bundang'].map((set) => ({
        set,
        difference: (low + high) / 2,
        low,
        high,
        z: 1,
        p: 0.3,
        method: 'score limits',
        delong: { z: 1, p: 0.3 },
      })),
    }),
  )
  const leftOut = [
    { name: 'smoothed', label: 'films by smoothed bootstrap', reason: 'it is the generator of this run' },
  ]
  return resultSchema.parse({ ...result, rivals: { arms, leftOut } })
}

const answers = (result: Result) => rivalAnswers(result).map(({ question, answer }) => `${question} ${answer}`)

describe('the answers that rivals give', () => {
  it('are yes where every interval lies above 0 and reaches what matters, and say beside what', () => {
    expect(answers(withRivals({ pca: [0.01, 0.08], smote: [0.004, 0.09], duplicates: [0.02, 0.1] }))).toEqual([
      'Was a GAN needed? Yes, compared with what was tried: the chosen arm scores higher than with films by principal components.',
      'Were synthetic films needed? Yes, compared with what was tried: the chosen arm scores higher than with features between neighbouring films (SMOTE) and the training films again.',
    ])
  })

  it('are no where a gain that matters is excluded, or the chosen arm scores lower', () => {
    expect(answers(withRivals({ pca: [-0.03, 0.015], smote: [-0.09, -0.01] }))).toEqual([
      'Was a GAN needed? No, on these films: over films by principal components a gain of 0.02 in AUC is excluded.',
      'Were synthetic films needed? No, on these films: the chosen arm scores lower than with features between neighbouring films (SMOTE).',
    ])
    // Above 0, but less than what was said to matter.
    expect(answers(withRivals({ pca: [0.001, 0.015] }))[0]).toContain('a gain of 0.02 in AUC is excluded')
  })

  it('are unclear where an interval holds both no gain and one that matters, with the gain that is not excluded', () => {
    expect(answers(withRivals({ smote: [-0.02, 0.07], duplicates: [0.01, 0.1] }))).toEqual([
      'Were synthetic films needed? Unclear: the chosen arm scores higher than with the training films again, but over features between neighbouring films (SMOTE) no gain in AUC is shown, and one of up to 0.070 is not excluded.',
    ])
  })

  it('are none where K was chosen on the test films, or a difference could not be had', () => {
    const { search } = sampleResult()
    const onTest = withRivals({ pca: [0.01, 0.08] }, { search: { ...search, selectOn: 'test' } })
    expect(answers(onTest)).toEqual(['Was a GAN needed? No answer: every K was chosen on the test films themselves.'])
    const result = withRivals({ pca: [0.01, 0.08] })
    for (const difference of result.rivals?.arms[0].differences ?? []) difference.low = null
    expect(answers(result)[0]).toContain('could not be compared')
  })
})

describe('what is shown of rivals', () => {
  const result = withRivals({ smote: [-0.02, 0.07], pca: [0.01, 0.08] })
  const page = renderReport({ result })

  it('is a section with the answers, a figure of all curves, a table for every set, and what was left out', () => {
    expect(page).toContain('<h2>Was a GAN needed? Were synthetic films needed?</h2>')
    expect(page).toContain('<a href="#rivals">')
    const section = page.slice(page.indexOf('<section id="rivals">'), page.indexOf('<section id="use">'))
    for (const { answer } of rivalAnswers(result)) expect(section).toContain(answer)
    expect(section).toContain('External test set “bundang”')
    expect(section).toContain(
      'no training set is filled up with films by smoothed bootstrap: it is the generator of this run',
    )
    expect(section).toContain('not adjusted for their number')
    expect(section).toContain('For these fitted models, this test set, one generator.')
    const figure = reportFigures(result, []).get('rivals')?.('wide') ?? ''
    expect(figure.match(/<path[^>]*class="stroke-/g)).toHaveLength(3)
    for (const name of ['Features between', 'Films by principal components', 'GCB+OMGDA'])
      expect(figure).toContain(name)
  })

  it('is a table of its own and part of that of every trial', () => {
    const { rivals, tableS1, table1 } = reportTables(result)
    const lines = rivals.trim().split('\n')
    expect(lines).toHaveLength(1 + 2 * 2)
    expect(lines[1]).toMatch(/^internal,smote,features between neighbouring films \(SMOTE\),3,\d+,/)
    expect(tableS1).toMatch(/^pca,auc,.*,tuning,30,/m)
    expect(table1).not.toContain('pca')
  })

  it('leaves out a set that was added after the run, which rivals have not met', () => {
    const later = withRivals({ pca: [0.01, 0.08] })
    for (const arm of later.rivals?.arms ?? []) {
      delete arm.evaluations.bundang
      arm.differences.pop()
    }
    const shown = renderReport({ result: later })
    const section = shown.slice(shown.indexOf('<section id="rivals">'), shown.indexOf('<section id="use">'))
    expect(section).toContain('Internal test set')
    expect(section).not.toContain('bundang')
    expect(reportTables(later).rivals).not.toContain('bundang')
  })

  it('stands in the methods, with its sources', () => {
    const arms = methodsText(result).find(({ topic }) => topic === 'arms')?.text
    expect(arms).toContain(
      'features between neighbouring films (SMOTE) (Chawla et al. 2002, five neighbours of the same class; K = 3)',
    )
    expect(arms).toContain('no part of the decision rule')
    expect(page).toContain('Chawla NV, Bowyer KW')
  })

  it('is nothing where there are none, as in results of before', () => {
    const before = sampleResult()
    expect(renderReport({ result: before })).not.toContain('id="rivals"')
    expect(reportTables(before)).not.toHaveProperty('rivals')
    expect(reportFigures(before, []).has('rivals')).toBe(false)
  })
})
