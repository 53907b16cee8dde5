/**
 * A rectangle of interest in an image, and its geometry. Coordinates run continuously over the upright image: the origin
 * is the upper left corner of the upper left pixel, a pixel is 1 x 1, so the centre of the first pixel lies at (0.5, 0.5).
 */
import { elementAt } from '../base/element-at.js'

export interface Rectangle {
  /** Pixels; may hold fractions. With a rotation these are the values before it. */
  readonly left: number
  readonly top: number
  readonly width: number
  readonly height: number
  /** Clockwise as seen, about the rectangle's centre; absent: 0. */
  readonly rotationDegrees?: number
}

export interface Point {
  readonly x: number
  readonly y: number
}

/** The largest coordinate that is taken for one of a film. */
const farthest = 1e6

/**
 * Reads `left,top,width,height[,rotation]`. Undefined where that is not four or five numbers; the area may be zero.
 */
export function parseRectangle(text: string): Rectangle | undefined {
  const parts = text.trim().split(/[,;\s]+/)
  if (!parts.every((part) => /^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i.test(part))) return undefined
  const [left, top, width, height, rotation = 0, ...others] = parts.map(Number)
  if (left === undefined || top === undefined || width === undefined || height === undefined || others.length > 0)
    return undefined
  return turned({ left, top, width, height }, rotation)
}

/** As `parseRectangle` reads it. */
export function rectangleText({ left, top, width, height, rotationDegrees = 0 }: Rectangle): string {
  return [left, top, width, height, ...(rotationDegrees === 0 ? [] : [rotationDegrees])].join(',')
}

/** The rectangle with a rotation about its centre, in -180 < degrees <= 180. */
export function turned(rectangle: Rectangle, degrees: number): Rectangle {
  const { left, top, width, height } = rectangle
  const turn = ((degrees % 360) + 360) % 360
  const rotationDegrees = turn > 180 ? turn - 360 : turn
  return { left, top, width, height, ...(rotationDegrees !== 0 && { rotationDegrees }) }
}

/** What keeps a rectangle from being one, as a phrase; undefined where nothing does. */
export function rectangleProblem({ left, top, width, height, rotationDegrees = 0 }: Rectangle): string | undefined {
  const numbers = [left, top, width, height, rotationDegrees]
  if (numbers.some((n) => !Number.isFinite(n) || Math.abs(n) > farthest)) {
    return `has coordinates that no film has (${numbers.join(', ')})`
  }
  if (!(width > 0 && height > 0)) return `has no area (${width} x ${height} pixels)`
  if ([left, top, width, height, left + width, top + height].every((n) => Math.abs(n) <= 1.5)) {
    return `lies within the image's first pixel (${left}, ${top}, ${width}, ${height}): are these shares of the image, from 0 to 1? multiply left and width by its width in pixels, top and height by its height`
  }
  return Math.min(width, height) < 1 ? `is less than a pixel wide or high (${width} x ${height} pixels)` : undefined
}

/** The upright rectangle around a circle or an ellipse, given its centre, its radii and its turn, clockwise. */
export function aroundEllipse({ x, y }: Point, radiusX: number, radiusY: number, degrees = 0): Rectangle {
  const { cosine, sine } = turnOf(degrees)
  const halfWidth = Math.hypot(radiusX * cosine, radiusY * sine)
  const halfHeight = Math.hypot(radiusX * sine, radiusY * cosine)
  return { left: x - halfWidth, top: y - halfHeight, width: 2 * halfWidth, height: 2 * halfHeight }
}

/** The corners, clockwise from what was the upper left one before the rotation. */
export function cornersOf({ left, top, width, height, rotationDegrees = 0 }: Rectangle): Point[] {
  const { cosine, sine } = turnOf(rotationDegrees)
  const [x0, y0] = [left + width / 2, top + height / 2]
  const corner = (u: number, v: number): Point => ({
    x: x0 + ((u * width) / 2) * cosine - ((v * height) / 2) * sine,
    y: y0 + ((u * width) / 2) * sine + ((v * height) / 2) * cosine,
  })
  return [corner(-1, -1), corner(1, -1), corner(1, 1), corner(-1, 1)]
}

