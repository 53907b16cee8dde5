/**
 * The way into this room: a file of weights from elsewhere, known by its content (PyTorch's three forms, safetensors, ONNX),
 * to named arrays. Nothing in a file is ever executed, and no network is known here.
 */
import { UserError } from '../base/errors.js'
import { readBytes } from '../base/files.js'
import { isZip } from '../base/zip.js'
import { readSafetensors } from '../nn/safetensors.js'
import { locationOf } from '../tensor/onnx/format/external-data.js'
import { decodeModel } from '../tensor/onnx/format/protobuf.js'
import type { Checkpoint } from './checkpoint.js'
import { type ElementType, elementType, safetensorsElementType } from './elements.js'
import { readPickle } from './pickle.js'
import { readElements, rowMajor } from './stored-tensor.js'
import { torchHost } from './torch-classes.js'
import { isTorchStream, readTorchStream } from './torch-stream.js'
import { isTorchTar, readTorchTar } from './torch-tar.js'
import { readTorchZip } from './torch-zip.js'

/** Throws a `UserError` that begins with the file's name where it is missing, damaged, hostile, or of no known form. */
export function openCheckpoint(file: string): Checkpoint {
  return readCheckpoint(readBytes(file), file)
}

/** The same for bytes; `source` names them in messages. */
export function readCheckpoint(bytes: Uint8Array, source: string): Checkpoint {
  if (bytes.length === 0) throw new UserError(`${source} is empty; get the file again`)
  if (isZip(bytes)) return readTorchZip(bytes, source)
  if (isTorchStream(bytes)) return readTorchStream(bytes, source)
  if (isTorchTar(bytes)) return readTorchTar(bytes, source)
  if (isSafetensors(bytes)) return ofSafetensors(bytes, source)
  const other = otherForms.find(([signature]) => signature.every((byte, i) => bytes[i] === byte))
  if (other) throw new UserError(`${source} is ${other[1]}`)
  const [first, version = Number.POSITIVE_INFINITY] = bytes
  if (first === 0x80 && version <= 5) return ofBarePickle(bytes, source)
  return ofOnnx(bytes, source)
}

/** Beginnings of files that are brought by mistake, and what to do with them. */
const otherForms: readonly (readonly [signature: readonly number[], remedy: string])[] = [
  [[0x1f, 0x8b], 'packed by gzip; unpack it first (gunzip, or tar xzf) and name the file inside'],
  [[0x42, 0x5a, 0x68], 'packed by bzip2; unpack it first and name the file inside'],
  [[0xfd, 0x37, 0x7a, 0x58, 0x5a], 'packed by xz; unpack it first and name the file inside'],
  [[0x89, 0x48, 0x44, 0x46], 'an HDF5 file, as Keras writes them; export the network to ONNX there (tf2onnx)'],
  [[0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59], 'one NumPy array; a network has many: save them as safetensors'],
  [[0x3c], 'a web page or XML: the download gave a page instead of the file; open its address in a browser'],
  [
    [...'version https://git-lfs'].map((letter) => letter.charCodeAt(0)),
    'the pointer of a large file in Git; fetch the file itself (git lfs pull)',
  ],
]

function isSafetensors(bytes: Uint8Array): boolean {
  return bytes.length > 9 && bytes[8] === 0x7b && bytes[6] === 0 && bytes[7] === 0
}

function ofSafetensors(bytes: Uint8Array, source: string): Checkpoint {
  return {
    form: 'safetensors',
    tensors: readSafetensors(bytes, source).entries.map(({ name, code, shape, bytes: block }) => ({
      name,
      shape,
      type: safetensorsElementType(code)?.name ?? code.slice(0, 20),
      read() {
        const type = safetensorsElementType(code) ?? { name: code.slice(0, 20), bytes: 1 }
        return readElements({ name, type, shape, strides: rowMajor(shape), offset: 0 }, block, true, source)
      },
    })),
  }
}

/** Of what PyTorch wrote without its own frame (`pickle.dump`): there are no tensors in it, but it is read for its refusals. */
function ofBarePickle(bytes: Uint8Array, source: string): never {
  const noTensors = new UserError(
    `${source} is a pickle of Python, but no checkpoint of PyTorch; save the weights by torch.save(model.state_dict(), 'weights.pt')`,
  )
  readPickle(
    bytes,
    0,
    torchHost(source, () => {
      throw noTensors
    }),
  )
  throw noTensors
}

/** TensorProto.DataType to PyTorch's names. */
const onnxTypes: Readonly<Record<number, string>> = {
  1: 'float32',
  2: 'uint8',
  3: 'int8',
  4: 'uint16',
  5: 'int16',
  6: 'int32',
  7: 'int64',
  9: 'bool',
  10: 'float16',
  11: 'float64',
  12: 'uint32',
  13: 'uint64',
  14: 'complex64',
  15: 'complex128',
  16: 'bfloat16',
}

function ofOnnx(bytes: Uint8Array, source: string): Checkpoint {
  const { graph } = decodeOrExplain(bytes, source)
  return {
    form: 'ONNX',
    tensors: (graph?.initializers ?? []).map(({ name = '', dims, dataType = 0, rawData, floatData, ...rest }) => ({
      name,
      shape: dims,
      type: onnxTypes[dataType] ?? `type ${dataType}`,
      ...(rest.externalData.length > 0 && { elsewhere: locationOf(rest).slice(0, 200) }),
      read() {
        const type: ElementType = elementType(onnxTypes[dataType] ?? '') ?? { name: `type ${dataType}`, bytes: 1 }
        const block = rawData ?? floatData ?? new Uint8Array(0)
        return readElements({ name, type, shape: dims, strides: rowMajor(dims), offset: 0 }, block, true, source)
      },
    })),
  }
}

function decodeOrExplain(bytes: Uint8Array, source: string) {
  try {
    return decodeModel(bytes, source)
  } catch (error) {
    if (!(error instanceof UserError)) throw error
    // The oldest pickles begin like nothing in particular; each ends with a full stop.
    if (bytes.at(-1) === 0x2e) ofBarePickle(bytes, source)
    throw new UserError(
      `${source} is no file of weights that is known: read are PyTorch (.pt, .pth, .pth.tar), safetensors and ONNX; ` +
        'check that it came over whole',
      { cause: error },
    )
  }
}
