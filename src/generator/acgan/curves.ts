/**
 * `curves.csv`: a row every few steps, appended. A checkpoint holds the rows up to its step, so that the table is whole
 * wherever training goes on from.
 */
import path from 'node:path'
import { appendLine, exists, readText, writeAtomic } from '../../base/files.js'
import { type NDArray, ndarray } from '../../base/ndarray.js'
import type { StepLosses } from './steps.js'

const columns = ['discriminator', 'generator', 'realAccuracy', 'fakeAccuracy', 'classAccuracy'] as const
const header = ['step', ...columns]

export type CurvePoint = { readonly step: number } & StepLosses<number>

/** Float64 [rows, 6]: the step, and five values of six digits. */
export type CurveRows = NDArray<'float64'>

export class Curves {
  readonly #file: string
  readonly #values: number[]

  /**
   * Begins with the rows of a checkpoint of which `isDue` still says so, where more steps are asked for than before; a
   * checkpoint of 0.1 has none, and the table's own up to its step are taken.
   */
  constructor(
    folder: string,
    begin: { readonly step: number; readonly curves?: CurveRows },
    isDue: (step: number) => boolean,
  ) {
    this.#file = path.join(folder, 'curves.csv')
    const before = begin.curves ? rowsOf(begin.curves) : this.#rowsUpTo(begin.step)
    const rows = before.filter(([step]) => isDue(step))
    this.#values = rows.flat()
    writeAtomic(this.#file, [header.join(','), ...rows.map((row) => row.join(',')), ''].join('\n'))
  }

  append(point: CurvePoint): void {
    const row = [point.step, ...columns.map((name) => Number(point[name].toPrecision(6)))]
    this.#values.push(...row)
    appendLine(this.#file, row.join(','))
  }

  get rows(): CurveRows {
    return ndarray('float64', [this.#values.length / header.length, header.length], Float64Array.from(this.#values))
  }

  #rowsUpTo(step: number): number[][] {
    const lines = exists(this.#file) ? readText(this.#file).split('\n').slice(1, -1) : []
    const rows = lines.map((line) => line.split(',').map(Number))
    return rows.filter((row) => row.length === header.length && row[0] <= step && row.every(Number.isFinite))
  }
}

function rowsOf({ data }: CurveRows): number[][] {
  return Array.from({ length: data.length / header.length }, (_, i) => [
    ...data.slice(i * header.length, (i + 1) * header.length),
  ])
}
