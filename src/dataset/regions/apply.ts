/**
 * Films cut to their regions of interest: an image with two regions becomes two films of its patient. What does not fit
 * (a region of an unknown file, one drawn twice, a label that is no class) is collected, not thrown, so that it is told
 * together with what the audit finds; images without a region are left out and counted.
 */

import path from 'node:path'
import { namedProblems, nearest, UserError } from '../../base/errors.js'
import { counted } from '../../base/format.js'
import { shortened } from '../../base/shortened.js'
import { overlap, rectangleText } from '../../image/rectangle.js'
import { NameIndex } from '../name-index.js'
import { type FoundFilm, firstFew, type Reading } from '../reader.js'
import { NamedFilms, type Warning } from '../warning.js'
import { readRegions } from './read.js'
import type { Region, RegionReading } from './region.js'

/** From this share of their common area on, two rectangles of one image are one drawn twice. */
const sameFrom = 0.9
/** No film has more; each is compared with all others of its film. */
const mostOfOneFilm = 1000
const sideOrPart =
  /(^|[^a-z])(l|r|left|right|roi|region|box|bbox|rect|rectangle|object|sinus|sinuses|lung|maxillary)([^a-z]|$)/i

/**
 * The reading with a film for each region. `reading.films` may have the label '' where regions give it.
 * @param encoding of a table that is not UTF-8; without, it is found
 */
export function cutToRegions(reading: Reading, file: string, encoding?: string): Reading {
  if (reading.films.some((film) => film.roi !== undefined)) {
    throw new UserError(
      `the manifest has a column roi, so --roi ${file} would cut its films twice; leave out one of the two`,
    )
  }
  const read = readRegions(file, encoding)
  const { around } = read
  if (read.regions.length === 0 && read.problems.length === 0) throw new UserError(`--roi ${file} holds no regions`)
  const warnings: Warning[] = Object.entries(around).map(
    ([shape, count]) => `of ${counted(count, shape)} in ${path.basename(file)} the rectangle around is taken`,
  )
  const names = reading.films.map((film) => film.name)
  const { ofFilm, strangers, problems: found } = matchRegions(names, read)
  if (ofFilm.size === 0 && found.length === 0 && strangers.length > 0) found.push(unknownFilms(strangers, names))
  // a file for other films too, of which these are a part
  else if (strangers.length > 0)
    warnings.push(
      otherFilms(
        strangers,
        names.filter((_, i) => !ofFilm.has(i)),
      ),
    )
  found.push(...[...ofFilm.values()].flatMap(doubled))
  const { labelOf, overrules } = labelling(reading, file, [...ofFilm.values()].flat(), found, warnings)

  const bare = reading.films.filter((_, i) => !ofFilm.has(i))
  if (bare.length > 0) {
    const names = firstFew(bare.map((film) => film.name))
    warnings.push(new NamedFilms(`${counted(bare.length, 'image')} without a region of interest left out`, names))
  }
  let overruled = 0
  const films = reading.films.flatMap((film, i) =>
    (ofFilm.get(i) ?? []).map((region) => {
      const label = labelOf(film, region)
      if (overrules && label !== film.label) overruled++
      return { ...film, label, roi: region.rectangle, region }
    }),
  )
  if (overruled > 0) {
    warnings.push(
      `${counted(overruled, 'region')} of ${films.length} ${overruled === 1 ? 'has' : 'have'} another label than the film; the region's own label counts`,
    )
  }
  return {
    ...reading,
    films,
    excluded: [...reading.excluded, ...bare.map(() => 'no region of interest')],
    warnings: [...reading.warnings, ...warnings],
    problems: [...(reading.problems ?? []), ...found],
  }
}

export interface MatchedRegions {
  /** The regions of each film, by its position among the names. */
  readonly ofFilm: ReadonlyMap<number, readonly Region[]>
  /** Entries of images that none of the films is, those among them that give no region. */
  readonly strangers: readonly Stranger[]
  /** Why entries give no region of a film; where such an entry names another image, it hinders nothing. */
  readonly problems: string[]
}

interface Stranger {
  readonly image: string
  readonly place: string
}

/** Regions by their films; a name that may be several films becomes a problem. */
export function matchRegions(names: readonly string[], { regions, problems: wrong }: RegionReading): MatchedRegions {
  const index = new NameIndex(names)
  const ofFilm = new Map<number, Region[]>()
  const strangers: Stranger[] = []
  const problems: string[] = []
  for (const { text, place, image } of wrong) {
    if (image === undefined || index.find(image).length > 0) problems.push(text)
    else strangers.push({ image, place })
  }
  for (const region of regions) {
    const fits = index.find(region.image)
    const [film, another] = fits
    if (film === undefined) strangers.push(region)
    else if (another === undefined) {
      const known = ofFilm.get(film)
      if (known) known.push(region)
      else ofFilm.set(film, [region])
    } else {
      const these = firstFew(fits.slice(0, 3).flatMap((i) => names[i] ?? [])) + (fits.length > 3 ? ' ...' : '')
      problems.push(
        `${region.place}: '${shortened(region.image)}' may be ${counted(fits.length, 'film')} (${these}); write the path`,
      )
    }
  }
  return { ofFilm, strangers, problems }
}

