import { describe, expect, it } from 'vitest'
import { worthWords } from '../../src/words/worth.js'

const said = (value: number, low: number, high: number, gain = 0.012) =>
  worthWords({ gain: { value: gain, low: gain - 0.01, high: gain + 0.01 }, realFilms: { value, low, high, most: 120 } })

describe('what synthetic images are worth', () => {
  it('is a number of real films with its limits, and says where it may be none', () => {
    expect(said(12.4, 3.2, 60.1)).toBe(
      'The synthetic films were worth about 12 more real films (95 % limits 3 to 60): that many would raise the AUC by as much (+0.012), if learning from real films goes on as it has.',
    )
    expect(said(12.4, 0, 60.1)).toContain('(95 % limits 0 to 60; it may be none)')
    expect(said(1, 1, 2)).toContain('about 1 more real film (')
  })

  it('stops at the films that the curve can speak of', () => {
    expect(said(120, 30, 120)).toContain('worth more than 120 more real films (95 % limits 30 to more than 120)')
  })

  it('is not told where the limits leave everything open, whatever lies between them', () => {
    for (const value of [0, 40, 120])
      expect(said(value, 0, 120)).toBe(
        'These films can’t tell how many real films the synthetic films were worth (95 % limits 0 to more than 120): the AUC changed by +0.012.',
      )
  })

  it('is none where the AUC did not rise', () => {
    expect(said(0, 0, 14, -0.004)).toBe(
      'The synthetic films were worth no real film (95 % limits 0 to 14): the AUC changed by −0.004.',
    )
  })
})
