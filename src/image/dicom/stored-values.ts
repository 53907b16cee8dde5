/**
 * One frame's stored values, as the pixel data hold them: unpacked, shifted down from the high bit, cleared of what lies in
 * unused bits (overlays), with their sign. Colour stays as it is stored, apart from what belongs to a codec.
 */
import { ImageProblem } from '../raster.js'
import { decodeCodestream } from './codecs.js'
import { type Codestream, readCodestream } from './codestream.js'
import type { Element } from './element-reader.js'
import { encapsulatedFrame, startsCodestream } from './frames.js'
import type { DicomHeader } from './header.js'
import { type PixelFormat, readPixelFormat } from './pixel-format.js'
import { startsRle, unpackRle } from './rle.js'
import { bitsOf, interleaved, joinedPlanes, type StoredData, shiftDown, unhalved } from './samples.js'
import { elements } from './tags.js'
import type { Packing } from './transfer-syntax.js'

export interface StoredFrame {
  /** As the file says; `bitsStored` as the values turned out where a codestream knows better. */
  readonly format: PixelFormat
  /** Values row by row, channels interleaved. */
  readonly data: StoredData
  /** What three channels are. */
  readonly colour: 'none' | 'rgb' | 'ybr'
  /** What the file says wrongly and how it was read. */
  readonly notes: readonly string[]
}

/** Words of samples, channels interleaved, and which of their bits count. */
interface Words {
  readonly data: StoredData
  /** How many bits count: fewer than are stored in a codestream of less depth. */
  readonly bits: number
  /** The highest bit that counts. */
  readonly highBit: number
  readonly colour: 'none' | 'rgb' | 'ybr'
  readonly notes: readonly string[]
}

/** Decodes a frame, from 1. Throws an `ImageProblem` where the file holds none such, or a damaged one. */
export async function readStoredValues(header: DicomHeader, frame = 1): Promise<StoredFrame> {
  const format = readPixelFormat(header)
  if (frame > format.frames) {
    throw new ImageProblem(`has ${format.frames} frame${format.frames === 1 ? '' : 's'}; there is no frame ${frame}`)
  }
  const { data, bits, highBit, colour, notes } = await readWords(header, format, frame)
  return {
    format: { ...format, bitsStored: Math.max(bits, format.bitsStored) },
    data: valuesOf(data, bits, highBit, format.signed, overlayInPixels(header)),
    colour,
    notes: [...header.notes, ...format.notes, ...notes],
  }
}

async function readWords(header: DicomHeader, format: PixelFormat, frame: number): Promise<Words> {
  const { bytes, dataSet, transferSyntax } = header
  const element = dataSet.element(elements.PixelData) as Element
  const { name, packing } = transferSyntax
  if (!element.open) {
    const words = nativeWords(header, format, frame, bytes.subarray(element.start, element.end))
    if (packing === 'native') return words
    return { ...words, notes: [`${name} is stated, but the pixels are not compressed`] }
  }
  const asked = { frame, frames: format.frames, startsFrame: startOf(packing, format) }
  const packed = encapsulatedFrame(bytes, dataSet, asked)
  if (packing === 'rle') return rleWords(packed, format)
  if (packing === 'encapsulated') return nativeWords(header, { ...format, frames: 1 }, 1, packed)
  return codestreamWords(packed, format, header)
}

/** How the beginning of a frame is told from a later part of one. */
function startOf(packing: Packing, { samples, bitsAllocated }: PixelFormat): (bytes: Uint8Array) => boolean {
  if (packing === 'rle') return (bytes) => startsRle(bytes, (samples * bitsAllocated) / 8)
  // bytes of pixels can't be told apart
  return packing === 'encapsulated' ? () => true : startsCodestream
}

function colourOf({ samples, photometric }: PixelFormat): 'none' | 'rgb' | 'ybr' {
  return samples === 1 ? 'none' : photometric.startsWith('YBR') ? 'ybr' : 'rgb'
}

/** Pixels as PS3.5 chapter 8 lays them out. */
function nativeWords(header: DicomHeader, format: PixelFormat, frame: number, data: Uint8Array): Words {
  const { rows, columns, samples, bitsAllocated, bitsStored, highBit, photometric } = format
  const halved = photometric === 'YBR_FULL_422'
  const words = rows * columns * (halved ? 2 : samples)
  const bits = words * bitsAllocated
  const [from, to] = [((frame - 1) * bits) / 8, (frame * bits) / 8]
  if (data.length < Math.ceil(to)) {
    const more = format.frames > 1 ? ` x ${format.frames} frames` : ''
    throw new ImageProblem(
      `is a DICOM file that ends early (truncated): ${data.length} bytes of pixel data, where ${columns} x ${rows} pixels${more} need ${Math.ceil((format.frames * bits) / 8)}`,
    )
  }
  if (halved && (bitsAllocated !== 8 || columns % 2 !== 0)) {
    throw new ImageProblem('has YBR_FULL_422 pixels that are not 8 bit or of odd width, which is not read')
  }
  const stored = { bits: bitsStored, highBit, colour: colourOf(format), notes: [] }
  if (bitsAllocated === 1) return { ...stored, data: bitsOf(data, (frame - 1) * words, words) }
  const big = header.transferSyntax.bigEndianPixels
  const element = header.dataSet.element(elements.PixelData) as Element
  // Bytes in words of 16 bits are swapped with the words (PS3.5, D.2 and D.3).
  const swapped = bitsAllocated === 8 ? big && element.vr === 'OW' : big
  const values = wordsOf(data, from, to, bitsAllocated, swapped)
  return { ...stored, data: halved ? unhalved(values) : format.planar ? interleaved(values, samples) : values }
}

