/**
 * PyTorch's first form (before 0.1.10): a tar archive of `storages` (how many; for each its key, place and type, then its
 * number of elements and their bytes), `tensors` (for each its key and storage, then dimensions, sizes, strides and offset)
 * and `pickle`, in which tensors stand as keys. Source: torch/serialization.py, `legacy_load` (PyTorch 2.13).
 */
import { UserError } from '../base/errors.js'
import type { Checkpoint } from './checkpoint.js'
import { storageElementType } from './elements.js'
import { readPickle } from './pickle.js'
import { Global, itemsOf, keyOf, type PyValue } from './pickle-values.js'
import { readElements } from './stored-tensor.js'
import { StorageRef, TensorRef, torchHost } from './torch-classes.js'
import { namedTensors } from './torch-tree.js'

const blockSize = 512
const mostDimensions = 64

export function isTorchTar(bytes: Uint8Array): boolean {
  return bytes.length >= blockSize && latin1(bytes.subarray(257, 262)) === 'ustar'
}

export function readTorchTar(bytes: Uint8Array, source: string): Checkpoint {
  const broken = (what: string) => new UserError(`${source} is no whole checkpoint: ${what}; get the file again`)
  const members = readTar(bytes, broken)
  const member = (name: string) => {
    const found = members.get(name)
    if (found) return found
    throw new UserError(
      `${source} is a tar archive without '${name}', so no checkpoint of PyTorch; unpack it and name the file inside`,
    )
  }

  const tensors = new Map<string, TensorRef>()
  const host = torchHost(source, (id) => {
    const parts = itemsOf(id)
    if (parts && parts[0] instanceof Global) return parts[0]
    const tensor = tensors.get(keyOf(id))
    if (!tensor) throw broken('a persistent id that is no tensor')
    return tensor
  })

  const { storages, blocks } = readStorages(new Reader(member('storages'), host, broken), broken)
  const reader = new Reader(member('tensors'), host, broken)
  for (let n = reader.count(); n > 0; n--) {
    const [key, storageKey] = itemsOf(reader.pickle()) ?? []
    const dimensions = reader.int32()
    reader.int32()
    if (dimensions < 0 || dimensions > mostDimensions) throw broken(`a tensor of ${dimensions} dimensions`)
    const shape = Array.from({ length: dimensions }, () => reader.int64())
    const strides = Array.from({ length: dimensions }, () => reader.int64())
    const storage = storages.get(keyOf(storageKey))
    if (!storage?.type) throw broken(`tensor ${keyOf(key)} has no storage`)
    tensors.set(keyOf(key), new TensorRef(storage, storage.type, reader.int64(), shape, strides))
  }
  const { value } = readPickle(member('pickle'), 0, host)

  return {
    form: 'PyTorch, first form (tar)',
    tensors: namedTensors(value, source).map(({ name, tensor: { storage, type, shape, strides, offset } }) => ({
      name,
      shape,
      type: type.name,
      read() {
        const block = blocks.get(storage.key) as Uint8Array
        return readElements({ name, type, shape, strides, offset: offset + storage.offset }, block, true, source)
      },
    })),
  }
}

type Broken = (what: string) => UserError

function readStorages(reader: Reader, broken: Broken) {
  const storages = new Map<string, StorageRef>()
  const blocks = new Map<string, Uint8Array>()
  for (let n = reader.count(); n > 0; n--) {
    const [key, , type] = itemsOf(reader.pickle()) ?? []
    const element = type instanceof Global ? storageElementType(type.name) : undefined
    if (!element) throw broken(`storage ${keyOf(key)} is of no known type`)
    const length = reader.int64()
    blocks.set(keyOf(key), reader.bytes(length * element.bytes))
    storages.set(keyOf(key), new StorageRef(keyOf(key), element, length))
  }
  // windows on storages: their key, the storage's, where they begin, their length
  for (const view of itemsOf(reader.pickle()) ?? []) {
    const [key, root, offset, length] = itemsOf(view) ?? []
    const storage = storages.get(keyOf(root))
    if (!storage || typeof offset !== 'number' || typeof length !== 'number') throw broken('a window on no storage')
    storages.set(keyOf(key), new StorageRef(storage.key, storage.type, length, offset))
  }
  return { storages, blocks }
}

/** Pickles and numbers one behind the other. */
class Reader {
  readonly #bytes: Uint8Array
  readonly #view: DataView
  readonly #host: Parameters<typeof readPickle>[2]
  readonly #broken: Broken
  #at = 0

  constructor(bytes: Uint8Array, host: Parameters<typeof readPickle>[2], broken: Broken) {
    this.#bytes = bytes
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    this.#host = host
    this.#broken = broken
  }

  pickle(): PyValue {
    const { value, end } = readPickle(this.#bytes, this.#at, this.#host)
    this.#at = end
    return value
  }

  /** A number of things that are still to come; each takes at least a byte. */
  count(): number {
    const value = this.pickle()
    if (typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= this.#bytes.length) return value
    throw this.#broken('it counts more than it holds')
  }

  int32(): number {
    return this.#view.getInt32(this.#take(4), true)
  }

  int64(): number {
    const value = Number(this.#view.getBigInt64(this.#take(8), true))
    if (value >= 0 && Number.isSafeInteger(value)) return value
    throw this.#broken(`a size of ${value}`)
  }

  bytes(length: number): Uint8Array {
    const at = this.#take(length)
    return this.#bytes.subarray(at, at + length)
  }

  #take(length: number): number {
    const at = this.#at
    if (!(length <= this.#bytes.length - at)) throw this.#broken('it is cut off')
    this.#at = at + length
    return at
  }
}

/** Regular files of a tar archive by name. */
function readTar(bytes: Uint8Array, broken: Broken): Map<string, Uint8Array> {
  const members = new Map<string, Uint8Array>()
  for (let at = 0; at + blockSize <= bytes.length; ) {
    const header = bytes.subarray(at, at + blockSize)
    if (header[0] === 0) break
    const size = Number.parseInt(latin1(header.subarray(124, 136)).replace(/[\0 ]/g, ''), 8)
    if (!(size >= 0) || at + blockSize + size > bytes.length) throw broken('its archive is cut off')
    const kind = header[156]
    const name = latin1(header.subarray(0, 100)).replace(/\0.*$/s, '').replace(/^\.\//, '')
    if (kind === 0 || kind === 0x30) members.set(name, bytes.subarray(at + blockSize, at + blockSize + size))
    at += blockSize * (1 + Math.ceil(size / blockSize))
  }
  return members
}

function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1')
}
