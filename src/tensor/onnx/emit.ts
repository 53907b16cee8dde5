/**
 * A tensor program as an ONNX model: operator set 20, IR version 10, constants as initializers.
 * The model runs anywhere ONNX does; value names tell which equation a node belongs to.
 */
import { InternalError } from '../../base/errors.js'
import type { Equation, Graph, Value } from '../graph.js'
import { outputIsBatched } from './batch-axis.js'
import { flattened, heldBatchLast } from './convolution/batch-last.js'
import { chooseLowering, type Device, type LoweringName } from './convolution/choose.js'
import { type KeyValue, type ModelProto, valueInfo } from './format/model.js'
import { NodeWriter } from './format/node-writer.js'
import { encodeModel } from './format/protobuf.js'
import { lowerEquation } from './lowering-rules.js'

export interface EmitOptions {
  /** One per input and output of the graph; default `input_0`, `output_0`, and so on. */
  readonly inputNames?: readonly string[]
  readonly outputNames?: readonly string[]
  /** How convolutions are computed; 'auto' (default) decides by shape and device. */
  readonly lowering?: LoweringName
  /** What the model will run on, for 'auto'; default 'cpu'. */
  readonly device?: Device
  /** Kept in the model as metadata_props. */
  readonly metadata?: Readonly<Record<string, string>>
  /** Leaves the first axis of every input open ('N'). The inputs were traced with the same number of examples. */
  readonly dynamicBatch?: boolean
  /**
   * Leaves the second and third axis of every input [N, H, W, C] open ('H', 'W'). Not checked: the program must be made of
   * convolutions, pools and channel-wise arithmetic alone, so that it is the same for every size.
   */
  readonly openImageSize?: boolean
}

const opsetVersion = 20
const irVersion = 10

/**
 * The model's bytes.
 *
 * @param graph what `trace` gives
 * @param options names, device and form of the model
 * @returns the model's bytes
 * @throws `InternalError` where `dynamicBatch` is asked for a program that mixes examples
 * @source onnx.ai/onnx/operators
 */
export function emitOnnx(graph: Graph, options: EmitOptions = {}): Uint8Array {
  return encodeModel(emitModel(graph, options))
}

/** The same as records. */
export function emitModel(graph: Graph, options: EmitOptions = {}): ModelProto {
  const { lowering = 'auto', device = 'cpu', dynamicBatch = false, metadata = {} } = options
  const inputNames = options.inputNames ?? graph.inputs.map((_, i) => `input_${i}`)
  const outputNames = options.outputNames ?? graph.outputs.map((_, i) => `output_${i}`)
  checkNames(inputNames, graph.inputs.length, 'inputs')
  checkNames(outputNames, graph.outputs.length, 'outputs')

  const writer = new NodeWriter()
  const names = new Map<number, string>()
  const producers = new Map<number, Equation>()
  for (const name of [...inputNames, ...outputNames]) writer.reserve(name)
  for (const [i, value] of graph.inputs.entries()) names.set(value.id, inputNames[i])
  const uses = new Map<number, number>()
  for (const equation of graph.equations) producers.set(equation.output.id, equation)
  for (const value of [...graph.equations.flatMap(({ inputs }) => inputs), ...graph.outputs]) {
    uses.set(value.id, (uses.get(value.id) ?? 0) + 1)
  }

  const batch = dynamicBatch ? new Batch(graph, producers) : undefined
  const context = {
    writer,
    name(value: Value): string {
      const known = names.get(value.id)
      if (known !== undefined) return known
      const array = graph.constants.get(value.id)
      if (!array) throw new InternalError(`value ${value.id} is used before it is defined`)
      const name = writer.constant(array, `constant_${value.id}`)
      names.set(value.id, name)
      return name
    },
    producer: (value: Value) => producers.get(value.id),
    scalar: (value: Value) => (value.shape.length === 0 ? graph.constants.get(value.id)?.data[0] : undefined),
    constant: (value: Value) => graph.constants.has(value.id),
    uses: (value: Value) => uses.get(value.id) ?? 0,
    isBatched: (value: Value) => batch?.has(value) ?? false,
    device,
    convolution: chooseLowering(graph, lowering, device),
  }
  for (const equation of graph.equations) {
    writer.scope(`${equation.primitive}_${equation.output.id}`)
    names.set(equation.output.id, lowerEquation(equation, context))
  }

  const outputOf = (value: Value) => {
    const held = heldBatchLast(context.name(value), writer)
    if (!held) return context.name(value)
    return writer.reshape(flattened(held, value.shape, writer), [-1, ...value.shape.slice(1)])
  }
  const { nodes, initializers } = writer.finish(
    graph.outputs.map((value, i) => ({ value: outputOf(value), name: outputNames[i] })),
  )
  const shapeOf = (value: Value) => (batch?.has(value) ? batch.openShape(value) : value.shape)
  const describe = (value: Value, name: string) => valueInfo(name, value.dtype, shapeOf(value))
  const openSize = ([n, , , c]: readonly (number | string)[]) => [n, 'H', 'W', c]
  return {
    irVersion,
    opsetImport: [{ domain: '', version: opsetVersion }],
    producerName: 'kopt',
    graph: {
      name: 'kopt',
      nodes,
      initializers,
      inputs: graph.inputs.map((value, i) =>
        options.openImageSize
          ? valueInfo(inputNames[i], value.dtype, openSize(shapeOf(value)))
          : describe(value, inputNames[i]),
      ),
      outputs: graph.outputs.map((value, i) => describe(value, outputNames[i])),
      sparseInitializers: [],
      valueInfo: [],
      quantizationAnnotations: [],
    },
    metadata: metadataEntries(metadata),
    functions: [],
  }
}

/** metadata_props in code-unit order of their keys, so that equal metadata give equal bytes. */
export function metadataEntries(metadata: Readonly<Record<string, string>>): KeyValue[] {
  return Object.keys(metadata)
    .sort()
    .map((key) => ({ key, value: metadata[key] }))
}

/** The values whose first axis is left open. */
class Batch {
  readonly #n: number
  readonly #ids = new Set<number>()

  constructor(graph: Graph, producers: ReadonlyMap<number, Equation>) {
    this.#n = graph.inputs[0]?.shape[0] ?? 0
    // Of one example nobody can tell an axis of examples from one of size 1, or a broadcast row from an example.
    if (this.#n === 1) {
      throw new InternalError('the number of examples can only be left open in a program traced with two or more')
    }
    for (const input of graph.inputs) {
      if (input.shape.length === 0 || input.shape[0] !== this.#n || this.#n === 0) {
        throw new InternalError('the number of examples can only be left open where every input has it as first axis')
      }
      this.#ids.add(input.id)
    }
    for (const equation of graph.equations) {
      const batched = outputIsBatched(
        equation,
        this.#n,
        (value) => this.has(value),
        (value) => producers.get(value.id),
      )
      if (batched) this.#ids.add(equation.output.id)
    }
  }

  has(value: Value): boolean {
    return this.#ids.has(value.id)
  }

  openShape(value: Value): (number | string)[] {
    const times = value.shape[0] / this.#n
    return [times === 1 ? 'N' : `${times}*N`, ...value.shape.slice(1)]
  }
}

function checkNames(names: readonly string[], count: number, what: string): void {
  if (names.length !== count) throw new InternalError(`${names.length} names for ${count} ${what}`)
  if (new Set(names).size !== count) throw new InternalError(`two ${what} have the same name`)
}
