/**
 * Films cut to their regions of interest: an image with two regions becomes two films of its patient. What does not fit
 * (a region of an unknown file, one drawn twice, a label that is no class) is collected, not thrown, so that it is told
 * together with what the audit finds; images without a region are left out and counted.
 */
import path from 'node:path'
import { nearest, UserError } from '../../base/errors.js'
import { overlap, rectangleText } from '../../image/rectangle.js'
import { NameIndex } from '../name-index.js'
import { counted, type FoundFilm, firstFew, type Reading } from '../reader.js'
import { NamedFilms, type Warning } from '../warning.js'
import { readRegions } from './read.js'
import type { Region } from './region.js'

/** From this share of their common area on, two rectangles of one image are one drawn twice. */
const sameFrom = 0.9
/** No film has more; each is compared with all others of its film. */
const mostOfOneFilm = 1000
const sideOrPart =
  /(^|[^a-z])(l|r|left|right|roi|region|box|bbox|rect|rectangle|object|sinus|sinuses|lung|maxillary)([^a-z]|$)/i

/** The reading with a film for each region. `reading.films` may have the label '' where regions give it. */
export function cutToRegions(reading: Reading, file: string): Reading {
  if (reading.films.some((film) => film.roi !== undefined)) {
    throw new UserError(
      `the manifest has a column roi, so --roi ${file} would cut its films twice; leave out one of the two`,
    )
  }
  const { regions, problems } = readRegions(file)
  if (regions.length === 0 && problems.length === 0) throw new UserError(`--roi ${file} holds no regions`)
  const found = [...problems]
  const warnings: Warning[] = []
  const ofFilm = matchRegions(
    reading.films.map((film) => film.name),
    regions,
    found,
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
      `${counted(overruled, 'region')} of ${films.length} ${overruled === 1 ? 'has a label of its own that goes' : 'have labels of their own that go'} before the label of the film`,
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

/** The regions of each film, by its position among the names; regions of no film, or of several, become problems. */
export function matchRegions(
  names: readonly string[],
  regions: readonly Region[],
  problems: string[],
): Map<number, Region[]> {
  const index = new NameIndex(names)
  const ofFilm = new Map<number, Region[]>()
  for (const region of regions) {
    const fits = index.find(region.image)
    if (fits.length === 1) {
      const own = ofFilm.get(fits[0])
      if (own) own.push(region)
      else ofFilm.set(fits[0], [region])
    } else if (fits.length === 0) {
      const like = nearest(
        path.posix.basename(region.image),
        names.map((name) => path.posix.basename(name)),
      )
      problems.push(
        `${region.place}: no film is called '${region.image}'${like === undefined ? '' : `; is '${like}' meant?`}`,
      )
    } else {
      const these = firstFew(fits.map((i) => names[i]))
      problems.push(
        `${region.place}: '${region.image}' may be ${counted(fits.length, 'film')} (${these}); write the path`,
      )
    }
  }
  return ofFilm
}

function doubled(regions: readonly Region[]): string[] {
  if (regions.length > mostOfOneFilm) {
    const [{ place, image }] = regions
    return [`${place}: '${image}' has ${regions.length} regions; at most ${mostOfOneFilm} are taken`]
  }
  return regions.flatMap((region, i) => {
    const earlier = regions.slice(0, i).find((other) => overlap(other.rectangle, region.rectangle) >= sameFrom)
    if (earlier === undefined) return []
    const labels = earlier.label === region.label ? '' : `, there as '${earlier.label}', here as '${region.label}'`
    return [
      `${region.place}: the rectangle ${rectangleText(region.rectangle)} of '${region.image}' stands in ${earlier.place} already${labels}; keep one`,
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
    const like = nearest(label, ofFilms)
    problems.push(
      `${place}: the label '${label}' is none of the classes ${firstFew(ofFilms, 8)}${like === undefined ? '' : `; is '${like}' meant?`}`,
    )
  }
  return { labelOf: (film, region) => classNamed(region.label) ?? film.label, overrules: true }
}

function distinct(labels: readonly string[]): string[] {
  return [...new Set(labels)].filter((label) => label !== '').sort()
}
