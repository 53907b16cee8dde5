import { expect, test } from 'vitest'
import { type NDArray, ndarray, sizeOf } from '../../../../src/base/ndarray.js'
import { Rng } from '../../../../src/base/random.js'
import { openSession } from '../../../../src/runtime/session.js'
import { evaluate } from '../../../../src/tensor/evaluate.js'
import type { Graph } from '../../../../src/tensor/graph.js'
import { type LoweringName, loweringNames } from '../../../../src/tensor/onnx/convolution/choose.js'
import { emitModel, emitOnnx } from '../../../../src/tensor/onnx/emit.js'
import { constant } from '../../../../src/tensor/ops.js'
import type { Padding } from '../../../../src/tensor/primitive.js'
import { samePadding } from '../../../../src/tensor/shape.js'
import { bind, trace } from '../../../../src/tensor/trace.js'

type Pair = [number, number]

interface Case {
  name: string
  image: Pair
  kernel: Pair
  strides: Pair
  padding: 'same' | Padding
}

const cases: Case[] = [
  { name: '5x5 stride 2, 14 to 7, same', image: [14, 14], kernel: [5, 5], strides: [2, 2], padding: 'same' },
  {
    name: '3x3 stride 2, 14 to 7, same (asymmetric)',
    image: [14, 14],
    kernel: [3, 3],
    strides: [2, 2],
    padding: 'same',
  },
  { name: '3x3 stride 1, odd sizes, same', image: [7, 5], kernel: [3, 3], strides: [1, 1], padding: 'same' },
  { name: '5x5 stride 2, odd sizes, same', image: [9, 7], kernel: [5, 5], strides: [2, 2], padding: 'same' },
  {
    name: '3x3 stride 2 without padding, a row unreached',
    image: [8, 6],
    kernel: [3, 3],
    strides: [2, 2],
    padding: { low: [0, 0], high: [0, 0] },
  },
  { name: '1x1 stride 1', image: [5, 4], kernel: [1, 1], strides: [1, 1], padding: 'same' },
  { name: '1x1 stride 2, most pixels unseen', image: [5, 6], kernel: [1, 1], strides: [2, 2], padding: 'same' },
  {
    name: '2x3 strides 3 and 2',
    image: [11, 8],
    kernel: [2, 3],
    strides: [3, 2],
    padding: { low: [1, 0], high: [0, 2] },
  },
  {
    name: '3x3 with negative padding',
    image: [9, 9],
    kernel: [3, 3],
    strides: [2, 1],
    padding: { low: [-1, 2], high: [1, -2] },
  },
  {
    name: '4x3 strides 2 and 3, cropped in front alone',
    image: [10, 12],
    kernel: [4, 3],
    strides: [2, 3],
    padding: { low: [-1, -2], high: [1, 1] },
  },
  {
    name: '5x4 stride 3, cropped behind alone',
    image: [13, 11],
    kernel: [5, 4],
    strides: [3, 3],
    padding: { low: [2, 0], high: [-3, -1] },
  },
  {
    name: 'a kernel as large as the image',
    image: [6, 6],
    kernel: [6, 6],
    strides: [1, 1],
    padding: { low: [0, 0], high: [0, 0] },
  },
]

const lowerings = loweringNames.filter((name) => name !== 'auto')
const batch = 3
const [channels, filters] = [4, 6]

function programs(c: Case): { name: string; graph: Graph }[] {
  const padding = c.padding === 'same' ? samePadding(c.image, c.kernel, c.strides) : c.padding
  const size = (i: 0 | 1) =>
    Math.floor((c.image[i] + padding.low[i] + padding.high[i] - c.kernel[i]) / c.strides[i]) + 1
  const x = { shape: [batch, ...c.image, channels], dtype: 'float32' } as const
  const w = { shape: [...c.kernel, channels, filters], dtype: 'float32' } as const
  const y = { shape: [batch, size(0), size(1), filters], dtype: 'float32' } as const
  const { strides } = c
  return [
    { name: 'conv', graph: trace(({ x, w }) => bind('conv', [x, w], { strides, padding }), { x, w }) },
    {
      name: 'convInput',
      graph: trace(({ y, w }) => bind('convInput', [y, w], { strides, padding, inputSize: c.image }), { y, w }),
    },
    {
      name: 'convFilter',
      graph: trace(({ x, y }) => bind('convFilter', [x, y], { strides, padding, kernelSize: c.kernel }), { x, y }),
    },
  ]
}

