/**
 * VGG Image Annotator 1 and 2, as JSON (a project, or exported annotations) and as CSV. Rectangles are `rect`; a polygon of
 * four corners is taken where they make a rectangle. The label is the region attribute that is named label, class or
 * the like; else the only attribute.
 */
import { z } from 'zod'
import { type Rectangle, rectangleOfCorners, rectangleProblem } from '../../image/rectangle.js'
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
  all_points_x: z.array(number).optional(),
  all_points_y: z.array(number).optional(),
})
const attributes = z.record(z.string(), z.unknown())
const region = z.looseObject({ shape_attributes: shape, region_attributes: attributes.optional() })
const image = z.looseObject({
  filename: z.string().min(1),
  // version 1 numbers them by key
  regions: z.union([z.array(region), z.record(z.string(), region)]),
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
  for (const { filename, regions } of Object.values(parsed ?? {})) {
    for (const [i, each] of Object.values(regions).entries()) {
      addRegion(out, filename, `${filename}, region ${i + 1}`, each)
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
    else out.problem(`row ${row}`, 'its shape or its attributes are not as VIA writes them')
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
  if (rectangle === undefined) out.problem(place, `is a ${shape_attributes.name}, not a rectangle`)
  else if (label === null) {
    const names = Object.keys(region_attributes ?? {}).join(', ')
    out.problem(place, `which of its attributes is the class (${names})? name that one label`)
  } else out.add({ image: filename, rectangle, place, ...(label && { label }) }, rectangleProblem(rectangle))
}

function rectangleOf(drawn: z.infer<typeof shape>): Rectangle | undefined {
  const { name, x, y, width, height, all_points_x: xs = [], all_points_y: ys = [] } = drawn
  if (name !== 'rect') return rectangleOfCorners(xs.map((each, i) => ({ x: each, y: ys[i] ?? Number.NaN })))
  if (x === undefined || y === undefined || width === undefined || height === undefined) return undefined
  return { left: x, top: y, width, height }
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
