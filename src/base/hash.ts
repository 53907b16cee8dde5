/** Content hashes (SHA-256, hex). */
import { createHash } from 'node:crypto'
import type { NDArray } from './ndarray.js'

export function hashBytes(bytes: Uint8Array | string): string {
  return createHash('sha256').update(bytes).digest('hex')
}

/** Hash of dtype, shape and bytes: equal exactly where the arrays are. */
export function hashArray(array: NDArray): string {
  const { buffer, byteOffset, byteLength } = array.data
  return createHash('sha256')
    .update(`${array.dtype}[${array.shape.join(',')}]`)
    .update(new Uint8Array(buffer, byteOffset, byteLength))
    .digest('hex')
}

/** Hash of plain data, keys in any order. */
export function hashPlain(value: unknown): string {
  return hashBytes(canonical(value))
}

function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`
  if (value !== null && typeof value === 'object') {
    const entries = Object.entries(value).filter(([, v]) => v !== undefined)
    entries.sort(([a], [b]) => (a < b ? -1 : 1))
    return `{${entries.map(([k, v]) => `${JSON.stringify(k)}:${canonical(v)}`).join(',')}}`
  }
  return JSON.stringify(value) ?? 'null'
}
