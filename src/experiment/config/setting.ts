/** `--set key.path=value`: one value of a configuration, in the same words for every verb that takes some. */
import { UserError } from '../../base/errors.js'
import { resolvePaths } from './paths.js'
import type { PartialConfig } from './schema.js'
import { parseYaml } from './yaml.js'

/** The value is read as YAML writes it: `generator.steps=6000`, `split.by=image`; paths are relative to the working folder. */
export function parseSetting(text: string): PartialConfig {
  const { keys, value } = partsOf(text, 'generator.steps=6000')
  return resolvePaths(layerAt(keys, value), process.cwd())
}

/** The same where key and value come apart; paths stay as they are. */
export function settingAt(place: string, text: string): PartialConfig {
  return layerAt(place.split('.'), yamlValue(text))
}

/**
 * Settings of a verb that works with one section alone: `generator.batchSize=32`, where `batchSize=32` means the same, and so does
 * the section's name of before. Answers what they say of the section, unchecked, the later over the earlier. Throws a
 * `UserError` for a key of another section.
 */
export function parseSectionSettings(
  section: string,
  texts: readonly string[],
  nameOfBefore?: string,
): Record<string, unknown> {
  const example = `${section}.batchSize=32`
  const layers = texts.map((text) => {
    const { keys, value } = partsOf(text, example)
    const inside = keys.length > 1 && (keys[0] === section || keys[0] === nameOfBefore) ? keys.slice(1) : keys
    if (inside.length > 1)
      throw new UserError(`--set ${text}: values of ${section} alone are taken here, for example --set ${example}`)
    return [inside[0], value] as const
  })
  return Object.fromEntries(layers)
}

/** A configuration that says one value alone; no key is known to be one yet. */
export function layerAt(keys: readonly string[], value: unknown): PartialConfig {
  return keys.reduceRight<unknown>((inner, key) => ({ [key]: inner }), value) as PartialConfig
}

function partsOf(text: string, example: string): { keys: string[]; value: unknown } {
  const at = text.indexOf('=')
  if (at < 1) throw new UserError(`--set ${text}: expected key.path=value, for example --set ${example}`)
  return { keys: text.slice(0, at).split('.'), value: yamlValue(text.slice(at + 1)) }
}

function yamlValue(text: string): unknown {
  try {
    return parseYaml(text)
  } catch {
    return text
  }
}
