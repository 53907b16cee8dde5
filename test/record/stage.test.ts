import { describe, expect, it } from 'vitest'
import { runStages, secondsInAll, stageWords } from '../../src/record/stage.js'

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

describe('the words of a stage', () => {
  it('stand for every stage of a run, each its own', () => {
    const words = runStages.map(stageWords)
    expect(new Set(words).size).toBe(runStages.length)
    for (const [i, name] of runStages.entries()) expect(words[i]).not.toBe(name)
  })

  it('are its name where another version ran it', () => expect(stageWords('toString')).toBe('toString'))
})
