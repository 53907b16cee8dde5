/** Blinded readings: what is read, what stands, and figures that agree with those of scores from anywhere. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { answered, beginReading, isComplete, readingSample } from '../../src/readers/reading.js'
import { readerResult, readingTable } from '../../src/readers/reading-result.js'

const films = (counts: readonly number[]) =>
  counts.flatMap((count, classIndex) =>
    Array.from({ length: count }, (_, i) => ({
      id: `film-${classIndex}-${i}`,
      patientId: `patient-${classIndex}-${Math.floor(i / 2)}`,
      classIndex,
      set: 'train' as const,
    })),
  )
const run = { classes: ['healthy', 'sinusitis'], films: films([30, 12]), synthetic: [50, 50] }
const of = { run: 'r', reader: 'A', round: 1, begun: '2026-11-30T00:00:00Z' } as const

describe('the films of a reading', () => {
  test('are as many real as synthetic ones in every class, none twice, and no example is among them', () => {
    fc.assert(
      fc.property(fc.integer({ min: 4, max: 60 }), (wanted) => {
        const { items, examples } = readingSample(run, wanted)
        for (const classIndex of [0, 1]) {
          const ofClass = items.filter((item) => item.classIndex === classIndex)
          expect(ofClass.filter(({ kind }) => kind === 'real')).toHaveLength(ofClass.length / 2)
          expect(ofClass.length).toBeGreaterThan(0)
        }
        const names = [...items, ...examples].map(({ kind, classIndex, row }) => `${kind} ${classIndex} ${row}`)
        expect(new Set(names).size).toBe(names.length)
      }),
    )
  })

  test('are the same for every reader, in an order that hangs on the reader and the round', () => {
    const sample = readingSample(run, 40)
    const a = beginReading(sample, of)
    const b = beginReading(readingSample(run, 40), { ...of, reader: 'B' })
    const again = beginReading(sample, { ...of, round: 2 })
    const sorted = (list: typeof a.items) => list.map((item) => JSON.stringify(item)).sort()
    expect(sorted(b.items)).toEqual(sorted(a.items))
    expect(b.items).not.toEqual(a.items)
    expect(again.items).not.toEqual(a.items)
    expect(beginReading(sample, of)).toEqual(a)
  })

  test('of a class with too few are refused with what is needed', () => {
    expect(() => readingSample({ ...run, synthetic: [50, 2] }, 40)).toThrow(/three real and three synthetic/)
  })
})

test('an answer stands, and a film that the reading has not can get none', () => {
  const reading = answered(beginReading(readingSample(run, 6), of), 0, { confidence: 4, milliseconds: 900 })
  expect(() => answered(reading, 0, { confidence: 1, milliseconds: 1 })).toThrow(/what was said first stands/)
  expect(() => answered(reading, 99, { confidence: 1, milliseconds: 1 })).toThrow(/no film 100/)
  expect(isComplete(reading)).toBe(false)
})

describe('what a reader could tell', () => {
  const begun = beginReading(readingSample(run, 20), of)
  const judged = (confidence: (synthetic: boolean, i: number) => number) =>
    begun.items.reduce(
      (reading, { kind }, i) =>
        answered(reading, i, { confidence: confidence(kind === 'synthetic', i), milliseconds: 1000 * (i + 1) }),
      begun,
    )

  test('is everything, nothing, or that they can not tell', () => {
    const all = readerResult(judged((synthetic) => (synthetic ? 5 : 1)))
    expect([all.auc.value, all.right.value]).toEqual([1, 1])
    expect(all.auc.low).toBeLessThan(1)
    const none = readerResult(judged(() => 3))
    expect([none.auc.value, none.right.value]).toEqual([0.5, 0.5])
    expect(none.right.low).toBeLessThan(0.5)
    expect(readerResult(judged((synthetic) => (synthetic ? 2 : 4))).right.value).toBe(0)
    expect(all.medianSeconds).toBe((begun.items.length + 1) / 2)
  })

  test('stands in a table of labels, scores and patients', () => {
    const [header, ...rows] = readingTable(judged((synthetic) => (synthetic ? 4 : 2)))
      .trim()
      .split('\n')
    expect(header).toBe('label,score,patient')
    expect(rows).toHaveLength(begun.items.length)
    for (const row of rows) expect(row).toMatch(/^(1,4,synthetic-\d-\d+|0,2,patient-\d-\d+)$/)
  })
})
