/** What a record itself holds under a name from outside; undefined for other names, `constructor` among them. */
export function ownValue<T>(record: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(record, name) ? record[name] : undefined
}
