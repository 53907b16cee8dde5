import { readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { fromNumbers } from '../../src/base/ndarray.js'
import { decodeNpy, encodeNpy } from '../../src/base/npy.js'

interface Written {
  name: string
  bytes: string
}

const golden = JSON.parse(readFileSync(path.resolve(import.meta.dirname, '../golden/npy.json'), 'utf8')) as {
  values: number[][]
  read: Written[]
  single: Written[]
  refused: (Written & { why: string })[]
}
const bytesOf = ({ bytes }: Written) => new Uint8Array(Buffer.from(bytes, 'base64'))

describe('.npy files that NumPy wrote', () => {
  it.each(golden.read)('are read: $name', (written) => {
    const { shape, dtype, data } = decodeNpy(bytesOf(written), 'x.npy')
    expect({ shape, dtype, data: [...data] }).toEqual({ shape: [2, 3], dtype: 'float64', data: golden.values.flat() })
  })

  it.each(golden.single)('are read in single precision: $name', (written) => {
    const { dtype, data } = decodeNpy(bytesOf(written), 'x.npy')
    expect({ dtype, data: [...data] }).toEqual({ dtype: 'float32', data: golden.values.flat().map(Math.fround) })
  })

  it.each(golden.refused)('are refused with a sentence: $name', (written) => {
    expect(() => decodeNpy(bytesOf(written), 'x.npy')).toThrow(
      `x.npy ${written.why}; save it with numpy.save as a float32 or float64 array in C order`,
    )
  })

  it('of every element type that is written are read again', () => {
    const arrays = [
      fromNumbers('float32', [2], [0.5, -1]),
      fromNumbers('float64', [1, 2], [0.1, 3]),
      fromNumbers('int32', [2], [-7, 7]),
      fromNumbers('uint8', [2], [0, 255]),
      fromNumbers('bool', [3], [1, 0, 1]),
    ]
    for (const array of arrays) expect(decodeNpy(encodeNpy(array), 'x.npy')).toEqual(array)
    const odd = encodeNpy(fromNumbers('bool', [1], [1]))
    odd[odd.length - 1] = 2
    expect(() => decodeNpy(odd, 'x.npy')).toThrow(/holds a truth value that is neither 0 nor 1/)
  })

  it('are refused where they are damaged, whatever byte is', () => {
    const good = bytesOf(golden.read[0])
    for (let at = 0; at < good.length; at++) {
      for (const value of [0, 0xff, good[at] ^ 1]) {
        const damaged = good.slice()
        damaged[at] = value
        try {
          expect(decodeNpy(damaged, 'x.npy').data.length).toBe(6)
        } catch (error) {
          expect((error as Error).message).toMatch(/^x\.npy (is|has|holds|should hold)/)
        }
      }
    }
    for (let length = 0; length < good.length; length++)
      expect(() => decodeNpy(good.subarray(0, length), 'x.npy')).toThrow(/^x\.npy (is|has|holds|should hold)/)
  })
})
