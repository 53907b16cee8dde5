/** A tensor program: equations in order of evaluation, each with one output. Immutable once traced. */
import type { DType, NDArray, Shape } from '../base/ndarray.js'
import type { Primitive, PrimitiveParams } from './primitive.js'

/** What an equation defines: a name (a number unique in its graph) for an array of known shape and type. */
export interface Value {
  readonly id: number
  readonly shape: Shape
  readonly dtype: DType
}

export type Equation = {
  [P in Primitive]: {
    readonly primitive: P
    readonly inputs: readonly Value[]
    readonly params: PrimitiveParams[P]
    readonly output: Value
  }
}[Primitive]

export interface Graph {
  readonly inputs: readonly Value[]
  /** Values known when the program was written (tables, masks, literals), by value id. */
  readonly constants: ReadonlyMap<number, NDArray>
  /** All constants as values, in order of appearance. */
  readonly constantValues: readonly Value[]
  readonly equations: readonly Equation[]
  readonly outputs: readonly Value[]
}
