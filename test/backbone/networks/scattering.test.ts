import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { keptBins } from '../../../src/backbone/networks/morlet.js'
import { type ScatteringOptions, scattering, scatteringBackbone } from '../../../src/backbone/networks/scattering.js'
import { fromNumbers, type NDArray, ndarray, rows } from '../../../src/base/ndarray.js'
import { openSession, type Session } from '../../../src/runtime/session.js'
import { evaluate } from '../../../src/tensor/evaluate.js'
import type { Graph } from '../../../src/tensor/graph.js'
import { emitOnnx } from '../../../src/tensor/onnx/emit.js'
import { simplify } from '../../../src/tensor/simplify.js'
import { trace } from '../../../src/tensor/trace.js'

interface Case extends ScatteringOptions {
  size: [number, number]
  shape: number[]
  orderNorms: number[]
  weightedSum: number
  every: number
  coefficients: number[]
}
const golden: {
  cases: Case[]
  backbone: { size: [number, number]; features: number; every: number; values: number[] }
} = JSON.parse(readFileSync(new URL('../../golden/scattering.json', import.meta.url), 'utf8'))

type Size = readonly [number, number]

/** One image [1, H, W] from values by row and column. */
function imageOf([height, width]: Size, value: (row: number, column: number) => number): NDArray<'float32'> {
  const values = Array.from({ length: height * width }, (_, i) => value(Math.floor(i / width), i % width))
  return fromNumbers('float32', [1, height, width], values)
}

/** The image of scripts/golden/scattering.py. */
const formulaImage = (size: Size) =>
  imageOf(size, (r, c) => 0.5 + 0.25 * Math.sin(0.35 * r + 0.6 * c) + ((r * c) % 7 > 3 ? 0.25 : 0))

function scatteringGraph([height, width]: Size, options: ScatteringOptions): Graph {
  return simplify(trace((images) => scattering(images, options), { shape: [2, height, width], dtype: 'float32' }))
}

function openScattering(size: Size, options: ScatteringOptions): Promise<Session> {
  const graph = scatteringGraph(size, options)
  return openSession(emitOnnx(graph, { inputNames: ['images'], outputNames: ['maps'], dynamicBatch: true }))
}

async function scatter(session: Session, images: NDArray<'float32'>): Promise<NDArray> {
  return (await session.run({ images })).maps
}

const norm = (x: Iterable<number>): number => Math.hypot(...x)
const distance = (a: ArrayLike<number>, b: ArrayLike<number>): number => {
  expect(a.length).toBe(b.length)
  return norm(Array.from(a, (value, i) => value - b[i]))
}
const everyNth = (x: ArrayLike<number>, n: number): number[] => Array.from(x).filter((_, i) => i % n === 0)

describe.each(golden.cases)('scattering of $size over $scales scales and $angles directions', (wanted) => {
  it("equals kymatio's Scattering2D", async () => {
    const session = await openScattering(wanted.size, wanted)
    const { data, shape } = await scatter(session, formulaImage(wanted.size))
    await session.close()
    expect(shape).toEqual([1, ...wanted.shape])
    const values = Array.from(data)

    const kept = everyNth(values, wanted.every)
    expect(distance(kept, wanted.coefficients)).toBeLessThan(1e-5 * norm(wanted.coefficients))

    const { scales, angles } = wanted
    const place = wanted.shape[1] * wanted.shape[2]
    const bounds = [0, place, place * (1 + angles * scales), values.length]
    const orderNorms = [0, 1, 2].map((order) => norm(values.slice(bounds[order], bounds[order + 1])))
    expect(distance(orderNorms, wanted.orderNorms)).toBeLessThan(1e-5 * norm(wanted.orderNorms))

    const weightedSum = values.reduce((sum, value, i) => sum + value * Math.cos(0.7 * i), 0)
    expect(Math.abs(weightedSum - wanted.weightedSum)).toBeLessThan(1e-5 * norm(values))
  })
})