/** Cosine and sine of degrees, exact for quarter turns. */
export function turnOf(degrees: number): { cosine: number; sine: number } {
  const quarters = degrees / 90
  if (Number.isInteger(quarters)) {
    const quarter = ((quarters % 4) + 4) % 4
    return { cosine: elementAt([1, 0, -1, 0], quarter), sine: elementAt([0, 1, 0, -1], quarter) }
  }
  const angle = (degrees * Math.PI) / 180
  return { cosine: Math.cos(angle), sine: Math.sin(angle) }
}

/** Points from x, y, x, y and so on. */
export function pointsOf(flat: readonly number[]): Point[] {
  return flat.flatMap((x, i) => {
    const y = flat[i + 1]
    return i % 2 === 0 && y !== undefined ? [{ x, y }] : []
  })
}

/**
 * The rectangle that four corners in order make, turned by at most 45 degrees to either side; a fifth corner may repeat the
 * first. Undefined where they make none: corners may miss their place by a pixel or a fiftieth of the longer side.
 */
export function rectangleOfCorners(points: readonly Point[]): Rectangle | undefined {
  const [a, b, c, d, again, ...others] = points
  if (a === undefined || b === undefined || c === undefined || d === undefined || others.length > 0) return undefined
  if (again !== undefined && !(distance(a, again) < 1e-6)) return undefined
  const [ab, bc] = [distance(a, b), distance(b, c)]
  const slack = Math.max(1, 0.02 * Math.max(ab, bc))
  const skew = distance({ x: a.x + c.x, y: a.y + c.y }, { x: b.x + d.x, y: b.y + d.y })
  if (skew > slack || Math.abs(distance(a, c) - distance(b, d)) > slack) return undefined
  const centre = { x: (a.x + b.x + c.x + d.x) / 4, y: (a.y + b.y + c.y + d.y) / 4 }
  // Of the two sides, the one nearer to horizontal is the width.
  const level = Math.abs(b.x - a.x) >= Math.abs(b.y - a.y)
  const [from, to] = level ? [a, b] : [b, c]
  const angle = (Math.atan2(to.y - from.y, to.x - from.x) * 180) / Math.PI
  const [width, height] = level ? [ab, bc] : [bc, ab]
  const upright = angle > 90 ? angle - 180 : angle < -90 ? angle + 180 : angle
  return turned({ left: centre.x - width / 2, top: centre.y - height / 2, width, height }, upright)
}

/** Area that two rectangles share over the area that they cover together: 1 for equal ones, 0 for separate ones. */
export function overlap(a: Rectangle, b: Rectangle): number {
  const apart = Math.hypot(a.left + a.width / 2 - b.left - b.width / 2, a.top + a.height / 2 - b.top - b.height / 2)
  if (apart > (Math.hypot(a.width, a.height) + Math.hypot(b.width, b.height)) / 2) return 0
  const shared = area(clip(cornersOf(a), cornersOf(b)))
  return shared / (a.width * a.height + b.width * b.height - shared)
}

/** What of a convex polygon lies in another, both clockwise as seen (Sutherland and Hodgman 1974). */
function clip(polygon: readonly Point[], window: readonly Point[]): readonly Point[] {
  return window.reduce<readonly Point[]>((rest, from, i) => {
    const to = elementAt(window, (i + 1) % window.length)
    const inside = ({ x, y }: Point) => (to.x - from.x) * (y - from.y) - (to.y - from.y) * (x - from.x)
    return rest.flatMap((point, k) => {
      const before = elementAt(rest, (k + rest.length - 1) % rest.length)
      const [now, then] = [inside(point), inside(before)]
      const crossing = {
        x: before.x + ((point.x - before.x) * then) / (then - now),
        y: before.y + ((point.y - before.y) * then) / (then - now),
      }
      if (now >= 0) return then >= 0 ? [point] : [crossing, point]
      return then >= 0 ? [crossing] : []
    })
  }, polygon)
}

function area(points: readonly Point[]): number {
  const doubled = points.reduce((sum, p, i) => {
    const q = elementAt(points, (i + 1) % points.length)
    return sum + p.x * q.y - q.x * p.y
  }, 0)
  return Math.abs(doubled) / 2
}

function distance(a: Point, b: Point): number {
  return Math.hypot(a.x - b.x, a.y - b.y)
}
