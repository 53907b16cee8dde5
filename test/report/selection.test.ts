import { describe, expect, it } from 'vitest'
import { type Result, result as resultSchema } from '../../src/record/result.js'
import { methodsText } from '../../src/report/methods-text.js'
import { renderReport } from '../../src/report/report.js'
import { reportTables } from '../../src/report/tables.js'
import { selectionAnswer } from '../../src/words/selection.js'
import { sampleResult } from '../support/sample-result.js'

type Selection = NonNullable<Result['selection']>
type Limits = readonly [low: number | null, high: number | null]

/** The sample with an arm of selected films whose difference has these limits. */
function withSelection([low, high]: Limits, change: Partial<Result> = {}): Result & { selection: Selection } {
  const result = { ...sampleResult(), ...change }
  const [a, b] = result.dataset.classes
  const perClass = (ofA: number, ofB: number) => ({ [a]: ofA, [b]: ofB })
  const [like] = result.arms
  const selection = {
    teacher: 'OD=balanced',
    classes: { [a]: { drawn: 900, outOfRange: 100 }, [b]: { drawn: 800, outOfRange: 50 } },
    thresholds: [
      { threshold: 0, refused: perClass(0, 0), left: perClass(800, 750), kMax: 5, found: { kOptimal: 2, score: 0.81 } },
      {
        threshold: 0.5,
        refused: perClass(210, 30),
        left: perClass(590, 720),
        kMax: 4,
        found: { kOptimal: 3, score: 0.85 },
      },
      { threshold: 0.8, refused: perClass(800, 750), left: perClass(0, 0), kMax: null, found: null },
    ],
    arm: {
      ...like,
      name: 'GCB+OMGDA=selected',
      threshold: 0.5,
      k: 3,
      search: { ...result.search, arm: 'GCB+OMGDA=selected', kOptimal: 3 },
      differences: ['internal', 'bundang'].map((set) => ({
        set,
        difference: low === null || high === null ? null : (low + high) / 2,
        low,
        high,
        z: 1,
        p: 0.3,
        method: 'score limits',
        delong: { z: 1, p: 0.3 },
      })),
    },
  }
  return resultSchema.parse({ ...result, selection }) as Result & { selection: Selection }
}

function sectionOf(result: Result): string {
  const page = renderReport({ result })
  const begin = page.indexOf('<section id="selection">')
  return begin < 0 ? '' : page.slice(begin, page.indexOf('</section>', begin))
}

describe('whether it helps to select films', () => {
  const answer = (limits: Limits, change: Partial<Result> = {}) => {
    const result = withSelection(limits, change)
    return selectionAnswer(result, result.selection.arm!)
  }

  it.each([
    [[0.01, 0.08], 'Yes, on these films: the arm scores higher with selected films.'],
    [[-0.01, 0.08], 'Unclear: no gain in AUC is shown, and one of up to 0.080 is not excluded.'],
    [[-0.02, 0.015], 'No, on these films: a gain of 0.02 in AUC is excluded.'],
    // Above 0, but less than what was said to matter.
    [[0.001, 0.015], 'No, on these films: a gain of 0.02 in AUC is excluded.'],
    [[-0.08, -0.01], 'No, on these films: the arm scores lower with selected films.'],
    [[null, null], 'No answer: the two arms could not be compared on these films.'],
  ] as const)('is answered by the interval %j', (limits, words) => {
    expect(answer(limits)).toBe(words)
  })

  it('has no answer where K was chosen on the test films', () => {
    const { search } = sampleResult()
    expect(answer([0.01, 0.08], { search: { ...search, selectOn: 'test' } })).toContain('No answer: every K')
  })
})

describe('what is shown of selected films', () => {
  const result = withSelection([-0.01, 0.08])

  it('is what fell by range and by teacher, the choice of the threshold as one more look, and the arm beside the chosen one', () => {
    const section = sectionOf(result)
    expect(section).toContain('one more choice made on them')
    expect(section).toContain('range, and a probability above 0.5: 0.850 at K = 3')
    expect(section).toContain('range, and a probability above 0.8: too few left')
    expect(section).toContain('no comparator of the verdict')
    const cells = (row: string) => [...row.matchAll(/<t[hd][^>]*>([^<]*)<\/t[hd]>/g)].map(([, cell]) => cell)
    const [a] = result.dataset.classes
    const rows = section.split('<tr').map(cells)
    expect(rows).toContainEqual([a, '900', '100', '210', '590', '4'])
    expect(rows).toContainEqual([a, '900', '100', '800', '0', '–'])
    expect(section).toContain('External test set “bundang”')
    expect(section).toContain('selected less all')
    expect(section).toContain('[GCB+OMGDA=selected]')
  })

  it('is two tables of its own, and part of that of every trial', () => {
    const { selection, selected, tableS1, table1 } = reportTables(result)
    const [a] = result.dataset.classes
    expect(selection.split('\n')).toContain(`0.5,yes,${a},900,100,210,590,4,3,0.85`)
    expect(selection.trim().split('\n')).toHaveLength(1 + 3 * 2)
    expect(selected).toMatch(/^internal,GCB\+OMGDA=selected,0\.5,3,/m)
    expect(selected.trim().split('\n')).toHaveLength(1 + 2)
    expect(tableS1).toMatch(/^GCB\+OMGDA=selected,auc,.*,tuning,30,/m)
    expect(table1).not.toContain('selected')
  })

  it('stands in the methods, with its source', () => {
    const arms = methodsText(result).find(({ topic }) => topic === 'arms')?.text
    expect(arms).toContain('(after Xue et al. 2021)')
    expect(arms).toContain('with a probability above 0.5 (590 of 900 of class')
    expect(renderReport({ result })).toContain('HistoGAN')
  })

  it('is the reason where there is no such arm, and nothing in results of before', () => {
    const { arm: _, ...left } = result.selection
    const without = resultSchema.parse({
      ...result,
      selection: { ...left, arm: null, reason: 'too few of the synthetic films pass the selection' },
    })
    expect(sectionOf(without)).toContain('There is no such arm: too few of the synthetic films pass the selection.')
    expect(reportTables(without)).not.toHaveProperty('selected')
    expect(methodsText(without).find(({ topic }) => topic === 'arms')?.text).not.toContain('selected')
    expect(sectionOf(sampleResult())).toBe('')
    expect(reportTables(sampleResult())).not.toHaveProperty('selection')
  })
})
