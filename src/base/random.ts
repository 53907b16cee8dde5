/**
 * Random numbers from a counter, not from a state: Philox4x32-10 (Salmon et al., "Parallel random numbers:
 * as easy as 1, 2, 3", SC 2011). A generator is named by a seed and a path of names; the n-th block of a
 * generator can be had without the n-1 before it, so any training step can be replayed on its own.
 */
import { InternalError } from './errors.js'

const M0 = 0xd2511f53
const M1 = 0xcd9e8d57
const W0 = 0x9e3779b9
const W1 = 0xbb67ae85

/** One block of Philox4x32 with 10 rounds: 4 counter words and 2 key words to 4 words, written to `out` from `at`. */
export function philox(
  c0: number,
  c1: number,
  c2: number,
  c3: number,
  k0: number,
  k1: number,
  out: Uint32Array,
  at = 0,
): void {
  for (let round = 0; round < 10; round++) {
    // 32 x 32 -> 64 bit products, by halves of M so that every partial product is exact in a double.
    const lo0 = Math.imul(M0, c0) >>> 0
    const hi0 = mulHigh(M0, c0)
    const lo1 = Math.imul(M1, c2) >>> 0
    const hi1 = mulHigh(M1, c2)
    c0 = (hi1 ^ c1 ^ k0) >>> 0
    c1 = lo1
    c2 = (hi0 ^ c3 ^ k1) >>> 0
    c3 = lo0
    k0 = (k0 + W0) >>> 0
    k1 = (k1 + W1) >>> 0
  }
  out[at] = c0
  out[at + 1] = c1
  out[at + 2] = c2
  out[at + 3] = c3
}

function mulHigh(a: number, b: number): number {
  const aLow = a & 0xffff
  const aHigh = a >>> 16
  const bLow = b & 0xffff
  const bHigh = b >>> 16
  const mid = aHigh * bLow + ((aLow * bLow) >>> 16)
  const mid2 = aLow * bHigh + (mid & 0xffff)
  return (aHigh * bHigh + (mid >>> 16) + (mid2 >>> 16)) >>> 0
}

/** Fills `out` by xoshiro128++ (Blackman and Vigna, "Scrambled linear pseudorandom number generators", TOMS 2021) from four words, not all 0. */
export function xoshiro(state: Uint32Array, out: Uint32Array): void {
  let [a, b, c, d] = state
  for (let i = 0; i < out.length; i++) {
    const sum = (a + d) | 0
    out[i] = (((sum << 7) | (sum >>> 25)) + a) | 0
    const shifted = b << 9
    c ^= a
    d ^= b
    b ^= c
    a ^= d
    c ^= shifted
    d = (d << 11) | (d >>> 21)
  }
}

/** FNV-1a over UTF-16 code units, twice with different offsets: a 64-bit name as two words. */
function nameWords(text: string): [number, number] {
  let a = 0x811c9dc5
  let b = 0x050c5d1f
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i)
    a = Math.imul(a ^ (unit & 0xff), 0x01000193)
    a = Math.imul(a ^ (unit >>> 8), 0x01000193)
    b = Math.imul(b ^ unit, 0x01000193) + 0x6a09e667
  }
  return [a >>> 0, b >>> 0]
}

/**
 * A seeded generator. `split` names an independent one; drawing from one never moves another.
 *
 * ```ts
 * const rng = new Rng(7)
 * rng.split('latent').at(120).normals(100) // the latents of step 120, whatever was drawn before
 * ```
 */
export class Rng {
  readonly #key: readonly [number, number]
  readonly #stream: number
  readonly #block = new Uint32Array(4)
  #counter = 0
  #byteDraws = 0
  #left = 0
  #spareNormal: number | undefined

  /** `seed`: an integer from 0 to 2^53 - 1. */
  constructor(seed: number | readonly [number, number], stream = 0) {
    if (typeof seed === 'number') {
      if (!Number.isSafeInteger(seed) || seed < 0) throw new InternalError(`seed ${seed} is not an integer >= 0`)
      this.#key = [seed >>> 0, Math.floor(seed / 0x1_0000_0000) >>> 0]
    } else {
      this.#key = seed
    }
    this.#stream = stream >>> 0
  }

