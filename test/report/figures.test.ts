import { describe, expect, test } from 'vitest'
import { fixed } from '../../src/base/format.js'
import { groupBy } from '../../src/base/group-by.js'
import { figureFiles, reportFigures } from '../../src/report/figure-list.js'
import { decisionCurves } from '../../src/report/figures/decision-curve.js'
import { greyHistogram } from '../../src/report/figures/grey-histogram.js'
import { intervalPlot } from '../../src/report/figures/interval-plot.js'
import { kCurve } from '../../src/report/figures/k-curve.js'
import { learningCurveFigure } from '../../src/report/figures/learning-curve.js'
import { measuresCurve } from '../../src/report/figures/measures-curve.js'
import { rocCurves } from '../../src/report/figures/roc-curve.js'
import { trainingCurves } from '../../src/report/figures/training-curves.js'
import { renderReport } from '../../src/report/report.js'
import { textWidth } from '../../src/report/svg.js'
import { curveLabels } from '../../src/words/generator.js'
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

const labels = curveLabels(sampleResult())

test('the films that each K adds are a curve for each class, beside real ones, and K without films to pair have no point', () => {
  const figure = figures.get('similarity-by-k')!('wide')
  const [minority, majority] = result.quality.map(({ msSsim }) =>
    msSsim.byMultiple!.filter(({ mean }) => mean !== null),
  )
  expect(majority).toHaveLength(minority.length - 1)
  expect(figure.match(/<path /g)).toHaveLength(2)
  expect(figure.match(/<circle /g)).toHaveLength(minority.length + majority.length)
  for (const { class: label, msSsim } of result.quality) {
    expect(figure).toContain(`${label}: synthetic films that K adds`)
    expect(figure).toContain(`real ${fixed(msSsim.real.mean)}.`)
  }
  const earlier = sampleResult()
  for (const { msSsim } of earlier.quality) delete msSsim.byMultiple
  expect(reportFigures(earlier, []).has('similarity-by-k')).toBe(false)
  expect(renderReport({ result: earlier })).not.toContain('that each K adds')
  expect(renderReport({ result })).toContain('that each K adds')
})

