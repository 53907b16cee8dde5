/** What the Image Pixel module (PS3.3, C.7.6.3) says about the pixels: checked against itself before any memory is taken for them. */
import { ImageProblem } from '../raster.js'
import type { DicomHeader } from './header.js'
import { type ElementName, elements, tagText } from './tags.js'

/** The largest frame that is read, in pixels: twice the largest mammography detector and long films of the spine. */
const maxPixels = 50_000_000

const photometrics = {
  MONOCHROME1: 1,
  MONOCHROME2: 1,
  'PALETTE COLOR': 1,
  RGB: 3,
  YBR_FULL: 3,
  YBR_FULL_422: 3,
  YBR_ICT: 3,
  YBR_RCT: 3,
} as const

export type Photometric = keyof typeof photometrics

export interface PixelFormat {
  readonly rows: number
  readonly columns: number
  readonly frames: number
  readonly samples: 1 | 3
  /** Whether native samples lie plane by plane. */
  readonly planar: boolean
  readonly photometric: Photometric
  readonly bitsAllocated: 1 | 8 | 16 | 32
  readonly bitsStored: number
  readonly highBit: number
  readonly signed: boolean
  readonly notes: readonly string[]
}

/** Reads the format. Throws an `ImageProblem` where there is no image, or none that can be read. */
export function readPixelFormat(header: DicomHeader): PixelFormat {
  const { facts, dataSet } = header
  refuseOtherObjects(header)
  const notes: string[] = []
  const needed = (name: ElementName, keyword: string): number => {
    const value = dataSet.number(name)
    if (value !== undefined && Number.isInteger(value) && value > 0) return value
    const what = value === undefined ? 'does not say' : `says ${value} for`
    throw new ImageProblem(`is a DICOM file that ${what} ${keyword} ${tagText(name.tag)}`)
  }
  const rows = needed(elements.Rows, 'Rows')
  const columns = needed(elements.Columns, 'Columns')
  if (rows * columns > maxPixels) {
    throw new ImageProblem(
      `has ${columns} x ${rows} pixels, more than are read in a DICOM file (at most ${maxPixels / 1e6} million)`,
    )
  }
  const bitsAllocated = needed(elements.BitsAllocated, 'BitsAllocated')
  if (bitsAllocated !== 1 && bitsAllocated !== 8 && bitsAllocated !== 16 && bitsAllocated !== 32) {
    throw new ImageProblem(`has pixels of ${bitsAllocated} allocated bits; 1, 8, 16 and 32 are read`)
  }
  const photometric = photometricOf(facts.photometric, facts.samplesPerPixel, notes)
  const samples = photometrics[photometric]
  if (facts.samplesPerPixel !== undefined && facts.samplesPerPixel !== samples) {
    throw new ImageProblem(`contradicts itself: ${photometric} with ${facts.samplesPerPixel} samples per pixel`)
  }
  const bitsStored = facts.bitsStored ?? bitsAllocated
  if (facts.bitsStored === undefined) notes.push(`BitsStored is missing: taken as ${bitsAllocated}`)
  if (bitsStored < 1 || bitsStored > bitsAllocated) {
    throw new ImageProblem(`contradicts itself: ${bitsStored} bits stored of ${bitsAllocated} allocated`)
  }
  const stated = dataSet.number(elements.HighBit)
  const fits = stated !== undefined && stated >= bitsStored - 1 && stated < bitsAllocated
  if (!fits && stated !== undefined) notes.push(`HighBit ${stated} does not fit ${bitsStored} stored bits: ignored`)
  const frames = Math.trunc(facts.frames)
  if (frames < 1) notes.push(`NumberOfFrames is ${facts.frames}: taken as 1`)
  const { signed } = facts
  return {
    rows,
    columns,
    frames: Math.max(1, frames),
    samples,
    planar: samples === 3 && dataSet.number(elements.PlanarConfiguration) === 1,
    photometric,
    bitsAllocated,
    bitsStored,
    highBit: fits ? stated : bitsStored - 1,
    signed,
    notes,
  }
}

