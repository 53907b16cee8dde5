/** What a pickle can hold, as plain data. Nothing here has behaviour: a class of Python is a name, an object a record. */

/** A name of Python: `collections.OrderedDict`. Never looked up, never called. */
export class Global {
  constructor(
    readonly module: string,
    readonly name: string,
  ) {}

  toString(): string {
    return `${this.module}.${this.name}`
  }
}

export class PyTuple {
  constructor(readonly items: readonly PyValue[]) {}
}

/** `dict`, `OrderedDict` and the like, in their order. */
export class PyDict {
  readonly entries = new Map<PyValue, PyValue>()
}

export class PySet {
  readonly items: PyValue[] = []
}

/** An instance of a class that is not looked into: its name, what it would be made from, and its state. */
export class PyObject {
  state: PyValue | undefined
  readonly dict = new PyDict()
  readonly list: PyValue[] = []
  constructor(
    readonly type: Global,
    readonly args: readonly PyValue[],
  ) {}
}

/** Something a reader of a format has made of a persistent id or of a known class (storages, tensors). */
export abstract class Foreign {
  /** Tells these apart from plain data. */
  abstract readonly kind: string
}

export type PyValue =
  | null
  | boolean
  | number
  | bigint
  | string
  | Uint8Array
  | PyValue[]
  | PyTuple
  | PyDict
  | PySet
  | Global
  | PyObject
  | Foreign

/** The key of a storage or tensor, a number or a text, as text; empty for anything else (a list may hold itself many times over). */
export function keyOf(value: PyValue | undefined): string {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'bigint' ? String(value) : ''
}

/** The elements of a list or tuple. */
export function itemsOf(value: PyValue | undefined): readonly PyValue[] | undefined {
  return Array.isArray(value) ? value : value instanceof PyTuple ? value.items : undefined
}
