/**
 * VGG Image Annotator 1 and 2, as JSON (a project, or exported annotations) and as CSV. Rectangles are `rect`; a polygon of
 * four corners is taken where they make a rectangle, of a circle and an ellipse the rectangle around. The label is the region attribute that is named label, class or
 * the like; else the only attribute.
 */
import { z } from 'zod'
import { shortened } from '../../base/shortened.js'
import { aroundEllipse, type Rectangle, rectangleOfCorners, rectangleProblem } from '../../image/rectangle.js'
import { firstFew } from '../reader.js'
import type { CsvTable } from '../table/csv.js'
import { parseForm } from './forms.js'
import { RegionCollector, type RegionReading } from './region.js'

const number = z.number().finite()
const shape = z.looseObject({
  name: z.string(),
  x: number.optional(),
  y: number.optional(),
  width: number.optional(),
  height: number.optional(),
  cx: number.optional(),
  cy: number.optional(),
  r: number.optional(),
  rx: number.optional(),
  ry: number.optional(),
  theta: number.optional(),
  all_points_x: z.array(number).optional(),
  all_points_y: z.array(number).optional(),
})
const attributes = z.record(z.string(), z.unknown())
const region = z.looseObject({ shape_attributes: shape, region_attributes: attributes.optional() })
const image = z.looseObject({
  filename: z.string().min(1),
  // version 1 numbers them by key
  regions: z.union([z.array(z.unknown()), z.record(z.string(), z.unknown())]),
})
const form = z.record(z.string(), image)

export function isVia(json: unknown): boolean {
  if (typeof json !== 'object' || json === null) return false
  if ('_via_img_metadata' in json) return true
  const images = Object.values(json)
  return images.length > 0 && images.every((each) => typeof each === 'object' && each !== null && 'filename' in each)
}

export function readVia(json: unknown, file: string): RegionReading {
  const out = new RegionCollector(file)
  const images = (json as { _via_img_metadata?: unknown })._via_img_metadata ?? json
  const parsed = parseForm(form, images, out)
  for (const [key, { filename, regions }] of Object.entries(parsed ?? {})) {
    for (const [i, each] of Object.values(regions).entries()) {
      const entry = parseForm(region, each, out, { keys: [key, 'regions', i], image: filename })
      if (entry !== undefined) addRegion(out, filename, `${filename}, region ${i + 1}`, entry)
    }
  }
  return out
}

export function isViaHeader(names: readonly string[]): boolean {
  return names.includes('region_shape_attributes')
}

export function readViaTable({ header, rows }: CsvTable, file: string): RegionReading {
  const out = new RegionCollector(file)
  const names = header.map((name) => name.replace(/^#/, ''))
  for (const { row, cells } of rows) {
    const cell = (column: string) => cells[names.indexOf(column)] ?? ''
    const drawn = parseCell(cell('region_shape_attributes'))
    // an image without regions has a row, too
    if (drawn !== undefined && Object.keys(drawn as object).length === 0) continue
    const json = { shape_attributes: drawn, region_attributes: parseCell(cell('region_attributes') || '{}') }
    const parsed = region.safeParse(json)
    if (parsed.success) addRegion(out, cell('filename'), `row ${row}`, parsed.data)
    else out.problem(`row ${row}`, 'its shape or its attributes are not as VIA writes them', cell('filename'))
  }
  return out
}

function parseCell(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? value : undefined
  } catch {
    return undefined
  }
}

function addRegion(
  out: RegionCollector,
  filename: string,
  place: string,
  { shape_attributes, region_attributes }: z.infer<typeof region>,
): void {
  const rectangle = rectangleOf(shape_attributes)
  const label = labelOf(region_attributes ?? {})
  const { name } = shape_attributes
  const drawnAs = name === 'circle' || name === 'ellipse' ? name : undefined
  if (rectangle === undefined) {
    out.problem(place, `is a ${shortened(name, 40)}, not a rectangle; draw a rectangle around what counts`, filename)
  } else if (label === null) {
    const names = firstFew(Object.keys(region_attributes ?? {}), 8)
    out.problem(place, `which of its attributes is the class (${names})? name that one label`, filename)
  } else out.add({ image: filename, rectangle, place, ...(label && { label }) }, rectangleProblem(rectangle), drawnAs)
}

function rectangleOf(drawn: z.infer<typeof shape>): Rectangle | undefined {
  const { name, x, y, width, height, cx, cy, r, rx = r, ry = r, theta = 0 } = drawn
  const { all_points_x: xs = [], all_points_y: ys = [] } = drawn
  switch (name) {
    case 'rect':
      if (x === undefined || y === undefined || width === undefined || height === undefined) return undefined
      return { left: x, top: y, width, height }
    case 'circle':
    case 'ellipse':
      if (cx === undefined || cy === undefined || rx === undefined || ry === undefined) return undefined
      return aroundEllipse({ x: cx, y: cy }, rx, ry, (theta * 180) / Math.PI)
    case 'polygon':
      return rectangleOfCorners(xs.map((each, i) => ({ x: each, y: ys[i] ?? Number.NaN })))
    default:
      return undefined
  }
}

/** Undefined where there is none, null where several could be it. */
function labelOf(given: Readonly<Record<string, unknown>>): string | undefined | null {
  const filled = Object.entries(given).flatMap(([name, value]) => {
    const text = textOf(value)
    return text === '' ? [] : [{ name, text }]
  })
  const usual = filled.filter(({ name }) => /^(label|class|category|diagnosis|finding|type|name)$/i.test(name))
  const [first, second] = usual.length > 0 ? usual : filled
  if (second !== undefined) return null
  return first?.text
}

/** A text or dropdown value as it is; of check boxes the one that is ticked. */
function textOf(value: unknown): string {
  if (typeof value === 'string') return value.normalize('NFC').trim()
  if (typeof value !== 'object' || value === null) return ''
  const ticked = Object.entries(value).filter(([, on]) => on === true)
  return ticked.map(([name]) => name).join(' + ')
}
