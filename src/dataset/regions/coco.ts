/**
 * COCO: one JSON file with `images`, `annotations` and `categories`. A box is [left, top, width, height]; it is rotated
 * where CVAT's `attributes.rotation` says so (degrees, clockwise, about the centre), or where the segmentation is one
 * polygon whose four corners make a rectangle.
 */
import { z } from 'zod'
import { pointsOf, type Rectangle, rectangleOfCorners, rectangleProblem, turned } from '../../image/rectangle.js'
import { box, named, parseForm } from './forms.js'
import { RegionCollector, type RegionReading } from './region.js'

const id = z.union([z.number(), z.string()])
const size = z.number().positive().nullish()
const drawnOn = z.object({ width: size, height: size })
const form = z.looseObject({
  images: z.array(
    z.looseObject({ id, file_name: z.string().min(1), width: z.unknown().optional(), height: z.unknown().optional() }),
  ),
  annotations: z.array(z.looseObject({ image_id: id })),
  categories: z.array(z.looseObject({ id, name: z.string() })).optional(),
})

const annotated = z.looseObject({
  category_id: id.nullish(),
  bbox: box,
  segmentation: z.unknown().optional(),
  attributes: z.looseObject({ rotation: z.number().finite().optional() }).nullish(),
})

export function isCoco(json: unknown): boolean {
  return typeof json === 'object' && json !== null && 'images' in json && 'annotations' in json
}

export function readCoco(json: unknown, file: string): RegionReading {
  const out = new RegionCollector(file)
  const parsed = parseForm(form, json, out)
  if (parsed === undefined) return out
  const images = new Map(parsed.images.map((image) => [image.id, image]))
  const sizes = new Map(
    parsed.images.map(({ id, file_name, width, height }, i) => [
      id,
      parseForm(drawnOn, { width, height }, out, { keys: ['images', i], image: file_name }),
    ]),
  )
  const categories = new Map(parsed.categories?.map((category) => [category.id, category.name]))
  for (const [i, annotation] of parsed.annotations.entries()) {
    const place = `annotation ${i + 1}`
    const { image_id } = annotation
    const image = images.get(image_id)
    const entry = parseForm(annotated, annotation, out, { keys: ['annotations', i], image: image?.file_name })
    if (entry === undefined) continue
    const { category_id, bbox, segmentation, attributes } = entry
    const known = category_id === null || category_id === undefined || categories.has(category_id)
    if (image === undefined || !known) {
      const missing = image === undefined ? `image ${image_id}` : `category ${category_id}`
      out.problem(place, `names ${missing}, which is not in the file`, image?.file_name)
      continue
    }
    const rectangle = rectangleOf(bbox, segmentation, attributes?.rotation ?? 0)
    const { width, height } = sizes.get(image_id) ?? {}
    out.add(
      {
        image: image.file_name,
        rectangle,
        place,
        ...named(category_id === null || category_id === undefined ? undefined : categories.get(category_id)),
        ...(width && height && { drawnOn: { width, height } }),
      },
      rectangleProblem(rectangle),
    )
  }
  return out
}

const polygon = z.tuple([z.array(z.number().finite()).min(8).max(10)])

function rectangleOf(
  [left, top, width, height]: readonly [number, number, number, number],
  segmentation: unknown,
  rotation: number,
): Rectangle {
  if (rotation !== 0) return turned({ left, top, width, height }, rotation)
  const { data } = polygon.safeParse(segmentation)
  const [flat = []] = data ?? []
  const drawn = rectangleOfCorners(pointsOf(flat))
  return drawn?.rotationDegrees === undefined ? { left, top, width, height } : drawn
}
