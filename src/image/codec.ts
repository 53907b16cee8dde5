/**
 * PNG, JPEG and TIFF in, PNG and JPEG out; the only door to sharp.
 * The header is read first, so an image of absurd size is refused before any of it is decoded.
 * JPEG decoding equals PIL's bit for bit; colour profiles and gamma are left alone, as PIL does.
 */
import type { Metadata, Sharp } from 'sharp'
import { type ImageFormat, refusalOf, sniffContent } from './content-kind.js'
import type { GreyStep } from './grey-step.js'
import { cmykToRgb, collapseEqualChannels, dropAlpha, ImageProblem, type Raster } from './raster.js'
import { endsJpeg, endsPng, maxPixels, refuseTooManyPixels, refuseTooMuchMemory } from './stored-image.js'
import { endsTiff, tiffSteps, unreadTiffCompression } from './tiff.js'

export { refusalOf, sniffContent, sniffedBytes } from './content-kind.js'
export { maxPixels } from './stored-image.js'

type Library = typeof import('sharp').default

let loaded: Promise<Library> | undefined

/** Loaded by the first image: many a verb, and a process that trains, never meets one. */
function library(): Promise<Library> {
  loaded ??= import('sharp').then(({ default: sharp }) => {
    // A film is read once: keeping decoded images in libvips' cache only costs memory.
    sharp.cache(false)
    return sharp
  })
  return loaded
}

export interface DecodedImage {
  readonly format: ImageFormat
  /** As stored, turned upright by its EXIF orientation; equal channels are kept. */
  readonly raster: Raster
  /** What was done to the stored values. */
  readonly steps: readonly GreyStep[]
  /** The same in words. */
  readonly words: readonly string[]
}

/**
 * Decodes a PNG, JPEG or TIFF, 8 or 16 bit, grey or colour, with the channels that the file has.
 * Throws an `ImageProblem` for everything else, what is not whole, and more than `maxPixels` pixels.
 */
export async function decodeStored(bytes: Uint8Array): Promise<DecodedImage> {
  const kind = sniffContent(bytes)
  const refusal = refusalOf(kind)
  if (refusal !== undefined) throw new ImageProblem(refusal)
  const format = kind as ImageFormat
  // libvips' own words for a failure are shared between threads, so the phrase is made from the bytes.
  const damaged = (error: Error): never => {
    const packed = format === 'tiff' ? unreadTiffCompression(bytes) : undefined
    if (packed !== undefined) {
      throw new ImageProblem(
        `is a TIFF in ${packed} compression, which is not read: save it with LZW or deflate, for example with magick IN -compress LZW OUT.tif`,
        { cause: error },
      )
    }
    throw new ImageProblem(
      isWhole(bytes, format) ? `is a damaged ${names[format]}` : `is a ${names[format]} that ends early (truncated)`,
      {
        cause: error,
      },
    )
  }
  const sharp = await library()
  const options = { failOn: 'error', ignoreIcc: true, limitInputPixels: maxPixels } as const
  const header = await sharp(bytes, { ...options, limitInputPixels: false })
    .metadata()
    .catch(damaged)
  refuseUnread(header)
  const wide = header.depth === 'ushort'
  const grey = header.space === 'b-w' || header.space === 'grey16'
  const cmyk = header.space === 'cmyk'
  // libvips drops alpha on the way to a grey space, so grey with alpha goes by RGB
  const asGrey = grey && !header.hasAlpha
  const space = cmyk ? 'cmyk' : wide ? (asGrey ? 'grey16' : 'rgb16') : asGrey ? 'b-w' : 'srgb'
  const input = sharp(bytes, options)
  // else libvips goes by way of its own RGB
  if (cmyk) input.pipelineColourspace('cmyk')
  const { data, info } = await input
    .timeout({ seconds: decodingSeconds })
    .autoOrient()
    .toColourspace(space)
    .raw({ depth: wide ? 'ushort' : 'uchar' })
    .toBuffer({ resolveWithObject: true })
    .catch(damaged)
  const copy = new Uint8Array(data.length)
  copy.set(data)
  const values = wide ? new Uint16Array(copy.buffer) : copy
  const { width, height, channels } = info
  const raster = cmyk
    ? cmykToRgb(copy, width, height, channels)
    : dropAlpha(values, width, height, channels, wide ? 16 : 8)
  const steps = stepsOf(bytes, format, header)
  return {
    format,
    raster: grey ? collapseEqualChannels(raster) : raster,
    steps,
    words: steps.map((step) => imageWords[step] ?? step),
  }
}

