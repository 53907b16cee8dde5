/**
 * Features remembered by content: an image that was seen by this backbone at this size is not extracted again.
 * Two append-only files per backbone: rows of features, and for each the hash of its image and a checksum over both. A row
 * counts only where they fit; what a kill cut off is cut away at opening.
 *
 * A batch with any image missing is extracted whole, so that every row comes from the same place in the same batch,
 * whether a run was interrupted or not: the bytes are then the same.
 */
import path from 'node:path'
import { appendBytes, exists, fileSize, makeDirectory, readBytes, removeFile, truncate } from '../base/files.js'
import { hashArray, hashPlain } from '../base/hash.js'
import { type NDArray, ndarray, rowCount, rowSize, rows } from '../base/ndarray.js'
import { range } from '../base/range.js'
import { type Backbone, extractionBatch } from './backbone.js'

const keyBytes = 32
/** Of an entry of the file of keys: the image's hash, and the checksum. */
const entryBytes = 2 * keyBytes

export class FeatureCache {
  readonly backbone: Backbone
  readonly #valuesFile: string
  readonly #keysFile: string
  readonly #known = new Map<string, Float32Array>()

  /** Opens the cache of one backbone in a folder. */
  constructor(folder: string, backbone: Backbone) {
    this.backbone = backbone
    const { hash, inputSize, features, layout, scaling, outputName } = backbone.contract
    const name = hashPlain({ format: 2, hash, inputSize, layout, scaling, outputName }).slice(0, 16)
    this.#valuesFile = path.join(folder, `cache-${name}.values`)
    this.#keysFile = path.join(folder, `cache-${name}.keys`)
    makeDirectory(folder)
    this.#load(features)
  }

  /** Features float32 [N, D] of images uint8 [N, h, w, c]; `onImages` hears of each image, extracted or remembered. */
  async features(
    images: NDArray<'uint8'>,
    onImages: (more: number) => void,
    signal?: AbortSignal,
  ): Promise<NDArray<'float32'>> {
    const n = rowCount(images)
    const d = this.backbone.contract.features
    const out = new Float32Array(n * d)
    for (let start = 0; start < n; start += extractionBatch) {
      const batch = rows(images, start, Math.min(n, start + extractionBatch))
      const keys = range(rowCount(batch)).map((i) => hashArray(rows(batch, i, i + 1)))
      if (keys.some((key) => !this.#known.has(key))) {
        const found = await this.backbone.extract(batch, { signal })
        this.#remember(keys, found)
      }
      keys.forEach((key, i) => {
        out.set(this.#known.get(key) as Float32Array, (start + i) * d)
      })
      onImages(keys.length)
    }
    return ndarray('float32', [n, d], out)
  }

  /** Removes its files; what it was opened for has been done. */
  discard(): void {
    for (const file of [this.#keysFile, this.#valuesFile]) removeFile(file)
  }

  #remember(keys: readonly string[], found: NDArray<'float32'>): void {
    const fresh = keys
      .map((key, i) => ({ key, i }))
      .filter(({ key }, at) => !this.#known.has(key) && keys.indexOf(key) === at)
    const d = rowSize(found)
    const values = new Float32Array(fresh.length * d)
    fresh.forEach(({ key, i }, at) => {
      const row = found.data.slice(i * d, (i + 1) * d)
      values.set(row, at * d)
      this.#known.set(key, row)
    })
    appendBytes(this.#valuesFile, new Uint8Array(values.buffer))
    const entries = fresh.map(({ key }, at) => key + checksum(key, values.subarray(at * d, (at + 1) * d)))
    appendBytes(this.#keysFile, Buffer.from(entries.join(''), 'hex'))
  }

  #load(features: number): void {
    if (!exists(this.#keysFile) || !exists(this.#valuesFile)) {
      for (const file of [this.#keysFile, this.#valuesFile]) if (exists(file)) truncate(file, 0)
      return
    }
    const width = features * 4
    const count = Math.min(
      Math.floor(fileSize(this.#keysFile) / entryBytes),
      Math.floor(fileSize(this.#valuesFile) / width),
    )
    truncate(this.#keysFile, count * entryBytes)
    truncate(this.#valuesFile, count * width)
    const keys = Buffer.from(readBytes(this.#keysFile))
    const values = new Float32Array(readBytes(this.#valuesFile).slice().buffer)
    for (let i = 0; i < count; i++) {
      const start = i * entryBytes
      const key = keys.toString('hex', start, start + keyBytes)
      const row = values.subarray(i * features, (i + 1) * features)
      if (keys.toString('hex', start + keyBytes, start + entryBytes) === checksum(key, row)) this.#known.set(key, row)
    }
  }
}

function checksum(key: string, row: Float32Array): string {
  return hashPlain([key, hashArray(ndarray('float32', [row.length], row))])
}
