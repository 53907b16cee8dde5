/**
 * Readers of the same run together: what they could tell on average, how far they agree, and what the clue before a second round
 * did to them. Compared are the films that all of those compared have judged: who reads fewer reads a part of the same sample.
 */
import { crossValidatedAuc } from '../metrics/cross-validated-auc.js'
import { type Estimate, estimateDifference } from '../metrics/estimate.js'
import { cohensKappa } from '../metrics/kappa.js'
import { differenceOverRepeats } from '../metrics/procedure-difference.js'
import { readerMean } from '../metrics/reader-mean.js'
import { isComplete, type Reading, type ReadingItem } from './reading.js'
import { type ReaderResult, readerResult } from './reading-result.js'

type Round = Reading['round']

/** A value with 95 % limits; these null where there are none. */
interface Limited {
  readonly value: number
  readonly low: number | null
  readonly high: number | null
}

export interface RoundTogether {
  readonly round: Round
  readonly readers: number
  /** That all of them have judged. */
  readonly films: number
  /** Mean over the readers, these and the films being random (Obuchowski-Rockette); 0.5 is guessing. */
  readonly auc: Limited & {
    readonly se: number | null
    readonly degreesOfFreedom: number | null
    readonly method: string
  }
}

export interface ReaderAgreement {
  readonly round: Round
  readonly readers: readonly [string, string]
  readonly films: number
  /** Share of films that both called the same: real, synthetic, or that they can't tell. */
  readonly agreement: number
  /** Cohen's, of these three answers; null where both gave one and the same to every film. */
  readonly kappa: Limited | null
}

/** AUC after the clue less that before it. */
export interface ClueEffect {
  /** Null: all who have read both rounds, readers and films being random. */
  readonly reader: string | null
  readonly readers: number
  readonly films: number
  readonly before: number
  readonly after: number
  readonly difference: Limited
  readonly p: number | null
}

export interface ReadersResult {
  /** Complete readings, the first one begun first. */
  readonly readings: readonly ReaderResult[]
  /** Of each round that two or more have read. */
  readonly together: readonly RoundTogether[]
  readonly agreement: readonly ReaderAgreement[]
  readonly clue: readonly ClueEffect[]
}

/** Of the readings of one run; those that are not complete are left out. */
export function readersResult(all: readonly Reading[]): ReadersResult {
  const readings = all.filter(isComplete).sort((a, b) => a.begun.localeCompare(b.begun))
  const rounds = ([1, 2] as const).map((round) => readings.filter((reading) => reading.round === round))
  return {
    readings: readings.map(readerResult),
    together: rounds.flatMap(togetherIn),
    agreement: rounds.flatMap(agreements),
    clue: clueEffects(readings),
  }
}

function togetherIn(readings: readonly Reading[]): RoundTogether[] {
  const [first] = readings
  const films = commonFilms(readings)
  if (first === undefined || readings.length < 2 || !hasBoth(films)) return []
  const { value, low, high, se, degreesOfFreedom, method } = readerMean(readings.map((one) => estimateOf(one, films)))
  return [
    {
      round: first.round,
      readers: readings.length,
      films: films.length,
      auc: {
        value,
        low: finite(low),
        high: finite(high),
        se: finite(se),
        degreesOfFreedom: finite(degreesOfFreedom),
        method,
      },
    },
  ]
}

function agreements(readings: readonly Reading[]): ReaderAgreement[] {
  return readings.flatMap((first, i) =>
    readings.slice(i + 1).flatMap((second): ReaderAgreement[] => {
      const films = commonFilms([first, second])
      if (films.length === 0) return []
      const { agreement, value, low, high } = cohensKappa(
        callsOf(first, films),
        callsOf(second, films),
        films.map(({ patient }) => patient),
      )
      return [
        {
          round: first.round,
          readers: [first.reader, second.reader],
          films: films.length,
          agreement,
          kappa: Number.isNaN(value) ? null : { value, low: finite(low), high: finite(high) },
        },
      ]
    }),
  )
}

function clueEffects(readings: readonly Reading[]): ClueEffect[] {
  const pairs = readings.flatMap((before) => {
    const after = readings.find((one) => one.reader === before.reader && one.round === 2)
    return before.round === 1 && after ? [{ before, after }] : []
  })
  const each = pairs.flatMap((pair) => clueEffect(pair.before.reader, [pair]))
  return pairs.length < 2 ? each : [...each, ...clueEffect(null, pairs)]
}

function clueEffect(
  reader: string | null,
  pairs: readonly { readonly before: Reading; readonly after: Reading }[],
): ClueEffect[] {
  const films = commonFilms(pairs.flatMap(({ before, after }) => [before, after]))
  if (!hasBoth(films)) return []
  // What is asked for is the gain: after less before.
  const estimates = pairs.map(({ before, after }) => ({ a: estimateOf(after, films), b: estimateOf(before, films) }))
  const [first] = estimates
  if (first === undefined) return []
  const { difference, low, high, p } =
    estimates.length < 2 ? estimateDifference(first.a, first.b) : differenceOverRepeats(estimates)
  const mean = (of: (pair: (typeof estimates)[number]) => number) =>
    estimates.reduce((sum, pair) => sum + of(pair), 0) / estimates.length
  return [
    {
      reader,
      readers: pairs.length,
      films: films.length,
      before: mean(({ b }) => b.value),
      after: mean(({ a }) => a.value),
      difference: { value: difference, low: finite(low), high: finite(high) },
      p: finite(p),
    },
  ]
}

function keyOf({ kind, classIndex, row }: ReadingItem): string {
  return `${kind} ${classIndex} ${row}`
}

/** In the order of the first reading. */
function commonFilms(readings: readonly Reading[]): ReadingItem[] {
  const [first, ...others] = readings.map(({ items }) => items)
  const known = others.map((items) => new Set(items.map(keyOf)))
  return (first ?? []).filter((item) => known.every((keys) => keys.has(keyOf(item))))
}

/** Whether there are real and synthetic films to be told apart. */
function hasBoth(films: readonly ReadingItem[]): boolean {
  return new Set(films.map(({ kind }) => kind)).size === 2
}

/** The answers to these films, in their order. */
function answersTo({ items, answers }: Reading, films: readonly ReadingItem[]): number[] {
  const given = new Map(items.map((item, i) => [keyOf(item), answers[i]?.confidence ?? 3]))
  return films.map((film) => given.get(keyOf(film)) ?? 3)
}

function estimateOf(reading: Reading, films: readonly ReadingItem[]): Estimate {
  return crossValidatedAuc([
    {
      yTrue: films.map(({ kind }) => (kind === 'synthetic' ? 1 : 0)),
      scores: answersTo(reading, films),
      patients: films.map(({ patient }) => patient),
    },
  ])
}

function callsOf(reading: Reading, films: readonly ReadingItem[]): string[] {
  return answersTo(reading, films).map((step) => (step === 3 ? "can't tell" : step > 3 ? 'synthetic' : 'real'))
}

function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null
}
