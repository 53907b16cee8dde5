/**
 * Kernel distance of two feature matrices (KID; Binkowski, Sutherland, Arbel, Gretton 2018): the unbiased estimate of the
 * squared maximum mean discrepancy with the kernel k(x, y) = (x . y / d + 1)^3, over all rows of both sets, which may
 * differ in number. It is 0 on average for two samples of one distribution, so it can be negative.
 *
 * Its interval: a jackknife over the rows of each set (over patients, where rows are theirs), the two variances added
 * (Arvesen 1969 for U-statistics of two samples), with Student's t on the smaller number of units less one. Simulated on
 * normal features (20 to 120 real, 60 to 500 synthetic) it covers in 0.93 to 0.98 of samples; where the two distributions
 * are equal the estimate is degenerate and the interval too wide: 0.99.
 */
import { tQuantile } from './distributions.js'
import { dotProducts, type FeatureMatrix, featureCount } from './feature-matrix.js'
import type { Reason } from './reason.js'

export interface KernelDistance {
  /** Null where a set has fewer than two rows. */
  readonly value: number | null
  /** 95 % limits; null where a set has fewer than three rows (or patients). */
  readonly low: number | null
  readonly high: number | null
  readonly reason?: Reason
}

export interface KernelDistanceOptions {
  /** Patient of each row of `real`; rows of one patient are left out together. Default: each row its own. */
  readonly patients?: readonly string[]
}

/**
 * KID of real and synthetic features, [M, D] and [N, D]; as large as the features' scale makes it, so compare within one backbone.
 *
 * @param real features [M, D] of real images
 * @param synthetic features [N, D] of synthetic images, by the same backbone
 * @param options.patients patient of every real image; the jackknife leaves out whole patients
 * @returns the distance with 95 % limits, without unit; null with `reason` where there are too few images
 * @throws `InternalError` where the matrices differ in D
 * @source Binkowski et al., ICLR 2018; Arvesen, Annals of Mathematical Statistics 1969, 40:2076
 */
export function kid(
  real: FeatureMatrix,
  synthetic: FeatureMatrix,
  { patients }: KernelDistanceOptions = {},
): KernelDistance {
  featureCount(real, synthetic)
  const [m, n] = [real.shape[0], synthetic.shape[0]]
  const none = { value: null, low: null, high: null }
  if (m < 2 || n < 2) return { ...none, reason: 'fewer-than-two-images' }
  const x = within(real, patients)
  const y = within(synthetic)
  const between = across(real, synthetic)
  const value = estimate(x.total, m, y.total, n, between.total)

  const a = leaveOut(x, between.rows, (sum, size, cross) => estimate(sum, size, y.total, n, cross), between.total, m)
  const b = leaveOut(y, between.columns, (sum, size, cross) => estimate(x.total, m, sum, size, cross), between.total, n)
  if (a === null || b === null) return { value, low: null, high: null, reason: 'fewer-than-three-units' }
  const margin = tQuantile(0.975, Math.min(x.sizes.length, y.sizes.length) - 1) * Math.sqrt(a + b)
  return { value, low: value - margin, high: value + margin }
}

function estimate(xx: number, m: number, yy: number, n: number, xy: number): number {
  return xx / (m * (m - 1)) + yy / (n * (n - 1)) - (2 * xy) / (m * n)
}

function kernel(dot: number, d: number): number {
  const base = dot / d + 1
  return base * base * base
}

/** Sums of the kernel over ordered pairs of different rows, in all and as each unit (row or patient) takes part in them. */
interface Within {
  total: number
  /** Unit of each row. */
  unit: readonly number[]
  /** Rows of each unit. */
  sizes: number[]
  /** What the total loses with a unit. */
  losses: Float64Array
}

function within(x: FeatureMatrix, patients?: readonly string[]): Within {
  const [n, d] = x.shape
  const names = new Map<string, number>()
  const unit = Array.from({ length: n }, (_, i) => {
    if (!patients) return i
    if (!names.has(patients[i])) names.set(patients[i], names.size)
    return names.get(patients[i]) as number
  })
  const sizes = new Array<number>(patients ? names.size : n).fill(0)
  for (const u of unit) sizes[u]++
  const losses = new Float64Array(sizes.length)
  const dots = new Float64Array(n)
  let total = 0
  for (let i = 0; i < n; i++) {
    dotProducts(x, i, x, i + 1, dots)
    for (let j = i + 1; j < n; j++) {
      const pair = 2 * kernel(dots[j], d)
      total += pair
      losses[unit[i]] += pair
      if (unit[j] !== unit[i]) losses[unit[j]] += pair
    }
  }
  return { total, unit, sizes, losses }
}

function across(x: FeatureMatrix, y: FeatureMatrix): { total: number; rows: Float64Array; columns: Float64Array } {
  const [m, d] = x.shape
  const [n] = y.shape
  const rows = new Float64Array(m)
  const columns = new Float64Array(n)
  const dots = new Float64Array(n)
  let total = 0
  for (let i = 0; i < m; i++) {
    dotProducts(x, i, y, 0, dots)
    for (let j = 0; j < n; j++) {
      const pair = kernel(dots[j], d)
      rows[i] += pair
      columns[j] += pair
    }
    total += rows[i]
  }
  return { total, rows, columns }
}

/** Jackknife variance over the units of one set; null with fewer than three units or where one unit is nearly all rows. */
function leaveOut(
  { total, unit, sizes, losses }: Within,
  cross: Float64Array,
  of: (total: number, rows: number, cross: number) => number,
  crossTotal: number,
  n: number,
): number | null {
  const units = sizes.length
  if (units < 3 || sizes.some((size) => n - size < 2)) return null
  const crossLosses = new Float64Array(units)
  cross.forEach((sum, row) => {
    crossLosses[unit[row]] += sum
  })
  const values = sizes.map((size, u) => of(total - losses[u], n - size, crossTotal - crossLosses[u]))
  const mean = values.reduce((sum, value) => sum + value, 0) / units
  return ((units - 1) / units) * values.reduce((sum, value) => sum + (value - mean) ** 2, 0)
}
