/**
 * PyTorch's zip form (1.6 and later): `NAME/data.pkl` describes everything, `NAME/data/KEY` holds a storage's bytes,
 * `NAME/byteorder` their order. Source: torch/serialization.py, caffe2/serialize/inline_container.h (PyTorch 2.13).
 */
import { UserError } from '../base/errors.js'
import { openZip } from '../base/zip.js'
import type { Checkpoint } from './checkpoint.js'
import { readPickle } from './pickle.js'
import { itemsOf } from './pickle-values.js'
import { readElements } from './stored-tensor.js'
import { storageFromId, torchHost } from './torch-classes.js'
import { namedTensors } from './torch-tree.js'

/** Bytes of data.pkl, which may be packed a thousandfold. */
const largestDescription = 2 ** 28

export function readTorchZip(bytes: Uint8Array, source: string): Checkpoint {
  const archive = openZip(bytes, source)
  const description = archive.entries.find(({ name }) => /^[^/]*\/data\.pkl$/.test(name))
  if (!description) {
    throw new UserError(
      `${source} is a zip archive without data.pkl, so no checkpoint of PyTorch; unpack it and name the file of weights`,
    )
  }
  const folder = description.name.slice(0, -'data.pkl'.length)
  if (archive.entries.some(({ name }) => name.startsWith(`${folder}code/`))) {
    throw new UserError(
      `${source} is a TorchScript program; save its weights alone: torch.save(torch.jit.load(FILE).state_dict(), 'weights.pt')`,
    )
  }
  const order = archive.read(`${folder}byteorder`)
  const littleEndian = order === undefined || new TextDecoder().decode(order).trim() !== 'big'

  const host = torchHost(source, (id) => {
    const parts = itemsOf(id)
    if (parts?.[0] !== 'storage')
      throw new UserError(`${source} is no checkpoint that can be read: a persistent id that is no storage`)
    return storageFromId(parts, source)
  })
  if (description.size > largestDescription) {
    throw new UserError(
      `${source}: data.pkl unpacks to ${description.size} bytes; at most ${largestDescription} are read`,
    )
  }
  const { value } = readPickle(archive.read(description.name) as Uint8Array, 0, host)

  return {
    form: 'PyTorch, zip form',
    tensors: namedTensors(value, source).map(({ name, tensor: { storage, type, shape, strides, offset } }) => ({
      name,
      shape,
      type: type.name,
      read() {
        const block = archive.read(`${folder}data/${storage.key}`)
        if (!block)
          throw new UserError(
            `${source}: the elements of '${name}' (data/${storage.key}) are missing; get the file again`,
          )
        return readElements(
          { name, type, shape, strides, offset: offset + storage.offset },
          block,
          littleEndian,
          source,
        )
      },
    })),
  }
}
