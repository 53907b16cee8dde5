/** Readings as files of the studio's own folder, one each; and the images of the run that was asked for last. */
import path from 'node:path'
import { fileStamp, listDirectory, makeDirectory, writeAtomic, writeJson } from '../../../base/files.js'
import { randomKey } from '../../../base/hash.js'
import { openRunImages, type RunImages } from '../../../experiment/external/run-images.js'
import { isComplete, type Reading } from '../../../readers/reading.js'
import { readingTable } from '../../../readers/reading-result.js'
import { RunDirectory } from '../../../record/run-directory.js'
import { NotHere, type Workplace } from '../workplace.js'
import { readReadings } from './read-readings.js'

export class ReadingStore {
  readonly #folder: string

  constructor(workplace: Workplace) {
    this.#folder = path.join(workplace.studio, 'readings')
  }

  /** Readings of a run by their ids, the first one begun first. */
  list(run: string): [id: string, reading: Reading][] {
    return readReadings(this.folderOf(run))
  }

  folderOf(run: string): string {
    return path.join(this.#folder, run)
  }

  find(run: string, id: string): Reading {
    const reading = this.list(run).find(([of]) => of === id)?.[1]
    if (!reading) throw new NotHere('there is no such reading (any more)')
    return reading
  }

  begin(run: string, reading: Reading): string {
    const id = Buffer.from(randomKey(8)).toString('hex')
    makeDirectory(this.folderOf(run))
    this.write(run, id, reading)
    return id
  }

  /** A reading that is complete leaves its table, too. */
  write(run: string, id: string, reading: Reading): void {
    writeJson(this.#file(run, id), reading)
    if (isComplete(reading)) writeAtomic(this.#file(run, id).replace(/json$/, 'csv'), readingTable(reading))
  }

  #file(run: string, id: string): string {
    return path.join(this.folderOf(run), `${id}.json`)
  }
}

/** The images of one run at a time: they may be hundreds of megabytes. */
export class ImagesOfRun {
  #last: { readonly key: string; readonly images: RunImages } | undefined

  of(root: string): RunImages {
    const directory = new RunDirectory(root)
    const key = [
      root,
      ...[directory.prepared, directory.privateArray('internal')].map(fileStamp),
      ...listDirectory(directory.pool).map(({ name }) => name + fileStamp(path.join(directory.pool, name))),
    ].join('|')
    if (this.#last?.key !== key) this.#last = { key, images: openRunImages(directory) }
    return this.#last.images
  }
}
