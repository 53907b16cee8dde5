import { describe, expect, it } from 'vitest'
import { philox, Rng, xoshiro } from '../../src/base/random.js'

function block(counter: number[], key: number[]): string[] {
  const out = new Uint32Array(4)
  philox(counter[0], counter[1], counter[2], counter[3], key[0], key[1], out)
  return Array.from(out, (word) => word.toString(16).padStart(8, '0'))
}

describe('Philox4x32-10', () => {
  // Known answers of the Random123 library 1.14 (kat_vectors, philox4x32 10).
  it('gives the published answers', () => {
    expect(block([0, 0, 0, 0], [0, 0])).toEqual(['6627e8d5', 'e169c58d', 'bc57ac4c', '9b00dbd8'])
    const f = 0xffffffff
    expect(block([f, f, f, f], [f, f])).toEqual(['408f276d', '41c83b0e', 'a20bc7c6', '6d5451fd'])
    expect(block([0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344], [0xa4093822, 0x299f31d0])).toEqual([
      'd16cfe09',
      '94fdcceb',
      '5001e420',
      '24126ea1',
    ])
  })
})

describe('xoshiro128++', () => {
  // xoshiro.di.unimi.it/xoshiro128plusplus.c from 1, 2, 3, 4, compiled
  it('gives the published answers', () => {
    const out = new Uint32Array(10)
    xoshiro(Uint32Array.of(1, 2, 3, 4), out)
    expect([...out]).toEqual([
      641, 1573767, 3222811527, 3517856514, 836907274, 4247214768, 3867114732, 1355841295, 495546011, 621204420,
    ])
  })
})

describe('Rng', () => {
  it('gives the same numbers for the same seed and name, and others for others', () => {
    const draw = (seed: number, name: string) =>
      Array.from(
        { length: 8 },
        (
          (rng) => () =>
            rng.uint32()
        )(new Rng(seed).split(name)),
      )
    expect(draw(7, 'latent')).toEqual(draw(7, 'latent'))
    expect(draw(7, 'latent')).not.toEqual(draw(7, 'labels'))
    expect(draw(7, 'latent')).not.toEqual(draw(8, 'latent'))
  })

  it('does not move a generator by drawing from one split off it', () => {
    const a = new Rng(3)
    const b = new Rng(3)
    b.split('child').uint32()
    b.at(5).uint32()
    expect(a.uint32()).toBe(b.uint32())
  })

  it('draws normals of mean 0 and deviation 1', () => {
    const values = new Rng(11).normals(20_000)
    const mean = values.reduce((a, b) => a + b, 0) / values.length
    const variance = values.reduce((a, b) => a + (b - mean) ** 2, 0) / values.length
    expect(Math.abs(mean)).toBeLessThan(0.03)
    expect(Math.abs(variance - 1)).toBeLessThan(0.04)
  })

  it('draws integers below n evenly', () => {
    const rng = new Rng(5)
    const counts = new Array(6).fill(0)
    for (let i = 0; i < 12_000; i++) counts[rng.integer(6)]++
    const chi2 = counts.reduce((sum, n) => sum + (n - 2000) ** 2 / 2000, 0)
    expect(chi2).toBeLessThan(20.5) // 0.999 quantile of chi-squared with 5 degrees of freedom
  })

  it('draws other bytes at every call, as it does numbers', () => {
    const rng = new Rng(5)
    const [first, second] = [rng.bytes(8), rng.bytes(8)]
    expect(second).not.toEqual(first)
    expect(rng.words(4)).not.toEqual(rng.words(4))
    // other draws move them as little as they move others
    const other = new Rng(5)
    other.uint32()
    expect([other.bytes(8), other.bytes(8)]).toEqual([first, second])
  })

  it('draws bytes and words that begin alike, half of their bits set, others at every step', () => {
    const rng = new Rng(7).split('dropout')
    const bytes = rng.at(1).bytes(40_000)
    expect([...rng.at(1).words(3)]).toEqual([0, 2, 4].map((at) => bytes[at] | (bytes[at + 1] << 8)))
    expect([...rng.at(1).bytes(5)]).toEqual([...bytes.subarray(0, 5)])
    expect(rng.at(2).bytes(5)).not.toEqual(bytes.subarray(0, 5))
    for (let bit = 0; bit < 8; bit++) {
      const set = bytes.reduce((sum, byte) => sum + ((byte >> bit) & 1), 0)
      expect(Math.abs(set / bytes.length - 0.5)).toBeLessThan(0.0125) // five deviations
    }
  })

  it('permutes: every index once', () => {
    expect([...new Rng(1).permutation(50)].sort((a, b) => a - b)).toEqual(Array.from({ length: 50 }, (_, i) => i))
  })
})
