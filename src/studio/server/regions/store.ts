/**
 * What each reader has drawn, a file for each: W3C Web Annotations, which `--roi` reads. A file is read by the same reader, so
 * that what another program has changed in it is shown, and written whole after each change.
 */
import path from 'node:path'
import { UserError } from '../../../base/errors.js'
import { exists, fileSize, listDirectory, makeDirectory, writeAtomic, writeJson } from '../../../base/files.js'
import { hashPlain } from '../../../base/hash.js'
import { matchRegions } from '../../../dataset/regions/apply.js'
import { readRegions } from '../../../dataset/regions/read.js'
import type { Region } from '../../../dataset/regions/region.js'
import { webAnnotations } from '../../../dataset/regions/write-web-annotation.js'
import { rectangleProblem } from '../../../image/rectangle.js'
import type { DrawnRegion, FilmRegions } from '../../wire/regions.js'
import type { FilmEntry } from '../datasets/film-entry.js'
import { ChangedMeanwhile, idOf, NotHere, type Workplace } from '../workplace.js'

/** A reader's name, as a file has it. Addresses have the reader's id: whoever is named in one can be read in a history of pages. */
const readerForm = /^[a-z0-9][a-z0-9-]{0,39}$/

export interface Drawn {
  /** By the name of the film. */
  readonly byFilm: ReadonlyMap<string, readonly DrawnRegion[]>
  readonly problems: readonly string[]
}

export class RegionStore {
  readonly #folder: string

  constructor(workplace: Workplace) {
    this.#folder = path.join(workplace.studio, 'regions')
  }

  /** Those who have drawn something on a dataset. */
  readers(dataset: string): string[] {
    return listDirectory(path.join(this.#folder, dataset)).flatMap(({ name, directory }) => {
      const reader = name.replace(/\.json$/, '')
      return !directory && reader !== name && readerForm.test(reader) ? [reader] : []
    })
  }

  /** A reader who begins, or goes on, by a name or a sign; answers the id. Throws a `UserError` where nothing of the name can be written. */
  begin(dataset: string, name: string): string {
    const reader = name
      .normalize('NFKD')
      .replaceAll(/\p{M}/gu, '')
      .toLowerCase()
      .replaceAll(/[^a-z0-9]+/g, '-')
      .replaceAll(/^-+|-+$/g, '')
      .slice(0, 40)
    if (!readerForm.test(reader)) throw new UserError('a reader needs a name or a sign with a letter or a digit in it')
    const file = this.file(dataset, reader)
    if (!exists(file)) {
      makeDirectory(path.dirname(file))
      writeAtomic(file, '')
    }
    return idOf(file)
  }

  /** The name of a reader. Throws `NotHere` where there is none of this id. */
  named(dataset: string, id: string): string {
    const reader = this.readers(dataset).find((name) => this.idOf(dataset, name) === id)
    if (reader === undefined) throw new NotHere('there is no such reader of these films (any more)')
    return reader
  }

  idOf(dataset: string, reader: string): string {
    return idOf(this.file(dataset, reader))
  }

  file(dataset: string, reader: string): string {
    return path.join(this.#folder, dataset, `${reader}.json`)
  }

  /** Throws a `UserError` where the file holds something else. */
  read(dataset: string, reader: string, films: readonly FilmEntry[]): Drawn {
    const file = this.file(dataset, reader)
    // Who has begun, or taken everything back, has an empty one.
    if (!exists(file) || fileSize(file) === 0) return { byFilm: new Map(), problems: [] }
    const names = films.map(({ name }) => name)
    const { ofFilm, strangers, problems } = matchRegions(names, readRegions(file))
    return {
      byFilm: new Map([...ofFilm].map(([at, regions]) => [names[at] ?? '', regions.map(drawn)])),
      problems: [
        ...problems,
        ...strangers.map(
          ({ image, place }) => `${place}: ${image} is not among these films, so its region is left as it is`,
        ),
      ],
    }
  }

  /**
   * Writes a film's regions in place of those of the version `before`. Throws `ChangedMeanwhile` where they are others by now,
   * and a `UserError` where one is no region.
   */
  write(
    dataset: string,
    reader: string,
    films: readonly FilmEntry[],
    { film, before, regions }: { film: FilmEntry; before: string; regions: readonly DrawnRegion[] },
  ): FilmRegions {
    const { byFilm, problems } = this.read(dataset, reader, films)
    if (problems.length > 0) throw new UserError(`nothing was saved, so that nothing is lost: ${problems[0]}`)
    if (versionOf(byFilm.get(film.name) ?? []) !== before)
      throw new ChangedMeanwhile(
        'this film was changed in another window meanwhile; nothing there was overwritten. Take what is there now, or save yours over it.',
      )
    for (const region of regions) {
      const problem = rectangleProblem(region)
      if (problem !== undefined) throw new UserError(`the rectangle ${problem}`)
    }
    const all = new Map(byFilm).set(film.name, regions)
    // In the order of the films, whatever order they were drawn in.
    const entries = films.flatMap(({ name }) => (all.get(name) ?? []).map((region) => ({ image: name, ...region })))
    const file = this.file(dataset, reader)
    if (entries.length === 0) writeAtomic(file, '')
    else writeJson(file, webAnnotations(entries))
    return { regions, version: versionOf(regions) }
  }
}

export function versionOf(regions: readonly DrawnRegion[]): string {
  return hashPlain(regions).slice(0, 16)
}

function drawn({ rectangle, label }: Region): DrawnRegion {
  return { ...rectangle, ...(label !== undefined && { label }) }
}