/** The first of the images that are no films, each with the name of a film without regions that may be meant. */
function named(strangers: readonly Stranger[], bare: readonly string[]): string {
  const films = bare.map((name) => path.posix.basename(name))
  const images = [...new Set(strangers.map(({ image }) => image))]
  const shown = images.slice(0, 3).map((image) => {
    const like = nearest(path.posix.basename(image), films)
    return `'${shortened(image)}'${like === undefined ? '' : ` (is '${shortened(like)}' meant?)`}`
  })
  return images.length > 3 ? `${shown.join(', ')} ... and ${images.length - 3} more` : shown.join(', ')
}

function unknownFilms(strangers: readonly Stranger[], names: readonly string[]): string {
  return `${strangers[0]?.place}: no region is of any of the ${counted(names.length, 'film')}, such as ${firstFew(names.slice(0, 1))}; the images are called ${named(strangers, names)}`
}

function otherFilms(strangers: readonly Stranger[], bare: readonly string[]): Warning {
  const sentence = `${counted(strangers.length, 'region')} of images that are not among the films ${strangers.length === 1 ? 'is' : 'are'} not used`
  return new NamedFilms(sentence, named(strangers, bare))
}

function doubled(regions: readonly Region[]): string[] {
  const [first] = regions
  if (first && regions.length > mostOfOneFilm) {
    return [
      `${first.place}: '${shortened(first.image)}' has ${regions.length} regions; at most ${mostOfOneFilm} are taken`,
    ]
  }
  return regions.flatMap((region, i) => {
    const earlier = regions.slice(0, i).find((other) => overlap(other.rectangle, region.rectangle) >= sameFrom)
    if (earlier === undefined) return []
    const labels =
      earlier.label === region.label
        ? ''
        : `, there as '${shortened(earlier.label ?? '')}', here as '${shortened(region.label ?? '')}'`
    return [
      `${region.place}: the rectangle ${rectangleText(region.rectangle)} of '${shortened(region.image)}' stands in ${earlier.place} already${labels}; keep one`,
    ]
  })
}

/**
 * Which label a patch has: its region's own, where it names a class, else its film's. Labels that are all no class, or
 * all the same, name what was cut out (a side, an organ). `overrules`: regions may say otherwise than their films.
 */
function labelling(
  reading: Reading,
  file: string,
  regions: readonly Region[],
  problems: string[],
  warnings: Warning[],
): { labelOf: (film: FoundFilm, region: Region) => string; overrules: boolean } {
  const ofFilms = distinct(reading.films.map((film) => film.label))
  const ofRegions = distinct(regions.map((region) => region.label ?? ''))
  const classNamed = (label: string | undefined) => ofFilms.find((each) => each.toLowerCase() === label?.toLowerCase())
  if (ofRegions.length === 0) {
    // where no film has a label either, opening the dataset says so
    return { labelOf: (film) => film.label, overrules: false }
  }
  const some = ofRegions.some((label) => classNamed(label) !== undefined)
  const filmsHaveClasses = ofFilms.length > 1 || (ofFilms.length === 1 && !reading.labelsFromFolders)
  if (filmsHaveClasses && !some) {
    if (reading.labelsFromFolders && ofRegions.length > 1 && !ofRegions.every((label) => sideOrPart.test(label))) {
      throw new UserError(
        `which are the classes, the folders (${firstFew(ofFilms)}) or the labels of the regions in ${file} (${firstFew(ofRegions)})? ` +
          'Give a CSV manifest: with the columns file,label for the former, with file alone for the latter',
      )
    }
    warnings.push(
      `the labels of the regions (${firstFew(ofRegions)}) are none of the classes (${firstFew(ofFilms)}) and name what was cut out; a patch has its film's class`,
    )
    return { labelOf: (film) => film.label, overrules: false }
  }
  if (!filmsHaveClasses) {
    const bare = regions.filter((region) => region.label === undefined)
    problems.push(...bare.map((region) => `${region.place}: has no label, and its film has none either`))
    return { labelOf: (_, region) => region.label ?? '', overrules: false }
  }
  const strange = regions.filter((region) => region.label !== undefined && classNamed(region.label) === undefined)
  for (const { place, label = '' } of strange) {
    const like = problems.length < namedProblems ? nearest(label, ofFilms) : undefined
    problems.push(
      `${place}: the label '${shortened(label)}' is none of the classes ${firstFew(ofFilms, 8)}${like === undefined ? '' : `; is '${like}' meant?`}`,
    )
  }
  return { labelOf: (film, region) => classNamed(region.label) ?? film.label, overrules: true }
}

function distinct(labels: readonly string[]): string[] {
  return [...new Set(labels)].filter((label) => label !== '').sort()
}
