/**
 * What a user may write (a YAML file, `--set key.path=value`, flags) and what the program works with.
 * `resolveConfig` turns the first into the second; the resolved form is what config.yaml keeps.
 */
import { nearest, throwProblems, UserError } from '../../base/errors.js'
import { generatorKinds, kindOfPreset } from '../../generator/registry.js'
import { problemsOfSetNames } from '../../record/set-name.js'
import { contradictions } from './contradictions.js'
import { issueWords } from './issue-words.js'
import { isRecord, mergeAll } from './merge.js'
import { type GeneratorSaid, lastKind, withKeysOfNow } from './old-keys.js'
import { presets } from './presets.js'
import { type Config, configSchema, type PartialConfig, type PresetName, presetNames } from './schema.js'

/**
 * Defaults below, the preset over them, then each layer over the one before.
 *
 * ```ts run
 * import { resolveConfig } from 'kopt'
 * const { search } = resolveConfig({ dataset: 'films/hospital-a', preset: 'quick' }, { search: { kMax: 8 } })
 * console.log(search.kMax, search.windowSize)
 * ```
 *
 * ```text
 * 8 4
 * ```
 *
 * @param asked layers, the later over the earlier: keys as in config.yaml; `preset` is the last one said, default `standard`
 * @returns the whole configuration; `compute.threads` is 0 where it is left to the machine
 * @throws `UserError` that names every wrong key and value at once, with the nearest key, and what contradicts itself
 */
export function resolveConfig(...asked: PartialConfig[]): Config {
  const preset = asked.findLast((layer) => layer.preset !== undefined)?.preset ?? 'standard'
  if (!presetNames.includes(preset as PresetName)) {
    const near = nearest(String(preset), presetNames)
    throw new UserError(
      `preset ${JSON.stringify(preset)} is not known${near ? `; did you mean ${near}?` : ''} (there are ${presetNames.join(', ')})`,
    )
  }
  const { layers, said, spelled, problems: ofOldKeys } = withKeysOfNow(asked)
  const merged = mergeAll([
    presets[preset as PresetName],
    ...layers,
    { preset },
    generatorSaid(said, preset as PresetName),
  ])
  const parsed = configSchema.safeParse(merged, { reportInput: true })
  const unknownKind = problemOfKind(kindAsked(said, preset as PresetName))
  const issues = (parsed.error?.issues ?? []).filter(({ path }) => !unknownKind || path[0] !== 'generator')
  const problems = [...(unknownKind ? [unknownKind] : []), ...issues.flatMap((issue) => issueWords(issue, spelled))]
  throwProblems('the configuration', [...new Set([...ofOldKeys, ...problems, ...impossibleNames(merged)])])
  const config = parsed.data as Config
  throwProblems('the configuration', contradictions(config))
  return config
}

/** The kind that is asked for, or the preset's. */
function kindAsked(said: readonly GeneratorSaid[], preset: PresetName): unknown {
  const kind = lastKind(said)
  return kind === undefined ? kindOfPreset[preset] : kind
}

/** The kind that is asked for last, with its values for the preset and over them what was said of that kind, or of none. */
function generatorSaid(said: readonly GeneratorSaid[], preset: PresetName): { generator: unknown } {
  const kind = kindAsked(said, preset)
  const known = generatorKinds.find((one) => one.kind === kind)
  const options = said.filter((one) => one.of === undefined || one.of === kind).map((one) => one.options)
  return { generator: mergeAll([known?.presets[preset] ?? {}, ...options, { kind }]) }
}

function problemOfKind(asked: unknown): string | undefined {
  const kinds = generatorKinds.map(({ kind }) => kind)
  if (kinds.includes(asked as string)) return undefined
  const near = typeof asked === 'string' ? nearest(asked, kinds) : undefined
  const all = `${kinds.slice(0, -1).join(', ')} or ${kinds.at(-1)}`
  return `generator.kind: expected ${all}, got ${JSON.stringify(asked)}${near ? `; did you mean ${near}?` : ''}`
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
