/**
 * A film's file of any supported kind to its pixels: the one way in. What a file is, its content decides. A DICOM file
 * becomes what a viewer shows of it; every step that changes values on the way is named.
 */
import { decodeStored } from './codec.js'
import { sniffContent } from './content-kind.js'
import { display, displayRaster, type GreyView } from './dicom/display.js'
import { type DicomFacts, readDicomHeader } from './dicom/header.js'
import type { StoredData } from './dicom/samples.js'
import { readStoredValues } from './dicom/stored-values.js'
import type { VoiChoice } from './dicom/voi.js'
import type { GreyStep } from './grey-step.js'
import { collapseEqualChannels, levelsOf, type Raster } from './raster.js'

export interface FilmOptions {
  /** Which frame of a file that holds several, from 1; by default the first. */
  readonly frame?: number
  /** Which of a DICOM file's windows or tables is shown; by default the first table, else the first window. */
  readonly voi?: VoiChoice
}

export interface FilmFile {
  readonly format: 'png' | 'jpeg' | 'tiff' | 'dicom'
  readonly rows: number
  readonly columns: number
  readonly frames: number
  /** Channels of the stored values. */
  readonly channels: 1 | 3
  readonly bitsStored: number
  /** UID and name; of a DICOM file. */
  readonly transferSyntax?: { readonly uid: string; readonly name: string }
  readonly photometric?: string
  /** Values as the file holds them, row by row, channels interleaved. */
  readonly stored: StoredData
  readonly display: {
    readonly channels: 1 | 3
    /** 0..1 of the shown value at an index, row by row, channels interleaved. */
    readonly levelAt: (index: number) => number
    /** Of a grey DICOM file. */
    readonly grey?: GreyView
  }
  readonly steps: readonly GreyStep[]
  /** The steps in words, with their figures. */
  readonly words: readonly string[]
  /** What the file says wrongly, or what is wrong for a film, and how it was read. */
  readonly notes: readonly string[]
  /** What a DICOM file says about the film. */
  readonly dicom?: DicomFacts
  /** The film as it is used: grey where its channels are equal everywhere. */
  raster(): Raster
}

export interface DecodedFilm {
  readonly format: FilmFile['format'] | 'npz'
  readonly raster: Raster
  readonly steps: readonly GreyStep[]
  readonly notes: readonly string[]
  readonly dicom?: DicomFacts
}

/** Reads a film's file. Throws an `ImageProblem` where it is none, damaged, or of a kind that is not read. */
export async function readFilm(bytes: Uint8Array, options: FilmOptions = {}): Promise<FilmFile> {
  return sniffContent(bytes) === 'dicom' ? readDicom(bytes, options) : readImage(bytes)
}

/** A film's pixels, and what was done to them. Throws as `readFilm`. */
export async function decodeFilm(bytes: Uint8Array, options: FilmOptions = {}): Promise<DecodedFilm> {
  const film = await readFilm(bytes, options)
  const { format, steps, notes, dicom } = film
  return { format, raster: film.raster(), steps, notes, dicom }
}

async function readDicom(bytes: Uint8Array, { frame = 1, voi }: FilmOptions): Promise<FilmFile> {
  const header = readDicomHeader(bytes)
  const stored = await readStoredValues(header, frame)
  const shown = display(header, stored, frame, voi)
  const { rows, columns, frames, samples, bitsStored, photometric } = stored.format
  const several = frames > 1
  const { uid, name } = header.transferSyntax
  return {
    format: 'dicom',
    rows,
    columns,
    frames,
    channels: samples,
    bitsStored,
    transferSyntax: { uid, name },
    photometric,
    stored: stored.data,
    display: shown,
    steps: [...(several ? (['one-of-frames'] as const) : []), ...shown.steps],
    words: [...(several ? [`frame ${frame} of ${frames}`] : []), ...shown.words],
    notes: [...stored.notes, ...shown.notes],
    dicom: header.facts,
    raster: () => displayRaster(shown, stored),
  }
}

async function readImage(bytes: Uint8Array): Promise<FilmFile> {
  const { format, raster, steps, words } = await decodeStored(bytes)
  const { width, height, channels, bitDepth, data } = raster
  const full = 2 ** bitDepth - 1
  return {
    format,
    rows: height,
    columns: width,
    frames: 1,
    channels,
    bitsStored: bitDepth,
    stored: data,
    display: { channels, levelAt: levelsOf(data, (value) => value / full) },
    steps,
    words,
    notes: [],
    raster: () => collapseEqualChannels(raster),
  }
}
