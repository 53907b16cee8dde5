/**
 * Reverse-mode differentiation inside a trace. The function runs, its equations are walked from the loss back, and the
 * equations of the gradient are appended to the same graph; so gradients of gradients need nothing more.
 * Only equations on a path from the parameters to the loss are visited, and only wanted cotangents are computed.
 */
import { isFloat, requireFloat } from './dtype.js'
import type { Equation } from './graph.js'
import { add, broadcastTo, constant } from './ops.js'
import type { Primitive } from './primitive.js'
import { ProgramError } from './program-error.js'
import { showShape } from './shape.js'
import { bind, currentBuilder, type GraphBuilder, Tensor } from './trace.js'
import { flatten, type Tree, unflatten } from './tree.js'
import { type VjpRule, vjpRules } from './vjp-rules.js'

export interface ValueAndGrads<P> {
  /** The loss. */
  readonly value: Tensor
  /** d loss / d parameter, a tree like the parameters. */
  readonly grads: P
}

/**
 * The function that gives both `fn`'s value and its gradient in the first argument, a tree of float tensors.
 * `fn` answers a float scalar; with `hasAux` it answers [scalar, aux], and aux is handed through.
 * Everything but the first argument, closed-over tensors included, counts as constant.
 *
 * ```ts run
 * import { printGraph, square, sum, trace, valueAndGrad } from 'kopt/tensor'
 * const step = ({ w }) => valueAndGrad((w) => sum(square(w)))(w)
 * console.log(printGraph(trace(step, { w: { shape: [2], dtype: 'float32' } })).split('\n').length)
 * ```
 *
 * @param fn a function of a tree of float tensors, and of further arguments, that gives a float scalar
 * @param options.hasAux whether `fn` gives [scalar, aux]
 * @returns a function of the same arguments that gives `value` and `grads` (and `aux`)
 * @throws `ProgramError` where the loss is no float scalar or a parameter no float
 */
export function valueAndGrad<P, R extends unknown[], A>(
  fn: (params: P, ...rest: R) => readonly [Tensor, A],
  options: { readonly hasAux: true },
): (params: P, ...rest: R) => ValueAndGrads<P> & { readonly aux: A }
export function valueAndGrad<P, R extends unknown[]>(
  fn: (params: P, ...rest: R) => Tensor,
): (params: P, ...rest: R) => ValueAndGrads<P>
export function valueAndGrad<P, R extends unknown[], A>(
  fn: (params: P, ...rest: R) => Tensor | readonly [Tensor, A],
  options: { readonly hasAux?: boolean } = {},
): (params: P, ...rest: R) => ValueAndGrads<P> & { readonly aux?: A } {
  return (params, ...rest) => {
    const builder = currentBuilder()
    const leaves = flatten(params as Tree<Tensor>)
    for (const { path, leaf } of leaves) requireFloat(`the gradient in parameter '${path}'`, leaf.dtype)
    // Fresh names: a tensor may also come in by another door (closed over, or among the rest), as a constant there.
    const fresh = leaves.map(({ leaf }) => bind('reshape', [leaf], { shape: leaf.shape }))
    const first = builder.equations.length
    const answer = fn(unflatten(params as unknown, fresh) as P, ...rest)
    const [value, aux] = options.hasAux ? (answer as readonly [Tensor, A]) : [answer as Tensor]
    const grads = backward(builder, first, value, fresh)
    return { value, grads: unflatten(params as unknown, grads) as P, ...(options.hasAux && { aux }) }
  }
}

/**
 * The gradient alone.
 *
 * @param fn a function of a tree of float tensors, and of further arguments, that gives a float scalar
 * @returns a function of the same arguments that gives the gradient, a tree like the first argument
 * @throws `ProgramError` where the loss is no float scalar or a parameter no float
 */
export function grad<P, R extends unknown[]>(fn: (params: P, ...rest: R) => Tensor): (params: P, ...rest: R) => P {
  return (params, ...rest) => valueAndGrad(fn)(params, ...rest).grads
}

/** Appends the gradient of `loss` in `params`, as far as it runs through the equations from `first` on. */
function backward(builder: GraphBuilder, first: number, loss: Tensor, params: readonly Tensor[]): Tensor[] {
  if (loss.shape.length > 0 || !isFloat(loss.dtype)) {
    throw new ProgramError(`a gradient is of a float scalar, but the loss is ${loss.dtype}${showShape(loss.shape)}`)
  }
  const forward = builder.equations.slice(first)
  const depends = new Set(params.map((p) => p.value.id))
  for (const { inputs, output } of forward) {
    if (!builder.stopped.has(output.id) && isFloat(output.dtype) && inputs.some((x) => depends.has(x.id))) {
      depends.add(output.id)
    }
  }
  const cotangents = new Map<number, Tensor>([[loss.value.id, constant(1, loss.dtype)]])
  for (const equation of forward.reverse()) {
    const dy = cotangents.get(equation.output.id)
    if (!dy || !depends.has(equation.output.id)) continue
    const parts = vjp(builder, equation, dy)
    equation.inputs.forEach((input, i) => {
      const part = parts[i]
      if (!part || !depends.has(input.id)) return
      const known = cotangents.get(input.id)
      cotangents.set(input.id, known ? add(known, part()) : part())
    })
  }
  return params.map((p) => cotangents.get(p.value.id) ?? broadcastTo(constant(0, p.dtype), p.shape))
}

function vjp(builder: GraphBuilder, { primitive, inputs, output, params }: Equation, dy: Tensor) {
  const rule = vjpRules[primitive] as VjpRule<Primitive>
  const tensors = inputs.map((value) => new Tensor(builder, value))
  return rule(dy, tensors, new Tensor(builder, output), params)
}
