import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { UserError } from '../../src/base/errors.js'
import { readBytes } from '../../src/base/files.js'
import { hashArray, hashPlain } from '../../src/base/hash.js'
import { ndarray } from '../../src/base/ndarray.js'
import { acganOptions } from '../../src/generator/acgan/options.js'
import { initialState } from '../../src/generator/acgan/steps.js'
import { originOf, readCheckpoint, writeCheckpoint } from '../../src/generator/checkpoint.js'
import { decodeSafetensors, encodeSafetensors } from '../../src/nn/safetensors.js'

const folder = mkdtempSync(path.join(tmpdir(), 'kopt-checkpoint-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const options = acganOptions({ classes: ['a', 'b'], imageSize: [8, 8], channels: 1, width: 0.01, steps: 5 })
const origin = originOf({
  kind: 'acgan',
  images: ndarray('uint8', [2, 8, 8, 1], new Uint8Array(128)),
  labels: Int32Array.of(0, 1),
  options,
  threads: 2,
  device: 'cpu',
  lowering: 'auto',
})
const curves = ndarray('float64', [1, 6], Float64Array.of(5, 1.5, 0.25, 1, 0, 0.5))
const whole = { step: 5, origin, observed: { collapsedFor: 3, curves }, state: initialState(options) }
const { arrays, metadata } = decodeSafetensors(readBytes(writeCheckpoint(folder, whole)))

function changed(metadataChanges: Record<string, string>, arrayChanges: typeof arrays = {}): string {
  const file = path.join(folder, 'changed.safetensors')
  writeFileSync(file, encodeSafetensors({ ...arrays, ...arrayChanges }, { ...metadata, ...metadataChanges }))
  return file
}

describe('a checkpoint', () => {
  it('comes back as it was written', () => {
    expect(readCheckpoint(changed({}))).toEqual(whole)
  })

  it('holds no time and nothing of the machine but its threads', () => {
    expect(Object.keys(metadata).sort()).toEqual([
      'collapsedFor',
      'contentHash',
      'device',
      'format',
      'imagesHash',
      'lowering',
      'options',
      'step',
      'threads',
      'toolVersion',
      'version',
    ])
  })

  it.each([
    ['another format', { format: 'other' }, /no checkpoint of a kopt generator \(acgan, /],
    ['another version', { version: '3' }, /checkpoint format 3, this kopt reads 2/],
    ['a step that is no number', { step: 'five' }, /damaged: its step/],
    [
      'a number of an observer that is none',
      { collapsedFor: 'many' },
      /checksum|damaged: its collapsedFor is no number/,
    ],
    ['options that are no JSON', { options: '{' }, /damaged: its options are no JSON/],
    ['options that are null', { options: 'null' }, /damaged: .*classes is missing/],
    [
      'options of an enormous network',
      { options: JSON.stringify({ ...options, steps: undefined, width: 4 }) },
      /damaged: '.*' is not the float32/,
    ],
    ['another step', { step: '4' }, /damaged: its content does not fit its checksum/],
    ['another number of threads', { threads: '3' }, /damaged: its content does not fit its checksum/],
    ['another seed', { options: JSON.stringify({ ...options, steps: undefined, seed: 7 }) }, /fit its checksum/],
    ['the version that has no such checksum', { version: '1' }, /fit its checksum/],
    ['another checksum', { contentHash: 'abc' }, /damaged: its content does not fit its checksum/],
  ])('is refused with %s', (_, changes, message) => {
    const file = changed(changes as Record<string, string>)
    expect(() => readCheckpoint(file)).toThrow(message)
    expect(() => readCheckpoint(file)).toThrow(UserError)
  })

  /** A checkpoint as 0.1 wrote it: no rows of the curve, a checksum of the arrays alone. */
  const first = (said: Record<string, string>) => {
    const { curves: _, ...rest } = arrays
    const hashes = Object.entries(rest)
      .map(([name, array]) => [name, hashArray(array)])
      .sort()
    const file = path.join(folder, 'first.safetensors')
    writeFileSync(file, encodeSafetensors(rest, { ...said, version: '1', contentHash: hashPlain(hashes) }))
    return file
  }

  it('of 0.1, whose checksum covers the arrays alone, is read', () => {
    expect(readCheckpoint(first(metadata))).toEqual({ ...whole, observed: { collapsedFor: 3 } })
  })

  it.each(['imagesHash', 'device', 'lowering', 'toolVersion'])('of 0.1 is refused without its %s', (name) => {
    const { [name]: _, ...rest } = metadata
    expect(() => readCheckpoint(first(rest))).toThrow(`is damaged: it does not say its ${name}; restore it`)
  })

  it('is refused with an array changed', () => {
    const file = changed({}, { 'generator/norms/0/mean': ndarray('float32', [2], new Float32Array(2).fill(1)) })
    expect(() => readCheckpoint(file)).toThrow(/checksum/)
  })
})
