/**
 * Two ONNX models joined to one: outputs of the first feed the inputs of the second (a backbone and its head).
 * The joint model takes the inputs of the first and gives the outputs of the second, under their names; inner names of the
 * second get the prefix `head/`. Both must be sayable in one version of the operator set, see `operator-sets.ts`.
 */
import { UserError } from '../../base/errors.js'
import { metadataEntries } from './emit.js'
import { type GraphProto, type ModelProto, shapeOf, type ValueInfoProto } from './format/model.js'
import { mergeOperatorSets } from './format/operator-sets.js'
import { decodeModel, encodeModel } from './format/protobuf.js'

export interface ComposeOptions {
  /** The joint model's metadata_props; those of the two models are left out. */
  readonly metadata?: Readonly<Record<string, string>>
}

/**
 * `connections`: name of an input of the second model to name of an output of the first; every input is connected.
 *
 * @param first bytes of the model that runs first
 * @param second bytes of the model that runs on its outputs
 * @param connections name of an input of the second model to name of an output of the first; every input is connected
 * @param options.metadata metadata_props of the joint model
 * @returns bytes of the joint model
 * @throws `UserError` where a name is unknown, shapes or element types differ, no version of an operator set fits
 *   both, or a model keeps weights in another file
 */
export function composeOnnx(
  first: Uint8Array,
  second: Uint8Array,
  connections: Readonly<Record<string, string>>,
  options: ComposeOptions = {},
): Uint8Array {
  const a = decodeModel(first, 'the first model')
  const b = decodeModel(second, 'the second model')
  return encodeModel(composeModels(a, b, connections, options))
}

function composeModels(
  first: ModelProto,
  second: ModelProto,
  connections: Readonly<Record<string, string>>,
  { metadata = {} }: ComposeOptions,
): ModelProto {
  const a = first.graph as GraphProto
  const b = second.graph as GraphProto
  refuseWhatCantMove(a, 'the first model')
  refuseWhatCantMove(b, 'the second model')
  if (second.functions.length > 0) throw new UserError('the second model has functions of its own; inline them first')

  const symbols = new Map<string, string>()
  const joints = new Map<string, string>()
  for (const [input, output] of Object.entries(connections)) {
    const from = find(a.outputs, output, 'the first model has no output')
    const to = find(b.inputs, input, 'the second model has no input')
    requireFit(from, to)
    joints.set(input, output)
    for (const [i, dim] of (to.type?.tensorType?.shape?.dims ?? []).entries()) {
      const outer = from.type?.tensorType?.shape?.dims[i]?.symbol
      if (dim.symbol && outer) symbols.set(dim.symbol, outer)
    }
  }
  const filled = new Set(b.initializers.map((tensor) => tensor.name))
  for (const { name = '' } of b.inputs) {
    if (!joints.has(name) && !filled.has(name)) {
      throw new UserError(`input '${name}' of the second model is not connected to an output of the first`)
    }
  }

  const taken = valueNames(a)
  const outputs = new Set(b.outputs.map(({ name = '' }) => name))
  const renamedInFirst = new Map<string, string>()
  for (const name of outputs) {
    if (a.inputs.some((input) => input.name === name)) {
      throw new UserError(`'${name}' is an input of the first model and an output of the second; rename one`)
    }
    if (taken.has(name)) renamedInFirst.set(name, freshName(`backbone/${name}`, taken))
    taken.add(name)
  }
  renameValues(a, renamedInFirst)

  const renamedInSecond = new Map<string, string>()
  for (const [input, output] of joints) renamedInSecond.set(input, renamedInFirst.get(output) ?? output)
  for (const name of valueNames(b)) {
    if (!renamedInSecond.has(name) && !outputs.has(name)) renamedInSecond.set(name, freshName(`head/${name}`, taken))
  }
  b.initializers = b.initializers.filter((tensor) => !joints.has(tensor.name ?? ''))
  renameValues(b, renamedInSecond)
  for (const info of [...b.outputs, ...b.valueInfo]) renameSymbols(info, symbols)
  const nodeNames = new Set(a.nodes.map(({ name = '' }) => name))
  for (const node of b.nodes) if (node.name) node.name = freshName(`head/${node.name}`, nodeNames)

  return {
    irVersion: Math.max(first.irVersion ?? 0, second.irVersion ?? 0),
    opsetImport: mergeOperatorSets(first, second),
    producerName: 'kopt',
    graph: {
      name: a.name ?? 'kopt',
      nodes: [...a.nodes, ...b.nodes],
      initializers: [...a.initializers, ...b.initializers],
      inputs: a.inputs,
      outputs: b.outputs,
      valueInfo: [...a.valueInfo, ...b.valueInfo],
      sparseInitializers: [],
      quantizationAnnotations: [],
    },
    metadata: metadataEntries(metadata),
    functions: first.functions,
  }
}

