import { describe, expect, it } from 'vitest'
import { metricFacts, recordedMetric, recordedRange, searchMetrics } from '../../src/record/search-metric.js'
import { earlyRivalWords } from '../../src/words/rivals.js'
import { metricName, metricTitle, metricWithDirection } from '../../src/words/search-metric.js'
import { sampleResult } from '../support/sample-result.js'

describe('a metric that chooses K', () => {
  const shown = (several: boolean) =>
    searchMetrics.map((metric) => {
      const { better, unit } = metricFacts(metric)
      return metricTitle({ metric: recordedMetric(metric, several), better, unit, specificity: 0.85 })
    })

  it('has a name, a unit where it has one, and a direction where it is not the usual one', () => {
    expect(shown(false)).toEqual([
      'AUC',
      'Log loss (nats, lower is better)',
      'Brier score (lower is better)',
      'Accuracy',
      'Balanced accuracy',
      'F1 score',
      'Sensitivity at a specificity of 0.85',
    ])
  })

  it('of several classes says whether it is a mean over them', () => {
    expect(shown(true)).toEqual([
      'Macro AUC',
      'Log loss (nats, lower is better)',
      'Brier score (lower is better)',
      'Accuracy',
      'Balanced accuracy',
      'Macro F1 score',
      'Macro sensitivity at a specificity of 0.85',
    ])
  })

  it('is best where it is least, if it falls as it gets better', () => {
    const { search } = sampleResult()
    search.trials.splice(3)
    for (const [i, trial] of search.trials.entries()) trial.mean = [0.6, 0.4, 0.5][i]
    const said = (more: object) => earlyRivalWords('principal components', { ...search, ...more })
    expect(said({ metric: 'log-loss', better: 'lower', unit: 'nats' })).toContain(
      'log loss in nats, lower is better: 0.600 at K = 1, best 0.400 at K = 2, on ',
    )
    expect(said({})).toContain('AUC 0.600 at K = 1, and no larger K is better, on ')
  })

  it('that another version has written stands for itself', () => {
    expect(metricName({ metric: 'constructor' })).toBe('constructor')
    expect(metricWithDirection({ metric: 'entropy', better: 'lower', unit: 'bits' })).toBe(
      'entropy in bits, lower is better',
    )
    expect(recordedRange('entropy')).toEqual([Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY])
    expect(recordedRange('macro-auc')).toEqual([0, 1])
  })
})
