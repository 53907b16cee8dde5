/**
 * Finds files by the names that tables and annotation files give them: with or without folders and extension, with
 * either slash, as an address, in either Unicode form. The nearest kind of likeness decides: the same path; the same name,
 * in folders that agree as far as both give them; the same name but for its extension and upper and lower case.
 */
import { elementAt } from '../base/element-at.js'
import { namedAsImage } from './reader.js'

export class NameIndex {
  readonly #byPath = new Map<string, number[]>()
  readonly #byName = new Map<string, Folder>()
  readonly #byStem = new Map<string, Folder>()

  /** @param names paths within one folder, with '/' */
  constructor(names: readonly string[]) {
    names.forEach((name, i) => {
      const parts = name.normalize('NFC').split('/')
      const last = elementAt(parts, parts.length - 1)
      add(this.#byPath, parts.join('/'), i)
      place(this.#byName, last, parts, i)
      place(this.#byStem, stemOf(last), parts, i)
    })
  }

  /** The positions of all names that fit equally well; none where nothing fits. */
  find(written: string): readonly number[] {
    const asked = pathOf(written)
    const exact = this.#byPath.get(asked)
    if (exact !== undefined) return exact
    const parts = asked.split('/')
    const named = this.#byName.get(elementAt(parts, parts.length - 1)) ?? this.#byStem.get(stemOf(asked))
    return named === undefined ? [] : agreeing(named, parts)
  }
}

/** Files of one name, by the folders they lie in, from the innermost outwards. However many there are, looking one up costs its depth. */
interface Folder {
  /** All files in here and below. */
  readonly all: number[]
  /** Files whose path begins here. */
  readonly whole: number[]
  readonly outer: Map<string, Folder>
}

function place(map: Map<string, Folder>, key: string, parts: readonly string[], index: number): void {
  let here = folderOf(map, key)
  here.all.push(index)
  for (const part of parts.slice(0, -1).reverse()) {
    here = folderOf(here.outer, part)
    here.all.push(index)
  }
  here.whole.push(index)
}

function folderOf(map: Map<string, Folder>, key: string): Folder {
  const known = map.get(key)
  if (known !== undefined) return known
  const folder: Folder = { all: [], whole: [], outer: new Map() }
  map.set(key, folder)
  return folder
}

/** The files whose folders agree with those asked for as far as both are given; where none do, all of the name. */
function agreeing(named: Folder, parts: readonly string[]): readonly number[] {
  let shorter: readonly number[] = []
  let here: Folder | undefined = named
  for (const part of parts.slice(0, -1).reverse()) {
    shorter = shorter.length === 0 ? here.whole : [...shorter, ...here.whole]
    here = here.outer.get(part)
    if (here === undefined) break
  }
  const found =
    here === undefined ? shorter : shorter.length === 0 ? here.all : [...shorter, ...here.all].sort(ascending)
  return found.length > 0 ? found : named.all
}

function ascending(a: number, b: number): number {
  return a - b
}

/** A file's last name without an image's extension, in lower case. A name of numbers and dots (a UID) is kept whole. */
export function stemOf(name: string): string {
  const last = lastPart(name.normalize('NFC'))
  return (namedAsImage(last) ? last.replace(/\.[^.]*$/, '') : last).toLowerCase()
}

/** What is written, as a path within the dataset: an address loses its host, and what leads upwards is dropped. */
function pathOf(written: string): string {
  const text = written.normalize('NFC').trim()
  const address = /^[a-z][a-z0-9+.-]+:\/\/[^/]*\/([^?#]*)/i.exec(text)?.[1]
  const path = address === undefined ? text : decoded(address)
  const parts = path.replaceAll('\\', '/').split('/')
  return parts.filter((part) => part !== '' && part !== '.' && part !== '..').join('/')
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path).normalize('NFC')
  } catch {
    return path
  }
}

function lastPart(name: string): string {
  return name.slice(name.lastIndexOf('/') + 1)
}

function add(map: Map<string, number[]>, key: string, index: number): void {
  const list = map.get(key)
  if (list) list.push(index)
  else map.set(key, [index])
}
