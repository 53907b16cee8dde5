/**
 * Checksums over all that a run reads again: `state/checksums.sha256`, a line a file as `sha256sum` writes it, appended as soon
 * as the file stands whole. A file without a line that fits (a kill came between, a byte has changed, somebody has put another
 * in its place) counts as not there and is made anew; whatever else lies in the folder is left alone.
 */
import path from 'node:path'
import { UserError } from '../base/errors.js'
import {
  appendLine,
  exists,
  isDirectory,
  jsonText,
  makeDirectory,
  readBytes,
  readText,
  writeAtomic,
} from '../base/files.js'
import { hashBytes } from '../base/hash.js'
import type { NDArray } from '../base/ndarray.js'
import { encodeNpy } from '../base/npy.js'
import { shownPath } from '../base/shown-path.js'
import type { RunDirectory } from './run-directory.js'

/** A line: SHA-256, two spaces, the path within the run's folder. */
const form = /^([0-9a-f]{64}) {2}(.+)$/

export class Seals {
  readonly #run: RunDirectory
  /** By path within the run's folder. */
  readonly #recorded: Map<string, string>
  /** A kill has cut the last line short. */
  #torn: boolean
  #unreadable: number
  /** Files of which the record is no longer believed. */
  readonly #broken = new Set<string>()

  /** The seals of a run's folder, those of its folds among them; none in a new folder, and in a run of 0.1. */
  constructor(run: RunDirectory) {
    this.#run = run
    const text = exists(run.seals) ? readText(run.seals) : ''
    this.#recorded = recordIn(text, run.root)
    this.#torn = text !== '' && !text.endsWith('\n')
    this.#unreadable = text.split('\n').filter((line) => line !== '' && !form.test(line)).length
  }

  /** Whether no file at all is vouched for. */
  get empty(): boolean {
    return this.#recorded.size === 0
  }

  /** How many lines can't be read. */
  get unreadable(): number {
    return this.#unreadable
  }

  /** Leaves out lines that can't be read. */
  mend(): void {
    if (this.#unreadable > 0) this.#writeAnew()
  }

  /** Whether the run can go on with a file as it stands. */
  holds(file: string): boolean {
    const name = this.#nameOf(file)
    return this.#recorded.has(name) && !this.#broken.has(name)
  }

  /** The checksum that a file had when it was written, also where it has it no more. */
  recorded(file: string): string | undefined {
    return this.#recorded.get(this.#nameOf(file))
  }

  /** A file that was left with this content (SHA-256, hex) and is held; undefined where there is none. */
  fileOf(hash: string): string | undefined {
    for (const [name, recorded] of this.#recorded) {
      if (recorded === hash && !this.#broken.has(name)) return path.join(this.#run.root, name)
    }
    return undefined
  }

  write(file: string, content: Uint8Array | string): void {
    writeAtomic(file, content)
    this.#record(file, hashBytes(content))
  }

  writeJson(file: string, value: unknown): void {
    this.write(file, jsonText(value))
  }

  writeNpy(file: string, array: NDArray): void {
    this.write(file, encodeNpy(array))
  }

  /** Leaves a file with this content; one that has it already is not touched. */
  keep(file: string, content: string): void {
    const hash = hashBytes(content)
    if (hashOf(file) === hash) this.#record(file, hash)
    else this.write(file, content)
  }

  /** Takes a file as it stands, which another process has left whole. */
  seal(file: string): void {
    this.#record(file, hashBytes(readBytes(file)))
  }

  /** Compares every file with its checksum; from here on what differs is held no more. Answers paths within the run's folder. */
  check(): string[] {
    for (const [name, hash] of this.#recorded) {
      if (hashOf(path.join(this.#run.root, name)) !== hash) this.#broken.add(name)
    }
    return [...this.#broken].sort()
  }

  /** To be made anew. */
  distrust(file: string): void {
    this.#broken.add(this.#nameOf(file))
  }

  /** Before files or folders are removed on purpose. */
  forget(...places: readonly string[]): void {
    const gone = places.map((place) => this.#nameOf(place))
    const before = this.#recorded.size
    for (const name of [...this.#recorded.keys()]) {
      if (gone.some((place) => name === place || name.startsWith(`${place}/`))) this.#recorded.delete(name)
    }
    if (this.#recorded.size < before) this.#writeAnew()
  }

  #writeAnew(): void {
    writeAtomic(this.#run.seals, [...this.#recorded].map(([name, hash]) => `${hash}  ${name}\n`).join(''))
    this.#torn = false
    this.#unreadable = 0
  }

  #record(file: string, hash: string): void {
    const name = this.#nameOf(file)
    this.#broken.delete(name)
    if (this.#recorded.get(name) === hash) return
    this.#recorded.set(name, hash)
    makeDirectory(this.#run.state)
    appendLine(this.#run.seals, `${this.#torn ? '\n' : ''}${hash}  ${name}`)
    this.#torn = false
  }

  #nameOf(file: string): string {
    return path.relative(this.#run.root, file).split(path.sep).join('/')
  }
}

/** Throws a `UserError` where a file of a run is not as the run has left it; `remedy` ends the sentence. */
export function requireWhole(
  directory: RunDirectory,
  file: string,
  remedy = `kopt resume ${shownPath(directory.root)} makes it anew`,
): void {
  const hash = new Seals(directory).recorded(file)
  if (hash !== undefined && hashOf(file) !== hash) {
    throw new UserError(`${shownPath(file)} is damaged: it is not as the run has left it; ${remedy}`)
  }
}

function hashOf(file: string): string | undefined {
  return exists(file) && !isDirectory(file) ? hashBytes(readBytes(file)) : undefined
}

function recordIn(text: string, root: string): Map<string, string> {
  const recorded = new Map<string, string>()
  for (const line of text.split('\n')) {
    const [, hash, name] = form.exec(line) ?? []
    if (hash !== undefined && name !== undefined && path.resolve(root, name).startsWith(root + path.sep))
      recorded.set(name, hash)
  }
  return recorded
}
