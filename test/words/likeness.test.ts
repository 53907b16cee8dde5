import { describe, expect, it } from 'vitest'
import { likenessInWords } from '../../src/words/likeness.js'

const at = (mean: number, half: number) => ({ mean, low: mean - half, high: mean + half })

describe('how alike synthetic films are', () => {
  it('is told by the difference, not by whether two intervals overlap', () => {
    const overlapping = { real: at(0.4, 0.05), synthetic: at(0.49, 0.05) }
    const difference = { value: 0.09, low: 0.021, high: 0.159, p: 0.01 }
    expect(likenessInWords({ ...overlapping, difference }, 'films')).toBe(
      'more alike than real films (difference +0.090 (+0.021 to +0.159), p = 0.010): a sign of mode collapse',
    )
    const less = { value: -0.09, low: -0.159, high: -0.021, p: 0.01 }
    expect(likenessInWords({ ...overlapping, difference: less }, 'films')).toContain('less alike than real films')
  })

  it('is left open where the difference is, in words that claim no likeness', () => {
    const words = likenessInWords(
      { real: at(0.4, 0.05), synthetic: at(0.41, 0.05), difference: { value: 0.01, low: -0.06, high: 0.08, p: 0.77 } },
      'images',
    )
    expect(words).toBe(
      'not shown to be more or less alike than real images (difference +0.010 (−0.060 to +0.080), p = 0.77)',
    )
  })

  it('follows from the two intervals where a result of version 0.1 has no difference', () => {
    // Half-widths of 0.05 make one of 0.0707.
    expect(likenessInWords({ real: at(0.4, 0.05), synthetic: at(0.49, 0.05) }, 'films')).toBe(
      'more alike than real films (difference +0.090 (+0.019 to +0.161)): a sign of mode collapse',
    )
    expect(likenessInWords({ real: at(0.4, 0.05), synthetic: at(0.45, 0.05) }, 'films')).toContain('not shown')
    const none = { mean: null, low: null, high: null }
    expect(likenessInWords({ real: none, synthetic: at(0.4, 0.1) }, 'films')).toBeUndefined()
  })
})
