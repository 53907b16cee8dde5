/**
 * Collects the nodes and initializers of an ONNX graph while a program is lowered.
 * Equal nodes are written once (two convolutions over one image share its gathered rows), and a transpose of a transpose
 * or a reshape of a reshape becomes one. Names say where a node comes from: `conv_12/MatMul`.
 */
import { bytesOf, type NDArray, type Shape, sameBytes } from '../../../base/ndarray.js'
import { type AttributeValue, attribute, int64Proto, type NodeProto, type TensorProto, tensorProto } from './model.js'

interface Pending {
  readonly opType: string
  readonly inputs: readonly string[]
  readonly attributes: Readonly<Record<string, AttributeValue>>
  readonly output: string
}

export class NodeWriter {
  readonly #nodes: Pending[] = []
  readonly #producers = new Map<string, Pending>()
  readonly #initializers = new Map<string, () => TensorProto>()
  /** What a node does, to its name. */
  readonly #known = new Map<string, string>()
  readonly #constants = new Map<string, { name: string; array: NDArray }[]>()
  readonly #names = new Set<string>()
  #scope = ''

  /** Names of what is written next begin with this. */
  scope(name: string): void {
    this.#scope = name
  }

  /** Keeps a name for an input or output of the graph. */
  reserve(name: string): void {
    this.#names.add(name)
  }

  /** Adds a node with one output and returns its name. An empty input name is an absent optional input. */
  node(opType: string, inputs: readonly string[], attributes: Readonly<Record<string, AttributeValue>> = {}): string {
    const key = JSON.stringify([opType, inputs, attributes])
    const known = this.#known.get(key)
    if (known !== undefined) return known
    const output = this.#freshName(`${this.#scope}/${opType}`)
    const pending = { opType, inputs, attributes, output }
    this.#nodes.push(pending)
    this.#producers.set(output, pending)
    this.#known.set(key, output)
    return output
  }

  /** An array known now; equal arrays are written once. Its elements are copied when the graph is finished. */
  constant(array: NDArray, name = `${this.#scope}/constant`): string {
    const key = `${array.dtype} ${array.shape.join(' ')} ${contentHash(bytesOf(array))}`
    const alike = this.#constants.get(key) ?? []
    const known = alike.find((other) => sameBytes(other.array, array))
    if (known) return known.name
    const fresh = this.#freshName(name)
    this.#initializers.set(fresh, () => tensorProto(fresh, array))
    this.#constants.set(key, [...alike, { name: fresh, array }])
    return fresh
  }

  /** A list of integers as operators take them: int64, one axis. */
  integers(values: readonly number[]): string {
    const key = `int64 ${values.join(' ')}`
    const known = this.#known.get(key)
    if (known !== undefined) return known
    const fresh = this.#freshName(values.length <= 6 ? `[${values.join(',')}]` : `${this.#scope}/integers`)
    this.#initializers.set(fresh, () => int64Proto(fresh, values))
    this.#known.set(key, fresh)
    return fresh
  }

  /** Axes in a new order; a transpose of a transpose becomes one, or none. */
  transpose(x: string, permutation: readonly number[]): string {
    const producer = this.#producers.get(x)
    if (producer?.opType === 'Transpose') {
      const inner = producer.attributes.perm as readonly number[]
      return this.transpose(
        producer.inputs[0],
        permutation.map((axis) => inner[axis]),
      )
    }
    if (permutation.every((axis, i) => axis === i)) return x
    return this.node('Transpose', [x], { perm: permutation })
  }

  /** What a transpose has turned, with this permutation if one is named; undefined for other values. */
  transposed(x: string, permutation?: readonly number[]): string | undefined {
    const producer = this.#producers.get(x)
    if (producer?.opType !== 'Transpose') return undefined
    const inner = producer.attributes.perm as readonly number[]
    return !permutation || permutation.join() === inner.join() ? producer.inputs[0] : undefined
  }

  /** The same elements in another shape (one size may be -1); a reshape of a reshape becomes one. */
  reshape(x: string, shape: Shape): string {
    const producer = this.#producers.get(x)
    if (producer?.opType === 'Reshape') return this.reshape(producer.inputs[0], shape)
    return this.node('Reshape', [x, this.integers(shape)])
  }

  /**
   * The finished graph: nodes and initializers that the outputs depend on, in order of evaluation. Each output gets its name;
   * one that is an input, a constant or another output already is copied.
   */
  finish(outputs: readonly { value: string; name: string }[]): { nodes: NodeProto[]; initializers: TensorProto[] } {
    const renamed = new Map<string, string>()
    for (const { value, name } of outputs) {
      if (this.#producers.has(value) && !renamed.has(value)) renamed.set(value, name)
      else this.#nodes.push({ opType: 'Identity', inputs: [value], attributes: {}, output: name })
    }
    const final = (name: string) => renamed.get(name) ?? name
    const needed = new Set(outputs.map(({ name }) => name))
    const nodes: NodeProto[] = []
    for (const node of this.#nodes.toReversed()) {
      const output = final(node.output)
      if (!needed.has(output)) continue
      const inputs = node.inputs.map(final)
      for (const name of inputs) needed.add(name)
      const attributes = Object.entries(node.attributes).map(([name, value]) => attribute(name, value))
      nodes.push({ name: output, opType: node.opType, inputs, outputs: [output], attributes })
    }
    const initializers = [...this.#initializers].filter(([name]) => needed.has(name)).map(([, make]) => make())
    return { nodes: nodes.reverse(), initializers }
  }

  #freshName(wanted: string): string {
    let name = wanted
    for (let n = 2; this.#names.has(name); n++) name = `${wanted}_${n}`
    this.#names.add(name)
    return name
  }
}

/** FNV-1a, 32 bits. */
function contentHash(bytes: Uint8Array): number {
  let hash = 0x811c9dc5
  for (const byte of bytes) hash = Math.imul(hash ^ byte, 0x01000193)
  return hash
}
