/**
 * Finds files by the names that tables and annotation files give them: with or without folders and extension, with
 * either slash, as an address, in either Unicode form. The nearest kind of likeness decides: the same path; the same name,
 * in folders that agree as far as both give them; the same name but for its extension and upper and lower case.
 */
import { namedAsImage } from './reader.js'

export class NameIndex {
  readonly #paths: readonly string[]
  readonly #byPath = new Map<string, number[]>()
  readonly #byName = new Map<string, number[]>()
  readonly #byStem = new Map<string, number[]>()

  /** @param names paths within one folder, with '/' */
  constructor(names: readonly string[]) {
    this.#paths = names.map((name) => name.normalize('NFC'))
    this.#paths.forEach((name, i) => {
      add(this.#byPath, name, i)
      add(this.#byName, lastPart(name), i)
      add(this.#byStem, stemOf(name), i)
    })
  }

  /** The positions of all names that fit equally well; none where nothing fits. */
  find(written: string): readonly number[] {
    const asked = pathOf(written)
    const exact = this.#byPath.get(asked)
    if (exact !== undefined) return exact
    const named = this.#byName.get(lastPart(asked)) ?? this.#byStem.get(stemOf(asked)) ?? []
    const agreeing = named.filter((i) => foldersAgree(this.#paths[i], asked))
    return agreeing.length > 0 ? agreeing : named
  }
}

/** A file's last name without an image's extension, in lower case. A name of numbers and dots (a UID) is kept whole. */
export function stemOf(name: string): string {
  const last = lastPart(name.normalize('NFC'))
  return (namedAsImage(last) ? last.replace(/\.[^.]*$/, '') : last).toLowerCase()
}

/** What is written, as a path within the dataset: an address loses its host, and what leads upwards is dropped. */
function pathOf(written: string): string {
  const text = written.normalize('NFC').trim()
  const address = /^[a-z][a-z0-9+.-]+:\/\/[^/]*\/([^?#]*)/i.exec(text)
  const path = address ? decoded(address[1]) : text
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

/** Whether the shorter list of folders is the end of the longer one. */
function foldersAgree(a: string, b: string): boolean {
  const [one, other] = [a, b].map((name) => name.split('/').slice(0, -1))
  const depth = Math.min(one.length, other.length)
  return depth === 0 || one.slice(-depth).join('/') === other.slice(-depth).join('/')
}

function add(map: Map<string, number[]>, key: string, index: number): void {
  const list = map.get(key)
  if (list) list.push(index)
  else map.set(key, [index])
}
