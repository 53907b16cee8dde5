/** An ONNX model from a file as bytes that hold everything: weights in files beside it are taken in. */
import path from 'node:path'
import { UserError } from '../base/errors.js'
import { exists, readBytes } from '../base/files.js'
import { externalTensors, locationOf, takeIn } from '../tensor/onnx/format/external-data.js'
import type { ModelProto } from '../tensor/onnx/format/model.js'
import { decodeModel, encodeModel } from '../tensor/onnx/format/protobuf.js'

export interface WholeModel {
  readonly onnx: Uint8Array
  /** The files beside it that weights were taken from, in the order of their names. */
  readonly beside: readonly { readonly file: string; readonly bytes: Uint8Array }[]
}

/** Throws a `UserError` where the file or one that it names can't be read, or lies anywhere but beside it. */
export function readModel(file: string): WholeModel {
  return wholeModel(readBytes(file), file)
}

/** The same for bytes that stand in `file`; the bytes themselves where nothing stands beside them. */
export function wholeModel(onnx: Uint8Array, file: string): WholeModel {
  const model = decodeModel(onnx, file)
  const parts = new Map<string, Uint8Array>()
  takeIn(model, file, (location) => {
    const known = parts.get(location)
    if (known) return known
    const bytes = readBytes(placeBeside(file, location))
    parts.set(location, bytes)
    return bytes
  })
  if (parts.size === 0) return { onnx, beside: [] }
  const beside = [...parts].map(([location, bytes]) => ({ file: location, bytes }))
  return { onnx: encodeModel(model), beside: beside.sort((a, b) => (a.file < b.file ? -1 : 1)) }
}

/** ONNX Runtime would look for the weights of bytes in the folder that one happens to stand in. Throws a `UserError`. */
export function refuseOutsideWeights(model: ModelProto, name: string): void {
  const [outside] = externalTensors(model)
  if (!outside) return
  throw new UserError(
    `${name} keeps weights in another file ('${locationOf(outside).slice(0, 80)}'), which can't be looked for here; name the model's file, ${oneFile}`,
  )
}

const oneFile = 'or export it as one file: torch.onnx.export(..., external_data=False)'

function placeBeside(file: string, location: string): string {
  const steps = location.split(/[/\\]/)
  const within = location !== '' && !path.isAbsolute(location) && !/^[A-Za-z]:/.test(location) && !steps.includes('..')
  if (!within || location.includes('\0')) {
    throw new UserError(
      `${file} wants its weights from '${location.slice(0, 80)}', which is not beside it, and other places are never read; put them beside it and export it again, ${oneFile}`,
    )
  }
  const place = path.join(path.dirname(file), ...steps)
  if (!exists(place)) {
    throw new UserError(`${file} keeps its weights in ${place}, which is missing; put that file beside it, ${oneFile}`)
  }
  return place
}
