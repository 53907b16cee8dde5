/**
 * PNG to stored values (ISO/IEC 15948), without what a browser does to pixels on the way: no colour management, no loss
 * to 8 bits. The values are those that `image/codec.ts` gives.
 */
import { joinBytes } from '../../base/bytes.js'
import type { DecodedImage } from '../../image/codec.js'
import { dropAlpha, ImageProblem } from '../../image/raster.js'
import { endsPng, refuseTooManyPixels, refuseTooMuchMemory } from '../../image/stored-image.js'
import { inflated } from './inflate.js'
import { orientationIn, turned } from './orientation.js'

interface Form {
  readonly width: number
  readonly height: number
  /** Bits of a sample as stored: 1, 2, 4, 8 or 16. */
  readonly depth: number
  readonly colour: 'grey' | 'rgb' | 'palette' | 'grey-alpha' | 'rgba'
  readonly samples: number
  readonly interlaced: boolean
}

interface Chunks {
  readonly form: Form
  readonly palette?: Uint8Array
  /** Of a palette: alpha of its first entries; else the colour that is transparent. */
  readonly transparency?: Uint8Array
  readonly orientation: number
  readonly packed: Uint8Array
}

const colours = {
  0: ['grey', 1],
  2: ['rgb', 3],
  3: ['palette', 1],
  4: ['grey-alpha', 2],
  6: ['rgba', 4],
} as const

const damaged = (cause?: unknown) => new ImageProblem('is a damaged PNG', { cause })

export async function decodePng(bytes: Uint8Array): Promise<DecodedImage> {
  if (!endsPng(bytes)) throw new ImageProblem('is a PNG that ends early (truncated)')
  const { form, palette, transparency, orientation, packed } = readChunks(bytes)
  const { width, height } = form
  const passes = passesOf(form)
  const expected = passes.reduce((sum, { rowBytes, height: rows }) => sum + rows * (rowBytes + 1), 0)
  const data = await inflated(packed, expected)
  if (data === undefined) throw damaged()
  const stored = valuesOf(form, passes, data)
  const { values, channels } = coloured(form, stored, palette, transparency)
  const raster = dropAlpha(values, width, height, channels, form.depth === 16 ? 16 : 8)
  const steps = [
    ...(orientation > 1 ? (['turned'] as const) : []),
    ...(form.colour === 'palette' ? (['palette'] as const) : []),
    ...(channels % 2 === 0 ? (['alpha'] as const) : []),
  ]
  return { format: 'png', raster: turned(raster, orientation), steps, words: [] }
}

function readChunks(bytes: Uint8Array): Chunks {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  let form: Form | undefined
  let palette: Uint8Array | undefined
  let transparency: Uint8Array | undefined
  let orientation = 1
  const packed: Uint8Array[] = []
  for (let at = 8; ; ) {
    const length = view.getUint32(at)
    const type = String.fromCharCode(...bytes.subarray(at + 4, at + 8))
    const end = at + 8 + length
    const content = bytes.subarray(at + 8, end)
    // A capital first letter: nothing can be shown without it.
    if (/^[A-Z]/.test(type) && crc(bytes, at + 4, end) !== view.getUint32(end)) throw damaged()
    if (form === undefined) {
      if (type !== 'IHDR' || length !== 13) throw damaged()
      form = readForm(content)
      refuseLarge(form)
    }
    if (type === 'PLTE') palette = content
    if (type === 'tRNS') transparency = content
    if (type === 'eXIf') orientation = orientationIn(content)
    if (type === 'IDAT') packed.push(content)
    if (type === 'IEND') return { form, palette, transparency, orientation, packed: joinBytes(packed) }
    at = end + 4
  }
}

function readForm(header: Uint8Array): Form {
  const view = new DataView(header.buffer, header.byteOffset, header.byteLength)
  const [width, height] = [view.getUint32(0), view.getUint32(4)]
  const [depth, kind, compression, filtering, interlace] = header.subarray(8)
  const known = colours[kind as keyof typeof colours]
  const depths = kind === 0 ? [1, 2, 4, 8, 16] : kind === 3 ? [1, 2, 4, 8] : [8, 16]
  if (known === undefined || !depths.includes(depth ?? 0) || width === 0 || height === 0) throw damaged()
  if (compression !== 0 || filtering !== 0 || (interlace ?? 2) > 1) throw damaged()
  const [colour, samples] = known
  return { width, height, depth: depth ?? 8, colour, samples, interlaced: interlace === 1 }
}

function refuseLarge({ width, height, depth, colour, samples }: Form): void {
  refuseTooManyPixels(width, height)
  const hasAlpha = samples % 2 === 0
  const channels = colour === 'palette' ? 3 : samples
  refuseTooMuchMemory({ width, height, channels, hasAlpha, bytesPerValue: depth === 16 ? 2 : 1 })
}

interface Pass {
  /** Place of its first pixel, and the distance to the next one, in x and y. */
  readonly from: readonly [number, number]
  readonly step: readonly [number, number]
  readonly width: number
  readonly height: number
  readonly rowBytes: number
}

/** Adam7: first pixel and steps of the seven passes. */
const interlacing = [
  [0, 0, 8, 8],
  [4, 0, 8, 8],
  [0, 4, 4, 8],
  [2, 0, 4, 4],
  [0, 2, 2, 4],
  [1, 0, 2, 2],
  [0, 1, 1, 2],
] as const

