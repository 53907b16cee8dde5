/**
 * Films that are dropped on the page: copied into a folder of a random name, each under the name of what it was, made harmless.
 * Names are kept because patients and labels are told by them. Nothing is decoded here.
 */
import path from 'node:path'
import { builtModule } from '../../../base/built.js'
import { runInChild } from '../../../base/child-process.js'
import { UserError, WorkerLost } from '../../../base/errors.js'
import {
  appendBytes,
  exists,
  isDirectory,
  isDiskFull,
  listDirectory,
  makeDirectory,
  moveFile,
  readHead,
  removeDirectory,
  removeFile,
} from '../../../base/files.js'
import { randomKey } from '../../../base/hash.js'
import { pathParts } from '../../../base/path-name.js'
import { beginsWithArray } from '../../../dataset/open.js'
import { isSystemEntry } from '../../../dataset/reader.js'
import { NotHere, type Workplace } from '../workplace.js'
import type { UnpackJob } from './unpack-process.js'

/** Bytes of a file. */
const largestFile = 2 * 2 ** 30
const mostFiles = 50_000
const deepest = 8

const mostUploads = 1000
/** The first bytes of an archive, with the name of its first entry. */
const arrayHead = 512

export class Uploads {
  /** Of those that have become datasets. */
  readonly #folder: string
  /** Of those that are going on: what was dropped to be judged, or never ended, lies nowhere else. */
  readonly #going: string
  /** Files of each upload that is going on. */
  readonly #counts = new Map<string, number>()
  readonly #unpacking = new Map<string, AbortController>()

