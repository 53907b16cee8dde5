import { InternalError } from './errors.js'

/** What a record itself holds under a name from outside; undefined for other names, `constructor` among them. */
export function ownValue<T>(record: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(record, name) ? record[name] : undefined
}

/** What a record itself holds under a name that the caller knows it to hold. Throws an `InternalError` where it does not. */
export function knownValue<T>(record: Readonly<Record<string, T>>, name: string): T {
  const value = ownValue(record, name)
  if (value === undefined) throw new InternalError(`there is no '${name}' among ${Object.keys(record).join(', ')}`)
  return value
}
