import { describe, expect, it } from 'vitest'
import { chosenArm, composition, earlyArms, equalStepsArms, generatorArms } from '../../src/experiment/arms.js'

const originals = [152, 126]
const arms = [...earlyArms, ...generatorArms]
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

  it('are the same at K = 1: multiples begin at the balanced set', () => {
    expect(composition(named('GCB'), originals, 1)).toEqual(composition(named(chosenArm), originals, 1))
    expect(composition(named('GCB'), originals, 1)).toEqual(composition(named('GCB+CDA'), originals, 1))
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
