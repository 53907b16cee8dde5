/** What a network consists of: its arrays with shapes and numbers of weights. */
import { type Shape, sizeOf } from '../base/ndarray.js'
import type { ArraySpec } from '../tensor/infer.js'
import { flatten, type Tree } from '../tensor/tree.js'

export interface Summary {
  readonly rows: readonly { readonly name: string; readonly shape: Shape; readonly parameters: number }[]
  /** Weights in all. */
  readonly parameters: number
}

/** `params`: a tree of arrays, or of their shapes. */
export function summarise(params: unknown): Summary {
  const rows = flatten(params as Tree<ArraySpec>).map(({ path, leaf: { shape } }) => ({
    name: path,
    shape,
    parameters: sizeOf(shape),
  }))
  return { rows, parameters: rows.reduce((sum, row) => sum + row.parameters, 0) }
}
