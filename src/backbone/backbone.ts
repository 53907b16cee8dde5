/**
 * A frozen feature extractor: images in, one row of features each. Any ONNX model with a contract, or the embedded
 * wavelet scattering. Images go through in batches of one fixed size, the last one padded, so that an image's features
 * never depend on how many others were asked for.
 */
import { nearest, UserError } from '../base/errors.js'
import { exists, isDirectory } from '../base/files.js'
import { hashBytes } from '../base/hash.js'
import { extents, type NDArray, ndarray, rowCount, rows, zeros } from '../base/ndarray.js'
import { knownValue } from '../base/own-value.js'
import { readModel } from '../runtime/model-file.js'
import { closingOnFailure, openSession, type RuntimeDevice, type Session } from '../runtime/session.js'
import type { BackboneContract, WrittenContract } from './contract.js'
import { findContract } from './find-contract.js'
import { backboneInput } from './input.js'
import { embedded, howToGet, knownSources } from './registry.js'
import { storedBackbone, storedNames } from './store.js'
import { probeImages, requireUseful } from './useful-features.js'

export interface BackboneOptions {
  readonly threads: number
  readonly device?: RuntimeDevice
  /** Height and width the backbone sees, in place of its own. */
  readonly inputSize?: readonly [number, number]
}

export interface ExtractOptions {
  /** Called with the number of images done since the last call. */
  readonly onImages?: (more: number) => void
  readonly signal?: AbortSignal
}

export interface Backbone {
  readonly contract: BackboneContract
  /** The model's bytes. */
  readonly onnx: Uint8Array
  /** Images uint8 [N, h, w, c] of any size to features float32 [N, D]. */
  extract(pixels: NDArray<'uint8'>, options?: ExtractOptions): Promise<NDArray<'float32'>>
  close(): Promise<void>
}

/** Images in one call of the model. */
export const extractionBatch = 16

/**
 * Opens `scattering`, a backbone that was added, or an ONNX file.
 * Throws a `UserError` that says what is missing and where to get it.
 */
export async function openBackbone(nameOrFile: string, options: BackboneOptions): Promise<Backbone> {
  if (nameOrFile === embedded) {
    const { scatteringBackbone } = await import('./networks/scattering.js')
    const { contract, onnx } = scatteringBackbone(options.inputSize)
    return openModel(onnx, contract, nameOrFile, options)
  }
  const file = storedBackbone(nameOrFile) ?? nameOrFile
  if (!exists(file) || isDirectory(file)) {
    if (Object.hasOwn(knownSources, nameOrFile)) throw new UserError(howToGet(nameOrFile))
    const names = [...new Set([embedded, ...storedNames(), ...Object.keys(knownSources)])]
    const near = nearest(nameOrFile, names)
    const remedy = near ? `did you mean ${near}?` : `name an ONNX file, or one of ${names.join(', ')}`
    throw new UserError(`backbone ${nameOrFile} is neither a known name nor a file; ${remedy}`)
  }
  const { onnx } = readModel(file)
  return openModel(onnx, findContract(onnx, file), nameOrFile, options)
}

/** Opens a model whose contract is known; `name` stands for it in messages. */
export async function openModel(
  onnx: Uint8Array,
  contract: WrittenContract,
  name: string,
  options: BackboneOptions,
): Promise<Backbone> {
  const written = { ...contract, inputSize: [...(options.inputSize ?? contract.inputSize)] as [number, number] }
  const session = await openSession(onnx, { ...options, name })
  return closingOnFailure(session, () => backboneOf(session, onnx, written, name))
}

async function backboneOf(
  session: Session,
  onnx: Uint8Array,
  written: WrittenContract,
  name: string,
): Promise<Backbone> {
  checkContract(session, written, name)
  const { inputName, outputName } = written
  const run = async (pixels: NDArray<'uint8'>): Promise<NDArray<'float32'>> => {
    const features = knownValue(await session.run({ [inputName]: backboneInput(pixels, written) }), outputName)
    if (features.dtype !== 'float32' || features.shape.length !== 2) {
      throw new UserError(
        `${name}: output ${outputName} has shape [${features.shape.join(', ')}], but [images, features] was expected; name another output in its contract`,
      )
    }
    return features as NDArray<'float32'>
  }
  const [height, width] = written.inputSize
  const probe = probeImages(height, width)
  const probed = await run(probe)
  requireUseful(probed, probe, name)
  const [, features] = extents(probed, 2)
  return {
    contract: { ...written, features, hash: hashBytes(onnx) },
    onnx,
    async extract(pixels, { onImages = () => {}, signal } = {}) {
      const n = rowCount(pixels)
      const out = new Float32Array(n * features)
      for (let start = 0; start < n; start += extractionBatch) {
        signal?.throwIfAborted()
        const end = Math.min(n, start + extractionBatch)
        const batch = zeros('uint8', [extractionBatch, ...pixels.shape.slice(1)])
        batch.data.set(rows(pixels, start, end).data)
        const found = await run(batch)
        out.set(found.data.subarray(0, (end - start) * features), start * features)
        onImages(end - start)
        await new Promise(setImmediate)
      }
      const found = ndarray('float32', [n, features], out)
      requireUseful(found, pixels, name)
      return found
    },
    close: () => session.close(),
  }
}

function checkContract(
  session: Session,
  { inputName, outputName, layout, channels, inputSize }: WrittenContract,
  name: string,
): void {
  const input = session.inputs.find((value) => value.name === inputName)
  const list = (values: readonly { name: string }[]) => values.map((value) => value.name).join(', ')
  if (!input)
    throw new UserError(
      `${name} has no input ${inputName} (it has ${list(session.inputs)}); mend inputName in its contract`,
    )
  if (!session.outputs.some((value) => value.name === outputName)) {
    throw new UserError(
      `${name} has no output ${outputName} (it has ${list(session.outputs)}); mend outputName in its contract`,
    )
  }
  const [height, width] = inputSize
  const wanted = layout === 'NHWC' ? [null, height, width, channels] : [null, channels, height, width]
  const fits =
    input.shape.length === 4 && input.shape.every((size, i) => i === 0 || size === null || size === wanted[i])
  if (!fits) {
    const shown = (shape: readonly (number | null)[]) => `[${shape.map((size) => size ?? 'N').join(', ')}]`
    throw new UserError(
      `${name}: input ${inputName} is ${shown(input.shape)}, but its contract says ${shown(wanted)}; mend inputSize, layout or channels`,
    )
  }
  const batch = input.shape[0]
  if (batch !== null && batch !== extractionBatch) {
    throw new UserError(
      `${name}: input ${inputName} takes ${batch} images at a time; export it with an open first axis (dynamic batch)`,
    )
  }
}
