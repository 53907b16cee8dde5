/**
 * The tensors of an unpickled checkpoint with their names: dictionaries and lists by their keys, modules as their own
 * `state_dict` would name them (parameters and buffers, then submodules). What holds itself, or grows by sharing beyond all
 * measure, is refused.
 */
import { UserError } from '../base/errors.js'
import { PyDict, PyObject, PyTuple, type PyValue } from './pickle-values.js'
import { TensorRef } from './torch-classes.js'

const mostNodes = 1_000_000
const deepest = 500

export interface NamedTensor {
  readonly name: string
  readonly tensor: TensorRef
}

/** In the order of the file. `source` names the file in messages. */
export function namedTensors(root: PyValue, source: string): NamedTensor[] {
  const found: NamedTensor[] = []
  const path = new Set<PyValue>()
  const objects = new Set<PyObject>()
  let nodes = 0

  const walk = (value: PyValue, name: string): void => {
    // A long name counts as several, for every tensor below it has it.
    nodes += 1 + (name.length >> 8)
    if (nodes > mostNodes) {
      throw new UserError(
        `${source} is refused: written out, its shared parts grow to more than ${mostNodes} values (a 'billion laughs' attack)`,
      )
    }
    if (value instanceof TensorRef) {
      found.push({ name, tensor: value })
      return
    }
    if (!(Array.isArray(value) || value instanceof PyTuple || value instanceof PyDict || value instanceof PyObject))
      return
    if (value instanceof PyObject && !moduleParts(value)) {
      // Records may well refer to each other in circles; each is looked into once.
      if (objects.has(value)) return
      objects.add(value)
    }
    if (path.has(value))
      throw new UserError(`${source} is refused: '${name || 'its content'}' holds itself (a recursive structure)`)
    if (path.size > deepest) throw new UserError(`${source} is refused: it is nested deeper than ${deepest} levels`)
    path.add(value)
    for (const [key, child] of childrenOf(value)) walk(child, key === '' ? name : name === '' ? key : `${name}.${key}`)
    path.delete(value)
  }
  walk(root, '')
  return found
}

/** Keys and values one level down; an empty key adds no level to the name. */
function* childrenOf(value: PyValue[] | PyTuple | PyDict | PyObject): Generator<[string, PyValue]> {
  if (Array.isArray(value) || value instanceof PyTuple) {
    for (const [i, item] of (Array.isArray(value) ? value : value.items).entries()) yield [String(i), item]
  } else if (value instanceof PyDict) {
    for (const [key, item] of value.entries) {
      // Where a key is no name there is nothing below that could have one; it counts all the same.
      yield typeof key === 'string' || typeof key === 'number' ? [String(key), item] : ['', null]
    }
  } else {
    const parts = moduleParts(value)
    if (parts) {
      for (const part of parts) for (const entry of childrenOf(part)) yield entry
    } else {
      const { state, dict, list } = value
      if (state instanceof PyDict || state instanceof PyTuple) yield ['', state]
      yield ['', dict]
      yield ['', list]
    }
  }
}

/** The dictionaries of a `torch.nn.Module` that hold its weights; undefined for other objects. */
function moduleParts({ state }: PyObject): PyDict[] | undefined {
  if (!(state instanceof PyDict)) return undefined
  const parts = ['_parameters', '_buffers', '_modules'].map((key) => state.entries.get(key))
  return parts.some((part) => part instanceof PyDict) ? parts.filter((part) => part instanceof PyDict) : undefined
}
