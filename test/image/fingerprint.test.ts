import { readFileSync } from 'node:fs'
import path from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  correlationFrom,
  detailCorrelation,
  type Fingerprint,
  fingerprint,
  hashDistance,
  lengthsOf,
  perceptualHash,
} from '../../src/image/fingerprint.js'
import type { Raster } from '../../src/image/raster.js'

const golden = JSON.parse(readFileSync(path.resolve(import.meta.dirname, '../golden/fingerprint.json'), 'utf8'))

/** The images of scripts/golden/fingerprint.py. */
function picture(side: number, key: number): Raster {
  const data = Uint8Array.from({ length: side * side }, (_, at) => {
    const [y, x, i] = [Math.floor(at / side), at % side, at + 1]
    const wave = 60 * Math.cos((2 * Math.PI * x * (1 + (key % 3))) / side + key)
    const other = 45 * Math.sin(((2 * Math.PI * (x + 2 * y)) / side) * (key % 5))
    const grain = ((31 * i * i + 17 * i * key + 101 * key) % 41) - 20
    return Math.min(255, Math.max(0, Math.floor(128 + wave + other + grain)))
  })
  return { width: side, height: side, channels: 1, bitDepth: 8, data }
}

const changed = (raster: Raster, change: (value: number) => number): Raster => ({
  ...raster,
  data: Uint8Array.from(raster.data, (value) => Math.min(255, Math.max(0, Math.round(change(value))))),
})

describe('the perceptual hash', () => {
  it("is imagehash's phash", () => {
    for (const [key, hash] of Object.entries<string>(golden.hashes)) {
      const words = perceptualHash(Float32Array.from(picture(32, Number(key)).data))
      expect(words.map((word) => word.toString(16).padStart(8, '0')).join(''), key).toBe(hash)
    }
  })

  it('counts bits that differ', () => {
    const word = fc.integer({ min: 0, max: 2 ** 32 - 1 })
    fc.assert(
      fc.property(fc.tuple(word, word), fc.tuple(word, word), (a, b) => {
        const bits = ([high, low]: [number, number]) =>
          (high.toString(2).padStart(32, '0') + low.toString(2).padStart(32, '0')).split('')
        const differing = bits(a).filter((bit, i) => bit !== bits(b)[i]).length
        expect(hashDistance(a, b)).toBe(differing)
      }),
    )
  })
})

describe('fine structure', () => {
  it("correlates as SciPy's blur has it", () => {
    for (const [a, b, expected] of golden.correlations) {
      const found = detailCorrelation(fingerprint(picture(64, a), 255), fingerprint(picture(64, b), 255))
      expect(Math.abs(found - expected), `${a} and ${b}`).toBeLessThan(0.003)
    }
  })

  it('stays the same under brightness, contrast and gamma, and differs between images', () => {
    const original = fingerprint(picture(200, 1), 255)
    const changes: Record<string, (value: number) => number> = {
      brighter: (v) => 1.15 * v,
      darker: (v) => 0.7 * v,
      flatter: (v) => 128 + 0.7 * (v - 128),
      gamma: (v) => 255 * (v / 255) ** 0.7,
    }
    for (const [name, change] of Object.entries(changes)) {
      const copy = fingerprint(changed(picture(200, 1), change), 255)
      expect(detailCorrelation(original, copy), name).toBeGreaterThan(0.9)
    }
    expect(detailCorrelation(original, fingerprint(picture(200, 2), 255))).toBeLessThan(0.5)
  })

  it('is looked at no further where the rest can no longer reach what is asked, with the same answer', () => {
    const values = fc.infiniteStream(fc.integer({ min: -127, max: 127 }))
    const least = fc.double({ min: -1, max: 1, noNaN: true })
    fc.assert(
      fc.property(values, values, fc.double({ min: 0, max: 1, noNaN: true }), least, (first, second, shared, asked) => {
        const print = (own: Iterator<number>, like?: Int8Array): Fingerprint => {
          const detail = Int8Array.from({ length: 64 * 64 }, (_, i) => {
            const value = own.next().value as number
            return like && i < shared * 4096 ? like[i] : value
          })
          return { hash: [0, 0], detail, lengths: lengthsOf(detail) }
        }
        const a = print(first)
        const b = print(second, a.detail)
        const whole = detailCorrelation(a, b)
        fc.pre(Math.abs(whole - asked) > 1e-9)
        expect(correlationFrom(a, b, asked)).toBe(whole >= asked ? whole : undefined)
      }),
    )
  })

  it('is none in an image of one grey, which resembles nothing', () => {
    const flat = fingerprint(
      changed(picture(64, 1), () => 90),
      255,
    )
    expect(detailCorrelation(flat, flat)).toBe(0)
    expect(detailCorrelation(flat, fingerprint(picture(64, 1), 255))).toBe(0)
  })
})