const names = { png: 'PNG', jpeg: 'JPEG', tiff: 'TIFF' } as const
const imageWords: Partial<Record<GreyStep, string>> = {
  turned: 'turned upright by its EXIF orientation',
  alpha: 'alpha laid onto black',
  palette: 'palette to its colours',
  cmyk: 'CMYK to RGB',
  'white-is-zero': 'inverted (WhiteIsZero)',
}
/** No film takes as long; what does is meant to. */
const decodingSeconds = 120

/** Refuses what the header tells to be unreadable, before any of it is decoded. */
function refuseUnread(header: Metadata): void {
  const { width, height, channels, hasAlpha, pages = 1, depth } = header
  refuseTooManyPixels(width, height)
  if (pages > 1) {
    throw new ImageProblem(
      `holds ${pages} pages, and a film is one image: save each page as its own file, for example with magick IN OUT-%02d.png`,
    )
  }
  if (depth !== 'uchar' && depth !== 'ushort') {
    throw new ImageProblem(
      `has pixels of the type ${depth}; 8 and 16 bit without sign are read: save it as 16-bit PNG or TIFF`,
    )
  }
  refuseTooMuchMemory({ width, height, channels, hasAlpha, bytesPerValue: depth === 'ushort' ? 2 : 1 })
}

function stepsOf(bytes: Uint8Array, format: ImageFormat, header: Metadata): GreyStep[] {
  const steps: GreyStep[] = []
  if ((header.orientation ?? 1) > 1) steps.push('turned')
  if (header.isPalette) steps.push('palette')
  if (header.space === 'cmyk') steps.push('cmyk')
  if (header.hasAlpha) steps.push('alpha')
  if (format === 'tiff') steps.push(...tiffSteps(bytes))
  return steps
}

/** Decodes a PNG, JPEG or TIFF as films are used: as `decodeStored`, and grey where the three channels are equal. */
export async function decodeImage(bytes: Uint8Array): Promise<Raster> {
  return collapseEqualChannels((await decodeStored(bytes)).raster)
}

function isWhole(bytes: Uint8Array, format: ImageFormat): boolean {
  return format === 'png' ? endsPng(bytes) : format === 'jpeg' ? endsJpeg(bytes) : endsTiff(bytes)
}

/** A raster as PNG, 8 or 16 bit, grey or RGB, lossless. */
export async function encodePng(raster: Raster): Promise<Uint8Array> {
  return new Uint8Array(await (await pipeline(raster)).png({ compressionLevel: 9 }).toBuffer())
}

/** A raster as JPEG; `quality` from 1 to 100. 16-bit rasters lose their lower 8 bits. */
export async function encodeJpeg(raster: Raster, quality = 90): Promise<Uint8Array> {
  return new Uint8Array(await (await pipeline(raster)).jpeg({ quality, chromaSubsampling: '4:4:4' }).toBuffer())
}

async function pipeline(raster: Raster): Promise<Sharp> {
  const { data, width, height, channels, bitDepth } = raster
  const sharp = await library()
  const input = sharp(data, { raw: { width, height, channels }, limitInputPixels: false })
  if (bitDepth === 16) return input.toColourspace(channels === 1 ? 'grey16' : 'rgb16')
  return channels === 1 ? input.toColourspace('b-w') : input
}
