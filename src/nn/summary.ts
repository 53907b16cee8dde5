/** What a network consists of: its arrays with shapes and numbers of weights. */
import type { NDArray, Shape } from '../base/ndarray.js'
import { sizeOf } from '../base/ndarray.js'
import { flatten, type Tree } from '../tensor/tree.js'

export interface Summary {
  readonly rows: readonly { readonly name: string; readonly shape: Shape; readonly parameters: number }[]
  /** Weights in all. */
  readonly parameters: number
}

/** `params`: a tree of arrays. */
export function summarise(params: unknown): Summary {
  const rows = flatten(params as Tree<NDArray>).map(({ path, leaf: { shape } }) => ({
    name: path,
    shape,
    parameters: sizeOf(shape),
  }))
  return { rows, parameters: rows.reduce((sum, row) => sum + row.parameters, 0) }
}