  constructor(workplace: Workplace) {
    this.#folder = path.join(workplace.studio, 'uploads')
    this.#going = path.join(workplace.studio, 'dropped')
    // Of a studio that was killed: nobody asks for it any more, and it was promised to go.
    removeDirectory(this.#going)
  }

  /** Begins one; answers its id. */
  begin(): string {
    if (listDirectory(this.#folder).length >= mostUploads)
      throw new UserError(`${mostUploads} sets of films were dropped here already; remove some under Films first`)
    const id = random(8)
    makeDirectory(path.join(this.#going, id))
    this.#counts.set(id, 0)
    return id
  }

  /**
   * Takes a file's bytes as they come. What the file had left where the bytes end early, or are too many, is removed.
   * @param name with the folders that it lay in, '/' between them
   * @param announced bytes, where the request says so
   */
  async take(id: string, name: string, announced: number | undefined, bytes: AsyncIterable<Uint8Array>): Promise<void> {
    const count = this.#counts.get(id)
    if (count === undefined) throw new NotHere('these films are not being taken (any more); drop them again')
    const file = path.join(this.#going, id, ...partsOf(name))
    if (announced !== undefined && announced > largestFile) throw tooLarge(name, announced)
    if (count >= mostFiles)
      throw new UserError(
        `more than ${mostFiles} files at once are not taken; put them into a folder of this computer and choose that`,
      )
    if (exists(file)) throw new UserError(`${name} was dropped twice; name one of the two otherwise`)
    this.#counts.set(id, count + 1)
    const draft = path.join(this.#going, id, `.${random(16)}`)
    try {
      let received = 0
      appendBytes(draft, new Uint8Array(0))
      for await (const chunk of arriving(name, bytes)) {
        received += chunk.length
        if (received > largestFile) throw tooLarge(name, received)
        appendBytes(draft, chunk)
      }
      if (announced !== undefined && received !== announced)
        throw new UserError(`${name} did not arrive whole; drop it again`)
      makeDirectory(path.dirname(file))
      moveFile(draft, file)
    } catch (error) {
      removeFile(draft)
      const now = this.#counts.get(id)
      if (now !== undefined) this.#counts.set(id, now - 1)
      throw isDiskFull(error) ? noRoom(`${name} could not be copied`, error as Error) : error
    }
  }

  /**
   * Ends one: calls `add` with the path of the dataset that it makes (of a single file that is one by itself, npz or CSV, the
   * file) and answers what that does. Where it throws, the upload goes on as if nothing had been.
   */
  end<T>(id: string, add: (place: string) => T): T {
    const entries = listDirectory(this.folderOf(id)).filter(({ name }) => !isSystemEntry(name))
    const [first, ...others] = entries
    if (first === undefined) {
      this.cancel(id)
      throw new UserError('nothing was dropped that could be a film')
    }
    const folder = path.join(this.#folder, id)
    const place = path.join(folder, first.name)
    const alone = others.length === 0 && /\.(npz|zip|csv)$/i.test(first.name) && !first.directory
    try {
      makeDirectory(this.#folder)
      moveFile(this.folderOf(id), folder)
      const added = add(alone ? place : folder)
      this.#counts.delete(id)
      return added
    } catch (error) {
      if (isDirectory(folder)) moveFile(folder, this.folderOf(id))
      throw isDiskFull(error) ? noRoom('the films could not be added', error as Error) : error
    }
  }

  /**
   * Unpacks the archives among what was dropped: one that was dropped alone becomes all of it, of several each a folder. Throws
   * a `UserError` where one is damaged or hostile; nothing of it is there then.
   */
  async unpack(id: string): Promise<void> {
    const folder = this.folderOf(id)
    const entries = listDirectory(folder).filter(({ name }) => !isSystemEntry(name))
    const archives = entries.flatMap(({ name, directory }) => {
      const file = path.join(folder, name)
      return !directory && /\.zip$/i.test(name) && !beginsWithArray(readHead(file, arrayHead)) ? [{ name, file }] : []
    })
    if (archives.length === 0) return
    if (this.#unpacking.has(id)) throw new UserError('these films are being unpacked already')
    const stop = new AbortController()
    this.#unpacking.set(id, stop)
    const alone = entries.length === 1
    const draft = path.join(this.#going, `.${id}`)
    const unpackedOf = (name: string) => (alone ? draft : path.join(draft, name.slice(0, -'.zip'.length) || 'films'))
    try {
      const jobs = archives.map(({ name, file }) => ({ name, file, folder: unpackedOf(name) }))
      await runInChild<UnpackJob, never, number>(
        builtModule('studio/server/datasets/unpack-process'),
        { archives: jobs },
        () => {},
        stop.signal,
      )
      for (const { file } of archives) removeFile(file)
      if (alone) removeDirectory(folder)
      for (const { name } of archives) {
        const place = alone ? folder : path.join(folder, path.basename(unpackedOf(name)))
        if (exists(place))
          throw new UserError(`${name} was dropped beside a folder of the same name; drop them one after the other`)
        moveFile(unpackedOf(name), place)
      }
    } catch (error) {
      if (error instanceof WorkerLost)
        throw new UserError(
          'a dropped archive could not be unpacked: the process that does it has ended over it; is memory short?',
        )
      throw isDiskFull(error) ? noRoom('a dropped archive could not be unpacked', error as Error) : error
    } finally {
      this.#unpacking.delete(id)
      removeDirectory(draft)
    }
  }

  /** Where the films of one that is going on lie. */
  folderOf(id: string): string {
    if (!this.#counts.has(id)) throw new NotHere('these films are not being taken (any more); drop them again')
    return path.join(this.#going, id)
  }

  /** Removes what was taken so far. */
  cancel(id: string): void {
    this.#unpacking.get(id)?.abort()
    if (this.#counts.delete(id)) removeDirectory(path.join(this.#going, id))
  }
}

/** The bytes of a file as they come; that whoever sends them hangs up is no fault of ours. */
async function* arriving(name: string, bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    yield* bytes
  } catch (error) {
    throw new UserError(`${name} did not arrive whole; drop it again`, { cause: error })
  }
}

/** The parts of a name, none of which leads anywhere else. */
function partsOf(name: string): string[] {
  const parts = name.split(/[\\/]/).filter((part) => part !== '' && part !== '.')
  if (parts.length === 0 || name.length > 4000) throw new UserError('a file without a name was dropped; give it one')
  if (parts.length > deepest)
    throw new UserError(`${name} lies more than ${deepest} folders deep; drop the folders that hold the films`)
  return parts.flatMap((part) => pathParts([part]))
}

function random(bytes: number): string {
  return Buffer.from(randomKey(bytes)).toString('hex')
}

function noRoom(what: string, { cause }: { cause?: unknown }): UserError {
  return new UserError(`${what}: the disk of this computer is full; free some space`, { cause })
}

function tooLarge(name: string, bytes: number): UserError {
  return new UserError(
    `${name} has ${bytes} bytes; at most ${largestFile} a file are taken: choose its path on this computer instead`,
  )
}
