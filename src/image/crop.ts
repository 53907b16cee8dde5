/**
 * A rectangle of interest cut out of an image. At the border nothing is invented: a rectangle that reaches
 * beyond the image is refused, since it most often means coordinates of another image.
 *
 * Upright, its edges are moved to the nearest borders between pixels, so the patch holds the image's own values.
 * Rotated, it keeps its centre, its sides are rounded to whole pixels, and the value at each pixel centre of the patch is
 * interpolated between the four nearest pixel centres of the image (bilinear), rounded half up. Half a pixel beyond the
 * image is taken for rounding of the program that drew it.
 */
import { ImageProblem, type Raster } from './raster.js'
import { cornersOf, type Rectangle, turnOf } from './rectangle.js'

/** The part of a raster inside a rectangle. Throws an `ImageProblem` where the rectangle does not lie within the image. */
export function crop(raster: Raster, rectangle: Rectangle): Raster {
  return (rectangle.rotationDegrees ?? 0) === 0 ? cropUpright(raster, rectangle) : cropRotated(raster, rectangle)
}

function cropUpright(raster: Raster, rectangle: Rectangle): Raster {
  const [left, top] = [nearest(rectangle.left), nearest(rectangle.top)]
  const width = nearest(rectangle.left + rectangle.width) - left
  const height = nearest(rectangle.top + rectangle.height) - top
  if (width < 1 || height < 1) throw tooSmall(rectangle)
  if (left < 0 || top < 0 || left + width > raster.width || top + height > raster.height)
    throw outside(raster, rectangle)
  const { channels } = raster
  const patch = blank(raster, width, height)
  for (let y = 0; y < height; y++) {
    const from = ((top + y) * raster.width + left) * channels
    patch.data.set(raster.data.subarray(from, from + width * channels), y * width * channels)
  }
  return patch
}

function cropRotated(raster: Raster, rectangle: Rectangle): Raster {
  const { channels, data } = raster
  const [width, height] = [nearest(rectangle.width), nearest(rectangle.height)]
  if (width < 1 || height < 1) throw tooSmall(rectangle)
  const [centreX, centreY] = [rectangle.left + rectangle.width / 2, rectangle.top + rectangle.height / 2]
  const inWholePixels = { ...rectangle, left: centreX - width / 2, top: centreY - height / 2, width, height }
  const slack = 0.5 + 1e-9
  const beyond = cornersOf(inWholePixels).some(
    ({ x, y }) => x < -slack || y < -slack || x > raster.width + slack || y > raster.height + slack,
  )
  if (beyond) throw outside(raster, rectangle)
  const { cosine, sine } = turnOf(rectangle.rotationDegrees ?? 0)
  const patch = blank(raster, width, height)
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      const [u, v] = [column + 0.5 - width / 2, row + 0.5 - height / 2]
      // half a pixel less: from the image's coordinates to those of its pixel centres
      const x = within(centreX + u * cosine - v * sine - 0.5, raster.width - 1)
      const y = within(centreY + u * sine + v * cosine - 0.5, raster.height - 1)
      const [left, top] = [Math.floor(x), Math.floor(y)]
      const [a, b] = [x - left, y - top]
      const right = Math.min(left + 1, raster.width - 1)
      const bottom = Math.min(top + 1, raster.height - 1)
      for (let c = 0; c < channels; c++) {
        const at = (column_: number, row_: number) => data[(row_ * raster.width + column_) * channels + c]
        const upper = at(left, top) * (1 - a) + at(right, top) * a
        const lower = at(left, bottom) * (1 - a) + at(right, bottom) * a
        patch.data[(row * width + column) * channels + c] = Math.floor(upper * (1 - b) + lower * b + 0.5)
      }
    }
  }
  return patch
}

function blank(raster: Raster, width: number, height: number): Raster {
  const { channels, bitDepth } = raster
  const size = width * height * channels
  return { ...raster, width, height, data: bitDepth === 8 ? new Uint8Array(size) : new Uint16Array(size) }
}

function nearest(value: number): number {
  return Math.floor(value + 0.5)
}

function within(value: number, high: number): number {
  return value < 0 ? 0 : value > high ? high : value
}

function tooSmall(rectangle: Rectangle): ImageProblem {
  return new ImageProblem(`has a region of ${inWords(rectangle)}, which holds no whole pixel`)
}

function outside(raster: Raster, rectangle: Rectangle): ImageProblem {
  return new ImageProblem(`has a region of ${inWords(rectangle)} outside its ${raster.width} x ${raster.height} pixels`)
}

function inWords({ left, top, width, height, rotationDegrees = 0 }: Rectangle): string {
  const turn = rotationDegrees === 0 ? '' : `, rotated by ${rotationDegrees} degrees,`
  return `${width} x ${height} at (${left}, ${top})${turn}`
}
