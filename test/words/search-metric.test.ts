import { describe, expect, it } from 'vitest'
import { metricFacts, recordedMetric, recordedRange, searchMetrics } from '../../src/record/search-metric.js'
import { metricName, metricTitle, metricWithDirection } from '../../src/words/search-metric.js'

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

  it('that another version has written stands for itself', () => {
    expect(metricName({ metric: 'constructor' })).toBe('constructor')
    expect(metricWithDirection({ metric: 'entropy', better: 'lower', unit: 'bits' })).toBe(
      'entropy in bits, lower is better',
    )
    expect(recordedRange('entropy')).toEqual([Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY])
    expect(recordedRange('macro-auc')).toEqual([0, 1])
  })
})
