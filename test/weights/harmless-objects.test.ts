/** What honest checkpoints hold beside weights is passed over; what would act is refused, whatever it is wrapped in. */
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { readPickle } from '../../src/weights/pickle.js'
import { PyDict } from '../../src/weights/pickle-values.js'
import { torchHost } from '../../src/weights/torch-classes.js'

const { objects } = JSON.parse(
  readFileSync(path.join(import.meta.dirname, '..', 'golden', 'harmless-objects.json'), 'utf8'),
) as { objects: { name: string; protocol: number; pickle: string }[] }

const read = (bytes: Uint8Array) =>
  readPickle(
    bytes,
    0,
    torchHost('weights.pt', () => null),
  ).value

describe('an object of Python beside weights', () => {
  it.each(objects)('$name (protocol $protocol) is passed over', ({ pickle }) => {
    const value = read(new Uint8Array(Buffer.from(pickle, 'hex')))
    expect(value).toBeInstanceOf(PyDict)
    // what stands behind it is read as it was written
    expect((value as PyDict).entries.get('after')).toBe(7)
  })

  it('that reaches from a class into the language is refused', () => {
    const pickle = (attribute: string) =>
      new TextEncoder().encode(`c__builtin__\ngetattr\n(cdatetime\ndate\nS'${attribute}'\ntR.`)
    expect(read(pickle('_unpickle'))).toMatchObject({ module: 'datetime', name: 'date._unpickle' })
    expect(() => read(pickle('__init__'))).toThrow(/would call __builtin__\.getattr/)
    expect(() => read(pickle('os.system'))).toThrow(/would call __builtin__\.getattr/)
  })

  /** `module.name()` in protocol 0. */
  const call = (module: string, name: string) => new TextEncoder().encode(`c${module}\n${name}\n(tR.`)

  it.each([
    ['os', 'system'],
    ['posix', 'system'],
    ['subprocess', 'Popen'],
    ['builtins', 'eval'],
    ['__builtin__', 'getattr'],
    ['builtins', '__import__'],
    ['types', 'FunctionType'],
    ['types', 'CodeType'],
    ['operator', 'attrgetter'],
    ['operator', 'methodcaller'],
    ['io', 'open'],
    ['io', 'FileIO'],
    ['re', 'os.system'],
    ['signal', 'signal'],
    ['inspect', 'getsource'],
    ['numpy', 'fromfile'],
    ['numpy', 'memmap'],
    ['numpy', 'load'],
    ['pandas', 'read_pickle'],
    ['yaml', 'unsafe_load'],
    ['torch', 'load'],
    ['torch.storage', '_load_from_bytes'],
    ['torch.serialization', 'load'],
    ['torch.hub', 'load'],
    ['cloudpickle.cloudpickle', '_make_function'],
    ['anything', 'run_module'],
    ['anything', 'check_output'],
  ])('that calls %s.%s is refused', (module, name) => {
    expect(() => read(call(module, name))).toThrow(/is refused: loaded in Python it would call .*Nothing of it was run/)
  })
})
