/** A square from 0 to 1 on both axes with its diagonal, for curves of shares and probabilities. */
import { scaleLinear } from 'd3-scale'
import { bottomAxis, leftAxis, line } from '../svg.js'
import { marksOf, placed } from './axis.js'

/** `body` begins with the axes; what is drawn later lies above them. `width`: of the whole figure, in pixels. */
export function unitSquare(width: number, xTitle: string, yTitle: string) {
  const left = 46
  const right = width - 14
  const top = 34
  const bottom = top + (right - left)
  const x = scaleLinear([0, 1], [left, right])
  const y = scaleLinear([0, 1], [bottom, top])
  const marks = marksOf([0, 0.2, 0.4, 0.6, 0.8, 1])
  const body = [
    leftAxis(placed(marks, y), left, right, top, yTitle),
    bottomAxis(placed(marks, x), left, right, bottom, top, xTitle),
    line(x(0), y(0), x(1), y(1), 'dashed'),
  ]
  return { left, right, bottom, x, y, body }
}
