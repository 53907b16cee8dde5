/**
 * What a compressed frame says about itself, read from its first markers before any decoder sees it: JPEG (ISO 10918-1),
 * JPEG-LS (ISO 14495-1), JPEG 2000 and HTJ2K (ISO 15444-1 and -15), the latter two also inside a JP2 file.
 */
import { ImageProblem } from '../raster.js'

export interface Codestream {
  readonly kind: 'jpeg' | 'jpeg-ls' | 'jpeg-2000' | 'ht-jpeg-2000'
  readonly width: number
  readonly height: number
  readonly components: number
  /** Bits of a sample. */
  readonly precision: number
  /** Whether samples are signed (JPEG 2000 alone can say so). */
  readonly signed: boolean
  /** Whether a JPEG holds YCbCr by its own word; undefined where it does not say. */
  readonly ycc?: boolean
  /** Whether its decoder gives plane by plane: a JPEG-LS that holds each component in a scan of its own. */
  readonly planar: boolean
  /** The codestream, without a wrapper. */
  readonly bytes: Uint8Array
}

/** Reads the markers of a frame. Throws an `ImageProblem` where it is none of the kinds. */
export function readCodestream(frame: Uint8Array): Codestream {
  if (frame[0] === 0xff && frame[1] === 0xd8) return readJpeg(frame)
  if (frame[0] === 0xff && frame[1] === 0x4f) return readJpeg2000(frame)
  const inside = unwrapJp2(frame)
  if (inside !== undefined) return readJpeg2000(inside)
  throw new ImageProblem('holds a frame that is neither JPEG nor JPEG 2000')
}

const noCodestream = (what: string) => new ImageProblem(`holds a damaged ${what} frame`)

function readJpeg(bytes: Uint8Array): Codestream {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  let jfif = false
  let adobe: number | undefined
  for (let at = 2; at + 4 <= bytes.length; ) {
    if (bytes[at] !== 0xff) throw noCodestream('JPEG')
    const marker = view.getUint8(at + 1)
    if (marker === 0xff) {
      at++
      continue
    }
    if (marker === 0x01 || (marker >= 0xd0 && marker <= 0xd8)) {
      at += 2
      continue
    }
    const length = view.getUint16(at + 2)
    const end = at + 2 + length
    if (length < 2 || end > bytes.length || marker === 0xda || marker === 0xd9) break
    const text = String.fromCharCode(...bytes.subarray(at + 4, at + 9))
    if (marker === 0xe0 && text.startsWith('JFIF')) jfif = true
    if (marker === 0xee && text === 'Adobe' && length >= 14) adobe = bytes[at + 15]
    const frame = frameKind(marker)
    if (frame !== undefined) {
      if (length < 8) break
      const components = view.getUint8(at + 9)
      if (length < 8 + 3 * components) break
      const ids = Array.from({ length: components }, (_, c) => view.getUint8(at + 10 + 3 * c))
      return {
        kind: frame.kind,
        planar: frame.kind === 'jpeg-ls' && components > 1 && componentsOfScan(view, end) === 1,
        precision: view.getUint8(at + 4),
        height: view.getUint16(at + 5),
        width: view.getUint16(at + 7),
        components,
        signed: false,
        ycc: frame.kind === 'jpeg' && !frame.lossless ? saysYcc(adobe, jfif, ids) : undefined,
        bytes,
      }
    }
    at = end
  }
  throw noCodestream('JPEG')
}

/** What a start-of-frame marker announces; undefined for other markers. */
function frameKind(marker: number): { kind: 'jpeg' | 'jpeg-ls'; lossless: boolean } | undefined {
  if (marker === 0xf7) return { kind: 'jpeg-ls', lossless: false }
  if (marker < 0xc0 || marker > 0xcf || marker === 0xc4 || marker === 0xc8 || marker === 0xcc) return undefined
  if (marker > 0xc3)
    throw new ImageProblem(
      `is a JPEG of a kind that is not read (${marker < 0xc9 ? 'hierarchical' : 'arithmetic coding'})`,
    )
  return { kind: 'jpeg', lossless: marker === 0xc3 }
}

/** How many components the first scan behind a frame header holds; 0 where there is no scan. */
function componentsOfScan(view: DataView, from: number): number {
  for (let at = from; at + 5 <= view.byteLength && view.getUint8(at) === 0xff; at += 2 + view.getUint16(at + 2)) {
    if (view.getUint8(at + 1) === 0xda) return view.getUint8(at + 4)
  }
  return 0
}

/** As libjpeg decides: by Adobe's marker, else JFIF, else the components' names. */
function saysYcc(adobe: number | undefined, jfif: boolean, ids: readonly number[]): boolean | undefined {
  if (ids.length !== 3) return undefined
  if (adobe !== undefined) return adobe === 1
  if (jfif) return true
  return String.fromCharCode(...ids) === 'RGB' ? false : undefined
}

function readJpeg2000(bytes: Uint8Array): Codestream {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  // SIZ comes first (A.5.1): marker, length, capabilities, extent, offset, tile, tile offset, components
  if (bytes.length < 45 || view.getUint16(2) !== 0xff51) throw noCodestream('JPEG 2000')
  const components = view.getUint16(40)
  const [width, height] = [view.getUint32(8) - view.getUint32(16), view.getUint32(12) - view.getUint32(20)]
  const [tileWidth, tileHeight] = [view.getUint32(24), view.getUint32(28)]
  const tiles = Math.ceil(view.getUint32(8) / tileWidth) * Math.ceil(view.getUint32(12) / tileHeight)
  // B.3: at most 65,535 tiles
  if (!(width > 0 && height > 0 && tiles <= 65_535) || components < 1 || bytes.length < 42 + 3 * components) {
    throw noCodestream('JPEG 2000')
  }
  const depth = view.getUint8(42)
  for (let c = 0; c < components; c++) {
    const [own, dx, dy] = bytes.subarray(42 + 3 * c, 45 + 3 * c)
    if (own !== depth || dx !== 1 || dy !== 1) {
      throw new ImageProblem('is a JPEG 2000 image whose components differ in depth or size, which is not read')
    }
  }
  // capabilities: bit 14 announces Part 15 (HTJ2K)
  const high = (view.getUint16(6) & 0x4000) !== 0
  return {
    kind: high ? 'ht-jpeg-2000' : 'jpeg-2000',
    width,
    height,
    components,
    precision: (depth & 0x7f) + 1,
    signed: depth >= 0x80,
    planar: false,
    bytes,
  }
}

/** The codestream in the boxes of a JP2 file; undefined where there are none. */
function unwrapJp2(bytes: Uint8Array): Uint8Array | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (bytes.length < 12 || view.getUint32(4) !== 0x6a50_2020) return undefined
  for (let at = 0; at + 8 <= bytes.length; ) {
    const length = view.getUint32(at)
    if (view.getUint32(at + 4) === 0x6a70_3263) return bytes.subarray(at + (length === 1 ? 16 : 8))
    if (length < 8) return undefined
    at += length
  }
  return undefined
}
