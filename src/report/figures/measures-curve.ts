/**
 * The measures at the cutoff against the size of the training set, one small panel each (the rest of the paper's
 * Figure 1, whose AUC has a figure of its own): the value at every K, a band of its 95 % limits where it has any.
 */
import { scaleLinear } from 'd3-scale'
import { area, line as linePath } from 'd3-shape'
import { count, fixed } from '../../base/format.js'
import { bottomAxis, circle, leftAxis, path, picture } from '../svg.js'
import { besideAxis, beyondAxis, marksOf, placed, wholeMarks } from './axis.js'

export interface MeasurePoint {
  k: number
  /** Images in the training set. */
  size: number
  measures: Readonly<Record<string, { value: number | null; low: number | null; high: number | null }>>
}

export interface MeasuresCurveOptions {
  id: string
  /** Pixels; 860 for a page, 350 for a phone. */
  width?: number
  /** Keys of `measures` with their names, in order. */
  panels: readonly (readonly [key: string, name: string])[]
  kOptimal: number
}

export function measuresCurve(points: readonly MeasurePoint[], options: MeasuresCurveOptions): string {
  const { id, width = 860, panels, kOptimal } = options
  const columns = width < 500 ? 2 : 3
  const gap = 26
  const panelWidth = (width - gap * (columns - 1)) / columns
  const panelHeight = 110
  const rowHeight = panelHeight + 84
  const sorted = [...points].sort((a, b) => a.k - b.k)
  const body = panels.map(([key, name], i) => {
    const left = (i % columns) * (panelWidth + gap)
    const top = Math.floor(i / columns) * rowHeight + 30
    return panel(sorted, key, name, { left, top, width: panelWidth, height: panelHeight, kOptimal })
  })
  const chosen = sorted.find((point) => point.k === kOptimal)
  const description = chosen
    ? `At the chosen K = ${kOptimal}: ${panels.map(([key, name]) => `${name} ${fixed(chosen.measures[key]?.value ?? null)}`).join(', ')}.`
    : 'No trial.'
  const height = Math.ceil(panels.length / columns) * rowHeight
  return picture({ id, title: 'Measures against the size of the training set', description, width, height }, body)
}

interface Frame {
  left: number
  top: number
  width: number
  height: number
  kOptimal: number
}

function panel(points: readonly MeasurePoint[], key: string, name: string, frame: Frame): string {
  const bottom = frame.top + frame.height
  const sizes = points.map((point) => point.size)
  const domain = [Math.min(...sizes), Math.max(Math.max(...sizes), Math.min(...sizes) + 1)]
  const shares = marksOf([0, 0.5, 1])
  const left = frame.left + besideAxis(shares, 36)
  const images = wholeMarks(scaleLinear().domain(domain), {
    most: 3,
    room: frame.left + frame.width - left,
    write: count,
  })
  const right = frame.left + frame.width - beyondAxis(images, 6)
  const x = scaleLinear(domain, [left, right])
  const y = scaleLinear([0, 1], [bottom, frame.top])
  const known = points.flatMap(({ k, size, measures }) => {
    const { value = null, low = null, high = null } = measures[key] ?? {}
    return value === null ? [] : [{ k, size, value, low, high }]
  })
  const band = area<(typeof known)[number]>(
    (p) => x(p.size),
    (p) => y(p.low as number),
    (p) => y(p.high as number),
  )
    .defined((p) => p.low !== null && p.high !== null)
    .digits(1)
  const curve = linePath<(typeof known)[number]>(
    (p) => x(p.size),
    (p) => y(p.value),
  ).digits(1)
  const chosen = known.find((p) => p.k === frame.kOptimal)
  return [
    leftAxis(placed(shares, y), left, right, frame.top, name),
    bottomAxis(placed(images, x), left, right, bottom, bottom, 'Training images'),
    path(band(known), 'fill-1 soft'),
    path(curve(known), 'stroke-1'),
    chosen ? circle(x(chosen.size), y(chosen.value), 4, 'open-1') : '',
  ].join('')
}
