/** Figures with their intervals as a table of 80 columns at most: one a row, what is uninformative said once below. */
import { absent, fixed, limits, proportion, signed, signedLimits } from '../../base/format.js'

/** A figure with its limits, and what is said beside it. */
export interface Figure {
  readonly name: string
  readonly value: string
  readonly interval: string
  readonly beside?: string
}

interface Estimate {
  readonly value: number | null
  readonly low: number | null
  readonly high: number | null
  readonly reason?: string
}

const nothingSaid = '0 to 1 *'
/** Characters of a line. */
const widest = 80

/** A proportion or an AUC. */
export function share(name: string, { value, low, high, reason }: Estimate, beside = reason): Figure {
  const all = low !== null && high !== null && low < 0.001 && high > 0.999
  const interval = low === null || high === null ? 'no interval' : all ? nothingSaid : limits(low, high)
  return { name, value: proportion(value), interval: value === null ? '' : interval, beside }
}

/** A figure of any size, with two decimals. */
export function number(name: string, { value, low, high, reason }: Estimate, beside = ''): Figure {
  if (value === null) return { name, value: absent, interval: '', beside: reason }
  return { name, value: fixed(value, 2), interval: `${fixed(low, 2)} to ${fixed(high, 2)}`, beside }
}

/** A difference of two. */
export function difference(name: string, value: number, low: number | null, high: number | null, beside = ''): Figure {
  return { name, value: signed(value), interval: signedLimits(low, high), beside }
}

/** Lines of figures under headings; an empty heading has none. */
export function figureTable(parts: readonly (readonly [heading: string, figures: readonly Figure[]])[]): string[] {
  const all = parts.flatMap(([, figures]) => figures)
  const width = (of: (figure: Figure) => string) => Math.max(0, ...all.map((figure) => [...of(figure)].length))
  const [names, values, intervals] = [
    width(({ name }) => name),
    width(({ value }) => value),
    width(({ interval }) => interval),
  ]
  const lines = parts.flatMap(([heading, figures]) =>
    figures.length === 0
      ? []
      : [
          ...(heading === '' ? [] : [heading]),
          ...figures.flatMap(({ name, value, interval, beside = '' }) => {
            const line = `  ${name.padEnd(names)}  ${value.padStart(values)}  ${interval.padEnd(intervals)}`
            if (line.length + 2 + beside.length > widest) return [line.trimEnd(), `    ${beside}`]
            return [`${line}  ${beside}`.trimEnd()]
          }),
        ],
  )
  return all.some(({ interval }) => interval === nothingSaid)
    ? [...lines, '* so few rows that any value from 0 to 1 fits them']
    : lines
}
