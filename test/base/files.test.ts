import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { beforeEach, describe, expect, it } from 'vitest'
import { UserError } from '../../src/base/errors.js'
import { readBytes, readJsonLines, writeAtomic } from '../../src/base/files.js'
import { fromNumbers } from '../../src/base/ndarray.js'
import { decodeNpy, encodeNpy, readNpy } from '../../src/base/npy.js'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'kopt-files-'))
})

describe('files', () => {
  it('appear whole and leave no temporary file behind', () => {
    const file = path.join(folder, 'deep', 'a.txt')
    writeAtomic(file, 'one')
    writeAtomic(file, 'two')
    expect(readFileSync(file, 'utf8')).toBe('two')
    expect(readdirSync(path.dirname(file))).toEqual(['a.txt'])
  })

  it('name what is in the way when a folder can not be made', () => {
    writeFileSync(path.join(folder, 'file'), '')
    expect(() => writeAtomic(path.join(folder, 'file', 'a.txt'), 'x')).toThrow(UserError)
  })

  it('say which file is missing or too large', () => {
    expect(() => readBytes(path.join(folder, 'none'))).toThrow(/none does not exist/)
    writeFileSync(path.join(folder, 'big'), 'abcdef')
    expect(() => readBytes(path.join(folder, 'big'), 3)).toThrow(/has 6 bytes; at most 3 are read/)
  })

  it('drop a line that was cut off by a kill', () => {
    const file = path.join(folder, 'events.jsonl')
    writeFileSync(file, '{"a":1}\n{"a":2}\n{"a"')
    expect(readJsonLines(file)).toEqual([{ a: 1 }, { a: 2 }])
  })
})

describe('.npy', () => {
  it('comes back as it was written', () => {
    const array = fromNumbers('float32', [2, 3], [1, 2, 3, 4, 5, 6.5])
    writeFileSync(path.join(folder, 'a.npy'), encodeNpy(array))
    expect(readNpy(path.join(folder, 'a.npy'), 'float32')).toEqual(array)
  })

  it('is laid out as numpy.save lays it out', () => {
    // numpy 2: np.save(f, np.array([[1, 2]], np.uint8)); f.read().hex()
    const bytes = encodeNpy(fromNumbers('uint8', [1, 2], [1, 2]))
    expect(bytes.length).toBe(128 + 2)
    expect(Buffer.from(bytes.subarray(0, 8)).toString('latin1')).toBe('\x93NUMPY\x01\x00')
    expect(bytes[8] + 256 * bytes[9]).toBe(118)
  })

  it('refuses what it can not read with a sentence', () => {
    const good = encodeNpy(fromNumbers('float32', [2], [1, 2]))
    expect(() => decodeNpy(good.subarray(0, good.length - 1), 'x.npy')).toThrow(
      /x.npy should hold 8 bytes of data, but holds 7/,
    )
    expect(() => decodeNpy(new TextEncoder().encode('hello, world'), 'x.npy')).toThrow(/is not a .npy file/)
    const fortran = Buffer.from(good).toString('latin1').replace("'fortran_order': False", "'fortran_order': True ")
    expect(() =>
      decodeNpy(
        Uint8Array.from(fortran, (c) => c.charCodeAt(0)),
        'x.npy',
      ),
    ).toThrow(/Fortran order/)
  })
})
