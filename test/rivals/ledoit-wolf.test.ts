import { readFileSync } from 'node:fs'
import path from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ndarray } from '../../src/base/ndarray.js'
import { ledoitWolf } from '../../src/rivals/ledoit-wolf.js'

interface Golden {
  cases: { vectors: number[][]; share: number; covariance: number[][] }[]
}
const golden: Golden = JSON.parse(readFileSync(path.resolve(import.meta.dirname, '../golden/ledoit-wolf.json'), 'utf8'))

const matrix = (vectors: readonly (readonly number[])[]) =>
  ndarray('float64', [vectors.length, vectors[0].length], Float64Array.from(vectors.flat()))

describe('the shrinkage of a covariance', () => {
  it.each(golden.cases.map((of, at) => ({ ...of, at })))('is scikit-learn’s (case $at)', (of) => {
    const { share, scale } = ledoitWolf(matrix(of.vectors))
    expect(share).toBeCloseTo(of.share, 12)
    const [n, d] = [of.vectors.length, of.vectors[0].length]
    for (let a = 0; a < d; a++) {
      for (let b = 0; b < d; b++) {
        const sample = of.vectors.reduce((sum, vector) => sum + vector[a] * vector[b], 0) / n
        expect((1 - share) * sample + (a === b ? share * scale : 0)).toBeCloseTo(of.covariance[a][b], 10)
      }
    }
  })

  it('hangs on no order of the vectors, and grows with them as variances do', () => {
    const numbers = fc.array(fc.double({ min: -9, max: 9, noNaN: true }), { minLength: 12, maxLength: 12 })
    fc.assert(
      fc.property(numbers, fc.integer({ min: 2, max: 5 }), (values, factor) => {
        fc.pre(values.some((value) => Math.abs(value) > 0.1))
        const vectors = [values.slice(0, 4), values.slice(4, 8), values.slice(8)]
        const found = ledoitWolf(matrix(vectors))
        expect(found.share).toBeGreaterThanOrEqual(0)
        expect(found.share).toBeLessThanOrEqual(1)
        expect(ledoitWolf(matrix(vectors.toReversed())).share).toBeCloseTo(found.share, 8)
        const larger = ledoitWolf(matrix(vectors.map((vector) => vector.map((value) => factor * value))))
        expect(larger.share).toBeCloseTo(found.share, 8)
        expect(larger.scale / found.scale).toBeCloseTo(factor ** 2, 8)
      }),
    )
  })

  it('is none of what does not vary', () => {
    expect(ledoitWolf(matrix([[0, 0, 0]]))).toEqual({ share: 0, scale: 0 })
  })
})
