/**
 * W3C Web Annotations, as Annotorious and others write them: a list, a page, or one annotation. The target's selector is a
 * media fragment (`xywh=pixel:` or without unit) or an SVG rectangle or polygon of four corners, rotated where it is so; of a
 * circle or an ellipse the rectangle around.
 * The image is the target's source; where there is none, the file's own name is the image's. The label is the tag.
 */
import { z } from 'zod'
import { shortened } from '../../base/shortened.js'
import {
  aroundEllipse,
  pointsOf,
  type Rectangle,
  rectangleOfCorners,
  rectangleProblem,
  turned,
  turnOf,
} from '../../image/rectangle.js'
import { parseForm } from './forms.js'
import { RegionCollector, type RegionReading } from './region.js'

const maxSelectorLength = 4096

const selector = z.looseObject({ type: z.string(), value: z.string().max(maxSelectorLength).optional() })
const source = z.union([z.string(), z.looseObject({ id: z.string() })])
const target = z.union([
  z.string().max(maxSelectorLength),
  z.looseObject({ source: source.optional(), selector: z.union([selector, z.array(selector)]).optional() }),
])
const body = z.looseObject({ purpose: z.string().optional(), value: z.string().optional() })
const annotation = z.looseObject({
  target: z.union([target, z.array(target)]),
  body: z.union([z.string(), body, z.array(body)]).nullish(),
})
/** As much of an annotation as says of which image it is. */
const ofImage = z.looseObject({ target: z.unknown() })
const form = z.array(ofImage)

export function isWebAnnotation(json: unknown): boolean {
  const list = listOf(json)
  return list.length > 0 && list.every((each) => typeof each === 'object' && each !== null && 'target' in each)
}

/** @param imageOfFile the image that the file's own name means */
export function readWebAnnotations(json: unknown, file: string, imageOfFile: string): RegionReading {
  const out = new RegionCollector(file)
  const annotations = parseForm(form, listOf(json), out) ?? []
  for (const [i, written] of annotations.entries()) {
    const place = `annotation ${i + 1}`
    const image = imageOf([written.target].flat()[0]) ?? imageOfFile
    const each = parseForm(annotation, written, out, { keys: [i], image })
    if (each === undefined) continue
    const label = labelOf(each.body)
    if (label === null) {
      out.problem(place, 'has several different tags; leave the one that is the class', image)
      continue
    }
    const targets = Array.isArray(each.target) ? each.target : [each.target]
    for (const one of targets) {
      const drawn = drawnOn(one)
      const image = imageOf(one) ?? imageOfFile
      if (typeof drawn === 'string') out.problem(place, drawn, image)
      else {
        const { rectangle, as } = drawn
        const region = { image, rectangle, place, ...(label && { label }) }
        out.add(region, rectangleProblem(rectangle), as)
      }
    }
  }
  return out
}

function listOf(json: unknown): unknown[] {
  if (Array.isArray(json)) return json
  if (typeof json !== 'object' || json === null) return []
  if ('items' in json && Array.isArray(json.items)) return json.items
  if ('first' in json) return listOf(json.first)
  return 'target' in json ? [json] : []
}

/** A rectangle, and what it was drawn as where that is another shape. */
interface Drawn {
  readonly rectangle: Rectangle
  readonly as?: 'circle' | 'ellipse'
}

/** The image that a target names, whatever is drawn on it. */
function imageOf(given: unknown): string | undefined {
  const { data: written } = z.union([z.string(), z.looseObject({ source })]).safeParse(given)
  const named = typeof written === 'object' ? written.source : written
  return (typeof named === 'object' ? named.id : named)?.split('#')[0] || undefined
}

/** What is drawn on a target's image, or why that is no region. */
function drawnOn(given: z.infer<typeof target>): Drawn | string {
  const whole = 'has no selector, so it means the whole image'
  if (typeof given === 'string') {
    const at = given.indexOf('#')
    return at < 0 ? whole : ofFragment(given.slice(at + 1))
  }
  const selectors =
    given.selector === undefined ? [] : Array.isArray(given.selector) ? given.selector : [given.selector]
  const usable = selectors.find(({ type }) => type === 'FragmentSelector' || type === 'SvgSelector')
  if (usable === undefined) {
    const types = selectors.map(({ type }) => type).join(', ')
    return types === '' ? whole : `has a ${shortened(types)}, not a rectangle`
  }
  const { type, value = '' } = usable
  return type === 'FragmentSelector' ? ofFragment(value) : ofSvg(value)
}

