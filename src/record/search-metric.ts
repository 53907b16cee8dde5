/** The metrics that a search can choose K by, and what a reader must know to read one: its range, which way is better, its unit. */

export type Direction = 'higher' | 'lower'

interface MetricFacts {
  readonly better: Direction
  /** null: a number without a unit. */
  readonly unit: 'nats' | null
  readonly range: readonly [least: number, most: number]
  /** With more than two classes: a mean over the classes, each against the rest; else the metric has a form of its own for them. */
  readonly macro: boolean
}

const share = { better: 'higher', unit: null, range: [0, 1] } as const

const facts = {
  auc: { ...share, macro: true },
  'log-loss': { better: 'lower', unit: 'nats', range: [0, Number.POSITIVE_INFINITY], macro: false },
  brier: { better: 'lower', unit: null, range: [0, 2], macro: false },
  accuracy: { ...share, macro: false },
  'balanced-accuracy': { ...share, macro: false },
  f1: { ...share, macro: true },
  'sensitivity-at-specificity': { ...share, macro: true },
} as const satisfies Record<string, MetricFacts>

export type SearchMetric = keyof typeof facts

export const searchMetrics = Object.keys(facts) as [SearchMetric, ...SearchMetric[]]

export function metricFacts(metric: SearchMetric): MetricFacts {
  return facts[metric]
}

const macroPrefix = 'macro-'

/** The name in a record: `auc`, or `macro-auc` where there are several classes. */
export function recordedMetric(metric: SearchMetric, severalClasses: boolean): string {
  return severalClasses && facts[metric].macro ? `${macroPrefix}${metric}` : metric
}

/** How a search by this metric is recorded: its name, which way is better, its unit, and what else a reader must know. */
export function directedMetric(
  { metric, specificity }: { readonly metric: SearchMetric; readonly specificity: number },
  severalClasses: boolean,
) {
  return {
    metric: recordedMetric(metric, severalClasses),
    better: facts[metric].better as Direction,
    unit: facts[metric].unit as MetricFacts['unit'],
    ...(metric === 'sensitivity-at-specificity' && { specificity }),
  }
}

/** A recorded name without what says that it is a mean over classes. */
export function withoutMacro(recorded: string): { name: string; macro: boolean } {
  const macro = recorded.startsWith(macroPrefix)
  return { name: macro ? recorded.slice(macroPrefix.length) : recorded, macro }
}

/** What a recorded metric can reach; of one that is not known, anything. */
export function recordedRange(recorded: string): readonly [least: number, most: number] {
  return recordedFacts(recorded)?.range ?? [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY]
}

/** Which way of a recorded metric is better. */
export function recordedDirection(recorded: string): Direction {
  return recordedFacts(recorded)?.better ?? 'higher'
}

function recordedFacts(recorded: string): MetricFacts | undefined {
  const { name } = withoutMacro(recorded)
  const known = searchMetrics.find((metric) => metric === name)
  return known && facts[known]
}

/** The value where larger is better, which is what rules and nulls work on: itself, or its negative. The one place that turns. */
export function risingValue(better: Direction, value: number): number {
  return better === 'higher' ? value : -value
}
