/** Which films `kopt predict` is to judge: files, folders and manifests, and the part of each that is looked at. */
import path from 'node:path'
import { throwProblems, UserError } from '../base/errors.js'
import { exists, isDirectory, readHead } from '../base/files.js'
import { readInput, standardInput } from '../base/standard-input.js'
import { readManifest } from '../dataset/csv-reader.js'
import { filesBelow } from '../dataset/files-below.js'
import { type FilmPlace, maxFilmBytes } from '../dataset/load.js'
import { namedAsImage } from '../dataset/reader.js'
import { matchRegions } from '../dataset/regions/apply.js'
import { readRegions } from '../dataset/regions/read.js'
import { refusalOf, sniffContent, sniffedBytes } from '../image/codec.js'
import { parseRectangle, rectangleProblem } from '../image/rectangle.js'

/** A film, or a part of one; `name` is what it is called in what is printed. */
export interface Place extends FilmPlace {
  readonly name: string
  /** Why it can't be judged, where that is known before it is read: completes "NAME ...". */
  readonly problem?: string
}

export interface Places {
  readonly places: readonly Place[]
  /** Files of the folders that are no images by name or content. */
  readonly others: readonly string[]
}

/** The films of files, folders and manifests, in their order. Throws a `UserError` where a manifest does not hold. */
export function placesOf(inputs: readonly string[], encoding?: string): Places {
  const others: string[] = []
  const places = inputs.flatMap((input): Place[] => {
    if (input === standardInput) return [{ name: input, file: input, bytes: readInput(input, maxFilmBytes) }]
    if (isDirectory(input)) return inFolder(input, others)
    if (exists(input) && isTable(input)) return inManifest(input, encoding)
    return [{ name: input, file: input }]
  })
  if (places.length === 0) throw new UserError(`${inputs.join(', ')}: there are no images there`)
  return { places, others }
}

function isTable(file: string): boolean {
  return /\.(csv|tsv|txt)$/i.test(file)
}

function inFolder(folder: string, others: string[]): Place[] {
  return filesBelow(folder).flatMap(({ name, problem }): Place[] => {
    const file = path.join(folder, name)
    if (problem !== undefined) return [{ name: file, file, problem }]
    if (namedAsImage(name) || refusalOf(sniffContent(readHead(file, sniffedBytes))) === undefined)
      return [{ name: file, file }]
    others.push(file)
    return []
  })
}

function inManifest(file: string, encoding?: string): Place[] {
  const folder = path.dirname(file)
  return readManifest(file, false, encoding).films.map(({ name, ...film }) => ({
    ...film,
    name: path.join(folder, name),
  }))
}

/** The same rectangle of every film that has none yet, or the regions that a file of annotations gives for each. */
export function withRegions(places: readonly Place[], roi: string, encoding?: string): Place[] {
  const rectangle = parseRectangle(roi)
  if (rectangle !== undefined) {
    const wrong = rectangleProblem(rectangle)
    if (wrong !== undefined) throw new UserError(`--roi ${roi} ${wrong}`)
    return places.map((place) => (place.roi === undefined ? { ...place, roi: rectangle } : place))
  }
  if (!exists(roi)) {
    throw new UserError(
      `--roi ${roi}: left,top,width,height[,rotation] was expected, for example 40,80,200,200, or a file of annotations`,
    )
  }
  // the file may tell of other films, too
  const { ofFilm: found, problems } = matchRegions(
    places.map(({ file }) => file),
    readRegions(roi, encoding),
  )
  throwProblems(`--roi ${roi}`, problems)
  return places.flatMap((place, i): Place[] => {
    if (place.roi !== undefined) return [place]
    const regions = found.get(i)
    if (regions === undefined) return [{ ...place, problem: `has no region in ${roi}` }]
    return regions.map((region) => ({ ...place, roi: region.rectangle, region }))
  })
}
