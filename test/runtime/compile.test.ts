import { expect, test } from 'vitest'
import { type NDArray, ndarray, type Shape, sizeOf } from '../../src/base/ndarray.js'
import { Rng } from '../../src/base/random.js'
import { compile } from '../../src/runtime/compile.js'
import { evaluate } from '../../src/tensor/evaluate.js'
import { valueAndGrad } from '../../src/tensor/grad.js'
import {
  add,
  conv2d,
  convTranspose2d,
  leakyRelu,
  matmul,
  mean,
  mul,
  reshape,
  sigmoid,
  square,
  sub,
} from '../../src/tensor/ops.js'
import type { Tensor } from '../../src/tensor/trace.js'
import { flatten, type MapLeaves, mapTree } from '../../src/tensor/tree.js'

const spec = (...shape: number[]) => ({ shape, dtype: 'float32' }) as const
const random = (shape: Shape, seed: number): NDArray<'float32'> => {
  const values = new Rng(seed).normals(sizeOf(shape))
  return ndarray(
    'float32',
    shape,
    values.map((z) => z * 0.3),
  )
}

const specs = {
  params: {
    down: { weight: spec(3, 3, 2, 6), bias: spec(6) },
    up: { weight: spec(5, 5, 2, 6) },
    dense: spec(2 * 64, 1),
  },
  images: spec(4, 8, 8, 2),
}

/** A convolution down, one up, a dense layer, and one step of gradient descent. */
function step({ params, images }: MapLeaves<typeof specs, Tensor>) {
  const loss = (p: typeof params) => {
    const small = leakyRelu(add(conv2d(images, p.down.weight, { strides: [2, 2], padding: 'same' }), p.down.bias), 0.2)
    const large = convTranspose2d(small, p.up.weight, { strides: [2, 2], padding: 'same', outputSize: [8, 8] })
    return mean(square(sigmoid(matmul(reshape(large, [4, 2 * 64]), p.dense))))
  }
  const { value, grads } = valueAndGrad(loss)(params)
  return { loss: value, params: mapTree((p: Tensor, g: Tensor) => sub(p, mul(g, 0.1)), params, grads) }
}

for (const lowering of ['native', 'gather', 'auto'] as const) {
  test(`A training step with its gradients runs as the interpreter says (${lowering})`, async () => {
    const compiled = await compile(step, specs, { lowering })
    let seed = 0
    const inputs = mapTree((s: { shape: Shape }) => random(s.shape, seed++), specs)
    const outputs = await compiled.run(inputs)
    const expected = evaluate(
      compiled.graph,
      flatten(inputs).map(({ leaf }) => leaf),
    )
    const actual = flatten(outputs)
    expect(actual.map(({ path }) => path)).toEqual([
      'loss',
      'params/dense',
      'params/down/bias',
      'params/down/weight',
      'params/up/weight',
    ])
    for (const [i, { path, leaf }] of actual.entries()) {
      const norm = Math.hypot(...expected[i].data)
      const difference = Math.hypot(...Array.from(leaf.data, (n, k) => n - expected[i].data[k]))
      expect(difference / norm, path).toBeLessThan(1e-5)
    }
    await compiled.close()
  })
}

test('Equal inputs give equal bytes, run after run', async () => {
  const compiled = await compile(step, specs)
  let seed = 0
  const inputs = mapTree((s: { shape: Shape }) => random(s.shape, seed++), specs)
  const first = flatten(await compiled.run(inputs))
  for (let i = 0; i < 5; i++) {
    const again = flatten(await compiled.run(inputs))
    expect(again.map(({ leaf }) => leaf.data)).toEqual(first.map(({ leaf }) => leaf.data))
  }
  await compiled.close()
})

test('A tree with a leaf too few is refused', async () => {
  const compiled = await compile(({ a, b }) => add(a, b), { a: spec(2), b: spec(2) })
  await expect(compiled.run({ a: random([2], 1) } as never)).rejects.toThrow('takes 2 arrays, but got 1')
  await compiled.close()
})
