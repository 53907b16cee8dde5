/** Which element types an operation takes. Every complaint about an element type is born here. */
import type { DType } from '../base/ndarray.js'
import { ProgramError } from './program-error.js'

export function isFloat(dtype: DType): boolean {
  return dtype === 'float32' || dtype === 'float64'
}

/** Floats, for functions of real numbers and everything that has a gradient. */
export function requireFloat(name: string, dtype: DType): void {
  if (!isFloat(dtype)) throw new ProgramError(`${name} takes floats, but got ${dtype}; cast it first`)
}

/** Floats and int32. Bytes and truth values take no part in arithmetic. */
export function requireNumber(name: string, dtype: DType): void {
  if (!isFloat(dtype) && dtype !== 'int32') {
    throw new ProgramError(`${name} takes floats or int32, but got ${dtype}; cast it first`)
  }
}

export function requireDtype(name: string, role: string, dtype: DType, wanted: DType): void {
  if (dtype !== wanted) throw new ProgramError(`${name} takes ${role} of type ${wanted}, but got ${dtype}`)
}

/** One element type for all operands. */
export function requireSameDtype(name: string, dtypes: readonly DType[]): void {
  if (dtypes.some((d) => d !== dtypes[0])) {
    throw new ProgramError(`${name} takes operands of one element type, but got ${dtypes.join(' and ')}; cast one`)
  }
}