function find(values: readonly ValueInfoProto[], name: string, complaint: string): ValueInfoProto {
  const found = values.find((value) => value.name === name)
  if (found) return found
  throw new UserError(`${complaint} '${name}'; it has ${values.map((value) => `'${value.name}'`).join(', ')}`)
}

function requireFit(from: ValueInfoProto, to: ValueInfoProto): void {
  const pair = `output '${from.name}' does not fit input '${to.name}'`
  if (from.type?.tensorType?.elemType !== to.type?.tensorType?.elemType)
    throw new UserError(`${pair}: element types differ`)
  const [a, b] = [shapeOf(from), shapeOf(to)]
  if (!a || !b) return
  const fits = a.length === b.length && a.every((n, i) => n === null || b[i] === null || n === b[i])
  const text = (shape: readonly (number | null)[]) => `[${shape.map((n) => n ?? '?').join(', ')}]`
  if (!fits) throw new UserError(`${pair}: shapes ${text(a)} and ${text(b)} differ`)
}

/** What refers to values in ways that are not renamed here, or to another file. */
function refuseWhatCantMove(graph: GraphProto, model: string): void {
  if (graph.sparseInitializers.length > 0 || graph.quantizationAnnotations.length > 0) {
    throw new UserError(`${model} has sparse or quantised weights, which can't be joined; export it with plain ones`)
  }
  for (const tensor of graph.initializers) {
    if (tensor.dataLocation === 1) {
      throw new UserError(`${model} keeps weight '${tensor.name}' in another file; export it as one file`)
    }
  }
}

/** Graphs inside nodes (branches, loop bodies) see the values around them. */
function* withInnerGraphs(graph: GraphProto): Generator<GraphProto> {
  yield graph
  for (const node of graph.nodes) {
    for (const { graph: inner, graphs } of node.attributes) {
      for (const each of inner ? [inner, ...graphs] : graphs) yield* withInnerGraphs(each)
    }
  }
}

function valueNames(graph: GraphProto): Set<string> {
  const names = new Set<string>()
  for (const { nodes, initializers, inputs, outputs } of withInnerGraphs(graph)) {
    for (const node of nodes) for (const name of [...node.inputs, ...node.outputs]) names.add(name)
    for (const { name = '' } of [...initializers, ...inputs, ...outputs]) names.add(name)
  }
  // An empty name is an optional input left out.
  names.delete('')
  return names
}

function renameValues(graph: GraphProto, renamed: ReadonlyMap<string, string>): void {
  const rename = (name: string) => renamed.get(name) ?? name
  for (const { nodes, initializers, inputs, outputs, valueInfo } of withInnerGraphs(graph)) {
    for (const node of nodes) {
      node.inputs = node.inputs.map(rename)
      node.outputs = node.outputs.map(rename)
    }
    for (const named of [...initializers, ...inputs, ...outputs, ...valueInfo]) named.name = rename(named.name ?? '')
  }
}

function renameSymbols(info: ValueInfoProto, symbols: ReadonlyMap<string, string>): void {
  for (const dim of info.type?.tensorType?.shape?.dims ?? []) {
    if (dim.symbol !== undefined) dim.symbol = symbols.get(dim.symbol) ?? dim.symbol
  }
}

function freshName(wanted: string, taken: Set<string>): string {
  let name = wanted
  for (let n = 2; taken.has(name); n++) name = `${wanted}_${n}`
  taken.add(name)
  return name
}
