/**
 * LabelMe: one JSON file per image with `imagePath` and `shapes`. A rectangle has two opposite corners; four corners
 * (a polygon, a rotated rectangle) are taken where they make a rectangle.
 */
import { z } from 'zod'
import { type Rectangle, rectangleOfCorners, rectangleProblem } from '../../image/rectangle.js'
import { named, pair, parseForm } from './forms.js'
import { RegionCollector, type RegionReading } from './region.js'

const form = z.looseObject({
  imagePath: z.string().min(1),
  imageWidth: z.number().positive().nullish(),
  imageHeight: z.number().positive().nullish(),
  shapes: z.array(
    z.looseObject({
      label: z.string().nullish(),
      points: z.array(pair),
      shape_type: z.string().nullish(),
    }),
  ),
})

export function isLabelMe(json: unknown): boolean {
  return typeof json === 'object' && json !== null && 'shapes' in json
}

export function readLabelMe(json: unknown, file: string): RegionReading {
  const out = new RegionCollector(file)
  const parsed = parseForm(form, json, out)
  if (parsed === undefined) return out
  const { imagePath, imageWidth: width, imageHeight: height, shapes } = parsed
  for (const [i, { label, points, shape_type }] of shapes.entries()) {
    const place = `shape ${i + 1}`
    const rectangle = ofPoints(points)
    if (rectangle === undefined) {
      out.problem(place, `is a ${shape_type ?? 'shape'} with ${points.length} points, not a rectangle`)
      continue
    }
    const drawnOn = width && height ? { drawnOn: { width, height } } : {}
    out.add({ image: imagePath, rectangle, place, ...named(label), ...drawnOn }, rectangleProblem(rectangle))
  }
  return out
}

function ofPoints(points: readonly [number, number][]): Rectangle | undefined {
  if (points.length !== 2) return rectangleOfCorners(points.map(([x, y]) => ({ x, y })))
  const [[x0, y0], [x1, y1]] = points
  return { left: Math.min(x0, x1), top: Math.min(y0, y1), width: Math.abs(x1 - x0), height: Math.abs(y1 - y0) }
}
