/** The values of a data set by tag: texts, numbers, items, bytes. A value that can't be read as asked is absent, not wrong. */
import { type CharacterSet, characterSet } from './character-sets.js'
import { type Element, type Encoding, readElements, readItems } from './element-reader.js'
import { notesOfNumbers, numberIn } from './number-text.js'
import { type ElementName, elements, knownRepresentation } from './tags.js'

const inCharacterSet = new Set(['LO', 'LT', 'PN', 'SH', 'ST', 'UC', 'UT'])
const oneText = new Set(['LT', 'ST', 'UT', 'UR'])
const textForms = new Set(['AE', 'AS', 'CS', 'DA', 'DS', 'DT', 'IS', 'TM', 'UI', ...inCharacterSet, ...oneText])
const maxTextBytes = 65_536
const maxNumbers = 1_048_576
const maxNotes = 4

type Read = (view: DataView, at: number, little: boolean) => number
const numberForms: Readonly<Record<string, readonly [bytes: number, read: Read]>> = {
  US: [2, (view, at, little) => view.getUint16(at, little)],
  SS: [2, (view, at, little) => view.getInt16(at, little)],
  OW: [2, (view, at, little) => view.getUint16(at, little)],
  UL: [4, (view, at, little) => view.getUint32(at, little)],
  OL: [4, (view, at, little) => view.getUint32(at, little)],
  SL: [4, (view, at, little) => view.getInt32(at, little)],
  FL: [4, (view, at, little) => view.getFloat32(at, little)],
  FD: [8, (view, at, little) => view.getFloat64(at, little)],
  OB: [1, (view, at) => view.getUint8(at)],
  OV: [8, (view, at, little) => Number(view.getBigUint64(at, little))],
  UV: [8, (view, at, little) => Number(view.getBigUint64(at, little))],
  SV: [8, (view, at, little) => Number(view.getBigInt64(at, little))],
  AT: [4, (view, at, little) => view.getUint16(at, little) * 0x1_0000 + view.getUint16(at + 2, little)],
}

export class DataSet {
  readonly #bytes: Uint8Array
  readonly #elements: ReadonlyMap<number, Element>
  /** In which its texts are written. */
  readonly characterSet: CharacterSet

  constructor(bytes: Uint8Array, elementsByTag: ReadonlyMap<number, Element>, outer?: DataSet) {
    this.#bytes = bytes
    this.#elements = elementsByTag
    const statesSet = this.#elements.has(elements.SpecificCharacterSet.tag) || outer === undefined
    this.characterSet = statesSet ? characterSet(this.texts(elements.SpecificCharacterSet)) : outer.characterSet
  }

  /** Tags in file order. */
  tags(): number[] {
    return [...this.#elements.keys()]
  }

  has({ tag }: Pick<ElementName, 'tag'>): boolean {
    return this.#elements.has(tag)
  }

  element({ tag }: Pick<ElementName, 'tag'>): Element | undefined {
    return this.#elements.get(tag)
  }

  /** The bytes of a value, as they lie in the file; not of a sequence. */
  bytes(name: Pick<ElementName, 'tag'>): Uint8Array | undefined {
    const element = this.element(name)
    return element === undefined || element.open ? undefined : this.#bytes.subarray(element.start, element.end)
  }

  /** The bytes of any value; of an open one (a sequence, encapsulated pixels) with its items and its delimiter. */
  rawBytes({ tag }: Pick<ElementName, 'tag'>): Uint8Array {
    const { start, end } = this.element({ tag }) ?? { start: 0, end: 0 }
    return this.#bytes.subarray(start, end)
  }

  /** The first text of an element, or the whole of one that holds a single text; undefined where it is absent or empty. */
  text(name: ElementName): string | undefined {
    const first = this.texts(name)[0]
    return first === '' ? undefined : first
  }

  /** The texts of an element, padding trimmed; numbers are written out. An absent or empty element has none. */
  texts(name: ElementName): string[] {
    const element = this.element(name)
    if (element === undefined || element.open || element.end === element.start) return []
    const vr = representation(element, name)
    if (vr in numberForms && !textForms.has(vr)) return this.numbers(name).map(String)
    const raw = this.#bytes.subarray(element.start, Math.min(element.end, element.start + maxTextBytes))
    // The character set does not exist yet while it is read itself.
    const text = inCharacterSet.has(vr) || vr === 'UN' ? this.characterSet.decode(raw, vr === 'PN') : latin(raw)
    const parts = oneText.has(vr) ? [text] : text.split('\\')
    const trimmed = parts.map((part) => part.replace(/^[ \0]+|[ \0\r\n]+$/g, ''))
    return trimmed.length === 1 && trimmed[0] === '' ? [] : trimmed
  }

  /** The first number of an element; undefined where it is absent, empty or no finite number. */
  number(name: ElementName): number | undefined {
    return this.numbers(name)[0]
  }

  /** The numbers of an element, up to the first that is none. */
  numbers(name: ElementName): number[] {
    const element = this.element(name)
    if (element === undefined || element.open) return []
    const vr = representation(element, name)
    const form = numberForms[vr]
    if (form === undefined) {
      const numbers = this.texts(name).map((text) => numberIn(text)?.value)
      const bad = numbers.indexOf(undefined)
      return (bad < 0 ? numbers : numbers.slice(0, bad)) as number[]
    }
    const [size, read] = form
    const view = new DataView(this.#bytes.buffer, this.#bytes.byteOffset, this.#bytes.byteLength)
    const count = Math.min(maxNumbers, Math.floor((element.end - element.start) / size))
    return Array.from({ length: count }, (_, i) => read(view, element.start + i * size, element.encoding.littleEndian))
  }

  /** What to know of numbers that are written as texts, where they are no numbers or are written wrongly. */
  numberNotes(name: ElementName, keyword: string): string[] {
    const element = this.element(name)
    if (element === undefined || numberForms[representation(element, name)] !== undefined) return []
    return notesOfNumbers(keyword, this.texts(name).slice(0, maxNotes))
  }

  /** The items of a sequence; none where it is absent. */
  items(name: Pick<ElementName, 'tag'>, limit?: number): DataSet[] {
    const element = this.element(name)
    if (element === undefined) return []
    const { items, encoding } = readItems(this.#bytes, element, limit)
    return items.map(({ start, end }) => this.#inside(start, end, encoding))
  }

  #inside(start: number, end: number, encoding: Encoding): DataSet {
    return new DataSet(this.#bytes, readElements(this.#bytes, start, end, encoding).elements, this)
  }
}

/** How an element's value is to be read: as the file says, unless it does not know. */
function representation(element: Element, name: ElementName): string {
  return element.vr === 'UN' ? (knownRepresentation(element.tag) ?? name.vr) : element.vr
}

function latin(bytes: Uint8Array): string {
  return new TextDecoder('latin1').decode(bytes)
}
