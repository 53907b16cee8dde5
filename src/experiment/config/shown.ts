/** The configuration as it may be shown: names in place of paths, which can hold what nobody outside should read. */
import path from 'node:path'
import { mapPaths } from './paths.js'
import type { Config } from './schema.js'

export function shownConfig(config: Config): Config {
  return mapPaths(config, (file) => path.basename(file))
}
