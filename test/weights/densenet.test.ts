/**
 * DenseNet-121 out of files that PyTorch wrote, against the features that torchvision's own network gave with the same
 * file: names of old, a whole module for grey films, half precision; at three sizes, through the whole input path.
 */
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { openModel } from '../../src/backbone/backbone.js'
import { convertBackbone } from '../../src/backbone/convert.js'
import { findContract } from '../../src/backbone/find-contract.js'
import { backboneInput } from '../../src/backbone/input.js'
import { densenetWeights } from '../../src/backbone/networks/densenet-weights.js'
import { densenetSpecs } from '../../src/backbone/networks/densenet121.js'
import { hashArray } from '../../src/base/hash.js'
import { type NDArray, ndarray, sizeOf } from '../../src/base/ndarray.js'
import { encodeSafetensors } from '../../src/nn/safetensors.js'
import { summarise } from '../../src/nn/summary.js'
import { openSession } from '../../src/runtime/session.js'
import { flatten, type Tree } from '../../src/tensor/tree.js'
import type { Checkpoint, CheckpointTensor } from '../../src/weights/checkpoint.js'
import { openCheckpoint } from '../../src/weights/open.js'

const folder = path.resolve(import.meta.dirname, '../golden/checkpoints')
const { networks } = JSON.parse(readFileSync(path.resolve(folder, '../checkpoints.json'), 'utf8')) as {
  networks: Record<string, Record<string, number[][]>>
}
const likes = { 'chexnet.pth.tar': 'chexnet', 'xrv.pt': 'xrv-densenet121', 'imagenet.pth': 'imagenet-densenet121' }

/** The script's hashed grey images. */
function images(side: number, count: number) {
  const data = new Uint8Array(count * side * side)
  for (let i = 0; i < data.length; i++) {
    let x = (i + Math.imul(side, 0x9e3779b9)) | 0
    x = Math.imul(x ^ (x >>> 16), 0x85ebca6b)
    x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35)
    data[i] = ((x ^ (x >>> 16)) >>> 0) / 2 ** 24
  }
  return ndarray('uint8', [count, side, side, 1], data)
}

function converted(name: string, like: string) {
  const file = path.join(folder, name)
  return convertBackbone(new Uint8Array(readFileSync(file)), { name: 'it', file, like })
}

describe('a DenseNet-121', () => {
  for (const [name, like] of Object.entries(likes)) {
    it(`of ${name} gives torchvision's features at 56, 64 and 224`, async () => {
      const { onnx } = converted(name, like)
      const contract = findContract(onnx, name)
      const session = await openSession(onnx, { threads: 2 })
      for (const [side, expected] of Object.entries(networks[name])) {
        const pixels = images(Number(side), expected.length)
        const input = backboneInput(pixels, { ...contract, inputSize: [Number(side), Number(side)] })
        const { data } = (await session.run({ [contract.inputName]: input }))[contract.outputName]
        const found = expected.map((_, i) => data.slice(i * 1024, (i + 1) * 1024).filter((_, j) => j % 64 === 0))
        const scale = Math.hypot(...expected.flat())
        const difference = Math.hypot(...expected.flatMap((row, i) => row.map((v, j) => v - found[i][j])))
        expect(difference / scale).toBeLessThan(1e-4)
        expect(scale).toBeGreaterThan(0.1)
      }
      await session.close()
    })
  }

  it('is opened as a backbone at another size than its own', async () => {
    const { onnx } = converted('chexnet.pth.tar', 'chexnet')
    const backbone = await openModel(onnx, findContract(onnx, 'x'), 'x', { threads: 2, inputSize: [56, 56] })
    const features = await backbone.extract(images(56, 2))
    expect(features.shape).toEqual([2, 1024])
    const [expected] = networks['chexnet.pth.tar'][56]
    for (const [i, value] of expected.entries()) expect(features.data[64 * i]).toBeCloseTo(value, 4)
    await backbone.close()
  })

  it('has as many weights as torchvision says, and running statistics', () => {
    // 6,953,856 parameters of torchvision.models.densenet121().features and 83,648 running means and variances
    expect(summarise(densenetSpecs(3)).parameters).toBe(6_953_856 + 83_648)
  })

  it('carried through safetensors is the same network to the byte', () => {
    const { tensors } = openCheckpoint(path.join(folder, 'imagenet.pth'))
    const named = Object.fromEntries(
      tensors
        .filter(({ type }) => type !== 'int64')
        .map((tensor) => [tensor.name, ndarray('float32', tensor.shape, tensor.read())]),
    )
    const file = path.join(mkdtempSync(path.join(tmpdir(), 'kopt-net-')), 'w.safetensors')
    writeFileSync(file, encodeSafetensors(named))
    const { net } = densenetWeights(openCheckpoint(file), file)
    const hashes = (net: unknown) => flatten(net as Tree<NDArray>).map(({ path, leaf }) => [path, hashArray(leaf)])
    expect(hashes(net)).toEqual(hashes(densenetWeights({ form: '', tensors }, 'x').net))
  })
})

