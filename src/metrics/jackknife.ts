/** Influence of cases (or patients) on any figure, by leaving out each in turn (Quenouille 1949, Tukey 1958). */

/**
 * Influence values u with `P/(P-1) sum u^2` the jackknife variance.
 * @param count cases
 * @param figureWithout the figure from all cases but this one
 */
export function jackknifeInfluence(count: number, figureWithout: (left: number) => number): Float64Array {
  const figures = Float64Array.from({ length: count }, (_, i) => figureWithout(i))
  const mean = figures.reduce((sum, value) => sum + value, 0) / count
  return figures.map((value) => ((count - 1) / count) * (mean - value))
}
