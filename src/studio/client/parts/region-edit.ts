/** What keys and the mouse do to a rectangle. Pixels of the upright film; nothing reaches beyond it. */
import { cornersOf, type Point, type Rectangle, turned, turnOf } from '../../../image/rectangle.js'
import type { DrawnRegion } from '../../wire/regions.js'

export interface FilmSize {
  readonly width: number
  readonly height: number
}

/** The least side of a region, in pixels. */
const leastSide = 4

export function fits(rectangle: Rectangle, { width, height }: FilmSize): boolean {
  if (!(rectangle.width >= leastSide && rectangle.height >= leastSide)) return false
  return cornersOf(rectangle).every(({ x, y }) => x >= -1e-6 && y >= -1e-6 && x <= width + 1e-6 && y <= height + 1e-6)
}

/** The region with something of it changed; as it was where that would not fit the film. */
export function changed(region: DrawnRegion, change: Partial<Rectangle>, size: FilmSize): DrawnRegion {
  const { label, ...before } = region
  const { rotationDegrees = 0, ...upright } = { ...before, ...change }
  const after = turned(upright, Math.round(rotationDegrees * 10) / 10)
  return fits(after, size) ? { ...after, ...(label !== undefined && { label }) } : region
}

/** Moved as far as the film goes. */
export function moved(region: DrawnRegion, right: number, down: number, size: FilmSize): DrawnRegion {
  const whole = changed(region, { left: region.left + right, top: region.top + down }, size)
  if (whole !== region) return whole
  const corners = cornersOf(region)
  const [xs, ys] = [corners.map(({ x }) => x), corners.map(({ y }) => y)]
  const held = (step: number, least: number, most: number) => Math.trunc(Math.min(most, Math.max(least, step)))
  const x = held(right, -Math.min(...xs), size.width - Math.max(...xs))
  const y = held(down, -Math.min(...ys), size.height - Math.max(...ys))
  return changed(region, { left: region.left + x, top: region.top + y }, size)
}

/** A region of a third of the film in its middle, to begin with. */
export function middle({ width, height }: FilmSize): DrawnRegion {
  const side = (length: number) => Math.max(Math.min(leastSide, length), Math.round(length / 3))
  const [w, h] = [side(width), side(height)]
  return { left: Math.round((width - w) / 2), top: Math.round((height - h) / 2), width: w, height: h }
}

/** The upright rectangle between two corners, in whole pixels within the film. */
export function between(a: Point, b: Point, { width, height }: FilmSize): Rectangle {
  const held = (value: number, most: number) => Math.min(most, Math.max(0, Math.round(value)))
  const [left, right] = [held(Math.min(a.x, b.x), width), held(Math.max(a.x, b.x), width)]
  const [top, bottom] = [held(Math.min(a.y, b.y), height), held(Math.max(a.y, b.y), height)]
  return { left, top, width: right - left, height: bottom - top }
}

/** Resized by one of its corners (clockwise from the upper left one), the opposite one held. */
export function pulled(region: DrawnRegion, corner: number, to: Point, size: FilmSize): DrawnRegion {
  const held = cornersOf(region)[(corner + 2) % 4] as Point
  const { cosine, sine } = turnOf(region.rotationDegrees ?? 0)
  // In the rectangle's own directions.
  const [dx, dy] = [to.x - held.x, to.y - held.y]
  const across = Math.round(dx * cosine + dy * sine)
  const down = Math.round(dy * cosine - dx * sine)
  const signX = corner === 1 || corner === 2 ? 1 : -1
  const signY = corner === 2 || corner === 3 ? 1 : -1
  const [width, height] = [Math.max(leastSide, signX * across), Math.max(leastSide, signY * down)]
  const [u, v] = [(signX * width) / 2, (signY * height) / 2]
  const [x, y] = [held.x + u * cosine - v * sine, held.y + u * sine + v * cosine]
  return changed(region, { left: x - width / 2, top: y - height / 2, width, height }, size)
}

/** Turned so that its upper side looks to a point. */
export function lookingTo(region: DrawnRegion, { x, y }: Point, size: FilmSize): DrawnRegion {
  const [centreX, centreY] = [region.left + region.width / 2, region.top + region.height / 2]
  const degrees = (Math.atan2(x - centreX, centreY - y) * 180) / Math.PI
  // Near to upright is upright.
  return changed(region, { rotationDegrees: Math.abs(degrees) < 1.5 ? 0 : degrees }, size)
}

export function regionText({ left, top, width, height, rotationDegrees = 0, label }: DrawnRegion): string {
  const brief = (value: number) => Math.round(value * 10) / 10
  const turn = rotationDegrees === 0 ? '' : `, turned by ${rotationDegrees} degrees`
  return `${label ?? 'no label'}: ${brief(width)} x ${brief(height)} pixels at (${brief(left)}, ${brief(top)})${turn}`
}
