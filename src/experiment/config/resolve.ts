/**
 * What a user may write (a YAML file, `--set key.path=value`, flags) and what the program works with.
 * `resolveConfig` turns the first into the second; the resolved form is what config.yaml keeps.
 */
import { nearest, throwProblems, UserError } from '../../base/errors.js'
import { problemsOfSetNames } from '../../record/set-name.js'
import { contradictions } from './contradictions.js'
import { issueWords } from './issue-words.js'
import { presets } from './presets.js'
import { type Config, configSchema, type PartialConfig, type PresetName, presetNames } from './schema.js'

/**
 * Defaults below, the preset over them, then each layer over the one before. Throws a `UserError` that names every wrong key and
 * value at once, with the nearest key.
 */
export function resolveConfig(...layers: PartialConfig[]): Config {
  const asked = layers.findLast((layer) => layer.preset !== undefined)?.preset ?? 'standard'
  if (!presetNames.includes(asked as PresetName)) {
    const near = nearest(String(asked), presetNames)
    throw new UserError(
      `preset ${JSON.stringify(asked)} is not known${near ? `; did you mean ${near}?` : ''} (there are ${presetNames.join(', ')})`,
    )
  }
  const merged = [presets[asked], ...layers, { preset: asked }].reduce<unknown>(merge, {})
  const parsed = configSchema.safeParse(merged, { reportInput: true })
  const problems = parsed.success ? [] : parsed.error.issues.flatMap(issueWords)
  throwProblems('the configuration', [...problems, ...impossibleNames(merged)])
  const config = parsed.data as Config
  throwProblems('the configuration', contradictions(config))
  return config
}

/** Names that sets can't have; `__proto__` is none that the schema would see. */
function impossibleNames(merged: unknown): string[] {
  if (!isRecord(merged)) return []
  const { external, roi } = merged
  return [
    ...(isRecord(external) ? problemsOfSetNames(Object.keys(external)) : []),
    ...(isRecord(roi) && Object.hasOwn(roi, '__proto__') ? ['roi.__proto__: no set can have this name'] : []),
  ]
}

/** By own keys alone: `__proto__` and the like are keys as any other, for the schema to refuse. */
function merge(below: unknown, above: unknown): unknown {
  if (!isRecord(below) || !isRecord(above)) return above === undefined ? below : above
  const own = (record: Record<string, unknown>, key: string) => (Object.hasOwn(record, key) ? record[key] : undefined)
  const keys = new Set([...Object.keys(below), ...Object.keys(above)])
  return Object.fromEntries([...keys].map((key) => [key, merge(own(below, key), own(above, key))]))
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return value !== null && typeof value === 'object' && !Array.isArray(value)
}