describe('scattering', () => {
  const size: Size = [64, 64]
  const paths = 217
  const cellsAlong = 8
  let session: Session
  beforeAll(async () => {
    session = await openScattering(size, { scales: 3, angles: 8 })
  })
  afterAll(() => session.close())

  /** A spot with waves in it, far from every border. */
  const spot =
    (row: number, column: number) =>
    (r: number, c: number): number =>
      Math.exp(-((r - row) ** 2 + (c - column) ** 2) / 12) * (1 + Math.cos(1.1 * (r - row) - 0.5 * (c - column)))

  it('sees nothing but its level in an even image', async () => {
    const { data } = await scatter(
      session,
      imageOf(size, () => 0.7),
    )
    for (let i = 0; i < data.length; i++) {
      expect(Math.abs(data[i] - (i < cellsAlong ** 2 ? 0.7 : 0))).toBeLessThan(1e-4)
    }
  })

  it('moves by one place when the image moves by 2^scales pixels', async () => {
    const before = await scatter(session, imageOf(size, spot(28, 28)))
    const after = await scatter(session, imageOf(size, spot(36, 28)))
    const placesOf = ({ data }: NDArray, firstRow: number): number[] =>
      Array.from({ length: paths }, (_, path) =>
        Array.from(
          data.subarray((path * cellsAlong + firstRow) * cellsAlong, (path * cellsAlong + firstRow + 4) * cellsAlong),
        ),
      ).flat()
    expect(distance(placesOf(after, 3), placesOf(before, 2))).toBeLessThan(1e-3 * norm(placesOf(before, 2)))
  })

  it('changes little when the image moves by one pixel, though the pixels change much', async () => {
    const images = [imageOf(size, spot(32, 32)), imageOf(size, spot(33, 32))]
    const [a, b] = [await scatter(session, images[0]), await scatter(session, images[1])]
    const pixels = distance(images[0].data, images[1].data) / norm(images[0].data)
    const maps = distance(a.data, b.data) / norm(a.data)
    expect(pixels).toBeGreaterThan(0.4)
    expect(maps).toBeLessThan(0.15)
  })

  it('scales with the contrast, and never tells images apart more than their pixels do', async () => {
    const values = fc.array(fc.float({ min: 0, max: 1, noNaN: true }), { minLength: 32 * 32, maxLength: 32 * 32 })
    const small = await openScattering([32, 32], { scales: 3, angles: 8 })
    const image = (numbers: number[]) => fromNumbers('float32', [1, 32, 32], numbers)
    await fc.assert(
      fc.asyncProperty(values, values, fc.double({ min: 0.1, max: 10, noNaN: true }), async (x, y, contrast) => {
        const [a, b] = [await scatter(small, image(x)), await scatter(small, image(y))]
        const scaled = await scatter(small, image(x.map((value) => value * contrast)))
        const expected = Array.from(a.data, (value) => value * contrast)
        expect(distance(scaled.data, expected)).toBeLessThanOrEqual(1e-5 * norm(expected) + 1e-6)
        expect(distance(a.data, b.data)).toBeLessThanOrEqual(distance(x, y))
      }),
      { numRuns: 12 },
    )
    await small.close()
  })

  it('is the same for the reference interpreter and for ONNX Runtime', async () => {
    const options = { scales: 2, angles: 2 }
    const graph = scatteringGraph([8, 16], options)
    const images = ndarray(
      'float32',
      [2, 8, 16],
      Float32Array.from([...formulaImage([8, 16]).data, ...imageOf([8, 16], spot(3, 9)).data]),
    )
    const [expected] = evaluate(graph, [images], { precision: 'float64' })
    const native = await openScattering([8, 16], options)
    const found = await scatter(native, images)
    await native.close()
    expect(found.shape).toEqual(expected.shape)
    expect(distance(found.data, expected.data)).toBeLessThan(1e-6 * norm(expected.data))
  })
})

it('keeps of a filter what kymatio keeps: of the two bins at the new Nyquist limit the negative one', () => {
  expect(keptBins(8, 1)).toEqual([0, 1, 2, 3, 4, 5, 6, 7])
  expect(keptBins(8, 2)).toEqual([0, 1, 6, 7])
  expect(keptBins(16, 4)).toEqual([0, 1, 14, 15])
})

describe('the scattering backbone', () => {
  const { contract, onnx } = scatteringBackbone()
  let session: Session
  beforeAll(async () => {
    session = await openSession(onnx)
  })
  afterAll(() => session.close())

  const featuresOf = async (opened: Session, pixels: NDArray): Promise<NDArray> =>
    (await opened.run({ pixels })).features

  it("gives the means and logarithms of kymatio's coefficients", async () => {
    const wanted = golden.backbone
    expect(contract.inputSize).toEqual(wanted.size)
    expect(contract.features).toBe(wanted.features)
    const { data } = formulaImage(wanted.size)
    const features = await featuresOf(session, ndarray('float32', [1, ...wanted.size, 1], data))
    expect(features.shape).toEqual([1, wanted.features])
    expect(distance(everyNth(features.data, wanted.every), wanted.values)).toBeLessThan(1e-5 * norm(wanted.values))
  })

  it('is a model that its contract describes, with the number of images left open', () => {
    const [height, width] = contract.inputSize
    expect(session.inputs).toEqual([{ name: contract.inputName, shape: [null, height, width, 1], dtype: 'float32' }])
    expect(session.outputs).toEqual([{ name: contract.outputName, shape: [null, contract.features], dtype: 'float32' }])
  })

  it("gives an image's features whatever else is in the batch", async () => {
    const data = Float32Array.from({ length: 3 * 64 * 64 }, (_, i) => ((i * 7919) % 1000) / 1000)
    const pixels = ndarray('float32', [3, 64, 64, 1], data)
    const together = await featuresOf(session, pixels)
    for (let i = 0; i < 3; i++) {
      const alone = await featuresOf(session, rows(pixels, i, i + 1))
      expect(distance(rows(together, i, i + 1).data, alone.data)).toBeLessThan(1e-5 * norm(alone.data))
    }
  })

  it('has the same bytes every time, and few of them', () => {
    expect(Buffer.compare(scatteringBackbone().onnx, onnx)).toBe(0)
    expect(onnx.length).toBeLessThan(2.5e6)
  })

  it('sees images of other sizes, odd numbers of places and oblong ones among them', async () => {
    for (const size of [
      [16, 16],
      [24, 40],
    ] as const) {
      const small = scatteringBackbone(size)
      const opened = await openSession(small.onnx)
      const even = await featuresOf(
        opened,
        ndarray('float32', [1, ...size, 1], new Float32Array(size[0] * size[1]).fill(0.5)),
      )
      await opened.close()
      expect(small.contract.inputSize).toEqual(size)
      expect(even.shape).toEqual([1, small.contract.features])
      for (let i = 0; i < even.data.length; i++) expect(even.data[i]).toBeCloseTo(i < 4 ? 0.5 : Math.log(1e-3), 1)
    }
  })

  it('refuses a size that it cannot scatter, with the sizes that it can', () => {
    for (const size of [
      [60, 64],
      [8, 8],
      [64, 264],
      [64.5, 64],
    ] as const) {
      expect(() => scatteringBackbone(size)).toThrow(`${size[0]} x ${size[1]}; give multiples of 8 from 16 to 256`)
    }
  })
})