/** The words in the bytes `from` to `to`. */
function wordsOf(data: Uint8Array, from: number, to: number, bits: 8 | 16 | 32, swapped: boolean): StoredData {
  const size = bits / 8
  // swapped bytes go in pairs, though a frame may begin or end in the middle of one
  const unit = Math.max(2, size)
  const first = Math.floor(from / unit) * unit
  const bytes = new Uint8Array(Math.ceil((to - first) / unit) * unit)
  bytes.set(data.subarray(first, first + bytes.length))
  if (swapped) for (let at = 0; at < bytes.length; at += unit) bytes.subarray(at, at + unit).reverse()
  const [start, count] = [from - first, (to - from) / size]
  if (size === 1) return bytes.subarray(start, start + count)
  return size === 2 ? new Uint16Array(bytes.buffer, start, count) : new Uint32Array(bytes.buffer, start, count)
}

function rleWords(packed: Uint8Array, format: PixelFormat): Words {
  const { rows, columns, samples, bitsAllocated, bitsStored, highBit } = format
  const size = bitsAllocated / 8
  const pixels = rows * columns
  if (bitsAllocated === 1) throw new ImageProblem('has single bits in RLE, which is not read')
  const data = joinedPlanes(unpackRle(packed, pixels, samples * size), pixels, samples, size)
  return { data, bits: bitsStored, highBit, colour: colourOf(format), notes: [] }
}

async function codestreamWords(packed: Uint8Array, format: PixelFormat, header: DicomHeader): Promise<Words> {
  const { rows, columns, samples, bitsStored } = format
  const { name, packing } = header.transferSyntax
  const stream = readCodestream(packed)
  if (stream.width !== columns || stream.height !== rows) {
    throw new ImageProblem(
      `contradicts itself: ${columns} x ${rows} pixels in its header, ${stream.width} x ${stream.height} in its compressed frame`,
    )
  }
  if (stream.components !== samples) {
    throw new ImageProblem(
      `contradicts itself: ${samples} samples per pixel in its header, ${stream.components} in its compressed frame`,
    )
  }
  if (stream.precision > 16)
    throw new ImageProblem(`has compressed pixels of ${stream.precision} bits; up to 16 are read`)
  const notes = stream.kind === packing ? [] : [`${name} is stated, but the frame is ${stream.kind.toUpperCase()}`]
  const values = await decodeCodestream(stream)
  const data = stream.planar ? interleaved(values, samples) : values
  const colour = colourIn(stream, format)
  // A codestream knows its depth; that bits above the stored ones hold overlays is for an overlay to say.
  const wider = stream.precision > bitsStored && !overlayInPixels(header) && bitsAbove(data, bitsStored)
  if (wider && !(format.signed && signsReachUp(data, bitsStored))) {
    notes.push(`${bitsStored} bits are stated, but the compressed frame has ${stream.precision}`)
    return { data, bits: stream.precision, highBit: stream.precision - 1, colour, notes }
  }
  const bits = Math.min(stream.precision, bitsStored)
  return { data, bits, highBit: bits - 1, colour, notes }
}

/** JPEG 2000 undoes its own colour transforms; what a JPEG says of itself goes before the header's word. */
function colourIn(stream: Codestream, { samples, photometric }: PixelFormat): 'none' | 'rgb' | 'ybr' {
  if (samples === 1) return 'none'
  if (photometric === 'YBR_ICT' || photometric === 'YBR_RCT') return 'rgb'
  return (stream.ycc ?? photometric.startsWith('YBR')) ? 'ybr' : 'rgb'
}

function overlayInPixels({ dataSet }: DicomHeader): boolean {
  return dataSet.tags().some((tag) => {
    const group = tag >>> 16
    return (
      group >= 0x6000 && group <= 0x60ff && (tag & 0xffff) === 0x0102 && (dataSet.number({ tag, vr: 'US' }) ?? 0) > 0
    )
  })
}

function bitsAbove(data: StoredData, bits: number): boolean {
  const [low, high] = [-(2 ** (bits - 1)), 2 ** bits - 1]
  return data.some((value) => value > high || value < low)
}

/** Words to values: the bits from `highBit` down, the topmost as the sign where values are signed. */
function valuesOf(words: StoredData, bits: number, highBit: number, signed: boolean, overlay: boolean): StoredData {
  const down = highBit + 1 - bits
  const size = words.BYTES_PER_ELEMENT * 8
  if (down === 0 && (bits === size || (signed && !overlay && signsReachUp(words, bits))))
    return sameWords(words, signed)
  const unsigned = sameWords(words, false)
  const out = sameWords(new (unsigned.constructor as Uint16ArrayConstructor)(words.length), signed)
  shiftDown(unsigned, out, down, bits, signed)
  return out
}

/** The same words with or without a sign. */
function sameWords({ buffer, byteOffset, length, BYTES_PER_ELEMENT: size }: StoredData, signed: boolean): StoredData {
  if (size === 1) return signed ? new Int8Array(buffer, byteOffset, length) : new Uint8Array(buffer, byteOffset, length)
  if (size === 2)
    return signed ? new Int16Array(buffer, byteOffset, length) : new Uint16Array(buffer, byteOffset, length)
  return signed ? new Int32Array(buffer, byteOffset, length) : new Uint32Array(buffer, byteOffset, length)
}

/**
 * Whether negative words carry their sign through the unused bits, and no others have anything there but zeros: then the
 * words are whole numbers, even where one is beyond the range of the stored bits, as some writers' are.
 */
function signsReachUp(words: StoredData, bits: number): boolean {
  let negative = false
  for (const word of sameWords(words, true)) {
    const above = word >> (bits - 1)
    // -1: a negative number; 0 and 1: nothing above the stored bits
    if (above === -1) negative = true
    else if (above !== 0 && above !== 1) return false
  }
  return negative
}
