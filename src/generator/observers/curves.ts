/**
 * `curves.csv`: a row every few steps, appended. A checkpoint holds the rows up to its step, so that the table is whole
 * wherever training goes on from.
 */
import path from 'node:path'
import { elementAt } from '../../base/element-at.js'
import { appendLine, exists, readText, writeAtomic } from '../../base/files.js'
import { type NDArray, ndarray } from '../../base/ndarray.js'
import { knownValue } from '../../base/own-value.js'
import type { CurveColumns } from '../contract.js'
import type { Observer, StepValues } from '../observer.js'

/** Steps between rows. */
const rowEvery = 10
const significantDigits = 6

/** Writes the table into `folder`, a row every ten steps and one for the last step, and tells each row to `onRow`. */
export function curves(
  folder: string,
  { losses, shares }: CurveColumns,
  lastStep: number,
  onRow: (step: number, values: StepValues) => void,
): Observer {
  const file = path.join(folder, 'curves.csv')
  const columns = [...losses, ...shares]
  const header = ['step', ...columns]
  /** Rows behind each other: the step, then a value for every column. */
  let numbers: number[] = []
  const hasRow = (step: number) => step === lastStep || step % rowEvery === 0

  /** A checkpoint of 0.1 holds no rows; the table's own up to its step are taken. */
  function rowsInTable(step: number): number[][] {
    const lines = exists(file) ? readText(file).split('\n').slice(1, -1) : []
    const rows = lines.map((line) => line.split(',').map(Number))
    return rows.filter((row) => row.length === header.length && elementAt(row, 0) <= step && row.every(Number.isFinite))
  }

  return {
    name: 'curves',
    restore(step, saved) {
      const table = saved?.[''] as NDArray | undefined
      const before = table ? rowsOf(table, header.length) : rowsInTable(step)
      // The last step of a shorter training had a row that a longer one does not have.
      const rows = before.filter((row) => hasRow(elementAt(row, 0)))
      numbers = rows.flat()
      writeAtomic(file, [header.join(','), ...rows.map((row) => row.join(',')), ''].join('\n'))
    },
    onStep(step, values) {
      if (!hasRow(step)) return
      const row = [step, ...columns.map((name) => Number(knownValue(values, name).toPrecision(significantDigits)))]
      numbers.push(...row)
      appendLine(file, row.join(','))
      onRow(step, values)
    },
    save: () => ({
      '': ndarray('float64', [numbers.length / header.length, header.length], Float64Array.from(numbers)),
    }),
  }
}

function rowsOf({ data }: NDArray, width: number): number[][] {
  return Array.from({ length: data.length / width }, (_, i) => [...data.slice(i * width, (i + 1) * width)])
}
