import { describe, expect, it } from 'vitest'
import type { Config } from '../../../src/experiment/config/schema.js'
import { drawsOf, ganOfDraw, independentGroups, repeatsOf } from '../../../src/experiment/work/repeats.js'

function counts(seeds: number, repeats: number, heads: number): Pick<Config, 'search' | 'training'> {
  return { training: { seeds }, search: { repeats, heads } } as Pick<Config, 'search' | 'training'>
}

describe('the repeats of a trial', () => {
  it('change draw and head together where there is one head a draw', () => {
    expect(repeatsOf(counts(1, 3, 1))).toEqual([
      { repeat: 1, gan: 1, draw: 1, head: 1 },
      { repeat: 2, gan: 1, draw: 2, head: 2 },
      { repeat: 3, gan: 1, draw: 3, head: 3 },
    ])
  })

  it('cross heads with draws, and draw from every GAN as often', () => {
    const repeats = repeatsOf(counts(3, 3, 2))
    expect(repeats.length).toBe(18)
    expect(new Set(repeats.map(({ draw, head }) => `${draw} ${head}`)).size).toBe(18)
    expect(new Set(repeats.map(({ head }) => head))).toEqual(new Set([1, 2]))
    for (const { gan, draw } of repeats) expect(ganOfDraw(counts(3, 3, 2), draw)).toBe(gan)
    expect(drawsOf(counts(3, 3, 2))).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9])
  })

  it('are independent between GANs, else between draws, else between heads', () => {
    const sizes = (seeds: number, repeats: number, heads: number) =>
      independentGroups(repeatsOf(counts(seeds, repeats, heads))).map((group) => group.length)
    expect(sizes(2, 3, 2)).toEqual([6, 6])
    expect(sizes(1, 3, 2)).toEqual([2, 2, 2])
    expect(sizes(1, 1, 3)).toEqual([1, 1, 1])
    expect(sizes(1, 1, 1)).toEqual([1])
  })
})
