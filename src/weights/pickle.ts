/**
 * A pickle machine that runs nothing: a fixed list of opcodes builds plain data, names stay names, and what a pickle would
 * call is handed to a table of known constructors. Everything is bounded by the bytes that are there.
 * Source: CPython's Lib/pickletools.py (opcodes of protocols 0 to 5).
 */
import { UserError } from '../base/errors.js'
import { Global, itemsOf, PyDict, PyObject, PySet, PyTuple, type PyValue } from './pickle-values.js'

export interface PickleHost {
  /** Names the file in messages. */
  readonly source: string
  /** Called for every name; throws where it must not stand in a checkpoint. */
  checkName(name: Global): void
  /** What calling a class or function gives; throws where it must not be called. */
  construct(callee: Global, args: readonly PyValue[]): PyValue
  /** What a persistent id stands for. */
  persistent(id: PyValue): PyValue
}

/** Values that one pickle may make. */
const mostValues = 5_000_000
/** Bytes of an integer. */
const longestInteger = 256
/** Bytes of a text; whole modules of old carry their source. */
const longestText = 2 ** 24
/** A memo's numbers run up from 0: a larger one is an attack on readers that allocate that many places. */
const largestMemo = mostValues

const mark = Symbol('mark')
type Slot = PyValue | typeof mark

/** Reads one pickle from `bytes` at `start`; `end` is the place behind it. */
export function readPickle(bytes: Uint8Array, start: number, host: PickleHost): { value: PyValue; end: number } {
  return new Machine(bytes, start, host).run()
}

class Machine {
  readonly #bytes: Uint8Array
  readonly #view: DataView
  readonly #host: PickleHost
  readonly #stack: Slot[] = []
  readonly #memo = new Map<number, PyValue>()
  #at: number
  #made = 0

  constructor(bytes: Uint8Array, start: number, host: PickleHost) {
    this.#bytes = bytes
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    this.#at = start
    this.#host = host
  }

