/**
 * PyTorch's old stream form (before 1.6, and `_use_new_zipfile_serialization=False`): pickles one behind the other (magic
 * number, protocol, facts of the system, the object, the keys of its storages), then each storage: its number of elements
 * and their bytes, little endian. Source: torch/serialization.py, `_legacy_save` and `_legacy_load` (PyTorch 2.13).
 */
import { UserError } from '../base/errors.js'
import type { Checkpoint } from './checkpoint.js'
import type { ElementType } from './elements.js'
import { readPickle } from './pickle.js'
import { Global, itemsOf, keyOf, type PyValue } from './pickle-values.js'
import { readElements } from './stored-tensor.js'
import { type StorageRef, storageFromId, torchHost } from './torch-classes.js'
import { namedTensors } from './torch-tree.js'

/** The first pickle: PROTO 2, LONG1 of ten bytes, 0x1950a86a20f9469cfc6c. */
const beginning = [0x80, 0x02, 0x8a, 0x0a, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19, 0x2e]

export function isTorchStream(bytes: Uint8Array): boolean {
  return beginning.every((byte, i) => bytes[i] === byte)
}

export function readTorchStream(bytes: Uint8Array, source: string): Checkpoint {
  const broken = (what: string) => new UserError(`${source} is no whole checkpoint: ${what}; get the file again`)
  const types = new Map<string, ElementType | null>()
  const host = torchHost(source, (id) => {
    const parts = itemsOf(id)
    // a module of old comes with its source code, which is not looked at
    if (parts?.[0] === 'module' && parts[1] instanceof Global) return parts[1]
    if (parts?.[0] !== 'storage') throw broken('a persistent id that is no storage')
    const storage = storageFromId(parts, source)
    types.set(storage.key, storage.type)
    return storage
  })

  let at = beginning.length
  const next = (): PyValue => {
    const { value, end } = readPickle(bytes, at, host)
    at = end
    return value
  }
  if (next() !== 1001) throw broken('its protocol is not 1001')
  next()
  const root = next()
  const keys = itemsOf(next())
  if (!keys) throw broken('the list of its storages is missing')

  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const blocks = new Map<string, Uint8Array>()
  for (const key of keys.map(keyOf)) {
    if (key === '') throw broken('its list of storages holds what is no key')
    if (at + 8 > bytes.length) throw broken(`storage ${key} is cut off`)
    const length = view.getBigInt64(at, true) * BigInt(types.get(key)?.bytes ?? 1)
    if (length < 0n || length > BigInt(bytes.length - at - 8)) throw broken(`storage ${key} is cut off`)
    blocks.set(key, bytes.subarray(at + 8, at + 8 + Number(length)))
    at += 8 + Number(length)
  }

  return {
    form: 'PyTorch, old stream form',
    tensors: namedTensors(root, source).map(({ name, tensor: { storage, type, shape, strides, offset } }) => ({
      name,
      shape,
      type: type.name,
      read: () =>
        readElements(
          { name, type, shape, strides, offset: offset + storage.offset },
          blockOf(storage, name),
          true,
          source,
        ),
    })),
  }

  function blockOf({ key }: StorageRef, name: string): Uint8Array {
    const block = blocks.get(key)
    if (!block) throw broken(`the elements of '${name}' (storage ${key}) are missing`)
    return block
  }
}
