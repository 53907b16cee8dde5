/** `--set key.path=value`: one value of a configuration, of every verb that takes some. */
import { UserError } from '../../base/errors.js'
import { resolvePaths } from './paths.js'
import type { PartialConfig } from './schema.js'
import { parseYaml } from './yaml.js'

/** The value is read as YAML writes it: `gan.steps=6000`, `split.by=image`; paths are relative to the working folder. */
export function parseSetting(text: string): PartialConfig {
  const at = text.indexOf('=')
  if (at < 1) throw new UserError(`--set ${text}: expected key.path=value, for example --set gan.steps=6000`)
  const keys = text.slice(0, at).split('.')
  let value: unknown
  try {
    value = parseYaml(text.slice(at + 1))
  } catch {
    value = text.slice(at + 1)
  }
  return resolvePaths(layerAt(keys, value), process.cwd())
}

/** A configuration that says one value alone; no key is known to be one yet. */
export function layerAt(keys: readonly string[], value: unknown): PartialConfig {
  return keys.reduceRight<unknown>((inner, key) => ({ [key]: inner }), value) as PartialConfig
}
