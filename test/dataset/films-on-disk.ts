/** Small datasets on disk for tests: a temporary folder, images of noise that differ by seed, tables. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll } from 'vitest'
import { Rng } from '../../src/base/random.js'
import { encodePng } from '../../src/image/codec.js'
import type { Raster } from '../../src/image/raster.js'

const made: string[] = []
afterAll(() => {
  for (const folder of made.splice(0)) rmSync(folder, { recursive: true, force: true })
})

/** A new folder, removed after the file's tests. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'kopt-dataset-'))
  made.push(folder)
  return folder
}

export function noise(seed: number, options: Partial<Raster> = {}): Raster {
  const { width = 6, height = 5, channels = 1, bitDepth = 8 } = options
  const bytes = new Rng(seed).bytes(width * height * channels * 2)
  const data =
    bitDepth === 8 ? bytes.slice(0, bytes.length / 2) : Uint16Array.from(bytes, (byte, i) => byte * 16 + (i % 16))
  return { width, height, channels, bitDepth, data: data.subarray(0, width * height * channels) }
}

/** Writes files, text or bytes; a number stands for a PNG of noise with that seed. */
export async function writeFiles(root: string, files: Record<string, string | Uint8Array | number>): Promise<string> {
  for (const [name, content] of Object.entries(files)) {
    const file = path.join(root, name)
    mkdirSync(path.dirname(file), { recursive: true })
    writeFileSync(file, typeof content === 'number' ? await encodePng(noise(content)) : content)
  }
  return root
}

/** A folder dataset of PNGs of noise: `counts` films per class, names such as normal/n000.png. */
export async function classFolders(counts: Record<string, number>): Promise<string> {
  const files: Record<string, number> = {}
  let seed = 0
  for (const [label, count] of Object.entries(counts)) {
    for (let i = 0; i < count; i++) files[`${label}/${label[0]}${String(i).padStart(3, '0')}.png`] = seed++
  }
  return writeFiles(temporaryFolder(), files)
}
