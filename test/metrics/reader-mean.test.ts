import { readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import type { Estimate } from '../../src/metrics/estimate.js'
import { jackknifeInfluence } from '../../src/metrics/jackknife.js'
import { readerMean } from '../../src/metrics/reader-mean.js'
import { auc } from '../../src/metrics/roc.js'

const golden = JSON.parse(readFileSync(path.resolve(import.meta.dirname, '../golden/van-dyke.json'), 'utf8'))
const digits = (text: string) => [...text].map(Number)
const label = digits(golden.label)
const ratings: number[][][] = golden.ratings.map((readers: string[]) => readers.map(digits))
const without = <T>(values: readonly T[], left: number) => values.filter((_, i) => i !== left)

describe('the mean of readers', () => {
  it('has the variance and degrees of freedom that RJafroc gives the VanDyke study (jackknife covariances)', () => {
    const found = ratings.map((readers) => {
      const estimates = readers.map((scores): Estimate => {
        const u = jackknifeInfluence(label.length, (left) => auc(without(label, left), without(scores, left)))
        const sick = label.filter((one) => one === 1).length
        const value = auc(label, scores)
        return { value, u, share: u, patientsPerClass: [sick, label.length - sick], repeated: false }
      })
      const { value, se, degreesOfFreedom } = readerMean(estimates)
      return { value, se, degreesOfFreedom }
    })
    for (const [i, { value, se, degreesOfFreedom }] of found.entries()) {
      const published = golden.publishedMeans[i]
      expect(value).toBeCloseTo(published.value, 7)
      expect(se).toBeCloseTo(published.se, 6)
      expect(degreesOfFreedom).toBeCloseTo(published.degreesOfFreedom, 3)
    }
  })
})
