/** ROC curves of several arms on one test set (the paper's Figure 2), each named with its AUC and interval inside the plot. */
import { line as linePath } from 'd3-shape'
import { line, path, picture, rect, text, wrap } from '../svg.js'
import { unitSquare } from './unit-square.js'

export interface RocSeries {
  /** Name of the arm. */
  label: string
  /** AUC with its interval, as text. */
  auc: string
  /** [false positive rate, true positive rate], from (0, 0) to (1, 1). */
  points: readonly (readonly [number, number])[]
  colour: 1 | 2 | 3 | 4 | 5 | 6
  /** Line form: '', 'short', 'long', 'dots' or 'thick'. */
  dash: string
}

export interface RocOptions {
  id: string
  title: string
  /** Pixels; 560 for a page, 350 for a phone. */
  width?: number
}

/** The first series is drawn on top of the others. */
export function rocCurves(series: readonly RocSeries[], { id, title, width = 560 }: RocOptions): string {
  const narrow = width < 500
  const { left, right, bottom, x, y, body } = unitSquare(width, '1 − specificity', 'Sensitivity')
  const side = right - left
  const draw = linePath<readonly [number, number]>(
    (p) => x(p[0]),
    (p) => y(p[1]),
  ).digits(1)
  for (const one of [...series].reverse()) body.push(path(draw([...one.points]), `stroke-${one.colour} ${one.dash}`))

  const key = narrow ? undefined : { x: left + side * 0.42, width: side * 0.58 - 44 }
  const rows = series.map((one) => ({ one, lines: wrap(one.label, (key?.width ?? side) - 36, 13) }))
  const lineHeight = 16
  const keyHeight = rows.reduce((sum, row) => sum + (row.lines.length + 1) * lineHeight + 8, 0)
  let at = key ? bottom - keyHeight - 4 : bottom + 62
  const keyLeft = key?.x ?? left
  if (key) body.push(rect(keyLeft - 8, at - 16, right - keyLeft + 6, keyHeight + 6, 'halo'))
  for (const { one, lines } of rows) {
    body.push(line(keyLeft, at - 4, keyLeft + 26, at - 4, `stroke-${one.colour} ${one.dash}`))
    for (const part of lines) {
      body.push(text(keyLeft + 36, at, part, { className: 'strong' }))
      at += lineHeight
    }
    body.push(text(keyLeft + 36, at, `AUC ${one.auc}`, { className: 'note' }))
    at += lineHeight + 8
  }
  const height = key ? bottom + 48 : at + 4
  const description = series.map((one) => `${one.label}: AUC ${one.auc}.`).join(' ')
  return picture({ id, title, description, width, height }, body)
}