  /** An independent generator for a name; equal names give equal generators. */
  split(name: string): Rng {
    const [a, b] = nameWords(name)
    const out = new Uint32Array(4)
    philox(a, b, this.#stream, 0x73706c74, this.#key[0], this.#key[1], out)
    return new Rng([out[0], out[1]])
  }

  /** An independent generator for a number (a step, an index). */
  at(index: number): Rng {
    const out = new Uint32Array(4)
    philox(index >>> 0, Math.floor(index / 0x1_0000_0000), this.#stream, 0x61740000, this.#key[0], this.#key[1], out)
    return new Rng([out[0], out[1]])
  }

  /** 32 random bits. */
  uint32(): number {
    if (this.#left === 0) {
      const high = Math.floor(this.#counter / 0x1_0000_0000)
      philox(this.#counter >>> 0, high, this.#stream, 0, this.#key[0], this.#key[1], this.#block)
      this.#counter++
      this.#left = 4
    }
    return this.#block[4 - this.#left--]
  }

  /** Uniform in [0, 1), 53 bits. */
  uniform(): number {
    return ((this.uint32() >>> 5) * 0x4000000 + (this.uint32() >>> 6)) / 0x20000000000000
  }

  /** Uniform integer in [0, n), without bias. */
  integer(n: number): number {
    if (!Number.isInteger(n) || n < 1 || n > 0x1_0000_0000) throw new InternalError(`no integer below ${n}`)
    const limit = 0x1_0000_0000 - (0x1_0000_0000 % n)
    for (;;) {
      const value = this.uint32()
      if (value < limit) return value % n
    }
  }

  /** Standard normal (Box-Muller). */
  normal(): number {
    if (this.#spareNormal !== undefined) {
      const spare = this.#spareNormal
      this.#spareNormal = undefined
      return spare
    }
    const radius = Math.sqrt(-2 * Math.log(1 - this.uniform()))
    const angle = 2 * Math.PI * this.uniform()
    this.#spareNormal = radius * Math.sin(angle)
    return radius * Math.cos(angle)
  }

  /** `n` standard normals. */
  normals(n: number): Float32Array {
    const values = new Float32Array(n)
    let at = 0
    if (n > 0 && this.#spareNormal !== undefined) values[at++] = this.normal()
    // by pairs, so that none is kept on the heap meanwhile
    for (; at + 1 < n; at += 2) {
      const radius = Math.sqrt(-2 * Math.log(1 - this.uniform()))
      const angle = 2 * Math.PI * this.uniform()
      values[at] = radius * Math.cos(angle)
      values[at + 1] = radius * Math.sin(angle)
    }
    if (at < n) values[at] = this.normal()
    return values
  }

  /** The next `n` random bytes, 8 fair bits each: xoshiro128++ from a block of Philox, many times faster than Philox itself. */
  bytes(n: number): Uint8Array<ArrayBuffer> {
    const words = new Uint32Array(Math.ceil(n / 4))
    const state = new Uint32Array(4)
    philox(this.#byteDraws++, 0, this.#stream, 0x62797465, this.#key[0], this.#key[1], state)
    xoshiro(state, words)
    return new Uint8Array(words.buffer, 0, n)
  }

  /** `n` random integers of 16 bits. */
  words(n: number): Int32Array {
    return new Int32Array(new Uint16Array(this.bytes(2 * n).buffer, 0, n))
  }

  /** 0 .. n-1 in random order (Fisher-Yates). */
  permutation(n: number): Uint32Array {
    const order = Uint32Array.from({ length: n }, (_, i) => i)
    for (let i = n - 1; i > 0; i--) {
      const j = this.integer(i + 1)
      const swap = order[i]
      order[i] = order[j]
      order[j] = swap
    }
    return order
  }

  /** The items in random order; the argument stays as it is. */
  shuffle<T>(items: readonly T[]): T[] {
    return Array.from(this.permutation(items.length), (i) => items[i])
  }
}
