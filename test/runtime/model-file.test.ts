import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { openBackbone } from '../../src/backbone/backbone.js'
import { fromNumbers } from '../../src/base/ndarray.js'
import { Rng } from '../../src/base/random.js'
import { readModel } from '../../src/runtime/model-file.js'
import { openSession } from '../../src/runtime/session.js'
import { externalTensors } from '../../src/tensor/onnx/format/external-data.js'
import type { AttributeProto, GraphProto, TensorProto } from '../../src/tensor/onnx/format/model.js'
import { attribute } from '../../src/tensor/onnx/format/model.js'
import { decodeModel, encodeModel } from '../../src/tensor/onnx/format/protobuf.js'
import { moveWeightsBeside } from '../support/external-weights.js'
import { kopt, temporaryFolder } from '../support/kopt.js'
import { tinyBackboneFile } from '../support/tiny-backbone.js'

const images = fromNumbers('uint8', [9, 16, 16, 1], new Rng(3).bytes(9 * 256))

async function featuresOf(file: string) {
  const backbone = await openBackbone(file, { threads: 1 })
  try {
    return { features: (await backbone.extract(images)).data, hash: backbone.contract.hash }
  } finally {
    await backbone.close()
  }
}

describe('a model whose weights stand in a file beside it', () => {
  it('gives what it gave as one file, wherever one stands, and its checksum covers them', async () => {
    const file = tinyBackboneFile()
    const whole = await featuresOf(file)
    const beside = moveWeightsBeside(file)
    const here = process.cwd()
    const elsewhere = temporaryFolder()
    // another file of that name in the folder that one stands in
    writeFileSync(path.join(elsewhere, path.basename(beside)), new Uint8Array(readFileSync(beside).length))
    process.chdir(elsewhere)
    try {
      expect(await featuresOf(file)).toMatchObject({ features: whole.features })
    } finally {
      process.chdir(here)
    }
    const { hash } = await featuresOf(file)
    const changed = new Uint8Array(readFileSync(beside))
    changed[2] ^= 1
    writeFileSync(beside, changed)
    const other = await featuresOf(file)
    expect(other.hash).not.toBe(hash)
  })

  it('is kept as one file by `backbone add`, and `backbone check` says where its numbers are', () => {
    const file = tinyBackboneFile()
    const beside = moveWeightsBeside(file)
    const env = { KOPT_HOME: temporaryFolder() }
    const check = kopt(['backbone', 'check', file], { env })
    expect(check.stdout).toContain('(its numbers are in tiny.onnx.data)')
    const added = kopt(['backbone', 'add', 'ours', '--from', file], { env, cwd: temporaryFolder() })
    expect(added.stderr).toContain('its weights in tiny.onnx.data')
    expect(added.code).toBe(0)
    rmSync(beside)
    const stored = readModel(path.join(env.KOPT_HOME, 'backbones', 'ours.onnx'))
    expect(externalTensors(decodeModel(stored.onnx))).toEqual([])
  })

  it.each([
    ['a missing file', {}, /keeps its weights in .*tiny\.onnx\.data, which is missing; put that file beside it/, true],
    [
      'another folder',
      { location: '../tiny.onnx.data' },
      /wants its weights from '\.\.\/tiny\.onnx\.data', which is not beside it/,
    ],
    ['an absolute path', { location: '/etc/passwd' }, /wants its weights from '\/etc\/passwd', which is not beside it/],
    ['a drive', { location: 'C:\\windows\\x' }, /which is not beside it/],
    ['memory of the process', { location: '*/_ORT_MEM_ADDR_/*' }, /_ORT_MEM_ADDR_.*is missing/],
    ['no name at all', { location: '' }, /which is not beside it/],
    ['a folder', { location: '.' }, /folder/],
  ])('is refused with %s', async (_, options, message, remove = false) => {
    const file = tinyBackboneFile()
    const beside = moveWeightsBeside(file, options)
    if (remove) rmSync(beside)
    await expect(openBackbone(file, { threads: 1 })).rejects.toThrow(message)
  })

  it.each([
    ['a place behind the end', 'offset', '1000000', /reaches from byte 1000000 .*, but the file has \d+/],
    ['another length than its shape', 'length', '4', /should hold \d+ bytes, but says 4/],
    ['a length that is no number', 'length', '-1', /has no place in it that can be read/],
    ['an offset past what a double holds', 'offset', '99999999999999999999', /has no place in it that can be read/],
  ])('is refused where it says %s', async (_, key, value, message) => {
    const file = tinyBackboneFile()
    moveWeightsBeside(file, {
      says: ({ externalData }) => {
        for (const entry of externalData) if (entry.key === key) entry.value = value
      },
    })
    await expect(openBackbone(file, { threads: 1 })).rejects.toThrow(message)
  })

  it('is refused as bytes, wherever in the model the weights stand', async () => {
    const outside: TensorProto = {
      name: 'w',
      dims: [1],
      dataType: 1,
      dataLocation: 1,
      stringData: [],
      externalData: [{ key: 'location', value: 'w.data' }],
    }
    const graphWith = (more: Partial<GraphProto>): GraphProto => ({
      nodes: [],
      initializers: [],
      sparseInitializers: [],
      inputs: [],
      outputs: [],
      valueInfo: [],
      quantizationAnnotations: [],
      ...more,
    })
    const attributeWith = (more: Partial<AttributeProto>): AttributeProto => ({ ...attribute('value', 1), ...more })
    const nodeWith = (more: Partial<AttributeProto>) => ({
      inputs: [],
      outputs: ['y'],
      opType: 'Constant',
      attributes: [attributeWith(more)],
    })
    const sparse = { values: outside, dims: [4] }
    const places: [string, Partial<GraphProto>][] = [
      ['an initializer', { initializers: [outside] }],
      ['a sparse initializer', { sparseInitializers: [sparse] }],
      ['indices of one', { sparseInitializers: [{ indices: outside, dims: [4] }] }],
      ['an attribute', { nodes: [nodeWith({ tensor: outside })] }],
      ['a list of them', { nodes: [nodeWith({ tensors: [outside] })] }],
      ['a sparse attribute', { nodes: [nodeWith({ sparseTensor: sparse })] }],
      ['a branch', { nodes: [nodeWith({ graph: graphWith({ initializers: [outside] }) })] }],
      [
        'one of several branches',
        { nodes: [nodeWith({ graphs: [graphWith({ nodes: [nodeWith({ tensor: outside })] })] })] },
      ],
    ]
    const model = { opsetImport: [{ version: 20 }], metadata: [], functions: [], irVersion: 10 }
    for (const [place, more] of places) {
      const bytes = encodeModel({ ...model, graph: graphWith(more) })
      await expect(openSession(bytes, { name: 'net' }), place).rejects.toThrow(
        /net keeps weights in another file \('w\.data'\)/,
      )
    }
    const functions = [{ nodes: [nodeWith({ tensor: outside })], attributes: [] }]
    const bytes = encodeModel({ ...model, functions, graph: graphWith({}) })
    await expect(openSession(bytes)).rejects.toThrow(/keeps weights in another file/)
  })

  it('takes a folder below its own', async () => {
    const file = tinyBackboneFile()
    const whole = await featuresOf(file)
    const beside = moveWeightsBeside(file, { location: 'parts/weights.bin' })
    mkdirSync(path.join(path.dirname(file), 'parts'))
    writeFileSync(path.join(path.dirname(file), 'parts', 'weights.bin'), readFileSync(beside))
    expect((await featuresOf(file)).features).toEqual(whole.features)
  })
})
