/**
 * Versions of ONNX's operator sets. A model names one version for all its nodes; two models of different versions can be joined
 * where every operator of one means the same in the other's version.
 * Source: onnx/docs/Changelog.md. The version given is the first since which a node keeps its meaning up to `newest`.
 */
import { UserError } from '../../../base/errors.js'
import type { GraphProto, ModelProto, OperatorSetId } from './model.js'

const newest = 20

const sameSince: Readonly<Record<string, number>> = {
  Abs: 6,
  Add: 7,
  AveragePool: 19,
  BatchNormalization: 15,
  Cast: 9,
  Clip: 11,
  Concat: 4,
  Constant: 12,
  Conv: 1,
  ConvTranspose: 1,
  Div: 7,
  Equal: 11,
  Exp: 6,
  Expand: 8,
  Flatten: 1,
  Gather: 11,
  Gemm: 11,
  GlobalAveragePool: 1,
  GlobalMaxPool: 1,
  Greater: 9,
  Identity: 1,
  LeakyRelu: 6,
  Log: 6,
  MatMul: 1,
  Max: 8,
  MaxPool: 11,
  Min: 8,
  Mul: 7,
  Neg: 6,
  Pad: 18,
  ReduceMax: 18,
  ReduceMean: 18,
  ReduceSum: 13,
  Relu: 6,
  Reshape: 5,
  Sigmoid: 6,
  Slice: 10,
  Softmax: 13,
  Softplus: 1,
  Sqrt: 6,
  Sub: 7,
  Tanh: 6,
  Transpose: 1,
  Where: 9,
}

/** Operator sets for a model made of both. Throws a `UserError` where no version serves both. */
export function mergeOperatorSets(first: ModelProto, second: ModelProto): OperatorSetId[] {
  const versions = new Map<string, number>()
  for (const { domain, version } of first.opsetImport) versions.set(standardName(domain), version ?? 1)
  for (const { domain, version = 1 } of second.opsetImport) {
    const name = standardName(domain)
    const other = versions.get(name) ?? version
    if (other !== version) versions.set(name, commonVersion(first, other, second, version, name))
    else versions.set(name, version)
  }
  return [...versions].map(([domain, version]) => ({ domain, version }))
}

function commonVersion(first: ModelProto, a: number, second: ModelProto, b: number, domain: string): number {
  if (domain === '') {
    if (!cannotMove(second.graph as GraphProto, b, a)) return a
    if (!cannotMove(first.graph as GraphProto, a, b)) return b
  }
  const why = cannotMove(second.graph as GraphProto, b, a)
  throw new UserError(
    `the models use versions ${a} and ${b} of the operator set '${domain || 'ai.onnx'}'` +
      `${why ? `, and ${why} changed in between` : ''}; export the first model for version ${b}`,
  )
}

/** The first operator that may mean something else in the other version. */
function cannotMove(graph: GraphProto, from: number, to: number): string | undefined {
  const low = Math.min(from, to)
  for (const { opType = '', domain, attributes } of graph.nodes) {
    const inner = attributes.some((attribute) => attribute.graph || attribute.graphs.length > 0)
    if (standardName(domain) !== '') continue
    if (inner || Math.max(from, to) > newest || !(sameSince[opType] <= low)) return opType
  }
  return undefined
}

/** 'ai.onnx' and '' both name the standard operators. */
function standardName(domain: string | undefined): string {
  return domain === undefined || domain === 'ai.onnx' ? '' : domain
}