  run(): { value: PyValue; end: number } {
    for (;;) {
      const place = this.#at
      const code = this.#byte()
      if (code === 0x2e) return { value: this.#pop(), end: this.#at }
      const step = opcodes[code]
      if (!step) throw this.broken(`opcode 0x${code.toString(16).padStart(2, '0')} at byte ${place} is not read`)
      step(this)
    }
  }

  broken(what: string): UserError {
    return new UserError(`${this.#host.source} is no checkpoint that can be read: ${what}; get the file again`)
  }

  push(value: PyValue): void {
    this.#charge(1)
    this.#stack.push(value)
  }

  pushMark(): void {
    this.#charge(1)
    this.#stack.push(mark)
  }

  pop(): PyValue {
    return this.#pop()
  }

  drop(): void {
    if (this.#stack.pop() === undefined) throw this.broken('its pickle takes from an empty stack')
  }

  top(): PyValue {
    const value = this.#stack.at(-1)
    if (value === undefined || value === mark) throw this.broken('its pickle takes from an empty stack')
    return value
  }

  /** What stands above the last mark; the mark goes too. */
  popMarked(): PyValue[] {
    const at = this.#stack.lastIndexOf(mark)
    if (at < 0) throw this.broken('its pickle closes what it never opened')
    const items = this.#stack.splice(at)
    return items.slice(1) as PyValue[]
  }

  count(bytes: 1 | 2 | 4 | 8): number {
    const at = this.#advance(bytes)
    if (bytes === 1) return this.#view.getUint8(at)
    if (bytes === 2) return this.#view.getUint16(at, true)
    if (bytes === 4) return this.#view.getUint32(at, true)
    const count = this.#view.getBigUint64(at, true)
    if (count > BigInt(this.#bytes.length))
      throw this.broken(`a length of ${count} bytes in a file of ${this.#bytes.length}`)
    return Number(count)
  }

  int32(): number {
    return this.#view.getInt32(this.#advance(4), true)
  }

  float64(): number {
    return this.#view.getFloat64(this.#advance(8), false)
  }

  bytes(length: number): Uint8Array {
    const at = this.#advance(length)
    return this.#bytes.subarray(at, at + length)
  }

  text(length: number, decode: (bytes: Uint8Array) => string): string {
    if (length > longestText) throw this.broken(`a text of ${length} bytes`)
    return decode(this.bytes(length))
  }

  /** Up to the next line feed, without it. */
  line(): string {
    const end = this.#bytes.indexOf(0x0a, this.#at)
    if (end < 0) throw this.broken('its pickle is cut off')
    const text = latin1(this.#bytes.subarray(this.#at, end))
    this.#at = end + 1
    return text
  }

  /** Two's complement, little endian. */
  integer(length: number): number | bigint {
    if (length > longestInteger) throw this.broken(`an integer of ${length} bytes`)
    let value = 0n
    const bytes = this.bytes(length)
    for (const byte of bytes.toReversed()) value = (value << 8n) | BigInt(byte)
    return narrow(BigInt.asIntN(8 * length, value))
  }

  decimal(text: string): number | bigint {
    const digits = text.replace(/L$/, '')
    if (digits.length > 2 * longestInteger || !/^-?\d+$/.test(digits))
      throw this.broken(`'${digits.slice(0, 40)}' as an integer`)
    return narrow(BigInt(digits))
  }

  remember(index: number): void {
    if (!(index >= 0 && index <= largestMemo)) {
      throw this.broken(`its pickle wants memo entry ${index} (an attack on memory)`)
    }
    this.#memo.set(index, this.top())
  }

  rememberNext(): void {
    this.remember(this.#memo.size)
  }

  recall(index: number): void {
    const value = this.#memo.get(index)
    if (value === undefined) throw this.broken(`its pickle recalls memo entry ${index}, which is empty`)
    this.push(value)
  }

  global(module: string, name: string): void {
    const global = new Global(module, name)
    this.#host.checkName(global)
    this.push(global)
  }

  /** What a class or function would give. */
  call(callee: PyValue, args: readonly PyValue[]): void {
    if (!(callee instanceof Global)) throw this.broken('its pickle calls something that is no class')
    // What is made may be a copy of what it is made from, and a few bytes call for another one.
    this.#charge(args.reduce<number>((sum, arg) => sum + sizeOfValue(arg), 0))
    this.push(this.#host.construct(callee, args))
  }

  /** A bare instance, made without calling anything. */
  instance(type: PyValue, args: readonly PyValue[]): void {
    if (!(type instanceof Global)) throw this.broken('its pickle makes an instance of something that is no class')
    this.push(instanceOf(type, args))
  }

  persistent(id: PyValue): void {
    this.push(this.#host.persistent(id))
  }

  build(state: PyValue): void {
    const target = this.top()
    if (target instanceof PyObject) target.state = state
    else if (target instanceof Global) throw this.broken(`its pickle changes ${target} itself`)
    // The state of a dictionary or tensor (`_metadata`, hooks) says nothing about weights.
  }

  append(items: readonly PyValue[]): void {
    const target = this.top()
    const list = Array.isArray(target)
      ? target
      : target instanceof PySet
        ? target.items
        : target instanceof PyObject
          ? target.list
          : undefined
    if (!list) throw this.broken('its pickle appends to what is no list')
    for (const item of items) list.push(item)
  }

  setItems(items: readonly PyValue[]): void {
    const target = this.top()
    const dict = target instanceof PyDict ? target : target instanceof PyObject ? target.dict : undefined
    if (!dict) throw this.broken('its pickle puts entries into what is no dictionary')
    for (let i = 0; i < items.length; i += 2) {
      const [key, value] = items.slice(i, i + 2)
      if (key === undefined || value === undefined) throw this.broken('its pickle puts a key without a value')
      dict.entries.set(key, value)
    }
  }

  #charge(values: number): void {
    this.#made += values
    if (this.#made > mostValues) throw this.broken(`its pickle makes more than ${mostValues} values`)
  }

  #pop(): PyValue {
    const value = this.#stack.pop()
    if (value === undefined || value === mark) throw this.broken('its pickle takes from an empty stack')
    return value
  }

  #byte(): number {
    const byte = this.#bytes[this.#at]
    if (byte === undefined) throw this.broken('its pickle is cut off')
    this.#at++
    return byte
  }

  #advance(length: number): number {
    const at = this.#at
    if (length > this.#bytes.length - at) throw this.broken('its pickle is cut off')
    this.#at = at + length
    return at
  }
}

/** `cls.__new__(cls, ...)`: for dictionaries and lists of the language the thing itself, else a record. */
function instanceOf(type: Global, args: readonly PyValue[]): PyValue {
  return type.toString() === 'collections.OrderedDict' ? new PyDict() : new PyObject(type, args)
}

/** In values; sixteen letters or bytes count as one. */
function sizeOfValue(value: PyValue): number {
  if (typeof value === 'string' || value instanceof Uint8Array) return value.length / 16
  return value instanceof PyDict ? value.entries.size : (itemsOf(value)?.length ?? 0)
}

function narrow(value: bigint): number | bigint {
  const number = Number(value)
  return Number.isSafeInteger(number) ? number : value
}

function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1')
}

function utf8(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes)
}

/** A quoted string of protocol 0, as Python's `repr` writes it; escapes of letters stay as they are. */
function unquoted(text: string): string {
  return text.replace(/^(['"])(.*)\1$/s, '$2')
}

function tuple(machine: Machine, length: number): void {
  const items = Array.from({ length }, () => machine.pop()).reverse()
  machine.push(new PyTuple(items))
}

function argsOf(machine: Machine): readonly PyValue[] {
  const args = itemsOf(machine.pop())
  if (!args) throw machine.broken('its pickle calls with something that is no tuple')
  return args
}

type Step = (machine: Machine) => void

const opcodes: Readonly<Record<number, Step>> = {
  // protocol and framing
  128: (m) => void m.count(1), // PROTO
  149: (m) => void m.count(8), // FRAME
  // the stack
  40: (m) => m.pushMark(), // MARK
  48: (m) => m.drop(), // POP
  49: (m) => void m.popMarked(), // POP_MARK
  50: (m) => m.push(m.top()), // DUP
  // the memo
  112: (m) => m.remember(Number(m.decimal(m.line()))), // PUT
  113: (m) => m.remember(m.count(1)), // BINPUT
  114: (m) => m.remember(m.count(4)), // LONG_BINPUT
  148: (m) => m.rememberNext(), // MEMOIZE
  103: (m) => m.recall(Number(m.decimal(m.line()))), // GET
  104: (m) => m.recall(m.count(1)), // BINGET
  106: (m) => m.recall(m.count(4)), // LONG_BINGET
  // constants
  78: (m) => m.push(null), // NONE
  136: (m) => m.push(true), // NEWTRUE
  137: (m) => m.push(false), // NEWFALSE
  // numbers
  73: (m) => {
    const text = m.line()
    m.push(text === '01' ? true : text === '00' ? false : m.decimal(text))
  }, // INT
  74: (m) => m.push(m.int32()), // BININT
  75: (m) => m.push(m.count(1)), // BININT1
  77: (m) => m.push(m.count(2)), // BININT2
  76: (m) => m.push(m.decimal(m.line())), // LONG
  138: (m) => m.push(m.integer(m.count(1))), // LONG1
  139: (m) => m.push(m.integer(m.count(4))), // LONG4
  70: (m) => m.push(Number(m.line())), // FLOAT
  71: (m) => m.push(m.float64()), // BINFLOAT
  // texts and bytes
  83: (m) => m.push(unquoted(m.line())), // STRING
  84: (m) => m.push(m.text(m.count(4), latin1)), // BINSTRING
  85: (m) => m.push(m.text(m.count(1), latin1)), // SHORT_BINSTRING
  86: (m) => m.push(m.line()), // UNICODE
  88: (m) => m.push(m.text(m.count(4), utf8)), // BINUNICODE
  140: (m) => m.push(m.text(m.count(1), utf8)), // SHORT_BINUNICODE
  141: (m) => m.push(m.text(m.count(8), utf8)), // BINUNICODE8
  66: (m) => m.push(m.bytes(m.count(4))), // BINBYTES
  67: (m) => m.push(m.bytes(m.count(1))), // SHORT_BINBYTES
  142: (m) => m.push(m.bytes(m.count(8))), // BINBYTES8
  150: (m) => m.push(m.bytes(m.count(8))), // BYTEARRAY8
  // containers
  93: (m) => m.push([]), // EMPTY_LIST
  108: (m) => m.push(m.popMarked()), // LIST
  97: (m) => {
    const item = m.pop()
    m.append([item])
  }, // APPEND
  101: (m) => m.append(m.popMarked()), // APPENDS
  41: (m) => m.push(new PyTuple([])), // EMPTY_TUPLE
  116: (m) => m.push(new PyTuple(m.popMarked())), // TUPLE
  133: (m) => tuple(m, 1), // TUPLE1
  134: (m) => tuple(m, 2), // TUPLE2
  135: (m) => tuple(m, 3), // TUPLE3
  125: (m) => m.push(new PyDict()), // EMPTY_DICT
  100: (m) => {
    const items = m.popMarked()
    m.push(new PyDict())
    m.setItems(items)
  }, // DICT
  115: (m) => {
    const value = m.pop()
    m.setItems([m.pop(), value])
  }, // SETITEM
  117: (m) => m.setItems(m.popMarked()), // SETITEMS
  143: (m) => m.push(new PySet()), // EMPTY_SET
  144: (m) => m.append(m.popMarked()), // ADDITEMS
  145: (m) => {
    const items = m.popMarked()
    m.push(new PySet())
    m.append(items)
  }, // FROZENSET
  // names and objects
  99: (m) => m.global(m.line(), m.line()), // GLOBAL
  147: (m) => {
    const name = m.pop()
    const module = m.pop()
    if (typeof module !== 'string' || typeof name !== 'string') throw m.broken('its pickle names a class by no text')
    m.global(module, name)
  }, // STACK_GLOBAL
  82: (m) => {
    const args = argsOf(m)
    m.call(m.pop(), args)
  }, // REDUCE
  129: (m) => {
    const args = argsOf(m)
    m.instance(m.pop(), args)
  }, // NEWOBJ
  146: (m) => {
    m.pop()
    const args = argsOf(m)
    m.instance(m.pop(), args)
  }, // NEWOBJ_EX
  105: (m) => {
    m.global(m.line(), m.line())
    const type = m.pop()
    m.call(type, m.popMarked())
  }, // INST
  111: (m) => {
    const [type, ...args] = m.popMarked()
    m.call(type ?? null, args)
  }, // OBJ
  98: (m) => m.build(m.pop()), // BUILD
  80: (m) => m.persistent(m.line()), // PERSID
  81: (m) => m.persistent(m.pop()), // BINPERSID
}
