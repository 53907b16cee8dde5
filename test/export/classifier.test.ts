import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { openBackbone } from '../../src/backbone/backbone.js'
import { fromNumbers } from '../../src/base/ndarray.js'
import { Rng } from '../../src/base/random.js'
import { exportClassifier } from '../../src/export/classifier.js'
import { type Head, headLogits } from '../../src/head/head.js'
import { openClassifier } from '../../src/head/predict.js'
import { probabilities } from '../../src/head/probability.js'
import type { Raster } from '../../src/image/raster.js'
import { toPixels } from '../../src/image/resize.js'
import { openSession } from '../../src/runtime/session.js'
import { emitOnnx } from '../../src/tensor/onnx/emit.js'
import { sum } from '../../src/tensor/ops.js'
import { type Tensor, trace } from '../../src/tensor/trace.js'
import { tinyBackboneFile } from '../support/tiny-backbone.js'

const rng = new Rng(5)
const binary: Head = { weights: Float64Array.from({ length: 6 }, () => rng.normal()), bias: Float64Array.of(0.3) }
const facts = {
  classes: ['clear', 'sinusitis'],
  positive: 'sinusitis',
  imageSize: [8, 8] as [number, number],
  channels: 1 as const,
  maxValue: 4095,
  arm: 'GCB+OMGDA',
  k: 3,
  seed: 1,
  toolVersion: '0.0.0',
  cropped: false,
}
const names = { inputNames: ['pixels'], outputNames: ['logit'] }
const film = (seed: number): Raster => ({
  width: 20,
  height: 24,
  channels: 1,
  bitDepth: 16,
  data: Uint16Array.from(
    { length: 480 },
    (
      (r) => () =>
        r.integer(4096)
    )(new Rng(seed)),
  ),
})

async function exported(
  change: Partial<Omit<typeof facts, 'positive'>> & { positive?: string | null } = {},
  head = binary,
) {
  const backbone = await openBackbone(tinyBackboneFile(), { threads: 1 })
  const file = path.join(mkdtempSync(path.join(tmpdir(), 'kopt-export-')), 'classifier.onnx')
  writeFileSync(file, exportClassifier(backbone, head, { ...facts, ...change }))
  return { backbone, file }
}

describe('an exported classifier', () => {
  it("repeats a run's pixel path: its logits are those of backbone and head", async () => {
    const { backbone, file } = await exported()
    const films = Array.from({ length: 18 }, (_, i) => film(i))
    const target = { height: 8, width: 8, channels: 1 as const, maxValue: 4095 }
    const pixels = fromNumbers(
      'uint8',
      [18, 8, 8, 1],
      films.flatMap((f) => Array.from(toPixels(f, target))),
    )
    const expected = headLogits(binary, await backbone.extract(pixels))
    const classifier = await openClassifier(file, { threads: 1 })
    const logits = await classifier.logits(films)
    logits.forEach((logit, i) => {
      expect(logit).toEqual([expect.closeTo(expected[i], 5)])
    })
    const other = await openClassifier(file, {
      threads: 1,
      head: { ...binary, bias: Float64Array.of(1.3), native: false },
    })
    expect((await other.logits(films))[4][0]).toBeCloseTo(logits[4][0] + 1, 5)
  })

  it('takes any number of images, and gives probabilities in the order of the classes', async () => {
    for (const positive of ['clear', 'sinusitis']) {
      const session = await openSession((await exported({ positive })).file, { threads: 1 })
      const input = fromNumbers('float32', [3, 16, 16, 1], new Rng(1).normals(3 * 256))
      const { logit, probability, features } = await session.run({ pixels: input })
      expect(features.shape).toEqual([3, 6])
      expect(probability.shape).toEqual([3, 2])
      const at = facts.classes.indexOf(positive)
      for (let i = 0; i < 3; i++) {
        expect(probability.data[2 * i + at]).toBeCloseTo(1 / (1 + Math.exp(-logit.data[i])), 6)
        expect(probability.data[2 * i] + probability.data[2 * i + 1]).toBeCloseTo(1, 6)
      }
    }
  })

  it('with more than two classes has a logit for each, and their softmax', async () => {
    const classes = ['clear', 'thickened', 'fluid']
    const head = { weights: Float64Array.from(rng.normals(18)), bias: Float64Array.of(0.3, -0.2, 0.1) }
    const { backbone, file } = await exported({ classes, positive: null }, head)
    const input = fromNumbers(
      'uint8',
      [2, 16, 16, 1],
      Array.from({ length: 512 }, () => rng.integer(256)),
    )
    const expected = headLogits(head, await backbone.extract(input))
    const session = await openSession(file, { threads: 1 })
    const scaled = Array.from(input.data, (v) => (v / 255 - 0.5) / 0.25)
    const { logit, probability } = await session.run({ pixels: fromNumbers('float32', [2, 16, 16, 1], scaled) })
    expect(logit.shape).toEqual([2, 3])
    expect(probability.shape).toEqual([2, 3])
    const probable = probabilities(expected, 3)
    for (let i = 0; i < 6; i++) {
      expect(logit.data[i]).toBeCloseTo(expected[i], 4)
      expect(probability.data[i]).toBeCloseTo(probable[i], 5)
    }
    const classifier = await openClassifier(file, { threads: 1 })
    expect(classifier.info).toMatchObject({ classes, positive: null })
    const [logits] = await classifier.logits([film(1)])
    expect(logits).toHaveLength(3)
  })

  it('says in its metadata what it is, and another ONNX file is refused', async () => {
    const { file } = await exported()
    const { info } = await openClassifier(file, { threads: 1 })
    expect(info).toMatchObject({ ...facts, use: 'research use only', backbone: 'tiny' })
    await expect(openClassifier(tinyBackboneFile(), { threads: 1 })).rejects.toThrow(/is no classifier of kopt/)
  })

  it.each([
    ['input', { ...names, inputNames: ['images'] }, /is no classifier of kopt \(its graph has no input 'pixels'\)/],
    ['output', { ...names, outputNames: ['scores'] }, /is no classifier of kopt \(its graph has no output 'logit'\)/],
  ])('is refused where its metadata stand in a graph without its %s', async (_, others, message) => {
    const { file } = await exported()
    const { info } = await openClassifier(file, { threads: 1 })
    const graph = trace((pixels: Tensor) => sum(pixels, [1, 2]), { shape: [2, 16, 16, 1], dtype: 'float32' })
    writeFileSync(file, emitOnnx(graph, { ...others, dynamicBatch: true, metadata: { kopt: JSON.stringify(info) } }))
    await expect(openClassifier(file, { threads: 1 })).rejects.toThrow(message)
  })
})
