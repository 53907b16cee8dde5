/** Holm's step-down adjustment (1979): p-values of one family, valid whatever their dependence. */

/**
 * Adjusted p-values in the order given, each at most 1; NaN stays NaN and does not count.
 *
 * @param ps p-values of one family, 0..1
 * @returns adjusted p-values
 * @source Holm, Scandinavian Journal of Statistics 1979, 6:65
 */
export function holm(ps: readonly number[]): number[] {
  const order = ps.map((_, i) => i).filter((i) => !Number.isNaN(ps[i]))
  order.sort((a, b) => ps[a] - ps[b])
  const adjusted = ps.map(() => Number.NaN)
  let floor = 0
  order.forEach((i, rank) => {
    floor = Math.max(floor, Math.min(1, (order.length - rank) * ps[i]))
    adjusted[i] = floor
  })
  return adjusted
}
