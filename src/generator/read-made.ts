/**
 * What a called generator has left: images of one size, a folder a class. Whoever made them may have made anything: files are
 * counted before they are listed, measured before they are read, and no link is followed.
 */
import path from 'node:path'
import { throwProblems } from '../base/errors.js'
import { type BareEntry, exists, liesWithin, listAtMost, Unreadable } from '../base/files.js'
import { count, counted } from '../base/format.js'
import { type NDArray, zeros } from '../base/ndarray.js'
import { shownLine } from '../base/shown.js'
import { mapBounded } from '../dataset/bounded.js'
import { readRaster } from '../dataset/load.js'
import { pixelHashOf } from '../dataset/pixel-hash.js'
import { isSystemEntry } from '../dataset/reader.js'
import { ImageProblem, type Raster } from '../image/raster.js'
import { toPixels } from '../image/resize.js'
import type { ImageSpec } from './contract.js'

/** Images of a class, in the order of their names. */
export interface MadeImages {
  /** uint8 [N, H, W, channels]. */
  readonly pixels: NDArray<'uint8'>
  /** Of each: what may be shown, and the hash of its decoded pixels. */
  readonly films: readonly { readonly name: string; readonly pixelHash: string }[]
}

export interface MadePlaces extends ImageSpec {
  /** The folder that the call could write to; what lies elsewhere is not looked at. */
  readonly scratch: string
  /** Of each class. */
  readonly folders: readonly string[]
  /** Images of each class that were asked for: of more the first by their names are taken. */
  readonly wanted: readonly number[]
  /** Who made them, as a sentence about them begins. */
  readonly maker: string
}

/** Entries of a class's folder, at most: so many times the images wanted, and some. */
const most = { times: 4, more: 1000 }
/** Bytes of an image file, at most: as much as four channels of 16 bits take, and what a header may. */
const mostBytes = ([height, width]: readonly [number, number]) => 8 * height * width + 2 ** 20

/** Reads the images of every class. Throws one `UserError` with every problem. */
export async function readMade(places: MadePlaces, signal?: AbortSignal): Promise<MadeImages[]> {
  const { classes, folders, wanted, maker } = places
  const listed = classes.map((label, c) => filesOf(label, folders[c], wanted[c], places))
  throwProblems(
    `what ${maker} left can't be used`,
    listed.flatMap(({ problems }) => problems),
  )
  const problems: string[] = []
  const made: MadeImages[] = []
  for (const [c, { files }] of listed.entries())
    made.push(await readClass(classes[c], folders[c], files, places, problems, signal))
  throwProblems(`what ${maker} left can't be used`, problems)
  return made
}

function filesOf(
  label: string,
  folder: string,
  wanted: number,
  { scratch, imageSize }: MadePlaces,
): { files: string[]; problems: string[] } {
  if (!exists(folder)) return { files: [], problems: [] }
  if (!liesWithin(folder, scratch))
    return {
      files: [],
      problems: [
        `the folder of class ${label} is a link or a file now; write the images into the folder that is there`,
      ],
    }
  const limit = most.times * wanted + most.more
  const { entries, more } = listAtMost(folder, limit)
  if (more) {
    const problem = `class ${label} has more than ${count(limit)} files, but ${counted(wanted, 'image')} ${wanted === 1 ? 'is' : 'are'} wanted; write no more than these`
    return { files: [], problems: [problem] }
  }
  const found = entries.filter(({ name }) => !isSystemEntry(name))
  const problems = found.flatMap((entry) =>
    problemOf(entry, mostBytes(imageSize)).map((problem) => `${label}/${shownLine(entry.name, 200)} ${problem}`),
  )
  return { files: found.slice(0, wanted).map(({ name }) => name), problems }
}

function problemOf({ kind, bytes }: BareEntry, limit: number): string[] {
  if (kind === 'link') return ['is a link, and only files are read; write the image itself']
  if (kind !== 'file') return [`is no file; write images alone into a class's folder`]
  return bytes > limit
    ? [`has ${count(bytes)} bytes, more than an image of this size takes (at most ${count(limit)} are read)`]
    : []
}

/** Sentences on images that can't be taken go to `problems`. */
async function readClass(
  label: string,
  folder: string,
  files: readonly string[],
  { imageSize, channels }: ImageSpec,
  problems: string[],
  signal?: AbortSignal,
): Promise<MadeImages> {
  const [height, width] = imageSize
  const pixels = zeros('uint8', [files.length, height, width, channels])
  const films = await mapBounded(
    files,
    async (file, row) => {
      const name = `${label}/${shownLine(file, 200)}`
      try {
        const raster = await readRaster({ file: path.join(folder, file) })
        const problem = misfit(raster, imageSize, channels)
        if (problem === undefined)
          pixels.data.set(toPixels(raster, { height, width, channels, maxValue: 255 }), row * height * width * channels)
        else problems.push(`${name} ${problem}`)
        return { name, pixelHash: pixelHashOf(raster) }
      } catch (error) {
        if (error instanceof ImageProblem) problems.push(`${name} ${error.message}`)
        else if (error instanceof Unreadable) problems.push(`${name} ${error.reason}`)
        else throw error
        return { name, pixelHash: '' }
      }
    },
    signal,
  )
  return { pixels, films }
}

/** Completes "FILE ...". */
function misfit(
  { width, height, channels, bitDepth }: Raster,
  [high, wide]: readonly [number, number],
  wanted: 1 | 3,
): string | undefined {
  if (width !== wide || height !== high)
    return `has ${width} x ${height} pixels, but images of ${wide} x ${high} were asked for; write them in that size`
  if (bitDepth !== 8) return `has ${bitDepth} bits for a value, but 8 were asked for; write 0 to 255`
  return channels > wanted ? 'is in colour, but grey images were asked for; write one channel' : undefined
}
