/**
 * Weights that stand in another file than the model (onnx/docs/ExternalData.md): PyTorch's exporter writes NAME.onnx.data
 * by default. ONNX Runtime looks for such a file beside a model that it opens by its path, and in the working folder for
 * one that it is given as bytes; kopt gives bytes, so that they are taken in before, or the model is refused.
 */
import { UserError } from '../../../base/errors.js'
import {
  type AttributeProto,
  elementSize,
  type GraphProto,
  type ModelProto,
  type NodeProto,
  type SparseTensorProto,
  type TensorProto,
} from './model.js'

/** TensorProto.DataLocation. */
const external = 1
/** A model can't be larger as one file (protobuf). */
const mostBytes = 2 ** 31 - 1

/** Every tensor of the model whose elements are elsewhere, wherever in it the tensor stands. */
export function externalTensors({ graph, functions }: ModelProto): TensorProto[] {
  const found: TensorProto[] = []
  const visit = (tensor: TensorProto | undefined) => {
    if (tensor && (tensor.dataLocation === external || tensor.externalData.length > 0)) found.push(tensor)
  }
  const sparse = ({ values, indices }: SparseTensorProto) => {
    visit(values)
    visit(indices)
  }
  const attribute = (each: AttributeProto) => {
    visit(each.tensor)
    each.tensors.forEach(visit)
    if (each.sparseTensor) sparse(each.sparseTensor)
    each.sparseTensors.forEach(sparse)
    for (const inner of each.graph ? [each.graph, ...each.graphs] : each.graphs) inGraph(inner)
  }
  const node = ({ attributes }: NodeProto) => attributes.forEach(attribute)
  const inGraph = ({ initializers, sparseInitializers, nodes }: GraphProto) => {
    initializers.forEach(visit)
    sparseInitializers.forEach(sparse)
    nodes.forEach(node)
  }
  if (graph) inGraph(graph)
  for (const { nodes, attributes } of functions) {
    nodes.forEach(node)
    attributes.forEach(attribute)
  }
  return found
}

/** The file that a tensor's elements stand in, as the model names it. */
export function locationOf({ externalData }: Pick<TensorProto, 'externalData'>): string {
  return externalData.find(({ key }) => key === 'location')?.value ?? ''
}

/**
 * Takes every such tensor's elements into the model, in place. `read` gives the bytes of a file beside it, and refuses
 * places that are not beside it. Throws a `UserError` where a file does not hold what the model says of it.
 */
export function takeIn(model: ModelProto, name: string, read: (location: string) => Uint8Array): void {
  let taken = 0
  for (const tensor of externalTensors(model)) {
    const location = locationOf(tensor)
    const refuse = (why: string) =>
      new UserError(
        `${name}: weight '${shortly(tensor.name)}' in '${shortly(location)}' ${why}; export the model again`,
      )
    const file = read(location)
    const byteLength =
      tensor.dims.reduce((product, size) => product * size, 1) * (elementSize(tensor.dataType ?? 0) ?? Number.NaN)
    const offset = number(tensor, 'offset') ?? 0
    const length = number(tensor, 'length') ?? byteLength
    if (!Number.isSafeInteger(offset) || !Number.isSafeInteger(length))
      throw refuse('has no place in it that can be read')
    if (Number.isFinite(byteLength) && length !== byteLength)
      throw refuse(`should hold ${byteLength} bytes, but says ${length}`)
    if (offset < 0 || length < 0 || offset + length > file.length) {
      throw refuse(`reaches from byte ${offset} to ${offset + length}, but the file has ${file.length}`)
    }
    taken += length
    if (taken > mostBytes) throw refuse('makes the model larger than the 2 GB that one file can hold')
    tensor.rawData = file.subarray(offset, offset + length)
    tensor.externalData = []
    tensor.dataLocation = undefined
  }
}

function number({ externalData }: TensorProto, key: string): number | undefined {
  const value = externalData.find((entry) => entry.key === key)?.value
  return value === undefined ? undefined : /^\d{1,16}$/.test(value) ? Number(value) : Number.NaN
}

function shortly(text = ''): string {
  return text.length > 80 ? `${text.slice(0, 77)}...` : text
}
