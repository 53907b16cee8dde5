import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { UserError } from '../../src/base/errors.js'
import { fromNumbers, type NDArray, ndarray } from '../../src/base/ndarray.js'
import { decodeSafetensors, encodeSafetensors } from '../../src/nn/safetensors.js'

/** A file by hand: header text and content. */
function file(header: unknown, content: number[] = []): Uint8Array {
  const json = new TextEncoder().encode(typeof header === 'string' ? header : JSON.stringify(header))
  const bytes = new Uint8Array(8 + json.length + content.length)
  new DataView(bytes.buffer).setBigUint64(0, BigInt(json.length), true)
  bytes.set(json, 8)
  bytes.set(content, 8 + json.length)
  return bytes
}

const array = fc.oneof(
  fc.array(fc.float({ noNaN: true }), { maxLength: 9 }).map((v) => fromNumbers('float32', [v.length], v)),
  fc.array(fc.double({ noNaN: true }), { maxLength: 9 }).map((v) => fromNumbers('float64', [1, v.length], v)),
  fc
    .array(fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }), { maxLength: 9 })
    .map((v) => fromNumbers('int32', [v.length], v)),
  fc.uint8Array({ maxLength: 9 }).map((v) => ndarray('uint8', [v.length, 1], v)),
  fc.boolean().map((v) => fromNumbers('bool', [], [Number(v)])),
) as fc.Arbitrary<NDArray>
const names = fc.string({ minLength: 1 }).filter((name) => name !== '__metadata__' && name !== '__proto__')

describe('safetensors', () => {
  it('come back as they were', () => {
    fc.assert(
      fc.property(fc.dictionary(names, array), fc.dictionary(names, fc.string()), (arrays, metadata) => {
        const decoded = decodeSafetensors(encodeSafetensors(arrays, metadata))
        expect({ ...decoded.arrays }).toEqual({ ...arrays })
        expect({ ...decoded.metadata }).toEqual({ ...metadata })
      }),
      { numRuns: 60 },
    )
  })

  it('are equal bytes for equal content, whatever the order', () => {
    const [a, b] = [fromNumbers('float32', [2], [1, 2]), fromNumbers('int32', [], [3])]
    expect(encodeSafetensors({ a, b })).toEqual(encodeSafetensors({ b, a }))
  })

  it('have the bytes that the format prescribes', () => {
    const bytes = encodeSafetensors({ w: fromNumbers('float32', [1, 2], [1, -2]) }, { note: 'x' })
    const header = '{"__metadata__":{"note":"x"},"w":{"dtype":"F32","shape":[1,2],"data_offsets":[0,8]}}'
    const length = Math.ceil(header.length / 8) * 8
    expect(new DataView(bytes.buffer).getBigUint64(0, true)).toBe(BigInt(length))
    expect(new TextDecoder().decode(bytes.subarray(8, 8 + length))).toBe(header.padEnd(length))
    expect([...bytes.subarray(8 + length)]).toEqual([0, 0, 0x80, 0x3f, 0, 0, 0, 0xc0])
  })

  const entry = { dtype: 'U8', shape: [2], data_offsets: [0, 2] }
  it.each([
    ['too few bytes', new Uint8Array(7), /has 7 bytes/],
    ['a header longer than the file', new Uint8Array(16).fill(1), /header claims/],
    ['a header that is no JSON', file('{"a":'), /not JSON/],
    ['a header that is a list', file([]), /no JSON object/],
    ['a header that is no UTF-8', Uint8Array.of(2, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xfe), /not JSON/],
    ['an entry without a shape', file({ a: { dtype: 'U8', data_offsets: [0, 2] } }, [1, 2]), /no element type, shape/],
    ['an entry that is null', file({ a: null }), /no element type, shape/],
    ['a negative size', file({ a: { ...entry, shape: [-2] } }, [1, 2]), /no element type, shape/],
    ['offsets that run backwards', file({ a: { ...entry, data_offsets: [2, 0] } }, [1, 2]), /no element type, shape/],
    ['an array behind the end', file({ a: entry }, [1]), /ends at byte 2 of 1/],
    ['a shape that does not fit', file({ a: { ...entry, shape: [3] } }, [1, 2]), /has 2 bytes, U8 \[3\] takes 3/],
    ['an enormous shape', file({ a: { ...entry, shape: [2 ** 40, 2 ** 40] } }, [1, 2]), /has 2 bytes/],
    ['arrays on top of each other', file({ a: entry, b: entry }, [1, 2]), /overlap/],
    ['a gap', file({ a: { ...entry, data_offsets: [1, 3] } }, [1, 2, 3]), /gap/],
    ['bytes of no array', file({ a: entry }, [1, 2, 3]), /1 bytes at its end/],
    ['metadata that is no map of texts', file({ __metadata__: { a: 1 } }), /no map of texts/],
    [
      'an element type that is not read',
      file({ a: { ...entry, dtype: 'BF16', shape: [1] } }, [1, 2]),
      /as BF16; .*convert/,
    ],
  ])('refuses %s', (_, bytes, message) => {
    expect(() => decodeSafetensors(bytes, 'x.safetensors')).toThrow(message)
    expect(() => decodeSafetensors(bytes, 'x.safetensors')).toThrow(UserError)
  })

  it('answers broken bytes with a UserError, whichever is changed', () => {
    const whole = encodeSafetensors({ a: fromNumbers('float32', [3], [1, 2, 3]), b: fromNumbers('int32', [], [4]) })
    fc.assert(
      fc.property(fc.nat({ max: whole.length - 1 }), fc.integer({ min: 1, max: 255 }), (at, flip) => {
        const bytes = whole.slice()
        bytes[at] ^= flip
        try {
          decodeSafetensors(bytes)
        } catch (error) {
          expect(error).toBeInstanceOf(UserError)
        }
      }),
    )
  })
})
