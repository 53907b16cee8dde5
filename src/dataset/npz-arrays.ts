/**
 * Arrays of npz archives in memory: each is unpacked once, all that are held stay within a bound, and `releaseArrays` gives
 * the memory back once a dataset's films have been read. What an archive claims is compared with its arrays' headers before
 * anything of their size is unpacked.
 */
import { UserError } from '../base/errors.js'
import { readBytes } from '../base/files.js'
import { readNpyHeader } from '../base/npy.js'
import { openZip, type ZipArchive } from '../base/zip.js'

/** The largest archive that is read, and the most of unpacked arrays that is held at a time. */
export const maxArchiveBytes = 2 ** 30
/** Headers of .npy end within this. */
const headBytes = 2 ** 14

export interface ArrayFacts {
  /** Element type as NumPy writes it, such as '|u1'. */
  readonly descriptor: string
  readonly shape: readonly number[]
  /** Of the elements. */
  readonly bytes: number
}

export interface StoredArray extends ArrayFacts {
  /** The elements' bytes. */
  readonly elements: Uint8Array
}

export function openArchive(file: string): ZipArchive {
  return openZip(readBytes(file, maxArchiveBytes), file)
}

/** What an array's header says. Throws a `UserError` where it does not say as many bytes as the archive holds of it. */
export function arrayFacts(archive: ZipArchive, file: string, array: string): ArrayFacts {
  const entry = entryOf(archive, file, array)
  const { descriptor, shape, start } = headerOf(archive.readStart(entry.name, headBytes), file, array)
  const size = Number(/^[<|>=][a-zA-Z](\d+)$/.exec(descriptor)?.[1])
  const bytes = shape.reduce((product, side) => product * side, size)
  if (start + bytes !== entry.size) {
    const said = Number.isFinite(bytes) ? `, which is ${bytes} bytes` : ''
    throw new UserError(
      `${array} of ${file} says ${shape.join(' x ')} elements of type '${descriptor}'${said}, but the archive holds ${entry.size - start} bytes of it`,
    )
  }
  return { descriptor, shape, bytes }
}

/** Arrays by file and name, the one that was used last at the end; of one that can't be unpacked, why. */
const held = new Map<string, StoredArray | UserError>()
const keyOf = (file: string, array: string) => `${file}\0${array}`

/** An array, from memory where it is held. Throws the same `UserError` again, without trying, where it can't be unpacked. */
export function storedArray(file: string, array: string): StoredArray {
  const key = keyOf(file, array)
  const found = held.get(key) ?? attempt(() => unpack(openArchive(file), file, array))
  held.delete(key)
  held.set(key, found)
  for (const other of held.keys()) {
    if (heldBytes() <= maxArchiveBytes || other === key) break
    held.delete(other)
  }
  if (found instanceof UserError) throw found
  return found
}

/** Forgets the arrays of these files. */
export function releaseArrays(files: Iterable<string>): void {
  for (const file of new Set(files)) {
    for (const key of held.keys()) if (key.startsWith(keyOf(file, ''))) held.delete(key)
  }
}

/** Bytes of all arrays that are held. */
export function heldBytes(): number {
  return [...held.values()].reduce((sum, one) => sum + (one instanceof UserError ? 0 : one.bytes), 0)
}

function attempt<T>(work: () => T): T | UserError {
  try {
    return work()
  } catch (error) {
    if (error instanceof UserError) return error
    throw error
  }
}

/** The elements of an array, held by nobody else. */
export function unpack(archive: ZipArchive, file: string, array: string): StoredArray {
  const facts = arrayFacts(archive, file, array)
  if (facts.bytes > maxArchiveBytes)
    throw new UserError(`${array} of ${file} has ${facts.bytes} bytes; at most ${maxArchiveBytes} are read`)
  const whole = archive.read(entryOf(archive, file, array).name) as Uint8Array
  return { ...facts, elements: whole.subarray(whole.length - facts.bytes) }
}

function entryOf(archive: ZipArchive, file: string, array: string) {
  const entry = archive.entries.find(({ name }) => name === `${array}.npy`)
  if (entry === undefined) throw new UserError(`${file} no longer holds ${array}`)
  return entry
}

function headerOf(start: Uint8Array, file: string, array: string) {
  return readNpyHeader(start, (why) => {
    throw new UserError(`${array} of ${file} ${why}; save it with numpy.savez_compressed in C order`)
  })
}
