/** What readers could tell: of each how well real and synthetic films were told apart. */
import { formatCsv } from '../base/csv.js'
import { aucInterval } from '../metrics/auc-interval.js'
import { designEffect, wilson } from '../metrics/proportion.js'
import { rocCurve } from '../metrics/roc.js'
import type { Reading } from './reading.js'

export interface ReaderResult {
  readonly reader: string
  readonly round: 1 | 2
  readonly films: number
  /** Of telling synthetic from real films by the five steps: 0.5 is guessing. Limits null where every pair was told apart, or none varies. */
  readonly auc: { readonly value: number; readonly low: number | null; readonly high: number | null }
  /**
   * Share of films that were called what they are; who can't tell is right in half of them. Limits: Wilson, n divided by the design
   * effect where patients have several films.
   */
  readonly right: { readonly value: number; readonly low: number; readonly high: number }
  readonly medianSeconds: number
  readonly roc: readonly (readonly [fpr: number, tpr: number])[]
}

/** Of a reading that is complete. */
export function readerResult({ reader, round, items, answers }: Reading): ReaderResult {
  const { labels, scores, patients } = cases({ items, answers })
  const { value, low, high } = aucInterval(labels, scores, { patients })
  const outcomes = scores.map((score, i): number => (score === 3 ? 0.5 : score > 3 === (labels[i] === 1) ? 1 : 0))
  const right = outcomes.reduce((sum, outcome) => sum + outcome, 0)
  const seconds = answers.map((answer) => (answer?.milliseconds ?? 0) / 1000).sort((a, b) => a - b)
  return {
    reader,
    round,
    films: items.length,
    auc: { value, low: finite(low), high: finite(high) },
    right: {
      value: right / items.length,
      ...wilson(right, items.length, { designEffect: designEffect(outcomes, patients) }),
    },
    medianSeconds: median(seconds),
    roc: rocCurve(labels, scores).map(({ fpr, tpr }) => [fpr, tpr]),
  }
}

/** A table that `kopt evaluate` reads: label 1 for synthetic, the step as score, the patient of a real film. */
export function readingTable(reading: Pick<Reading, 'items' | 'answers'>): string {
  const { labels, scores, patients } = cases(reading)
  return formatCsv(
    ['label', 'score', 'patient'],
    labels.map((label, i) => [label, scores[i], patients[i]]),
  )
}

function cases({ items, answers }: Pick<Reading, 'items' | 'answers'>) {
  return {
    labels: items.map(({ kind }) => (kind === 'synthetic' ? 1 : 0)),
    scores: answers.map((answer) => answer?.confidence ?? 3),
    patients: items.map(({ patient }) => patient),
  }
}

function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null
}

function median(ascending: readonly number[]): number {
  const middle = (ascending.length - 1) / 2
  return ((ascending[Math.floor(middle)] ?? 0) + (ascending[Math.ceil(middle)] ?? 0)) / 2
}
