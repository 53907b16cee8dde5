import { InternalError } from './errors.js'

/** The element at a place where the caller knows one to be. Throws an `InternalError` where there is none. */
export function elementAt<T>(list: ArrayLike<T>, index: number): T {
  const element = list[index]
  if (element === undefined) throw new InternalError(`there is no element ${index} among ${list.length}`)
  return element
}
