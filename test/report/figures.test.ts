import { describe, expect, test } from 'vitest'
import { figureFiles, reportFigures } from '../../src/report/figure-list.js'
import { intervalPlot } from '../../src/report/figures/interval-plot.js'
import { kCurve } from '../../src/report/figures/k-curve.js'
import { rocCurves } from '../../src/report/figures/roc-curve.js'
import { trainingCurves } from '../../src/report/figures/training-curves.js'
import { sampleReportInput, sampleResult } from '../support/sample-result.js'

const { result, curves = [] } = sampleReportInput()
const figures = reportFigures(result, curves)

/** Every tag is closed and nothing is not a number. */
function checkSvg(svg: string) {
  const open: string[] = []
  for (const [, close, name, selfClosed] of svg.matchAll(/<(\/?)([a-z]+)[^>]*?(\/?)>/gi)) {
    if (close) expect(open.pop()).toBe(name)
    else if (!selfClosed) open.push(name)
  }
  expect(open).toEqual([])
  expect(svg).not.toMatch(/NaN|Infinity|undefined|null/)
  expect(svg).toMatch(/^<svg [^>]*role="img"[^>]*aria-labelledby="\S+ \S+"/)
  expect(svg).toMatch(/<title id="[^"]+">[^<]+<\/title><desc id="[^"]+">[^<]+<\/desc>/)
}

describe('every figure of a run', () => {
  test('is there by name', () => {
    expect([...figures.keys()]).toEqual([
      'verdict',
      'training-curves',
      'similarity',
      'k-curve',
      'measures-curve',
      'k-curve-GCB+CDA',
      'k-curve-OD+CDA',
      'roc-internal',
      'auc-internal',
      'calibration-internal',
      'decision-internal',
      'roc-bundang',
      'auc-bundang',
      'calibration-bundang',
      'decision-bundang',
    ])
  })

  test.each([...figures.keys()])('%s is well formed, titled, described, and without a number gone wrong', (name) => {
    for (const shape of ['wide', 'narrow'] as const) checkSvg(figures.get(name)!(shape))
  })

  test.each([...figures.keys()])('%s keeps its text inside the picture on a phone', (name) => {
    const svg = figures.get(name)!('narrow')
    for (const [, x, anchor, content] of svg.matchAll(
      /<text x="([^"]+)"[^>]*?(?:text-anchor="(\w+)")?>([^<]*)<\/text>/g,
    )) {
      const width = content.length * 6
      const left = Number(x) - (anchor === 'end' ? width : anchor === 'middle' ? width / 2 : 0)
      expect(left, content).toBeGreaterThan(-14)
      expect(left + width, content).toBeLessThan(364)
    }
  })

  test('stands as a file with colours of its own and no reference elsewhere', () => {
    for (const file of Object.values(figureFiles(result, curves))) {
      expect(file).toContain('<style>')
      expect(file.replace('http://www.w3.org/2000/svg', '')).not.toMatch(/https?:|url\(/)
    }
  })

  test('is drawn the same twice', () => {
    expect(figureFiles(sampleResult(), curves)).toEqual(figureFiles(result, curves))
  })
})

describe('the K curve', () => {
  const options = { id: 'k', scoreTitle: 'AUC', kOptimal: 2, stoppedAt: 3, converged: true, indistinguishable: [1, 2] }
  const trials = [1, 2, 3].map((k) => ({ k, size: 304 * k, scores: [0.8, 0.9], mean: 0.85 + k / 100, se: 0.02 }))

  test('says what was chosen, where the search stopped, and which K are as good', () => {
    const svg = kCurve(trials, options)
    expect(svg).toContain('chosen K = 2')
    expect(svg).toContain('stopped at K = 3')
    expect(svg).toContain('K not distinguishable from the best (1, 2)')
    expect(kCurve(trials, { ...options, converged: false })).toContain('not converged')
  })

  test('takes trials in any order', () => {
    expect(kCurve([...trials].reverse(), options)).toBe(kCurve(trials, options))
  })

  test('goes without errors, without repeats, without trials', () => {
    checkSvg(
      kCurve(
        trials.map((t) => ({ ...t, se: null, scores: [t.mean] })),
        options,
      ),
    )
    checkSvg(kCurve([trials[0]], { ...options, kOptimal: 1, stoppedAt: 1, indistinguishable: [] }))
    checkSvg(kCurve([], options))
  })
})

describe('degenerate data', () => {
  test('perfect and missing estimates are drawn', () => {
    const row = { label: 'a', value: 1, low: 1, high: 1, shown: '1.000', colour: 1 as const }
    const options = { id: 'i', title: 't', valueTitle: 'v', bounds: [0, 1] as const, formatTick: String }
    checkSvg(intervalPlot([row], options))
    checkSvg(intervalPlot([{ ...row, value: null, low: null, high: null, shown: '–' }], options))
    checkSvg(rocCurves([{ label: 'a', auc: '–', points: [], colour: 1, dash: '' }], { id: 'r', title: 't' }))
  })

  test('a curve with values that are not finite has gaps, and an empty one axes', () => {
    const rows = curves.map((row, i) =>
      i % 7 === 0 ? { ...row, generator: Number.NaN, discriminator: Infinity } : row,
    )
    checkSvg(trainingCurves(rows, { id: 'c' }))
    checkSvg(trainingCurves(rows.slice(0, 3), { id: 'c' }))
    checkSvg(trainingCurves([], { id: 'c' }))
  })
})
