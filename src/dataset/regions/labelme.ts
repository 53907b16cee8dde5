/**
 * LabelMe: one JSON file per image with `imagePath` and `shapes`. A rectangle has two opposite corners; four corners
 * (a polygon, a rotated rectangle) are taken where they make a rectangle. Of a circle (its centre and a point of its rim)
 * and a mask the rectangle around is taken; lines and points are none.
 */

import { z } from 'zod'
import { counted } from '../../base/format.js'
import { shortened } from '../../base/shortened.js'
import { aroundEllipse, type Rectangle, rectangleOfCorners, rectangleProblem } from '../../image/rectangle.js'
import { named, pair, parseForm } from './forms.js'
import { RegionCollector, type RegionReading } from './region.js'

const form = z.looseObject({
  imagePath: z.string().min(1),
  shapes: z.array(z.unknown()),
})
const size = z.looseObject({
  imageWidth: z.number().positive().nullish(),
  imageHeight: z.number().positive().nullish(),
})
const shape = z.looseObject({
  label: z.string().nullish(),
  points: z.array(pair),
  shape_type: z.string().nullish(),
})

export function isLabelMe(json: unknown): boolean {
  return typeof json === 'object' && json !== null && 'shapes' in json
}

export function readLabelMe(json: unknown, file: string): RegionReading {
  const out = new RegionCollector(file)
  const parsed = parseForm(form, json, out)
  if (parsed === undefined) return out
  const { imagePath: image, shapes } = parsed
  const { imageWidth: width, imageHeight: height } = parseForm(size, json, out, { image }) ?? {}
  for (const [i, each] of shapes.entries()) {
    const entry = parseForm(shape, each, out, { keys: ['shapes', i], image })
    if (entry === undefined) continue
    const { label, points, shape_type } = entry
    const place = `shape ${i + 1}`
    const type = shape_type ?? 'polygon'
    const rectangle = rectangleOf(type, points)
    if (typeof rectangle === 'string') {
      out.problem(place, rectangle, image)
      continue
    }
    const drawnOn = width && height ? { drawnOn: { width, height } } : {}
    const drawnAs = type === 'circle' || type === 'mask' ? type : undefined
    out.add({ image, rectangle, place, ...named(label), ...drawnOn }, rectangleProblem(rectangle), drawnAs)
  }
  return out
}

/** The rectangle of a shape, or why there is none. A type without points of its own kind is told by both. */
function rectangleOf(type: string, points: readonly [number, number][]): Rectangle | string {
  const not = `is a ${shortened(type, 40)} with ${counted(points.length, 'point')}, not a rectangle`
  const [[x0, y0] = [0, 0], [x1, y1] = [0, 0]] = points
  if (type === 'circle' && points.length === 2) {
    const radius = Math.hypot(x1 - x0, y1 - y0)
    return aroundEllipse({ x: x0, y: y0 }, radius, radius)
  }
  // a mask's points are the corners of its box
  if ((type === 'rectangle' || type === 'mask') && points.length === 2) {
    return { left: Math.min(x0, x1), top: Math.min(y0, y1), width: Math.abs(x1 - x0), height: Math.abs(y1 - y0) }
  }
  if (!/^(polygon|rectangle|oriented_rectangle|rotated_rectangle|rotation)$/.test(type)) {
    return `${not}; draw a rectangle around what counts`
  }
  return rectangleOfCorners(points.map(([x, y]) => ({ x, y }))) ?? not
}
