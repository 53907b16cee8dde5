/**
 * What a called generator has left: images of one size, a folder a class. Whoever made them may have made anything: files are
 * counted before they are listed, measured before they are read, and no link is followed.
 */
import path from 'node:path'
import { elementAt } from '../base/element-at.js'
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
  readonly images: readonly { readonly name: string; readonly pixelHash: string }[]
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
  const problems: string[] = []
  const listed = classes.map((label, c) => {
    const folder = elementAt(folders, c)
    return { label, folder, files: filesOf(label, folder, elementAt(wanted, c), places, problems) }
  })
  const heading = `what ${maker} left can't be used`
  throwProblems(heading, problems)
  const made: MadeImages[] = []
  for (const one of listed) made.push(await readClass(one, places, problems, signal))
  throwProblems(heading, problems)
  return made
}

/** Names of a class's images; sentences on what can't be taken go to `problems`. */
function filesOf(
  label: string,
  folder: string,
  wanted: number,
  { scratch, imageSize }: MadePlaces,
  problems: string[],
): string[] {
  if (!exists(folder)) return []
  if (!liesWithin(folder, scratch)) {
    problems.push(
      `the folder of class ${label} is a link or a file now; write the images into the folder that is there`,
    )
    return []
  }
  const limit = most.times * wanted + most.more
  const { entries, more } = listAtMost(folder, limit)
  if (more) {
    problems.push(
      `class ${label} has more than ${count(limit)} files, but ${counted(wanted, 'image')} ${wanted === 1 ? 'is' : 'are'} wanted; write no more than these`,
    )
    return []
  }
  const found = entries.filter(({ name }) => !isSystemEntry(name))
  for (const entry of found) {
    const problem = problemOf(entry, mostBytes(imageSize))
    if (problem !== undefined) problems.push(`${label}/${shownLine(entry.name, 200)} ${problem}`)
  }
  return found.slice(0, wanted).map(({ name }) => name)
}

/** Completes "FILE ...". */
function problemOf({ kind, bytes }: BareEntry, limit: number): string | undefined {
  if (kind === 'link') return 'is a link, and only files are read; write the image itself'
  if (kind !== 'file') return "is no file; write images alone into a class's folder"
  return bytes > limit
    ? `has ${count(bytes)} bytes, more than an image of this size takes (at most ${count(limit)} are read)`
    : undefined
}

async function readClass(
  { label, folder, files }: { label: string; folder: string; files: readonly string[] },
  { imageSize, channels }: ImageSpec,
  problems: string[],
  signal?: AbortSignal,
): Promise<MadeImages> {
  const [height, width] = imageSize
  const pixels = zeros('uint8', [files.length, height, width, channels])
  const images = await mapBounded(
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
  return { pixels, images }
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
