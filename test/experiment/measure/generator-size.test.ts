import { describe, expect, it } from 'vitest'
import { resolveConfig } from '../../../src/experiment/config/resolve.js'
import { largeStateWarnings } from '../../../src/experiment/measure/generator-size.js'
import { trainedKind } from '../../../src/generator/registry.js'
import { requireCheckpointSize, stateBytes } from '../../../src/generator/state-size.js'

const edm = trainedKind('edm')
const options = (side: number, channels: 1 | 3, more = {}) =>
  edm.complete({ classes: ['a', 'b'], imageSize: [side, side], channels, ...more })
const config = (kind: string, side: number) =>
  resolveConfig({ dataset: 'films', generator: { kind }, image: { size: [side, side] } })
const images = { classes: ['a', 'b'], channels: 1 } as const

describe('the size of what a generator keeps', () => {
  it('is, of the diffusion model, its components above all', () => {
    const components = (side: number, channels: number) => 4 * 2 * 100 * side * side * channels
    for (const [side, channels] of [
      [512, 1],
      [1024, 3],
    ] as const) {
      const bytes = stateBytes(edm, options(side, channels))
      expect(bytes).toBeGreaterThan(components(side, channels))
      expect(bytes).toBeLessThan(1.1 * components(side, channels))
    }
  })

  it('leaves out what hangs on the number of films', () => {
    const smoothed = trainedKind('smoothed')
    const complete = smoothed.complete({ classes: ['a', 'b'], imageSize: [1024, 1024], channels: 3, steps: 1 })
    expect(stateBytes(smoothed, complete)).toBeLessThan(2 ** 26)
    expect(() => requireCheckpointSize(smoothed, complete)).not.toThrow()
  })

  it('is refused where no checkpoint would be read again, with what to do', () => {
    expect(() => requireCheckpointSize(edm, options(1024, 3))).toThrow(
      /^generator\.kind edm: for films of 1024 x 1024 x 3 it would keep 2\.4 GB, .* at most 2\.0 GB; make the films smaller \(image\.size/,
    )
    expect(() => requireCheckpointSize(edm, options(1024, 3, { components: 50 }))).not.toThrow()
    const classes = Array.from({ length: 8 }, (_, c) => `class ${c}`)
    expect(() => largeStateWarnings(config('edm', 512), { classes, channels: 3 })).toThrow('for films of 512 x 512 x 3')
  })

  it('is said beforehand where it is large, and not where it is not', () => {
    const [text] = largeStateWarnings(config('edm', 512), { ...images, channels: 3 })
    expect(text).toMatch(/takes 0\.6 GB on disk .* \(image\.size\) takes a quarter of it$/)
    expect(largeStateWarnings(config('edm', 512), images)).toEqual([])
    // Eight to choose from, and one from which a stopped training goes on.
    const choosing = resolveConfig(config('edm', 512), { training: { snapshot: 'best' } })
    expect(largeStateWarnings(choosing, images)).toEqual([
      expect.stringMatching(/takes 0\.2 GB on disk for each of the 9 checkpoints that are kept/),
    ])
    expect(largeStateWarnings(config('acgan', 56), images)).toEqual([])
    const given = resolveConfig({ dataset: 'films', generator: { kind: 'given', from: 'made' } })
    expect(largeStateWarnings(given, images)).toEqual([])
  })
})