describe('what is not quite DenseNet-121', () => {
  const { tensors } = openCheckpoint(path.join(folder, 'chexnet.pth.tar'))
  const network = tensors.filter(({ name }) => name.startsWith('state_dict.'))
  const bare = (name: string, shape: number[]): CheckpointTensor => ({
    name,
    shape,
    type: 'float32',
    read: () => new Float32Array(sizeOf(shape)),
  })
  const refusal = (tensors: readonly CheckpointTensor[], prefix?: string) => {
    try {
      densenetWeights({ form: 'x', tensors } satisfies Checkpoint, 'x.pt', prefix)
    } catch (error) {
      return (error as Error).message
    }
    return 'taken'
  }
  const root = 'state_dict.module.densenet121.features'

  it('is refused with everything that is missing, unknown or of another shape, at once', () => {
    const changed = network
      .filter(({ name }) => !name.endsWith('denselayer3.conv.1.weight'))
      .map((tensor) => (tensor.name === `${root}.norm5.bias` ? bare(tensor.name, [512]) : tensor))
    const message = refusal([...changed, bare(`${root}.denseblock1.denselayer1.attention.weight`, [3])])
    expect(message).toMatch(/^x\.pt is not quite DenseNet-121:\n/)
    expect(message).toContain(
      '4 missing: state_dict.module.densenet121.features.denseblock1.denselayer3.conv1.weight, ',
    )
    expect(message).toContain(
      '1 of another shape: state_dict.module.densenet121.features.norm5.bias [512] instead of [1024]',
    )
    expect(message).toContain(
      '1 unknown: state_dict.module.densenet121.features.denseblock1.denselayer1.attention.weight',
    )
  })

  it('is called by its name where it is a relative', () => {
    const more = Array.from({ length: 8 }, (_, i) => bare(`${root}.denseblock3.denselayer${25 + i}.conv1.weight`, [1]))
    const most = Array.from({ length: 16 }, (_, i) => bare(`${root}.denseblock4.denselayer${17 + i}.conv1.weight`, [1]))
    expect(refusal([...network, ...more, ...most])).toMatch(
      /holds a DenseNet-169 \(6, 12, 32, 32 layers in its blocks\), not DenseNet-121 .*taken as ONNX/,
    )
  })

  it('is refused with what it holds instead, and what to do', () => {
    expect(refusal([bare('layer1.0.conv1.weight', [64, 64, 3, 3]), bare('fc.weight', [2, 512])])).toMatch(
      /holds no DenseNet-121 \(it holds layer1\.0\.conv1\.weight, fc\.weight; .*torch\.onnx\.export\(/,
    )
    expect(refusal([])).toMatch(/holds no tensor at all/)
  })

  it('is asked about where there are two, and found by its prefix', () => {
    const twin = network.map((tensor) => ({ ...tensor, name: tensor.name.replace('state_dict', 'ema') }))
    const both = [...network, ...twin]
    expect(refusal(both)).toMatch(/several networks, below 'state_dict\..*', 'ema\..*'; say which one with --prefix/)
    expect(refusal(both, 'ema')).toBe('taken')
    expect(refusal(both, 'other')).toMatch(/--prefix other is not in x\.pt, which has 'state_dict\./)
  })

  it('is refused where its numbers are none, or its variances negative', () => {
    const with1 = (ending: string, value: number) =>
      network.map((tensor) =>
        tensor.name.endsWith(ending) ? { ...tensor, read: () => tensor.read().fill(value, 3, 4) } : tensor,
      )
    expect(refusal(with1('norm5.bias', Number.NaN))).toMatch(/norm5\.bias' holds values that are no finite numbers/)
    expect(refusal(with1('norm5.running_var', -1))).toMatch(/norm5\.running_var holds negative variances/)
  })

  it('of another number of channels than its source is refused, and one of no source asks', () => {
    expect(() => converted('xrv.pt', 'chexnet')).toThrow(
      /a network for 1 channel, but chexnet takes 3; --like xrv-densenet121/,
    )
    const file = path.join(folder, 'xrv.pt')
    const bytes = new Uint8Array(readFileSync(file))
    expect(() => convertBackbone(bytes, { name: 'mine', file })).toThrow(
      /does not say how grey values are scaled.*--like xrv-densenet121/,
    )
    // a word that every object knows is no known source either
    expect(() => convertBackbone(bytes, { name: 'constructor', file })).toThrow(
      /does not say how grey values are scaled/,
    )
    expect(() => convertBackbone(bytes, { name: 'mine', file, like: 'chxnet' })).toThrow(
      /--like chxnet is no known source/,
    )
  })
})
