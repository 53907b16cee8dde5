/** JSON has no NaN: a figure that could not be had is null, and its reason stands beside it. */
import type { Measures } from '../metrics/confusion.js'
import type { EstimateInterval } from '../metrics/estimate.js'
import type { Interval } from '../record/figure.js'
import { figureInWords } from '../words/reasons.js'

export function finite(value: number | null): number | null {
  return value !== null && Number.isFinite(value) ? value : null
}

export function finiteInterval({ value, low, high, method, reason }: Omit<EstimateInterval, 'se'>): Interval {
  return figureInWords({
    value: finite(value),
    low: finite(low),
    high: finite(high),
    method,
    ...(reason && { reason }),
  })
}

export function finiteMeasures(values: Measures): Record<keyof Measures, number | null> {
  const entries = Object.entries(values).map(([name, value]) => [name, finite(value)])
  return Object.fromEntries(entries) as Record<keyof Measures, number | null>
}
