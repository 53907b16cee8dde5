/**
 * L-BFGS (Nocedal and Wright, algorithm 7.5): least value of a smooth function of many numbers, from its gradient alone.
 */

/** Value at a point; writes the gradient there. */
export type Objective = (point: Float64Array, gradient: Float64Array) => number

/** How a search ended: no component of the gradient above the tolerance; rounding leaves no lower point; too many steps. */
export type MinimiseEnd = 'converged' | 'rounding' | 'limit'

/**
 * Moves `point` in place until no component of the gradient exceeds `tolerance`; steps are halved until the decrease is
 * enough (Armijo). `memory`: pairs of steps that are remembered.
 */
export function minimise(
  point: Float64Array,
  value: Objective,
  { tolerance, memory, maxIterations = 1000 }: { tolerance: number; memory: number; maxIterations?: number },
): MinimiseEnd {
  const n = point.length
  let gradient = new Float64Array(n)
  let nextGradient = new Float64Array(n)
  const next = new Float64Array(n)
  const direction = new Float64Array(n)
  const pairs: { s: Float64Array; y: Float64Array; rho: number }[] = []
  let current = value(point, gradient)
  for (let iteration = 0; iteration < maxIterations; iteration++) {
    if (largest(gradient) <= tolerance) return 'converged'
    descent(direction, gradient, pairs)
    let slope = inner(direction, gradient)
    if (slope >= 0) {
      pairs.length = 0
      descent(direction, gradient, pairs)
      slope = inner(direction, gradient)
    }
    let step = pairs.length === 0 ? Math.min(1, 1 / Math.sqrt(-slope)) : 1
    let reached = current
    for (let halving = 0; ; halving++) {
      for (let j = 0; j < n; j++) next[j] = point[j] + step * direction[j]
      reached = value(next, nextGradient)
      if (reached <= current + 1e-4 * step * slope) break
      if (halving === 40) return 'rounding' // no lower point on this line
      step /= 2
    }
    const s = new Float64Array(n)
    const y = new Float64Array(n)
    for (let j = 0; j < n; j++) {
      s[j] = next[j] - point[j]
      y[j] = nextGradient[j] - gradient[j]
    }
    const curvature = inner(s, y)
    if (curvature > 1e-12 * inner(y, y)) {
      pairs.push({ s, y, rho: 1 / curvature })
      if (pairs.length > memory) pairs.shift()
    }
    point.set(next)
    current = reached
    ;[gradient, nextGradient] = [nextGradient, gradient]
  }
  return largest(gradient) <= tolerance ? 'converged' : 'limit'
}

/** The two-loop recursion: minus the inverse Hessian's estimate times the gradient. */
function descent(
  out: Float64Array,
  gradient: Float64Array,
  pairs: readonly { s: Float64Array; y: Float64Array; rho: number }[],
): void {
  for (let j = 0; j < out.length; j++) out[j] = -gradient[j]
  const alphas: number[] = []
  for (let i = pairs.length - 1; i >= 0; i--) {
    const { s, y, rho } = pairs[i]
    const alpha = rho * inner(s, out)
    alphas[i] = alpha
    for (let j = 0; j < out.length; j++) out[j] -= alpha * y[j]
  }
  if (pairs.length > 0) {
    const { s, y } = pairs[pairs.length - 1]
    const scale = inner(s, y) / inner(y, y)
    for (let j = 0; j < out.length; j++) out[j] *= scale
  }
  for (let i = 0; i < pairs.length; i++) {
    const { s, y, rho } = pairs[i]
    const beta = alphas[i] - rho * inner(y, out)
    for (let j = 0; j < out.length; j++) out[j] += beta * s[j]
  }
}

function inner(a: Float64Array, b: Float64Array): number {
  let sum = 0
  for (let j = 0; j < a.length; j++) sum += a[j] * b[j]
  return sum
}

function largest(values: Float64Array): number {
  let most = 0
  for (let j = 0; j < values.length; j++) most = Math.max(most, Math.abs(values[j]))
  return most
}
