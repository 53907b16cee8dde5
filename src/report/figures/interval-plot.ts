/** Estimates with their intervals, one row each, on a common axis: AUCs of arms, differences between arms, similarities of classes. */
import { scaleLinear } from 'd3-scale'
import { bottomAxis, circle, line, picture, rect, text, textWidth, wrap } from '../svg.js'
import { beyondAxis, placed, valueMarks } from './axis.js'

export interface IntervalRow {
  label: string
  value: number | null
  low: number | null
  high: number | null
  /** The estimate with its interval, as text. */
  shown: string
  colour: 1 | 2 | 3 | 4 | 5 | 6
  /** Rows of one group stand together under its name. */
  group?: string
  /** A row that decides is set in bold. */
  strong?: boolean
}

export interface IntervalPlotOptions {
  id: string
  title: string
  /** Axis title. */
  valueTitle: string
  /** Pixels; 860 for a page, 350 for a phone. */
  width?: number
  /** Values that must lie on the axis, drawn as marked lines: no difference, the smallest gain that matters. */
  references?: readonly { value: number; label: string }[]
  /** Values the axis never leaves: [0, 1] for an AUC. */
  bounds?: readonly [number, number]
  /** How an axis value is written with so many decimals; default: plainly. */
  formatTick?: (value: number, digits: number) => string
}

const lineHeight = 16

/** Rows without a value keep their place and show their text. */
export function intervalPlot(rows: readonly IntervalRow[], options: IntervalPlotOptions): string {
  const { width = 860, references = [] } = options
  const narrow = width < 500
  const labelWidth = narrow ? width - 16 : 232
  const shownWidth = narrow ? 0 : 186

  const finite = rows.flatMap((row) => [row.value, row.low, row.high]).filter((v) => v !== null)
  const values = [...finite, ...references.map((reference) => reference.value)]
  const low = values.length > 0 ? Math.min(...values) : 0
  const high = values.length > 0 ? Math.max(...values) : 1
  const margin = Math.max((high - low) * 0.06, 0.005)
  const bounds = options.bounds ?? [-Infinity, Infinity]
  const domain = [Math.max(bounds[0], low - margin), Math.min(bounds[1], high + margin)]
  const marked = valueMarks(scaleLinear().domain(domain), narrow ? 4 : 6, options.formatTick)
  const beyond = beyondAxis(marked, 18)
  const left = narrow ? beyond : labelWidth + 16
  const right = width - shownWidth - beyond
  const x = scaleLinear(domain, [left, right])

  const top = references.length > 0 ? 18 + references.length * lineHeight : 14
  let y = top
  const body: string[] = []
  let group: string | undefined
  for (const row of rows) {
    if (row.group !== undefined && row.group !== group) {
      y += group === undefined ? 8 : 20
      for (const part of wrap(row.group, width - 16, 13)) {
        body.push(text(0, y, part, { className: 'strong' }))
        y += lineHeight
      }
      y += 4
      group = row.group
    }
    const lines = wrap(row.label, labelWidth - 4, row.strong ? 13 : 12)
    const className = row.strong ? 'strong' : undefined
    if (narrow) {
      const widest = Math.max(...[...lines, row.shown].map((part) => textWidth(part, row.strong ? 13 : 12)))
      body.push(rect(0, y - 3, Math.min(width, widest), (lines.length + 1) * lineHeight, 'halo'))
      for (const part of lines) {
        body.push(text(0, y + 10, part, { className }))
        y += lineHeight
      }
      body.push(text(0, y + 10, row.shown, { className: 'note' }))
      body.push(mark(row, x, y + 30))
      y += 56
    } else {
      const height = Math.max(34, lines.length * lineHeight + 16)
      const centre = y + height / 2
      lines.forEach((part, i) => {
        body.push(text(0, centre + 4 + (i - (lines.length - 1) / 2) * lineHeight, part, { className }))
      })
      body.push(text(width, centre + 4, row.shown, { className: row.strong ? 'strong' : 'note', anchor: 'end' }))
      body.push(mark(row, x, centre))
      y += height
    }
  }
  const bottom = y + 4
  const axis = bottomAxis(placed(marked, x), left, right, bottom, narrow ? bottom : top - 6, options.valueTitle)
  const marks = references.map((reference, i) => {
    const at = x(reference.value)
    const baseline = 10 + i * lineHeight
    const fits = at + textWidth(reference.label) + 6 < width
    const label = text(at + (fits ? 5 : -5), baseline, reference.label, {
      className: 'note',
      anchor: fits ? 'start' : 'end',
    })
    return line(at, baseline - 9, at, bottom, 'dashed') + label
  })
  const description = rows.map((row) => `${row.group ? `${row.group}, ` : ''}${row.label}: ${row.shown}.`).join(' ')
  return picture({ id: options.id, title: options.title, description, width, height: bottom + 46 }, [
    axis,
    ...marks,
    ...body,
  ])
}

function mark(row: IntervalRow, x: (value: number) => number, y: number): string {
  if (row.value === null) return ''
  const [from, to] = [row.low ?? row.value, row.high ?? row.value]
  return [
    rect(x(from), y - 1.25, x(to) - x(from), 2.5, `fill-${row.colour}`),
    ...[from, to].map((end) => rect(x(end) - 1, y - 5, 2, 10, `fill-${row.colour}`)),
    circle(x(row.value), y, row.strong ? 6 : 5, `fill-${row.colour}`),
  ].join('')
}
