/** What is refused of a PNG or a JPEG before its pixels are decoded, whatever decodes them. */
import { ImageProblem } from './raster.js'

/** The largest image that is decoded, in pixels. */
export const maxPixels = 100_000_000
/** The most memory that decoding may take, in bytes by `bytesPerPixel`. */
const maxDecodingBytes = 450_000_000

export interface StoredForm {
  readonly width: number
  readonly height: number
  /** Alpha included. */
  readonly channels: number
  readonly hasAlpha: boolean
  readonly bytesPerValue: 1 | 2
}

export function refuseTooManyPixels(width: number, height: number): void {
  if (width * height <= maxPixels) return
  throw new ImageProblem(`has ${width} x ${height} pixels, more than are read (at most ${maxPixels / 1e6} million)`)
}

export function refuseTooMuchMemory(form: StoredForm): void {
  const { width, height } = form
  const most = Math.floor(maxDecodingBytes / bytesPerPixel(form))
  if (width * height <= most) return
  throw new ImageProblem(
    `has ${width} x ${height} pixels with colour or alpha, more than are read of such (at most ${Math.floor(most / 1e6)} million): save it as grey`,
  )
}

/** Memory that decoding takes for a pixel: the values twice, and once more where channels are dropped or joined (measured: 4, 7 and 25 bytes for grey of 16 bits, RGB of 8 and RGBA of 16). */
function bytesPerPixel({ channels, hasAlpha, bytesPerValue }: StoredForm): number {
  const worked = hasAlpha ? 4 : channels
  return worked * bytesPerValue * (worked === 1 ? 2 : 3)
}

/** Whether the chunks of a PNG lead to its end chunk. */
export function endsPng(bytes: Uint8Array): boolean {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  for (let at = 8; at + 12 <= bytes.length; at += 12 + view.getUint32(at)) {
    if (view.getUint32(at + 4) === 0x49454e44) return true
  }
  return false
}

/** Whether a JPEG has its end marker; some cameras append a little after it. */
export function endsJpeg(bytes: Uint8Array): boolean {
  const last = bytes.lastIndexOf(0xd9)
  return last > 0 && bytes[last - 1] === 0xff && bytes.length - last < 1024
}
