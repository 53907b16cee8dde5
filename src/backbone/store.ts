/**
 * Backbones that were added on this computer: one ONNX file each, with its contract and its origin inside, in the user's
 * data folder.
 */
import path from 'node:path'
import { UserError } from '../base/errors.js'
import { exists, listDirectory, makeDirectory, removeFile, writeAtomic } from '../base/files.js'
import { writeAlone } from '../base/lock-file.js'
import { dataFolder } from '../base/user-folders.js'
import { embedded } from './registry.js'

function folder(): string {
  return path.join(dataFolder(), 'backbones')
}

/** The file of an added backbone; undefined where there is none of that name. */
export function storedBackbone(name: string): string | undefined {
  const file = path.join(folder(), `${name}.onnx`)
  return isName(name) && exists(file) ? file : undefined
}

/** Names of the added backbones, sorted. */
export function storedNames(): string[] {
  return listDirectory(folder())
    .filter(({ name, directory }) => !directory && /\.onnx$/.test(name))
    .map(({ name }) => name.replace(/\.onnx$/, ''))
}

/** Throws where a backbone can't be kept under this name. */
export function checkNewName(name: string, replace: boolean): void {
  if (!isName(name)) {
    throw new UserError(
      `'${name}' can't be a backbone's name; take letters, digits, dots, - and _, for example chexnet`,
    )
  }
  if (name === embedded) throw new UserError(`${embedded} is the name of the embedded backbone; take another`)
  const file = storedBackbone(name)
  if (file && !replace)
    throw new UserError(`backbone ${name} is there already (${file}); add --replace, or take another name`)
}

/**
 * Keeps a model, and where there are some its weights to train on from (safetensors); says where the model is. Throws as
 * `checkNewName` where another process has meanwhile kept one of this name.
 */
export function storeBackbone(
  name: string,
  { onnx, weights, replace }: { onnx: Uint8Array; weights?: Uint8Array; replace: boolean },
): string {
  const file = path.join(folder(), `${name}.onnx`)
  makeDirectory(folder())
  // Two at once would leave the model of one beside the weights of the other.
  writeAlone(file, 'kopt backbone add', () => {
    checkNewName(name, replace)
    // A kill leaves no model beside the weights of another.
    removeFile(weightsFile(name))
    writeAtomic(file, onnx)
    if (weights) writeAtomic(weightsFile(name), weights)
  })
  return file
}

/** The weights of an added backbone; undefined where it has none (an ONNX model). */
export function storedWeights(name: string): string | undefined {
  return storedBackbone(name) !== undefined && exists(weightsFile(name)) ? weightsFile(name) : undefined
}

function weightsFile(name: string): string {
  return path.join(folder(), `${name}.safetensors`)
}

function isName(name: string): boolean {
  return /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/.test(name) && !/\.onnx$/i.test(name)
}
