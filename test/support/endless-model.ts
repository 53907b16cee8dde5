/** Models that open like any other and never answer. */
import {
  attribute,
  attributeTypes,
  type GraphProto,
  type NodeProto,
  type TensorProto,
  type ValueInfoProto,
  valueInfo,
} from '../../src/tensor/onnx/format/model.js'
import { decodeModel, encodeModel } from '../../src/tensor/onnx/format/protobuf.js'

const bool = 9
const int64 = 7

/** The same model with a Loop that has no end (no trip count, a condition that stays true) before its output. */
export function endless(onnx: Uint8Array, output: string): Uint8Array {
  const model = decodeModel(onnx, 'the model')
  const graph = model.graph as GraphProto
  for (const each of graph.nodes) each.outputs = each.outputs.map((name) => (name === output ? 'finite' : name))
  const body: GraphProto = {
    name: 'body',
    nodes: [node('Identity', ['goes_on'], ['still']), node('Add', ['carried', 'carried'], ['next'])],
    inputs: [scalar('turn', int64), scalar('goes_on', bool), valueInfo('carried', 'float32', ['films', 'numbers'])],
    outputs: [scalar('still', bool), valueInfo('next', 'float32', ['films', 'numbers'])],
    initializers: [],
    sparseInitializers: [],
    valueInfo: [],
    quantizationAnnotations: [],
  }
  const always: TensorProto = {
    name: 'always',
    dataType: bool,
    dims: [],
    rawData: Uint8Array.of(1),
    stringData: [],
    externalData: [],
  }
  graph.initializers.push(always)
  graph.nodes.push({
    ...node('Loop', ['', 'always', 'finite'], [output]),
    attributes: [{ ...attribute('body', 0), int: undefined, type: attributeTypes.graph, graph: body }],
  })
  return encodeModel(model)
}

function node(opType: string, inputs: string[], outputs: string[]): NodeProto {
  return { opType, inputs, outputs, attributes: [] }
}

function scalar(name: string, elemType: number): ValueInfoProto {
  return { name, type: { tensorType: { elemType, shape: { dims: [] } } } }
}