describe('every figure of a run', () => {
  test('is there by name', () => {
    expect([...figures.keys()]).toEqual([
      'verdict',
      'training-curves',
      'similarity',
      'similarity-by-k',
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

  describe('over K between whole ones', () => {
    const grid = [1, 1.1, 1.25, 1.5, ...Array.from({ length: 25 }, (_, i) => i + 2)]
    const many = grid.map((k) => ({ k, size: Math.round(304 * k), scores: [0.8], mean: 0.85, se: 0.02 }))
    const among = { ...options, kOptimal: 1.25, stoppedAt: 10, indistinguishable: [1, 1.1, 1.25, 1.5, 2, 5] }

    test('names K without trailing zeros, and ranges as far as no K between them is missing', () => {
      const svg = kCurve(many, among)
      expect(svg).toContain('chosen K = 1.25')
      expect(svg).toContain('(1 to 2, 5)')
      expect(kCurve(many, { ...among, indistinguishable: [1, 2, 3] })).toContain('(1, 2, 3)')
    })

    test('stands to scale, and marks what is as good from half way to half way', () => {
      const svg = kCurve(many, among)
      const bars = [...svg.matchAll(/<rect x="([\d.]+)" y="366" width="([\d.]+)"/g)].map(([, x, width]) => ({
        from: Number(x),
        to: Number(x) + Number(width),
      }))
      // K = 5 has a whole unit, less half a pixel on each side.
      const unit = bars[5].to - bars[5].from + 1
      const expected = [
        [0.5, 1.05],
        [1.05, 1.175],
        [1.175, 1.375],
        [1.375, 1.75],
        [1.75, 2.5],
        [4.5, 5.5],
      ]
      expect(bars).toHaveLength(expected.length)
      bars.forEach(({ from, to }, i) => {
        expect(((from + to) / 2 - bars[0].from) / unit).toBeCloseTo((expected[i][0] + expected[i][1]) / 2 - 0.5, 1)
        expect(to).toBeGreaterThan(from)
        if (i > 0) expect(from).toBeGreaterThanOrEqual(bars[i - 1].to)
      })
    })

    test.each([860, 350])('has no two labels in one another’s way, %i pixels wide', (width) => {
      for (const ks of [
        grid,
        grid.slice(0, 19),
        [1, 1.25, 1.5],
        [1.5, 1.75],
        [1, 1.25, 1.5, 2, 3, 5, 8, 13, 40, 200],
      ]) {
        const trials = many
          .slice(0, ks.length)
          .map((trial, i) => ({ ...trial, k: ks[i], size: Math.round(304 * ks[i]) }))
        const svg = kCurve(trials, { ...among, width, kOptimal: ks[1], stoppedAt: ks[1], indistinguishable: ks })
        checkSvg(svg)
        const labels = [...svg.matchAll(/<text x="([\d.]+)" y="([\d.]+)" class="tick" text-anchor="middle">([^<]+)</g)]
        const rows = groupBy(labels, ([, , y]) => y)
        expect(rows.size).toBe(2)
        for (const row of rows.values()) {
          const ends = row.map(([, x, , label]) => ({ at: Number(x), half: textWidth(label) / 2 }))
          ends.forEach(({ at, half }, i) => {
            if (i > 0) expect(at - half).toBeGreaterThan(ends[i - 1].at + ends[i - 1].half)
          })
        }
      }
    })
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
    const options = { id: 'i', title: 't', valueTitle: 'v', bounds: [0, 1] as const, formatTick: fixed }
    checkSvg(intervalPlot([row], options))
    checkSvg(intervalPlot([{ ...row, value: null, low: null, high: null, shown: '–' }], options))
    checkSvg(rocCurves([{ label: 'a', auc: '–', points: [], colour: 1, dash: '' }], { id: 'r', title: 't' }))
  })

  test('a curve with values that are not finite has gaps, and an empty one axes', () => {
    const rows = curves.map((row, i) =>
      i % 7 === 0 ? { ...row, generator: Number.NaN, discriminator: Infinity } : row,
    )
    checkSvg(trainingCurves(rows, { id: 'c', ...labels }))
    checkSvg(trainingCurves(rows.slice(0, 3), { id: 'c', ...labels }))
    checkSvg(trainingCurves([], { id: 'c', ...labels }))
    checkSvg(trainingCurves(rows, { id: 'c', ...labels, shares: [] }))
  })
})

describe('the axes', () => {
  /** Labels under or beside the axes of a figure, as they stand. */
  const ticksOf = (svg: string) =>
    [...svg.matchAll(/<text x="([^"]+)" y="([^"]+)" class="tick"[^>]*>([^<]*)</g)].map(([, x, y, label]) => ({
      x: Number(x),
      y: Number(y),
      label,
    }))
  /** Of one row or column of ticks: every label once, and all with equally many decimals. */
  const checkLabels = (labels: readonly string[]) => {
    expect(new Set(labels).size, labels.join(' ')).toBe(labels.length)
    const decimals = labels
      .filter((label) => /\d$|%$/.test(label))
      .map((label) => /\.(\d+)/.exec(label)?.[1].length ?? 0)
    expect(new Set(decimals).size, labels.join(' ')).toBeLessThanOrEqual(1)
  }
  const between = (low: number, high: number) => ({ low, high, value: (low + high) / 2 })

  test.each([
    [0.62, 0.68],
    [0.9951, 0.9972],
    [0.4, 1],
    [-0.0004, 0.0011],
    [0.5, 0.5],
  ])('an interval plot from %f to %f tells its ticks apart', (low, high) => {
    const row = { label: 'a', ...between(low, high), shown: '', colour: 1 as const }
    for (const width of [undefined, 350]) {
      const svg = intervalPlot([row], { id: 'i', title: 't', valueTitle: 'v', width })
      checkLabels(ticksOf(svg).map(({ label }) => label))
      checkInside(svg, width ?? 860)
    }
  })

  test('0.65 stands as 0.65, not as a second 0.7', () => {
    const row = { label: 'a', ...between(0.53, 0.77), shown: '', colour: 1 as const }
    const labels = ticksOf(intervalPlot([row], { id: 'i', title: 't', valueTitle: 'v' })).map(({ label }) => label)
    expect(labels).toEqual(['0.55', '0.60', '0.65', '0.70', '0.75'])
  })

  test.each([
    [0.9, 0.91],
    [0.6, 0.72],
    [0.9999, 1],
  ])('the K curve from %f to %f tells its ticks apart', (low, high) => {
    const trials = [1, 2, 3].map((k) => ({
      k,
      size: 100_000 * k,
      scores: [low, high],
      mean: (low + high) / 2,
      se: null,
    }))
    const options = { id: 'k', scoreTitle: 'AUC', kOptimal: 2, stoppedAt: 3, converged: true, indistinguishable: [] }
    for (const width of [860, 350]) {
      const svg = kCurve(trials, { ...options, width })
      const beside = ticksOf(svg).filter(({ y }) => y > 84 && y < 300)
      checkLabels(beside.filter(({ x }) => x < 60).map(({ label }) => label))
      checkInside(svg, width)
    }
  })

  test.each([1, 3, 60, 1000, 6000, 30_000, 1_000_000])('training of %i steps has whole steps, none cut off', (last) => {
    const row = { discriminator: 0.0004, generator: 12.5, realAccuracy: 0.5, fakeAccuracy: 0.5, classAccuracy: 1 }
    for (const width of [860, 350]) {
      const svg = trainingCurves(
        [
          { step: 1, ...row },
          { step: last, ...row },
        ],
        { id: 'c', width, ...labels },
      )
      checkInside(svg, width)
      const steps = [...svg.matchAll(/class="tick" text-anchor="middle">([^<]*)</g)].map(([, label]) => label)
      expect(steps.length).toBeGreaterThanOrEqual(4)
      for (const label of steps) expect(label).toMatch(/^[\d,]+$/)
    }
  })

  test.each([2, 40, 999, 12_345])(
    'measures at sets of %i images and more have whole numbers, none cut off, none on another',
    (size) => {
      const measure = { accuracy: { value: 0.5, low: 0.4, high: 0.6 } }
      const points = [1, 2].map((k) => ({ k, size: size * k, measures: measure }))
      for (const width of [860, 350]) {
        const svg = measuresCurve(points, { id: 'm', width, panels: [['accuracy', 'Accuracy']], kOptimal: 1 })
        checkInside(svg, width)
        const under = ticksOf(svg).filter(({ y }) => y > 150)
        for (const { label } of under) expect(label).toMatch(/^[\d,]+$/)
        under.forEach((one, i) => {
          if (i > 0) expect(one.x - under[i - 1].x).toBeGreaterThan(7 * one.label.length)
        })
      }
    },
  )

  test('a decision curve of small benefits, grey values of small shares and a flat learning curve tell their ticks apart', () => {
    const points = [0, 0.5, 1].map((threshold) => ({ threshold, model: 0.012, low: null, high: null, all: 0.01 }))
    const decision = decisionCurves([{ label: 'a', points, colour: 1, dash: '' }], { id: 'd', title: 't' })
    const shares = Array.from({ length: 64 }, () => 0.0008)
    const grey = greyHistogram([{ label: 'a', shares, colour: 1, dash: '' }], { id: 'g', title: 't' })
    const at = (films: number) => ({ films, auc: { value: 0.972, low: 0.971, high: 0.973 } })
    const learning = learningCurveFigure([at(20), at(1000)], [at(20), at(1000)], { id: 'l', title: 't', present: 900 })
    for (const svg of [decision, grey, learning]) {
      const left = Math.min(...ticksOf(svg).map(({ x }) => x))
      checkLabels(
        ticksOf(svg)
          .filter(({ x }) => x === left)
          .map(({ label }) => label),
      )
      checkInside(svg, 860)
    }
  })
})

/** Every label lies inside the picture, by the width that the figures themselves reckon with. */
function checkInside(svg: string, width: number) {
  for (const [, x, anchor, content] of svg.matchAll(
    /<text x="([^"]+)"[^>]*?(?:text-anchor="(\w+)")?>([^<]*)<\/text>/g,
  )) {
    const own = textWidth(content)
    const left = Number(x) - (anchor === 'end' ? own : anchor === 'middle' ? own / 2 : 0)
    expect(left, content).toBeGreaterThanOrEqual(0)
    expect(left + own, content).toBeLessThanOrEqual(width)
  }
}
