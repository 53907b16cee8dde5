/** Checkpoints as PyTorch writes them, against what PyTorch says they hold; and files that mean harm. */
import { readFileSync } from 'node:fs'
import path from 'node:path'
import fc from 'fast-check'
import { describe, expect, it, test } from 'vitest'
import { UserError } from '../../src/base/errors.js'
import { openCheckpoint, readCheckpoint } from '../../src/weights/open.js'

const folder = path.resolve(import.meta.dirname, '../golden/checkpoints')
const golden = JSON.parse(readFileSync(path.resolve(folder, '../checkpoints.json'), 'utf8')) as {
  held: Record<string, { name: string; shape: number[]; type: string; values?: (number | null)[] }[]>
  hostile: Record<string, string>
}
const file = (name: string) => path.join(folder, name)
const bytesOf = (name: string) => new Uint8Array(readFileSync(file(name)))

describe('what a checkpoint holds', () => {
  for (const [name, held] of Object.entries(golden.held)) {
    it(`${name}: names, shapes, types and elements are PyTorch's`, () => {
      const { tensors } = openCheckpoint(file(name))
      const byName = (a: { name: string }, b: { name: string }) => (a.name < b.name ? -1 : 1)
      expect(tensors.map(({ name, shape, type }) => ({ name, shape: [...shape], type })).sort(byName)).toEqual(
        held.map(({ name, shape, type }) => ({ name, shape, type })).sort(byName),
      )
      for (const { name, values } of held) {
        const tensor = tensors.find((each) => each.name === name)
        if (values)
          expect([name, ...(tensor?.read() ?? [])]).toEqual([name, ...values.map((v) => Math.fround(v as number))])
        else expect(() => tensor?.read()).toThrow(/which is not read; save it as float32/)
      }
    })
  }

  it('of a big one is listed without reading its elements', () => {
    const { form, tensors } = openCheckpoint(file('chexnet.pth.tar'))
    expect(form).toBe('PyTorch, old stream form')
    expect(tensors).toHaveLength(607)
    expect(tensors.find(({ name }) => name.endsWith('conv0.weight'))).toMatchObject({
      name: 'state_dict.module.densenet121.features.conv0.weight',
      shape: [64, 3, 7, 7],
      type: 'float32',
    })
  })
})

