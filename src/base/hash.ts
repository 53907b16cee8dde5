/** Content hashes (SHA-256, hex), and hashes under a key. */
import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import type { NDArray } from './ndarray.js'

export function hashBytes(bytes: Uint8Array | string): string {
  return createHash('sha256').update(bytes).digest('hex')
}

/** The name Git gives a file's content: SHA-1 of `blob SIZE\\0` and the bytes, hex. For comparing with a repository's tree. */
export function gitBlobName(bytes: Uint8Array): string {
  return createHash('sha1').update(`blob ${bytes.length}\0`).update(bytes).digest('hex')
}

/** Hash of dtype, shape and bytes: equal exactly where the arrays are. */
export function hashArray(array: NDArray): string {
  const { buffer, byteOffset, byteLength } = array.data
  return createHash('sha256')
    .update(`${array.dtype}[${array.shape.join(',')}]`)
    .update(new Uint8Array(buffer, byteOffset, byteLength))
    .digest('hex')
}

/** HMAC-SHA-256 of a text (RFC 2104, FIPS 198-1). */
export function keyedHash(key: Uint8Array, text: string): Uint8Array {
  return new Uint8Array(createHmac('sha256', key).update(text).digest())
}

/** Bytes for a key, from the system's source of randomness. */
export function randomKey(bytes: number): Uint8Array {
  return new Uint8Array(randomBytes(bytes))
}

/** Whether two secrets are the same; how long it takes does not say where they differ. */
export function sameSecret(given: string, wanted: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest()
  return timingSafeEqual(digest(given), digest(wanted))
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
