/**
 * A file of weights as a backbone: DenseNet-121 of any form becomes our own network as ONNX; an ONNX model stays what it is.
 * Either way the result says in its metadata what it expects (`kopt.backbone`) and where it comes from (`kopt.origin`).
 */
import path from 'node:path'
import { UserError } from '../base/errors.js'
import { exists, readText } from '../base/files.js'
import { hashBytes } from '../base/hash.js'
import type { NDArray } from '../base/ndarray.js'
import { ownValue } from '../base/own-value.js'
import { version } from '../base/version.js'
import { wholeModel } from '../runtime/model-file.js'
import { metadataEntries } from '../tensor/onnx/emit.js'
import { decodeModel, encodeModel } from '../tensor/onnx/format/protobuf.js'
import type { Tree } from '../tensor/tree.js'
import { readCheckpoint } from '../weights/open.js'
import { parseContract, type WrittenContract } from './contract.js'
import { isKnownFile } from './fetch-weights.js'
import { findContract } from './find-contract.js'
import { type DenseNetWeights, densenetWeights } from './networks/densenet-weights.js'
import { densenetInput, densenetOutput, emitDensenet } from './networks/densenet121.js'
import { type KnownSource, knownSources } from './registry.js'
import { encodeWeights } from './weights-file.js'

export interface Conversion {
  readonly onnx: Uint8Array
  /** The weights of a DenseNet-121 as safetensors, to train its last block from. */
  readonly weights?: Uint8Array
  /** What it is, and what was left out, for people. */
  readonly remarks: readonly string[]
}

export interface ConvertOptions {
  /** The name it will have. */
  readonly name: string
  /** For messages, and to find FILE.json. */
  readonly file: string
  /** A known source whose input it has. */
  readonly like?: string
  /** Which of several networks in the file. */
  readonly prefix?: string
}

/** Converts a checkpoint or takes an ONNX model over. Throws a `UserError` that lists what does not fit. */
export function convertBackbone(bytes: Uint8Array, options: ConvertOptions): Conversion {
  const checkpoint = readCheckpoint(bytes, options.file)
  const origin = { file: path.basename(options.file), sha256: hashBytes(bytes), kopt: version }
  if (checkpoint.form === 'ONNX') return annotated(bytes, options, origin)
  const weights = densenetWeights(checkpoint, options.file, options.prefix)
  const contract: WrittenContract = {
    name: options.name,
    ...densenetInputOf(weights, bytes, options),
    layout: 'NHWC',
    inputName: densenetInput,
    outputName: densenetOutput,
  }
  return {
    onnx: emitDensenet(weights.net, {
      'kopt.backbone': JSON.stringify(contract),
      'kopt.origin': JSON.stringify(origin),
    }),
    weights: encodeWeights(weights.net as unknown as Tree<NDArray>),
    remarks: [`DenseNet-121 in ${checkpoint.form}${below(weights)}`, ...leftOut(weights)],
  }
}

function below({ prefix, imageChannels }: DenseNetWeights): string {
  const place = prefix === '' ? '' : `, below '${prefix.replace(/\.$/, '')}'`
  return `${place}, for ${imageChannels === 1 ? 'grey' : 'three-channel'} images`
}

function leftOut({ outputs, leftOut }: DenseNetWeights): string[] {
  if (leftOut.length === 0) return []
  const shown = leftOut.slice(0, 4).join(', ')
  const more = leftOut.length > 4 ? ` and ${leftOut.length - 4} more` : ''
  const classifier = outputs === undefined ? '' : ` (among them the classifier of ${outputs} outputs)`
  return [`left out, as features need none of it: ${shown}${more}${classifier}`]
}

/** Size, channels and scaling: of the source it is like, or as FILE.json says. */
function densenetInputOf({ imageChannels }: DenseNetWeights, bytes: Uint8Array, { name, file, like }: ConvertOptions) {
  const beside = `${file}.json`
  const source = knownLike(like) ?? (exists(beside) ? undefined : ownValue(knownSources, name))
  const input = source
    ? { ...source.input, note: noteOf(source, like ?? name, bytes, file) }
    : exists(beside)
      ? written(beside)
      : undefined
  if (!input) {
    throw new UserError(
      `${file} does not say how grey values are scaled for it, and a wrong scaling gives features that look fine. ` +
        `Say which source it is like: --like ${imageChannels === 1 ? 'xrv-densenet121' : 'chexnet'} ` +
        `(one of ${Object.keys(knownSources).join(', ')}); or write ${beside} with inputSize, channels and scaling`,
    )
  }
  if (input.channels !== imageChannels) {
    throw new UserError(
      `${file} is a network for ${imageChannels} ${imageChannels === 1 ? 'channel' : 'channels'}, ` +
        `but ${like ?? (source ? name : beside)} takes ${input.channels}; ${imageChannels === 1 ? '--like xrv-densenet121 has one' : '--like chexnet has three'}`,
    )
  }
  return input
}

/** What the weights are, where their file is the known one; else what is taken for granted. */
function noteOf({ about, download }: KnownSource, name: string, bytes: Uint8Array, file: string): string {
  if (isKnownFile(bytes, download?.checksum ?? null)) return about
  return `DenseNet-121 with the weights of ${path.basename(file)}; its input is taken to be that of ${name}`
}

function written(beside: string) {
  const { inputSize, channels, scaling, note } = parseContract(readText(beside, 100_000), beside)
  return { inputSize, channels, scaling, ...(note === undefined ? {} : { note }) }
}

function knownLike(like: string | undefined): KnownSource | undefined {
  if (like === undefined) return undefined
  if (Object.hasOwn(knownSources, like)) return knownSources[like]
  throw new UserError(`--like ${like} is no known source; there are ${Object.keys(knownSources).join(', ')}`)
}

function annotated(bytes: Uint8Array, { name, file }: ConvertOptions, origin: object): Conversion {
  const { onnx, beside } = wholeModel(bytes, file)
  const model = decodeModel(onnx, file)
  const contract = findContract(onnx, file)
  const metadata = Object.fromEntries(model.metadata.map(({ key = '', value = '' }) => [key, value]))
  const weights = beside.map((part) => ({ file: path.basename(part.file), sha256: hashBytes(part.bytes) }))
  model.metadata = metadataEntries({
    ...metadata,
    'kopt.backbone': JSON.stringify({ ...contract, name }),
    'kopt.origin': JSON.stringify({ ...origin, ...(weights.length > 0 && { weights }) }),
  })
  return {
    onnx: encodeModel(model),
    remarks: [
      `an ONNX model, taken as it is (${contract.outputName} is its output)`,
      ...weights.map((part) => `its weights in ${part.file} (SHA-256 ${part.sha256}) are part of it now`),
    ],
  }
}