describe('a file that means harm', () => {
  for (const [name, call] of Object.entries(golden.hostile)) {
    it(`${name} is refused for ${call}, and nothing runs`, () => {
      expect(() => openCheckpoint(file(name))).toThrow(
        new RegExp(
          `${name}.* is refused: loaded in Python it would call .*${call.replace('.', '\\.')}.*Nothing of it was run`,
        ),
      )
    })
  }

  it('that grows without measure by sharing, holds itself, or is nested without end is refused for that', () => {
    expect(() => openCheckpoint(file('laughs.pt'))).toThrow(
      /grow to more than 1000000 values \(a 'billion laughs' attack\)/,
    )
    expect(() => openCheckpoint(file('circle.pt'))).toThrow(/'state_dict.again' holds itself \(a recursive structure\)/)
    expect(() => openCheckpoint(file('deep.pt'))).toThrow(/nested deeper than 500 levels/)
  })

  const pickleOf = (codes: (number | string)[]) =>
    Uint8Array.from([
      0x80,
      2,
      ...codes.flatMap((c) => (typeof c === 'string' ? [...Buffer.from(c, 'latin1')] : [c])),
      0x2e,
    ])
  const pickle = (...codes: (number | string)[]) => pickleOf(codes)
  const four = (n: number) => [n & 255, (n >> 8) & 255, (n >> 16) & 255, (n >>> 24) & 255]

  test.each<[string, Uint8Array, RegExp]>([
    ['wants a far memo entry', pickle('N', 'r', ...four(0x7fffffff)), /memo entry 2147483647 \(an attack on memory\)/],
    ['claims a long text', pickle('X', ...four(0x7fffffff)), /a text of 2147483647 bytes/],
    ['claims bytes that are not there', pickle('B', ...four(1000)), /its pickle is cut off/],
    [
      'claims more than 64 bits hold',
      pickle(0x8e, ...four(0xffffffff), ...four(0xffffffff)),
      /a length of 18446744073709551615 bytes/,
    ],
    ['claims a long integer', pickle(0x8b, ...four(100000)), /an integer of 100000 bytes/],
    [
      'makes values without end',
      Uint8Array.from([0x80, 2, ...new Array(5_000_001).fill(0x5d)]),
      /more than 5000000 values/,
    ],
    ['uses an extension of Python', pickle(0x82, 1), /opcode 0x82 at byte 2 is not read/],
    ['takes from an empty stack', pickle('0'), /takes from an empty stack/],
    ['closes what it never opened', pickle('t'), /closes what it never opened/],
    ['recalls what it never kept', pickle('h', 7), /recalls memo entry 7, which is empty/],
    [
      'copies what it made over and over',
      Uint8Array.from([
        ...[0x80, 2, ...Buffer.from('](')],
        ...new Array(200_000).fill(0x4e),
        ...Buffer.from('eq\0c__builtin__\nlist\nq\x010'),
        ...new Array(3000).fill([...Buffer.from('h\x01h\0\x85R', 'latin1')]).flat(),
      ]),
      /more than 5000000 values/,
    ],
    [
      'encodes a long text over and over',
      Uint8Array.from([
        ...[0x80, 2, 0x58, ...four(2 ** 20)],
        ...new Array(2 ** 20).fill(0x41),
        ...Buffer.from('q\0c_codecs\nencode\nq\x010'),
        ...new Array(5000).fill([...Buffer.from('h\x01h\0\x85R', 'latin1')]).flat(),
      ]),
      /more than 5000000 values/,
    ],
    ['makes an instance by name', pickle('(', 'ios\nsystem\n'), /would call os\.system/],
    ['names a function by the stack', pickle(0x8c, 2, 'os', 0x8c, 6, 'system', 0x93), /would call os\.system/],
    [
      'reaches a function through a class',
      pickle('ctorch\nserialization.os.system\n'),
      /would call torch\.serialization\.os\.system/,
    ],
    ['changes a class', pickle('ctorch.nn\nModule\n', '}', 'b'), /changes torch\.nn\.Module itself/],
    ['calls what is no class', pickle('N', ')', 'R'), /calls something that is no class/],
  ])('whose pickle %s is refused', (_, bytes, message) => {
    expect(() => readCheckpoint(bytes, 'x.pt')).toThrow(message)
  })

  // The old stream form around a pickle, and one storage '0' of four bytes of 1 each.
  const u = (text: string): (number | string)[] => ['X', ...four(text.length), text]
  const stream = (object: Uint8Array, keys = pickle(']', ...u('0'), 'a')) =>
    Uint8Array.from([
      ...pickle(0x8a, 10, ...[0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19]),
      ...pickle('M', 0xe9, 3),
      ...pickle('}'),
      ...object,
      ...keys,
      ...[4, 0, 0, 0, 0, 0, 0, 0],
      ...new Array(16).fill(1),
    ])
  const storage = (view: (number | string)[]) => [
    ...['(', ...u('storage'), 'ctorch\nFloatStorage\n', ...u('0'), ...u('cpu'), 'K', 4],
    ...[...view, 't', 'Q'],
  ]
  const rebuild = 'ctorch._utils\n_rebuild_tensor_v2\n'
  const tensor = (view: (number | string)[] = []) => [
    ...[rebuild, '(', ...storage(view), 'K', 0, 'K', 2, 0x85, 'K', 1, 0x85, 0x89, '}', 't', 'R'],
  ]
  const readAll = (bytes: Uint8Array) => {
    for (const { read } of readCheckpoint(bytes, 'x.pt').tensors) read()
  }

  it('whose storage begins before its block is refused', () => {
    const view = ['(', ...u('1'), 'J', ...four(-3), 'K', 2, 't']
    expect(() => readAll(stream(pickle('}', ...u('w'), ...tensor(view), 's')))).toThrow(/'w' reaches from byte -12/)
    expect(() => readAll(stream(pickle('}', ...u('w'), ...tensor(), 's')))).not.toThrow()
  })

  it('whose key of a storage is a list that grows without measure is refused at once', () => {
    const doubled = Array.from({ length: 40 }, (_, i) => ['](', 'h', i, 'h', i, 'e', 'q', i + 1]).flat()
    expect(() => readAll(stream(pickle('}'), pickle(']', 'q', 0, ...doubled, 0x85)))).toThrow(
      /its list of storages holds what is no key/,
    )
  })

  it('whose tensors have endless names, or dictionaries endless nameless entries, is refused', () => {
    const long = pickle(
      ...[...tensor(), 'q', 0, '0', '}', ...u('A'.repeat(2 ** 16)), ']('],
      ...new Array(10_000).fill(['h', 0]).flat(),
      ...['e', 's'],
    )
    expect(() => readAll(stream(long))).toThrow(/a 'billion laughs' attack/)
    const nameless = pickle(
      ...['}('],
      ...Array.from({ length: 1000 }, () => [')', 'N']).flat(),
      ...['u', 'q', 0, '0', ']('],
      ...new Array(2000).fill(['h', 0]).flat(),
      'e',
    )
    expect(() => readAll(stream(nameless))).toThrow(/a 'billion laughs' attack/)
  })

  it('whose tensor is of a class of its own within another, without end, is refused', () => {
    const from = 'ctorch._tensor\n_rebuild_from_type_v2\n'
    // (function, class, arguments), the arguments again those of the same function
    const inner = [...tensor(), 'q', 1, '0', from, 'q', 0, '0', '(', 'h', 0, 'N', 'h', 1, 't', 'q', 1]
    const outer = new Array(50_000).fill(['0', '(', 'h', 0, 'N', 'h', 1, 't', 'q', 1]).flat()
    const bytes = stream(pickleOf([...inner, ...outer, '0', 'h', 0, 'h', 1, 'R']))
    expect(() => readAll(bytes)).toThrow(/a tensor of a class of its own/)
  })

  it('is another thing than a record that knows itself: a trainer kept beside its weights', () => {
    const trainer = ['c__main__\nTrainer\n', ')', 0x81, 'q', 0, '}', ...u('self'), 'h', 0, 's', 'b']
    const { tensors } = readCheckpoint(
      stream(pickle('}', '(', ...u('trainer'), ...trainer, ...u('w'), ...tensor(), 'u')),
      'x.pt',
    )
    expect(tensors.map(({ name }) => name)).toEqual(['w'])
  })

  it('is a sentence however it is damaged: cut off, or changed in any byte', () => {
    const names = ['kinds.pt', 'kinds-old.pt', 'kinds.safetensors', 'module-old.pt', 'first-form.tar', 'big-endian.pt']
    const files = names.map(bytesOf)
    const tryAll = (bytes: Uint8Array) => {
      try {
        readAll(bytes)
      } catch (error) {
        expect(error).toBeInstanceOf(UserError)
      }
    }
    fc.assert(
      fc.property(
        fc.nat(files.length - 1),
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.nat(255),
        fc.boolean(),
        (f, at, value, cut) => {
          const bytes = files[f].slice()
          const place = Math.min(bytes.length - 1, Math.floor(at * bytes.length))
          if (cut) return tryAll(bytes.subarray(0, place))
          bytes[place] = value
          tryAll(bytes)
        },
      ),
      { numRuns: 1500 },
    )
  })
})

test.each<[string, number[], RegExp]>([
  ['an empty file', [], /is empty/],
  ['a gzipped file', [0x1f, 0x8b, 8], /packed by gzip; unpack it first/],
  ['a web page', [...Buffer.from('<!DOCTYPE html>')], /gave a page instead of the file/],
  ['a Git pointer', [...Buffer.from('version https://git-lfs.github.com/spec/v1')], /git lfs pull/],
  ['a Keras file', [0x89, 0x48, 0x44, 0x46], /HDF5 file, as Keras writes them/],
  ['anything else', [1, 2, 3, 4], /no file of weights that is known/],
])('%s is named, with what to do', (_, bytes, message) => {
  expect(() => readCheckpoint(Uint8Array.from(bytes), 'x.pt')).toThrow(message)
})