function photometricOf(text: string | undefined, samples: number | undefined, notes: string[]): Photometric {
  const name = text?.toUpperCase().replace(/[_ ]+/g, '_')
  const known = (Object.keys(photometrics) as Photometric[]).find((one) => one.replace(' ', '_') === name)
  if (known !== undefined) return known
  if (text === undefined) {
    const guess = samples === 3 ? 'RGB' : 'MONOCHROME2'
    notes.push(`PhotometricInterpretation is missing: taken as ${guess}`)
    return guess
  }
  throw new ImageProblem(
    `has pixels in ${text.slice(0, 16)}, which is not read; grey, RGB, YBR_FULL and PALETTE COLOR are: convert it with dcmconv or gdcmconv --raw`,
  )
}

/** A DICOM object that holds no image: a report, a presentation state, a waveform, a plan. */
export class NoImage extends ImageProblem {
  /** As the flow of films counts it. */
  static readonly reason = 'DICOM object without an image'
}

const objects: readonly (readonly [uids: RegExp, what: string, remedy?: string])[] = [
  [/^1\.2\.840\.10008\.1\.3\.10$/, 'a DICOMDIR (the table of contents of a disc)', 'give the files it lists'],
  [/^1\.2\.840\.10008\.5\.1\.4\.1\.1\.88\./, 'a structured report'],
  [/^1\.2\.840\.10008\.5\.1\.4\.1\.1\.104\./, 'an encapsulated document'],
  [/^1\.2\.840\.10008\.5\.1\.4\.1\.1\.11\./, 'a presentation state', 'give the images it refers to'],
  [/^1\.2\.840\.10008\.5\.1\.4\.1\.1\.9\./, 'a waveform'],
  [/^1\.2\.840\.10008\.5\.1\.4\.1\.1\.481\.[3589]$/, 'a radiotherapy plan or structure set'],
  [/^1\.2\.840\.10008\.5\.1\.4\.1\.1\.66\.?/, 'a segmentation or registration without pixels'],
]

/** What an object without pixels is; undefined where it has some, or says that they lie elsewhere. */
export function objectWithoutImage({ facts, dataSet, transferSyntax }: DicomHeader): NoImage | undefined {
  const pixels = [elements.PixelData, elements.FloatPixelData, elements.DoubleFloatPixelData]
  if (transferSyntax.packing === 'elsewhere' || pixels.some((element) => dataSet.has(element))) return undefined
  const [, what, remedy] = objects.find(([uids]) => uids.test(facts.sopClassUid ?? '')) ?? []
  if (what !== undefined) return new NoImage(`is ${what}, which holds no film${remedy ? `: ${remedy}` : ''}`)
  const modality = facts.modality === undefined ? '' : ` (Modality ${facts.modality.slice(0, 16)})`
  return new NoImage(`is a DICOM file without pixel data${modality}, which holds no film`)
}

/** What holds no film is named for what it is. */
function refuseOtherObjects(header: DicomHeader): void {
  const { dataSet, transferSyntax } = header
  const { name, packing, uid } = transferSyntax
  if (packing === 'video') {
    throw new ImageProblem('is a DICOM video, which is no film: cut single images out of it, with ffmpeg for example')
  }
  if (packing === 'elsewhere') {
    throw new ImageProblem(`refers to pixels on a server (${name}): export it again with its pixels`)
  }
  if (packing === 'hierarchical' || packing === 'jpeg-xl') {
    const command = packing === 'jpeg-xl' ? 'gdcmconv --raw IN OUT' : 'dcmdjpeg IN OUT'
    throw new ImageProblem(`is packed as ${name} (${uid}), which is not read: unpack it, for example with ${command}`)
  }
  if (dataSet.has(elements.FloatPixelData) || dataSet.has(elements.DoubleFloatPixelData)) {
    throw new ImageProblem(
      'holds floating-point pixels, as computed maps do, which are not read: export it as grey values',
    )
  }
  const other = objectWithoutImage(header)
  if (other !== undefined) throw other
}
