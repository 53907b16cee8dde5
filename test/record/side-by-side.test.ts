import { describe, expect, it } from 'vitest'
import { secondsInAll } from '../../src/record/side-by-side.js'

describe('seconds in all', () => {
  const early = [
    ['prepare-data', 1],
    ['extract-features', 5],
    ['early-arms', 40],
    ['search-k', 10],
  ] as const

  it('count the longer of what runs side by side', () => {
    expect(secondsInAll([...early, ['train-gan', 100]])).toBe(111)
    expect(secondsInAll([...early, ['train-gan', 30]])).toBe(56)
  })

  it('are a plain sum where no generator is trained', () => {
    expect(secondsInAll(early)).toBe(56)
    expect(secondsInAll([])).toBe(0)
  })
})