function randomInputs(graph: Graph): NDArray<'float32'>[] {
  return graph.inputs.map(({ shape }, i) => ndarray('float32', shape, new Rng(i).normals(sizeOf(shape))))
}

async function run(graph: Graph, inputs: NDArray[], lowering: LoweringName): Promise<NDArray> {
  const session = await openSession(emitOnnx(graph, { lowering }))
  const results = await session.run(Object.fromEntries(inputs.map((array, i) => [`input_${i}`, array])))
  await session.close()
  return results.output_0
}

/** Euclidean norm of the difference over that of what is expected. */
function relativeError(actual: NDArray, expected: NDArray): number {
  expect(actual.shape).toEqual(expected.shape)
  let difference = 0
  let norm = 0
  for (let i = 0; i < expected.data.length; i++) {
    difference += (actual.data[i] - expected.data[i]) ** 2
    norm += expected.data[i] ** 2
  }
  return Math.sqrt(difference / norm)
}

for (const lowering of lowerings) {
  for (const c of cases) {
    test(`The ${lowering} lowering computes what the interpreter does: ${c.name}`, async () => {
      for (const { name, graph } of programs(c)) {
        const inputs = randomInputs(graph)
        const [expected] = evaluate(graph, inputs)
        expect(relativeError(await run(graph, inputs, lowering), expected), name).toBeLessThan(1e-5)
      }
    })
  }
}

test.each(['winograd2', 'winograd4', 'winograd7'] as const)(
  'The %s lowering computes what the interpreter does where filters outnumber tiles and examples',
  async (lowering) => {
    const [image, strides]: [Pair, Pair] = [
      [11, 9],
      [2, 2],
    ]
    const graph = trace(
      ([x, w]) => bind('conv', [x, w], { strides, padding: samePadding(image, [5, 5], strides) }),
      [
        { shape: [2, ...image, 3], dtype: 'float32' },
        { shape: [5, 5, 3, 40], dtype: 'float32' },
      ],
    )
    const inputs = randomInputs(graph)
    const [expected] = evaluate(graph, inputs)
    expect(relativeError(await run(graph, inputs, lowering), expected)).toBeLessThan(1e-5)
  },
)

for (const lowering of lowerings) {
  test(`The ${lowering} lowering with an open number of images gives each what it has among others`, async () => {
    const [image, strides]: [Pair, Pair] = [
      [9, 7],
      [2, 2],
    ]
    const padding = samePadding(image, [5, 5], strides)
    const kernel = ndarray('float32', [5, 5, channels, filters], new Rng(8).normals(25 * channels * filters))
    const program = (n: number) =>
      trace(
        (x) => {
          const small = bind('conv', [x, constant(kernel)], { strides, padding })
          return bind('convInput', [small, constant(kernel)], { strides, padding, inputSize: image })
        },
        { shape: [n, ...image, channels], dtype: 'float32' },
      )
    const session = await openSession(emitOnnx(program(2), { lowering, dynamicBatch: true }))
    for (const n of [1, 5]) {
      const x = ndarray('float32', [n, ...image, channels], new Rng(n).normals(n * sizeOf(image) * channels))
      const [expected] = evaluate(program(n), [x])
      const { output_0: found } = await session.run({ input_0: x })
      expect(relativeError(found, expected)).toBeLessThan(1e-5)
    }
    await session.close()
  })
}

test('A forward convolution and its filter gradient lay the rows of an image out once', () => {
  const image = { shape: [2, 8, 8, 4], dtype: 'float32' } as const
  const padding = samePadding([8, 8], [3, 3], [1, 1])
  const graph = trace(
    ({ x, w, y }) => [
      bind('conv', [x, w], { strides: [1, 1], padding }),
      bind('convFilter', [x, y], { strides: [1, 1], padding, kernelSize: [3, 3] }),
    ],
    { x: image, w: { shape: [3, 3, 4, 4], dtype: 'float32' }, y: image },
  )
  const products = emitModel(graph, { lowering: 'gather' }).graph?.nodes.filter(({ opType }) => opType === 'MatMul')
  expect(products).toHaveLength(2)
  const [conv, filter] = products ?? []
  expect(conv.inputs?.[1]).toBe(filter.inputs?.[0])
})
