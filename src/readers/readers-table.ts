/** The figures of all readers as a table, one a row: what is measured, of whom, on how many films, with 95 % limits. */
import { formatCsv } from '../base/csv.js'
import type { ReadersResult } from './readers-together.js'

/** As CSV. */
export function readersTable({ readings, together, agreement, clue }: ReadersResult): string {
  type Row = readonly [what: string, round: number | '', readers: string, films: number, ...value: (number | null)[]]
  const rows: Row[] = [
    ...readings.flatMap(({ reader, round, films, auc, right, medianSeconds }): Row[] => [
      ['auc', round, reader, films, auc.value, auc.low, auc.high],
      ['called what they are', round, reader, films, right.value, right.low, right.high],
      ['median seconds a film', round, reader, films, medianSeconds, null, null],
    ]),
    ...together.map(
      ({ round, readers, films, auc }): Row => [
        'mean auc',
        round,
        `all ${readers}`,
        films,
        auc.value,
        auc.low,
        auc.high,
      ],
    ),
    ...agreement.map(
      ({ round, readers, films, kappa }): Row => [
        'kappa',
        round,
        readers.join(' and '),
        films,
        kappa?.value ?? null,
        kappa?.low ?? null,
        kappa?.high ?? null,
      ],
    ),
    ...clue.map(
      ({ reader, readers, films, difference: { value, low, high } }): Row => [
        'auc after the clue less before',
        '',
        reader ?? `all ${readers}`,
        films,
        value,
        low,
        high,
      ],
    ),
  ]
  return formatCsv(
    ['figure', 'round', 'reader', 'films', 'value', 'low', 'high'],
    rows.map((row) => row.map((cell) => cell ?? '')),
  )
}
