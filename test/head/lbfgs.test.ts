import { expect, test } from 'vitest'
import { fromNumbers } from '../../src/base/ndarray.js'
import { minimise, type Objective } from '../../src/head/lbfgs.js'
import { fitLogisticHead } from '../../src/head/train-logistic.js'

/** (1 - x)^2 + 100 (y - x^2)^2, least at (1, 1). */
const rosenbrock: Objective = (p, gradient) => {
  const [x, y] = p
  gradient[0] = -2 * (1 - x) - 400 * x * (y - x * x)
  gradient[1] = 200 * (y - x * x)
  return (1 - x) ** 2 + 100 * (y - x * x) ** 2
}

test('a search says whether it settled, was stopped by its steps, or by rounding', () => {
  const settled = Float64Array.of(-1.2, 1)
  expect(minimise(settled, rosenbrock, { tolerance: 1e-6, memory: 5 })).toBe('converged')
  expect(settled[0]).toBeCloseTo(1, 5)
  const stopped = Float64Array.of(-1.2, 1)
  expect(minimise(stopped, rosenbrock, { tolerance: 1e-6, memory: 5, maxIterations: 3 })).toBe('limit')
  const kink: Objective = (p, gradient) => {
    gradient[0] = p[0] >= 0 ? 1 : -1
    return Math.abs(p[0])
  }
  expect(minimise(Float64Array.of(0.3), kink, { tolerance: 1e-6, memory: 5 })).toBe('rounding')
})

test('a head whose features differ a millionfold in size says that its fit did not settle', () => {
  const n = 40
  const scales = Array.from({ length: 24 }, (_, j) => 10 ** (j / 4 - 3))
  const value = (i: number, j: number) => scales[j] * Math.sin(1 + i * (j + 1.7) * 12.9898)
  const features = fromNumbers(
    'float32',
    [n, 24],
    Array.from({ length: n * 24 }, (_, at) => value(Math.floor(at / 24), at % 24)),
  )
  const labels = Uint8Array.from({ length: n }, (_, i) => i % 2)
  const fitted = (tolerance: number, standardise: { mean: Float64Array; deviation: Float64Array } | null) =>
    fitLogisticHead(features, labels, {
      outputs: 1,
      standardise,
      tuning: { features, labels },
      penalties: [1e-9],
      tolerance,
    })
  expect(fitted(1e-14, null).converged).toBe(false)
  const standardise = { mean: new Float64Array(24), deviation: Float64Array.from(scales) }
  expect(fitted(1e-5, standardise).converged).toBe(true)
})
