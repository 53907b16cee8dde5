import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  composition,
  distinctComparatorCount,
  earlyArms,
  equalStepsArms,
  generatorArms,
  rivalArm,
} from '../../src/experiment/arms.js'
import { chosenArm } from '../../src/record/arm.js'
import { rivals } from '../../src/rivals/rival.js'
import { classSize } from '../../src/synthetic/allocation.js'

const originals = [152, 126]
const arms = [...earlyArms, ...generatorArms]
const rivalArms = rivals.map(rivalArm)
const searched = [...arms.filter(({ multiplyWith }) => multiplyWith), ...rivalArms]
const named = (name: string) => arms.find((arm) => arm.name === name)!
const size = (name: string, k: number) =>
  composition(named(name), originals, k).reduce((sum, part) => sum + part.count, 0)

describe('the arms', () => {
  it('hold what the paper says: originals, the balanced set, and K times the balanced set', () => {
    expect(size('OD', 0)).toBe(278)
    expect(size('GCB', 1)).toBe(304)
    expect(size('GCB+CDA', 14)).toBe(4256)
    expect(size(chosenArm, 14)).toBe(4256)
    expect(size('OD+CDA', 14)).toBe(4256)
    expect(size('OD=balanced', 1)).toBe(304)
    expect(size('GCB+OMGDA+CDA', 14)).toBe(4256)
  })

  it('are as many comparators as there are trainings: balanced data make some of them one', () => {
    expect(distinctComparatorCount([152, 126], 'logistic')).toBe(6)
    // GCB and OD=balanced are OD, GCB+CDA is OD+CDA
    expect(distinctComparatorCount([100, 100], 'logistic')).toBe(3)
    expect(distinctComparatorCount([152, 126], 'adam')).toBe(12)
  })

  it('add only what their name says', () => {
    const kinds = (name: string, k: number) =>
      [...new Set(composition(named(name), originals, k).map((part) => part.kind))].sort()
    expect(kinds('OD', 0)).toEqual(['original'])
    expect(kinds('OD+CDA', 3)).toEqual(['conventional', 'original'])
    expect(kinds('GCB', 1)).toEqual(['original', 'synthetic'])
    expect(kinds('GCB+CDA', 3)).toEqual(['conventional', 'original', 'synthetic'])
    expect(kinds(chosenArm, 3)).toEqual(['original', 'synthetic'])
  })

  it('share out what lies beyond the balanced set, where two kinds take turns', () => {
    const counts = (k: number) => {
      const parts = composition(named('GCB+OMGDA+CDA'), originals, k)
      const of = (kind: string) => parts.filter((part) => part.kind === kind).map((part) => part.count)
      return { original: of('original'), synthetic: of('synthetic'), conventional: of('conventional') }
    }
    // 152 in the larger class: 26 of the smaller are filled up, then 152 a multiple in each class.
    expect(counts(1)).toEqual({ original: [152, 126], synthetic: [26], conventional: [] })
    expect(counts(2)).toEqual({ original: [152, 126], synthetic: [76, 102], conventional: [76, 76] })
    expect(counts(4)).toEqual({ original: [152, 126], synthetic: [228, 254], conventional: [228, 228] })
  })

  it('hold at K + 1 all that they hold at K, of every kind and class', () => {
    const odd = [7, 4, 5]
    for (const arm of searched) {
      for (let k = 1; k < 6; k++) {
        const [now, next] = [k, k + 1].map((multiple) => composition(arm, odd, multiple))
        for (const { kind, classIndex, count } of now) {
          const later = next.find((part) => part.kind === kind && part.classIndex === classIndex)
          expect(later?.count, `${arm.name} ${k} ${kind}`).toBeGreaterThanOrEqual(count)
        }
      }
    }
  })

  it('keep classes balanced and never shrink over K that are fractions', () => {
    const originals = fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 2, maxLength: 4 })
    const multiple = fc.integer({ min: 10_000, max: 60_000 }).map((parts) => parts / 10_000)
    fc.assert(
      fc.property(originals, multiple, multiple, fc.constantFrom(...searched), (films, a, b, arm) => {
        const [smaller, larger] = [Math.min(a, b), Math.max(a, b)].map((k) => composition(arm, films, k))
        const sizes = films.map((_, c) =>
          smaller.filter((part) => part.classIndex === c).reduce((sum, { count }) => sum + count, 0),
        )
        expect(new Set(sizes).size).toBe(1)
        expect(sizes[0]).toBe(classSize(films, Math.min(a, b)))
        for (const { kind, classIndex, count } of smaller) {
          expect(Number.isInteger(count)).toBe(true)
          const later = larger.find((part) => part.kind === kind && part.classIndex === classIndex)
          expect(later?.count, kind).toBeGreaterThanOrEqual(count)
        }
      }),
    )
  })

  it('add at K = 1.25 of balanced classes one film for every four', () => {
    expect(composition(named(chosenArm), [100, 100], 1.25).filter(({ kind }) => kind === 'synthetic')).toEqual([
      { kind: 'synthetic', classIndex: 0, count: 25 },
      { kind: 'synthetic', classIndex: 1, count: 25 },
    ])
  })

  it('are the same at K = 1: multiples begin at the balanced set', () => {
    expect(composition(named('GCB'), originals, 1)).toEqual(composition(named(chosenArm), originals, 1))
    expect(composition(named('GCB'), originals, 1)).toEqual(composition(named('GCB+CDA'), originals, 1))
    expect(composition(named('GCB'), originals, 1)).toEqual(composition(named('GCB+OMGDA+CDA'), originals, 1))
  })

  it('give a rival as many images as the chosen arm, in the place of the generator’s, at every K', () => {
    const originals = fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 2, maxLength: 4 })
    const multiple = fc.integer({ min: 10_000, max: 60_000 }).map((parts) => parts / 10_000)
    const chosen = named(chosenArm)
    fc.assert(
      fc.property(originals, multiple, fc.constantFrom(...rivalArms), (films, k, arm) => {
        const counts = (parts: ReturnType<typeof composition>) =>
          parts.map(({ classIndex, count }) => [classIndex, count])
        const parts = composition(arm, films, k)
        expect(counts(parts)).toEqual(counts(composition(chosen, films, k)))
        expect(parts.every(({ kind }) => kind === 'original' || kind === arm.balanceWith)).toBe(true)
      }),
    )
    const kinds = rivalArms.map(({ balanceWith }) => balanceWith)
    expect(new Set(kinds).size).toBe(rivals.length)
    expect(kinds).not.toContain('synthetic')
    expect(rivalArms.every(({ beside, role }) => beside && role === 'control')).toBe(true)
  })

  it('have an equal-steps form each, but for the chosen arm itself', () => {
    expect(equalStepsArms.map((arm) => arm.equalStepsOf).sort()).toEqual(
      arms
        .map((arm) => arm.name)
        .filter((name) => name !== chosenArm)
        .sort(),
    )
  })
})