function passesOf({ width, height, depth, samples, interlaced }: Form): Pass[] {
  const places = interlaced ? interlacing : ([[0, 0, 1, 1]] as const)
  return places.flatMap(([x, y, dx, dy]) => {
    const [columns, rows] = [Math.ceil((width - x) / dx), Math.ceil((height - y) / dy)]
    if (columns <= 0 || rows <= 0) return []
    const rowBytes = Math.ceil((columns * samples * depth) / 8)
    return [{ from: [x, y], step: [dx, dy], width: columns, height: rows, rowBytes }] as const
  })
}

/** Samples as stored, pixel by pixel, from the filtered rows of all passes; `data` holds exactly those. */
function valuesOf(form: Form, passes: readonly Pass[], data: Uint8Array): Uint8Array | Uint16Array {
  const { width, height, depth, samples } = form
  const count = width * height * samples
  const out = depth === 16 ? new Uint16Array(count) : new Uint8Array(count)
  const pixelBytes = Math.max(1, (samples * depth) / 8)
  let at = 0
  for (const pass of passes) {
    let above: Uint8Array = new Uint8Array(pass.rowBytes)
    for (let row = 0; row < pass.height; row++) {
      const line = data.subarray(at + 1, at + 1 + pass.rowBytes)
      unfilter(data[at] as number, line, above, pixelBytes)
      place(form, pass, row, line, out)
      above = line
      at += pass.rowBytes + 1
    }
  }
  return out
}

/** Undoes a row's filter in its place (clause 9). */
function unfilter(filter: number, line: Uint8Array, above: Uint8Array, pixelBytes: number): void {
  if (filter === 0) return
  if (filter > 4) throw damaged()
  for (let i = 0; i < line.length; i++) {
    const left = i < pixelBytes ? 0 : (line[i - pixelBytes] as number)
    const up = above[i] as number
    const corner = i < pixelBytes ? 0 : (above[i - pixelBytes] as number)
    const predicted =
      filter === 1 ? left : filter === 2 ? up : filter === 3 ? (left + up) >> 1 : paeth(left, up, corner)
    line[i] = (line[i] as number) + predicted
  }
}

function paeth(left: number, up: number, corner: number): number {
  const [toLeft, toUp, toCorner] = [Math.abs(up - corner), Math.abs(left - corner), Math.abs(left + up - 2 * corner)]
  if (toLeft <= toUp && toLeft <= toCorner) return left
  return toUp <= toCorner ? up : corner
}

function place(form: Form, pass: Pass, row: number, line: Uint8Array, out: Uint8Array | Uint16Array): void {
  const { width, depth, samples } = form
  const {
    from: [x, y],
    step: [dx, dy],
  } = pass
  const mask = 2 ** depth - 1
  for (let i = 0; i < pass.width * samples; i++) {
    const bit = i * depth
    const value =
      depth === 16
        ? ((line[2 * i] as number) << 8) | (line[2 * i + 1] as number)
        : ((line[bit >> 3] as number) >> (8 - depth - (bit & 7))) & mask
    const column = Math.floor(i / samples)
    out[((y + row * dy) * width + x + column * dx) * samples + (i % samples)] = value
  }
}

/** Samples to grey or colour of 8 or 16 bits, with alpha where there is any. */
function coloured(
  { depth, colour, samples }: Form,
  stored: Uint8Array | Uint16Array,
  palette: Uint8Array | undefined,
  transparency: Uint8Array | undefined,
): { values: Uint8Array | Uint16Array; channels: number } {
  if (colour === 'palette') return throughPalette(stored, palette, transparency)
  const scale = depth < 8 ? 255 / (2 ** depth - 1) : 1
  if (transparency === undefined || samples % 2 === 0) {
    return { values: scale === 1 ? stored : stored.map((value) => value * scale), channels: samples }
  }
  const clear = Array.from(
    { length: samples },
    (_, c) => ((transparency[2 * c] ?? 0) << 8) | (transparency[2 * c + 1] ?? 0),
  )
  const pixels = stored.length / samples
  const channels = samples + 1
  const out = depth === 16 ? new Uint16Array(pixels * channels) : new Uint8Array(pixels * channels)
  for (let p = 0; p < pixels; p++) {
    let hidden = true
    for (let c = 0; c < samples; c++) {
      const value = stored[p * samples + c] as number
      if (value !== clear[c]) hidden = false
      out[p * channels + c] = value * scale
    }
    out[p * channels + samples] = hidden ? 0 : depth === 16 ? 65_535 : 255
  }
  return { values: out, channels }
}

function throughPalette(
  stored: Uint8Array | Uint16Array,
  palette: Uint8Array | undefined,
  transparency: Uint8Array | undefined,
): { values: Uint8Array; channels: number } {
  if (palette === undefined || palette.length % 3 !== 0) throw damaged()
  const entries = palette.length / 3
  const channels = transparency === undefined ? 3 : 4
  const values = new Uint8Array(stored.length * channels)
  stored.forEach((entry, p) => {
    if (entry >= entries) throw damaged()
    for (let c = 0; c < 3; c++) values[p * channels + c] = palette[3 * entry + c] as number
    if (transparency !== undefined) values[p * channels + 3] = transparency[entry] ?? 255
  })
  return { values, channels }
}

const crcTable = Uint32Array.from({ length: 256 }, (_, n) => {
  let value = n
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? 0xedb8_8320 ^ (value >>> 1) : value >>> 1
  return value
})

function crc(bytes: Uint8Array, from: number, to: number): number {
  let value = 0xffff_ffff
  for (let at = from; at < to; at++)
    value = (crcTable[(value ^ (bytes[at] as number)) & 0xff] as number) ^ (value >>> 8)
  return (value ^ 0xffff_ffff) >>> 0
}
