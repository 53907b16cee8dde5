/** `curves.csv`: a row every few steps, appended; cut back to the checkpoint that training goes on from. */
import path from 'node:path'
import { appendLine, exists, readText, writeAtomic } from '../base/files.js'
import type { StepLosses } from './steps.js'

const columns = ['discriminator', 'generator', 'realAccuracy', 'fakeAccuracy', 'classAccuracy'] as const
const header = ['step', ...columns]

export type CurvePoint = { readonly step: number } & StepLosses<number>

export class Curves {
  readonly #file: string

  /** Keeps the rows up to `step`; a row that a kill cut short goes too. */
  constructor(folder: string, step: number) {
    this.#file = path.join(folder, 'curves.csv')
    const lines = exists(this.#file) ? readText(this.#file).split('\n').slice(1, -1) : []
    const keptLines = lines.filter(
      (line) => line.split(',').length === header.length && Number.parseInt(line, 10) <= step,
    )
    writeAtomic(this.#file, [header.join(','), ...keptLines, ''].join('\n'))
  }

  /** Values with six digits. */
  append(point: CurvePoint): void {
    const values = columns.map((name) => Number(point[name].toPrecision(6)))
    appendLine(this.#file, [point.step, ...values].join(','))
  }
}
