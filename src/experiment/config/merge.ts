/** Layers of a configuration, laid over each other. */
import { ownValue } from '../../base/own-value.js'

export function mergeAll(layers: readonly unknown[]): unknown {
  return layers.reduce(merge, {})
}

/** By own keys alone: `__proto__` and the like are keys as any other, for the schema to refuse. */
function merge(below: unknown, above: unknown): unknown {
  if (!isRecord(below) || !isRecord(above)) return above === undefined ? below : above
  const keys = new Set([...Object.keys(below), ...Object.keys(above)])
  return Object.fromEntries([...keys].map((key) => [key, merge(ownValue(below, key), ownValue(above, key))]))
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return value !== null && typeof value === 'object' && !Array.isArray(value)
}
