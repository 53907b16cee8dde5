import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import type { TensorProto } from '../../src/tensor/onnx/format/model.js'
import { decodeModel, encodeModel } from '../../src/tensor/onnx/format/protobuf.js'

interface Options {
  /** What the model says of where they are; default: the file that they are in. */
  location?: string
  /** Changes what the model says of a tensor. */
  says?: (tensor: TensorProto) => void
}

/** Moves the weights of the model in `file` to a file beside it, as PyTorch's exporter does; returns that file. */
export function moveWeightsBeside(file: string, { location, says = () => {} }: Options = {}): string {
  const model = decodeModel(new Uint8Array(readFileSync(file)))
  const beside = `${file}.data`
  const parts: Uint8Array[] = []
  let offset = 0
  for (const tensor of model.graph?.initializers ?? []) {
    const { rawData } = tensor
    if (!rawData) continue
    parts.push(rawData)
    tensor.rawData = undefined
    tensor.dataLocation = 1
    tensor.externalData = [
      { key: 'location', value: location ?? path.basename(beside) },
      { key: 'offset', value: String(offset) },
      { key: 'length', value: String(rawData.length) },
    ]
    offset += rawData.length
    says(tensor)
  }
  writeFileSync(beside, Buffer.concat(parts))
  writeFileSync(file, encodeModel(model))
  return beside
}
