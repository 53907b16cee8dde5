/** A user's YAML file of a configuration. */
import path from 'node:path'
import { UserError } from '../../base/errors.js'
import { readInput } from '../../base/standard-input.js'
import { resolvePaths } from './paths.js'
import type { PartialConfig } from './schema.js'
import { parseYaml } from './yaml.js'

/** Bytes of a file at most. */
const mostBytes = 1_000_000

/** Reads a YAML file (`-`: standard input) as plain data, its paths relative to its folder; problems name line and column. */
export function readConfigFile(file: string): PartialConfig {
  const text = new TextDecoder().decode(readInput(file, mostBytes))
  let value: unknown
  try {
    value = parseYaml(text)
  } catch (error) {
    throw new UserError(`${file} is not valid YAML: ${(error as Error).message.split('\n')[0]}`)
  }
  if (value === null || value === undefined) return {}
  if (typeof value !== 'object' || Array.isArray(value))
    throw new UserError(`${file} should hold keys and values, such as "preset: quick"`)
  // Of the configuration of a run: which version it was made with is no value of it.
  const { koptVersion: _, ...config } = value as PartialConfig & { koptVersion?: unknown }
  return resolvePaths(config, path.dirname(path.resolve(file)))
}
