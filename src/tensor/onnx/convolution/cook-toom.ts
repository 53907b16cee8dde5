/**
 * Minimal filtering along one axis, F(m, r): m outputs of a filter of r taps with m + r - 1 products.
 *
 *   output[i] = sum over p of outputs[p][i] * (filter[p] . taps) * (inputs[p] . window),   window[0 .. m + r - 2]
 *
 * The transpose of Toom and Cook's product of polynomials: evaluate both at m + r - 1 points (one of them infinity), multiply,
 * interpolate. Interpolation's denominators stand on the filter's side, which is transformed once for all windows.
 * Source: Blahut, "Fast algorithms for signal processing", 2010, chapter 5.
 */

export interface Filtering {
  /** [m + r - 1][m] */
  readonly outputs: readonly (readonly number[])[]
  /** [m + r - 1][r] */
  readonly filter: readonly (readonly number[])[]
  /** [m + r - 1][m + r - 1] */
  readonly inputs: readonly (readonly number[])[]
}

/**
 * Finite points by their number: in pairs around 0, which itself is one where the number is odd, and placed where float32 loses the
 * least (scripts/minimal-filtering-points.py, by descent over random filters). Error of F(m, r) along both axes as a share of the
 * result's Euclidean norm, in 1e-6: F(2, 3) 0.2, F(4, 3) 0.5, F(5, 2) 0.6, F(5, 3) 1.1, F(6, 3) 2.2, F(7, 2) 2.6, F(7, 3) 5.2; the last
 * at the usual 0, 1, -1, 2, -1/2, -2, 1/2 and -4: 21.
 */
const pairs: Readonly<Record<number, readonly number[]>> = {
  2: [1 / 2],
  3: [1],
  4: [3 / 8, 11 / 8],
  5: [5 / 8, 3 / 2],
  6: [3 / 8, 7 / 8, 15 / 8],
  7: [1 / 2, 1, 2],
  8: [1 / 4, 11 / 16, 9 / 8, 9 / 4],
}

function pointsOf(count: number): number[] {
  if (!(count in pairs)) throw new RangeError(`minimal filtering at ${count} finite points loses too much in float32`)
  return [...(count % 2 === 1 ? [0] : []), ...pairs[count].flatMap((point) => [point, -point])]
}

/** Throws a `RangeError` where more than eight finite points are asked for: float32 would not bear them. */
export function cookToom(m: number, r: number): Filtering {
  const count = m + r - 1
  const identity = Array.from({ length: count }, (_, i) => Array.from({ length: count }, (_, j) => Number(i === j)))
  // A filter of one tap, or one output: nothing can be saved.
  if (r === 1) return { outputs: identity, filter: identity.map(() => [1]), inputs: identity }
  if (m === 1) return { outputs: identity.map(() => [1]), filter: identity, inputs: identity }
  const finite = pointsOf(count - 1)
  const powers = (point: number, length: number) => Array.from({ length }, (_, i) => point ** i)
  const leading = (length: number) => Array.from({ length }, (_, i) => Number(i === length - 1))
  const others = finite.map((point) => finite.filter((other) => other !== point))
  const denominators = finite.map((point, i) => others[i].reduce((product, other) => product * (point - other), 1))
  return {
    outputs: [...finite.map((point) => powers(point, m)), leading(m)],
    filter: [...finite.map((point, i) => powers(point, r).map((power) => power / denominators[i])), leading(r)],
    inputs: [...others.map((roots) => [...polynomial(roots), 0]), polynomial(finite)],
  }
}

/** Coefficients of the product of (x - root), constant term first. */
function polynomial(roots: readonly number[]): number[] {
  let coefficients = [1]
  for (const root of roots) {
    const shifted = [0, ...coefficients]
    coefficients = shifted.map((value, i) => value - root * (coefficients[i] ?? 0))
  }
  return coefficients
}
