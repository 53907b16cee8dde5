/** Names that come from files (classes, datasets), as parts of paths. */
import path from 'node:path'
import { hashBytes } from './hash.js'

/** Bytes that a part of a path may have, so that an ending still fits (255 on most disks). */
const mostBytes = 120

/** Names of devices on Windows, whatever ends them. */
const device = /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i

/**
 * One part of a path for each name: it names no other folder, no system takes it for something else, and no two are equal
 * where capitals do not count. A name that can stand as it is does; one that had to change carries a hash of itself.
 */
export function pathParts(names: readonly string[]): string[] {
  const used = new Set<string>()
  return names.map((name) => {
    const plain = plainPart(name)
    let part = plain
    for (let mark = name; (part === plain && plain !== name) || part === '' || used.has(foldedCase(part)); ) {
      mark = hashBytes(mark)
      part = `${plain || 'name'}-${mark.slice(0, 8)}`
    }
    used.add(foldedCase(part))
    return part
  })
}

function plainPart(name: string): string {
  const plain = name
    .replaceAll(/[^\p{L}\p{M}\p{N} ._+=()&',-]+/gu, '_')
    .replace(/^[. ~-]+|[. ]+$/g, '')
    .replace(device, '_$&')
  let cut = plain
  while (new TextEncoder().encode(cut).length > mostBytes) cut = [...cut].slice(0, -1).join('').trimEnd()
  return cut
}

/** Equal for names that differ in capitals, or in how their letters are composed, alone. */
export function foldedCase(name: string): string {
  return name.normalize('NFKC').toUpperCase().toLowerCase().normalize('NFKC')
}

/** What a dataset is called: the name of its folder, or of its file without the ending. */
export function datasetName(dataset: string): string {
  return path.basename(path.resolve(dataset)).replace(/\.(csv|tsv|txt|npz)$/i, '')
}
