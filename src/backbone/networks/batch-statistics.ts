/** Weights with and without the statistics of their batch normalisations, which no training of a top moves. */
import type { NDArray } from '../../base/ndarray.js'
import type { Tree } from '../../tensor/tree.js'
import type { Norm } from './densenet121.js'

const isNorm = (node: object): node is Norm => 'variance' in node

/** Of each normalisation scale and shift alone. */
export function withoutStatistics(weights: Tree<NDArray>): Tree<NDArray> {
  const strip = (node: object): object => {
    if ('dtype' in node) return node
    if (isNorm(node)) return { scale: node.scale, shift: node.shift }
    return Object.fromEntries(Object.entries(node).map(([name, child]) => [name, strip(child)]))
  }
  return strip(weights) as Tree<NDArray>
}

/** `trained` in their places, the statistics of `loaded` through `take`. */
export function withStatistics<A>(trained: Tree<A>, loaded: Tree<NDArray>, take: (array: NDArray) => A): Tree<A> {
  const join = (node: Record<string, unknown>, other: object): unknown => {
    if ('dtype' in other) return node
    if (isNorm(other)) return { ...node, mean: take(other.mean), variance: take(other.variance) }
    return Object.fromEntries(
      Object.entries(other).map(([name, child]) => [name, join(node[name] as Record<string, unknown>, child)]),
    )
  }
  return join(trained as Record<string, unknown>, loaded) as Tree<A>
}
