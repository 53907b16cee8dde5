/**
 * MS-SSIM of random pairs inside each class, real against synthetic, with 95 % limits (the paper's Figure S2).
 * Pairs much more alike among synthetic films than among real ones speak for mode collapse.
 */
import { absent, fixed } from '../../base/format.js'
import { type IntervalRow, intervalPlot } from './interval-plot.js'

export interface ClassSimilarity {
  class: string
  msSsim: Record<'real' | 'synthetic', { mean: number | null; low: number | null; high: number | null }>
}

/** One pair of rows a class. */
export function similarity(
  classes: readonly ClassSimilarity[],
  options: { id: string; metric: string; width?: number },
): string {
  const rows = classes.flatMap((one) =>
    (['real', 'synthetic'] as const).map((kind): IntervalRow => {
      const { mean, low, high } = one.msSsim[kind]
      const shown = mean === null ? absent : `${fixed(mean)} (${fixed(low)} to ${fixed(high)})`
      return {
        label: kind === 'real' ? 'Real films' : 'Synthetic films',
        group: one.class,
        value: mean,
        low,
        high,
        shown,
        colour: kind === 'real' ? 2 : 1,
      }
    }),
  )
  return intervalPlot(rows, {
    id: options.id,
    title: `${options.metric}, real and synthetic films of each class`,
    valueTitle: 'Mean MS-SSIM of random pairs (higher: more alike)',
    width: options.width,
  })
}
