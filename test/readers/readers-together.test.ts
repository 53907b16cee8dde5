/** Readers of one run together, on answers that are drawn: what is right where it is known, and that patients count, not films. */
import { describe, expect, test } from 'vitest'
import { Rng } from '../../src/base/random.js'
import { designEffect, wilson } from '../../src/metrics/proportion.js'
import { readersTable } from '../../src/readers/readers-table.js'
import { readersResult } from '../../src/readers/readers-together.js'
import { beginReading, type Reading, readingSample } from '../../src/readers/reading.js'

const films = Array.from({ length: 60 }, (_, i) => ({
  classIndex: i % 2,
  // Two films of each patient, of either class.
  patientId: `patient-${Math.floor(i / 2)}`,
}))
const run = { classes: ['healthy', 'sinusitis'], films, synthetic: [40, 40] }

function read(reader: string, round: 1 | 2, judge: (synthetic: boolean, i: number) => number, wanted = 40): Reading {
  const begun = beginReading(readingSample(run, wanted), { run: 'r', reader, round, begun: `2026-11-30T0${round}:00` })
  const answers = begun.items.map(({ kind, classIndex, row }) => ({
    confidence: judge(kind === 'synthetic', 2 * row + classIndex),
    milliseconds: 1000 * round,
  }))
  return { ...begun, answers }
}

/** Right more often the larger `share`. */
const skilled = (name: string, share: number) => {
  const rng = new Rng(5).split(name)
  return (synthetic: boolean, i: number) => {
    const right = rng.at(i).split(String(synthetic)).uniform() < share
    return synthetic === right ? 4 : 2
  }
}

describe('readers together', () => {
  const all = [
    read('A', 1, skilled('A', 0.6)),
    read('B', 1, skilled('B', 0.7)),
    read('C', 1, skilled('C', 0.65), 20),
    read('A', 2, skilled('A', 0.9)),
    read('B', 2, skilled('B', 0.95)),
  ]

  test('are compared on the films that all have judged, the clue on those of both rounds', () => {
    const { readings, together, agreement, clue } = readersResult(all)
    expect(readings.map(({ reader, round }) => `${reader}${round}`)).toEqual(['A1', 'B1', 'C1', 'A2', 'B2'])
    // Who reads fewer reads a part of the same sample.
    expect(together.map(({ round, readers, films: n }) => [round, readers, n])).toEqual([
      [1, 3, 20],
      [2, 2, 40],
    ])
    for (const { auc } of together) {
      expect(auc.low).toBeLessThan(auc.value)
      expect(auc.high).toBeGreaterThan(auc.value)
    }
    expect(agreement.map(({ readers, films: n }) => [...readers, n])).toEqual([
      ['A', 'B', 40],
      ['A', 'C', 20],
      ['B', 'C', 20],
      ['A', 'B', 40],
    ])
    expect(clue.map(({ reader, readers }) => [reader, readers])).toEqual([
      ['A', 1],
      ['B', 1],
      [null, 2],
    ])
    for (const { before, after, difference } of clue) expect(difference.value).toBeCloseTo(after - before, 12)
    expect(clue[0].difference.low).toBeGreaterThan(0)
  })

  test('are nothing together where there is one, or nothing is complete', () => {
    const begun = { ...all[1], answers: all[1].answers.map((answer, i) => (i === 0 ? null : answer)) }
    const { readings, together, agreement, clue } = readersResult([all[0], begun])
    expect([readings.length, together, agreement, clue]).toEqual([1, [], [], []])
    expect(readersResult([])).toEqual({ readings: [], together: [], agreement: [], clue: [] })
  })

  test('who all give one answer to every film have no kappa, and those who agree in all have one of 1', () => {
    const same = readersResult([read('A', 1, () => 3), read('B', 1, () => 3)]).agreement[0]
    expect([same.agreement, same.kappa]).toEqual([1, null])
    const judge = (synthetic: boolean) => (synthetic ? 5 : 1)
    const perfect = readersResult([read('A', 1, judge), read('B', 1, judge)])
    expect(perfect.agreement[0].kappa?.value).toBe(1)
    expect(perfect.together[0].auc.value).toBe(1)
    expect(perfect.together[0].auc.low).toBeGreaterThan(0.8)
  })

  test('stand in a table, a figure a row, whatever their names', () => {
    const text = readersTable(readersResult([read('=A,"1"', 1, skilled('A', 0.6)), all[1]]))
    expect(text.split('\n')[0]).toBe('figure,round,reader,films,value,low,high')
    expect(text).toContain(`auc,1,"'=A,""1""",40,`)
    expect(text.trim().split('\n')).toHaveLength(1 + 2 * 3 + 1 + 1)
  })
})

test('the share of right answers covers its truth where patients gave several films, which plain Wilson limits do not', () => {
  const rng = new Rng(11)
  const [patients, each, runs] = [20, 3, 1000]
  const covered = { plain: 0, clustered: 0 }
  for (let at = 0; at < runs; at++) {
    const draw = rng.at(at)
    const outcomes: number[] = []
    const names: string[] = []
    for (let p = 0; p < patients; p++) {
      // A patient whose films are easy, or hard: 0.6 in the mean, correlation 0.5 within.
      const share = draw.uniform() < 0.5 ? 0.6 + Math.sqrt(0.12) : 0.6 - Math.sqrt(0.12)
      for (let i = 0; i < each; i++) {
        outcomes.push(draw.uniform() < share ? 1 : 0)
        names.push(`p${p}`)
      }
    }
    const right = outcomes.reduce((sum, outcome) => sum + outcome, 0)
    const holds = ({ low, high }: { low: number; high: number }) => (low <= 0.6 && 0.6 <= high ? 1 : 0)
    covered.plain += holds(wilson(right, outcomes.length))
    covered.clustered += holds(wilson(right, outcomes.length, { designEffect: designEffect(outcomes, names) }))
  }
  expect(covered.plain / runs).toBeLessThan(0.87)
  expect(covered.clustered / runs).toBeGreaterThan(0.92)
})