const decimal = String.raw`[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?`

function ofFragment(value: string): Drawn | string {
  const parts = new RegExp(
    `^(?:.*&)?xywh=(?:(pixel|percent):)?(${decimal}),(${decimal}),(${decimal}),(${decimal})(?:&|$)`,
  ).exec(value)
  if (parts === null) return `has the fragment '${value.slice(0, 60)}', which is not xywh=pixel:left,top,width,height`
  if (parts[1] === 'percent') return 'has a rectangle in percent; export it in pixels'
  const [left = Number.NaN, top = Number.NaN, width = Number.NaN, height = Number.NaN] = parts.slice(2).map(Number)
  return { rectangle: { left, top, width, height } }
}

function ofSvg(svg: string): Drawn | string {
  if (/<(?:g|svg)\b[^>]*\stransform\s*=/.test(svg))
    return 'has an SVG that moves its shapes as a group (transform); export it without'
  const shapes = [...svg.matchAll(/<(rect|polygon|path|ellipse|circle|line|polyline)\b([^>]*)>/g)]
  const [shape, another] = shapes
  if (!shape || another) return `has an SVG of ${shapes.length} shapes, not one rectangle`
  const [, name, written = ''] = shape
  const attribute = (key: string) => new RegExp(`(?:^|\\s)${key}\\s*=\\s*["']([^"']*)["']`).exec(written)?.[1]
  const numbers = (key: string) => [...(attribute(key) ?? '').matchAll(new RegExp(decimal, 'g'))].map(Number)
  if (name === 'polygon' && attribute('transform') === undefined) {
    const corners = pointsOf(numbers('points'))
    const rectangle = rectangleOfCorners(corners)
    return rectangle === undefined ? `has a polygon of ${corners.length} corners, not a rectangle` : { rectangle }
  }
  if ((name === 'circle' || name === 'ellipse') && attribute('transform') === undefined) {
    const [cx = 0, cy = 0, r = 0] = ['cx', 'cy', 'r'].map((key) => numbers(key)[0])
    const [rx = r, ry = r] = ['rx', 'ry'].map((key) => numbers(key)[0])
    return { rectangle: aroundEllipse({ x: cx, y: cy }, rx, ry), as: name }
  }
  if (name !== 'rect') return `has an SVG ${name}, not a rectangle; draw a rectangle around what counts`
  const [left = 0, top = 0, width = 0, height = 0] = ['x', 'y', 'width', 'height'].map((key) => numbers(key)[0])
  const upright = { left, top, width, height }
  const turn = attribute('transform')
  if (turn === undefined) return { rectangle: upright }
  if (!/^\s*rotate\([^()]*\)\s*$/.test(turn)) return `has an SVG rectangle with the transform ${turn.slice(0, 40)}`
  const [degrees = 0, centreX = 0, centreY = 0] = numbers('transform')
  return { rectangle: rotatedAbout(upright, degrees, centreX, centreY) }
}

/** SVG turns about a given point: the rectangle turned about its own centre, which the turn has moved. */
function rotatedAbout(rectangle: Rectangle, degrees: number, x: number, y: number): Rectangle {
  const { cosine, sine } = turnOf(degrees)
  const [u, v] = [rectangle.left + rectangle.width / 2 - x, rectangle.top + rectangle.height / 2 - y]
  const left = rectangle.left + (u * cosine - v * sine - u)
  const top = rectangle.top + (u * sine + v * cosine - v)
  return turned({ ...rectangle, left, top }, degrees)
}

/** The one tag of a body; undefined where there is none, null where there are several. */
function labelOf(given: z.infer<typeof annotation>['body']): string | undefined | null {
  if (given === null || given === undefined) return undefined
  if (typeof given === 'string') return given.normalize('NFC').trim() || undefined
  const bodies = Array.isArray(given) ? given : [given]
  const tags = bodies.filter(({ purpose }) => purpose === 'tagging' || purpose === 'classifying')
  const used = tags.length > 0 ? tags : bodies.filter(({ purpose }) => purpose === undefined)
  const values = new Set(used.map(({ value = '' }) => value.normalize('NFC').trim()).filter((value) => value !== ''))
  return values.size > 1 ? null : [...values][0]
}
